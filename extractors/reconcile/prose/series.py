"""What prose may speak of: the columns of a document's tables, and groups of their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

import numpy as np
import numpy.typing as npt

from extractors.reconcile.sheets import Number, Sheet, is_rate
from extractors.records.labels import name_of, squeeze, subject_of
from extractors.records.panels import Panel, row_label
from schemas.units import half_width

#: A column of fewer rows has no mean that a text would speak of.
LEAST_ROWS = 8

#: A class of fewer rows is a name, not a group.
LEAST_MEMBERS = 3

#: Headers that name no quantity: what they are of stands in the caption or the level above.
_GENERIC = frozenset(
    ("总分", "得分", "总得分", "合计", "总计", "总指数", "指数", "综合得分", "参考平均分", "得分率")
)
_ENDINGS = ("得分率", "得分", "指标", "指数", "分数")

#: Rates of fewer units say their base too loosely.
TELLING = 20

#: Shorter names stand in a text by chance.
SHORTEST_NAME = 3


@dataclass(eq=False)
class Series:
    """A value column with the labels of its rows, and the rates beside it if there are any.

    ``names`` are what a text may call it. ``total`` says that its header is a general one.
    ``base`` is what 100% of it is, where that is known. Columns of one ``likeness`` give the
    same values to the same rows: tables print them again and again.
    """

    sheet: Sheet
    column: int
    names: tuple[str, ...]
    values: dict[str, Number]
    rates: dict[str, Number]
    total: bool
    base: float | None = None
    likeness: int = 0

    @property
    def line(self) -> int:
        return self.sheet.table.line

    @cached_property
    def half(self) -> float:
        """Half a unit of the last decimal of its values."""
        return max(number.half for number in self.values.values())

    @cached_property
    def falling(self) -> list[str]:
        """Its labels, the greatest value first."""
        return sorted(self.values, key=lambda label: -self.values[label].value)

    @cached_property
    def rising(self) -> npt.NDArray[np.float64]:
        """Its values, the least first."""
        return np.sort([number.value for number in self.values.values()])

    def between(self, low: float, high: float) -> int:
        """How many values are from ``low`` on and below ``high``."""
        return int(np.searchsorted(self.rising, high) - np.searchsorted(self.rising, low))

    def of(self, members: frozenset[str] | None) -> list[float]:
        """The values of a group, of all rows where that is None."""
        if members is None:
            return [number.value for number in self.values.values()]
        return [number.value for label, number in self.values.items() if label in members]

    def whole(self, members: frozenset[str]) -> bool:
        """Whether every member of a group has a value."""
        return all(member in self.values for member in members)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one class (华东, 直辖市) under the names a text may use."""

    name: str
    members: frozenset[str]


def series_of(sheets: Iterable[Sheet]) -> list[Series]:
    """The columns of all tables that are lists of entities with values."""
    found: list[Series] = []
    for sheet in sheets:
        if sheet.table.kind in ("correlation", "scheme", "list"):
            continue
        for panel in sheet.panels:
            found.extend(_of_panel(sheet, panel))
    for one in found:
        one.base = _own_base(one)
    based = [one for one in found if one.base is not None]
    seen: dict[object, int] = {}
    bases: dict[object, float | None] = {}
    for one in found:
        values = frozenset((label, number.value) for label, number in one.values.items())
        if one.base is None:
            if values not in bases:
                same = (other.base for other in based if _are_same(one, other))
                bases[values] = next(same, None)
            one.base = bases[values]
        one.likeness = seen.setdefault((values, one.half, one.base), len(seen))
    return found


def nearest(series: Iterable[Series], line: int) -> list[Series]:
    """Of columns that give the same values the one that is nearest to a line."""
    found: dict[int, Series] = {}
    for one in series:
        other = found.get(one.likeness)
        if other is None or abs(one.line - line) < abs(other.line - line):
            found[one.likeness] = one
    return list(found.values())


def _own_base(series: Series) -> float | None:
    """What 100% of a column is, where its rates say so."""
    bases = [
        100 * series.values[label].value / rate.value
        for label, rate in series.rates.items()
        if label in series.values and rate.units >= TELLING
    ]
    return median(bases) if len(bases) >= LEAST_ROWS else None


def _are_same(one: Series, other: Series) -> bool:
    """Whether two columns give the same values to the rows that they share."""
    shared = [label for label in other.values if label in one.values]
    if len(shared) < LEAST_ROWS:
        return False
    same = sum(one.values[label].value == other.values[label].value for label in shared)
    return same >= 0.95 * len(shared)


def _of_panel(sheet: Sheet, panel: Panel) -> Iterator[Series]:
    labels = {row: row_label(sheet.table.rows[row], panel.stubs) for row in sheet.data_rows}
    columns = list(panel.values)
    for place, column in enumerate(columns):
        if is_rate(sheet.table.columns[column]) and place:
            continue
        values = _column(sheet, column, labels)
        if len(values) < LEAST_ROWS:
            continue
        beside = columns[place + 1] if place + 1 < len(columns) else None
        has_rate = beside is not None and is_rate(sheet.table.columns[beside])
        rates = _column(sheet, beside, labels) if has_rate and beside is not None else {}
        names, total = _names(sheet, column)
        yield Series(sheet, column, names, values, rates, total)


def _column(sheet: Sheet, column: int, labels: Mapping[int, str]) -> dict[str, Number]:
    numbers = sheet.numbers.get(column, [])
    return {
        label: number
        for row, label in labels.items()
        if label and row < len(numbers) and (number := numbers[row]) is not None
    }


def _names(sheet: Sheet, column: int) -> tuple[tuple[str, ...], bool]:
    """The names of a column, and whether they come from what heads it."""
    levels = [_bare(level) for level in sheet.table.columns[column].path]
    own = levels[-1] if levels else ""
    total = own in _GENERIC or not own
    if not total:
        return (own,), False
    above = [level for level in levels[:-1] if level not in _GENERIC]
    subject = _bare(subject_of(sheet.table.caption or ""))
    names = [name for name in (*above, subject) if len(name) >= SHORTEST_NAME]
    return tuple(dict.fromkeys(names)), True


def _bare(label: str) -> str:
    text = name_of(squeeze(half_width(label))).text.lstrip("与和及")
    if text in _GENERIC:
        return text
    ending = next((word for word in _ENDINGS if text.endswith(word)), "")
    return text.removesuffix(ending) or text


def groups_of(sheets: Sequence[Sheet]) -> dict[str, Group]:
    """The classes that the tables put their rows in, each with all of its rows, by name.

    The last two letters of a name may change places in a text: 地级市, 地市级.
    """
    members: dict[str, set[str]] = defaultdict(set)
    for sheet in sheets:
        for panel in sheet.panels:
            if len(panel.classes) != 1:
                continue
            column = panel.classes[0]
            for row in sheet.data_rows:
                cells = sheet.table.rows[row].cells
                text = squeeze(cells[column].value) if column < len(cells) else ""
                label = row_label(sheet.table.rows[row], panel.stubs)
                if 2 <= len(text) <= 8 and label:
                    members[text].add(label)
    found: dict[str, Group] = {}
    for name, rows in members.items():
        if len(rows) >= LEAST_MEMBERS:
            found[name] = Group(name, frozenset(rows))
    for name in list(found):
        if len(name) > 2:
            found.setdefault(name[:-2] + name[-1] + name[-2], found[name])
    return found


def quartile_range(values: Sequence[float], method: str) -> float:
    """The distance between the quartiles by one of numpy's methods."""
    upper, lower = np.percentile(values, [75, 25], method=method)  # type: ignore[call-overload]
    return float(upper - lower)


#: The ways in which programs take quartiles: SPSS, Excel, textbooks.
QUARTILES = ("weibull", "linear", "hazen", "midpoint", "median_unbiased")
