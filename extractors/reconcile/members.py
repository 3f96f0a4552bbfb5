"""Areas against their members: means, counts and sums over the regions below."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.model import Doubt, Table
from extractors.reconcile.finding import at_cell, shown
from extractors.reconcile.sheets import Number, Sheet
from extractors.records.labels import name_of

Record = Mapping[str, Any]

#: So many areas, and this share of them, are the mean (or number) of their members. Four
#: areas that all are by chance there are not, with decimals or without.
LEAST_AREAS = 4
AGREE = 0.75

#: A mean that ends in a 5 is rounded either way.
TIE = 1e-6

_MEAN_WORDS = ("平均", "均值", "均分")
_COUNT_WORDS = ("个数", "数量", "城市数", "家数")


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a table with the area that it is of."""

    area: str
    row: int
    number: Number


def member_errors(
    sheets: Sequence[Sheet], observations: Iterable[Record], parents: Mapping[str, str | None]
) -> Iterator[Doubt]:
    """Means and counts of areas against the tables that list their members.

    ``parents`` has the area above each area.
    """
    columns = _columns(sheets, observations)
    below: dict[tuple[str, int], dict[str, list[float]]] = {}
    for sheet in sheets:
        for index in sheet.numbers:
            name = sheet.names[index].rsplit("/", 1)[-1]
            is_mean = any(word in name for word in _MEAN_WORDS)
            is_count = any(word in name for word in _COUNT_WORDS)
            areas = columns.get((sheet.table.table_id, index), [])
            if not (is_mean or is_count) or len(areas) < LEAST_AREAS:
                continue
            if not below:
                below = _below(columns, parents)
            yield from _compared(sheet.table, index, areas, below, is_mean)


def _columns(
    sheets: Sequence[Sheet], observations: Iterable[Record]
) -> dict[tuple[str, int], list[Cell]]:
    by_table = {sheet.table.table_id: sheet for sheet in sheets}
    columns: dict[tuple[str, int], list[Cell]] = defaultdict(list)
    for row in observations:
        sheet = by_table.get(row["table_id"])
        if row["ref_area"] is None or sheet is None or row["breakdown"]:
            continue
        column, index = row["column_number"] - 1, row["row_number"] - 1
        numbers = sheet.numbers.get(column)
        number = numbers[index] if numbers else None
        if number is not None:
            columns[row["table_id"], column].append(Cell(row["ref_area"], index, number))
    return columns


def _below(
    columns: Mapping[tuple[str, int], Sequence[Cell]], parents: Mapping[str, str | None]
) -> dict[tuple[str, int], dict[str, list[float]]]:
    """For every column the values of the members of every area."""
    grouped: dict[tuple[str, int], dict[str, list[float]]] = {}
    for key, cells in columns.items():
        areas: dict[str, list[float]] = defaultdict(list)
        for cell in cells:
            above = parents.get(cell.area)
            if above:
                areas[above].append(cell.number.value)
        if len(areas) >= LEAST_AREAS:
            grouped[key] = areas
    return grouped


def _compared(
    table: Table,
    column: int,
    areas: Sequence[Cell],
    below: Mapping[tuple[str, int], Mapping[str, Sequence[float]]],
    is_mean: bool,
) -> Iterator[Doubt]:
    best: tuple[int, list[tuple[Cell, float]]] | None = None
    for key, groups in below.items():
        if key[0] == table.table_id:
            continue
        both = [cell for cell in areas if groups.get(cell.area)]
        computed = [
            (cell, _mean(groups[cell.area]) if is_mean else float(len(groups[cell.area])))
            for cell in both
        ]
        wrong = [
            (cell, value)
            for cell, value in computed
            if abs(cell.number.value - value) > cell.number.half + TIE
        ]
        held = len(both) - len(wrong)
        if held >= max(LEAST_AREAS, AGREE * len(areas)) and (best is None or held > best[0]):
            best = held, wrong
    for cell, value in best[1] if best else ():
        yield at_cell(
            "mean-members" if is_mean else "count-members",
            table,
            cell.row,
            column,
            expected=shown(value, cell.number.half),
            evidence=f"so in {best[0] if best else 0} other areas",
        )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


# --- nation and regions --------------------------------------------------------------------

#: A table of regions has all but one or two of the 31.
LEAST_REGIONS = 30

#: The sum of regions that is farther from the nation than this share of it is of other things.
MEANT = 0.5

#: In so many other years the regions are the nation's number to the last digit. Other columns
#: say nothing: of some quantities a part belongs to no region (trunk lines).
LEAST_SUMS = 2


@dataclass(frozen=True, slots=True)
class _Sum:
    """What the regions of a column add up to, and by how much rounding may move it."""

    table: Table
    column: int
    name: str
    period: str
    unit: str | None
    value: float
    slack: float
    count: int


def region_sums(sheets: Sequence[Sheet], observations: Sequence[Record]) -> Iterator[Doubt]:
    """The nation's number in one table against the sum of its regions in another.

    A column is compared with the nation's row of its name, or with the row that is its sum in
    other years (网民数 and 互联网上网人数). It is said to be wrong where its other years do
    add up: what no region counts would be missing there too.
    """
    nation: dict[tuple[str, str | None], dict[str, list[tuple[Record, float, float]]]] = {}
    for row in observations:
        if row["ref_area"] == "CHN" and _countable(row):
            name = (_bare(row), row["unit_measure"])
            scaled = row["obs_value"] * 10.0 ** (row["unit_mult"] or 0)
            half = _half(row)
            years = nation.setdefault(name, {})
            years.setdefault(row["time_period"] or "", []).append((row, scaled, half))
    for sums in _region_columns(sheets, observations).values():
        yield from _not_the_nation(sums, nation)


def _countable(row: Record) -> bool:
    return row["obs_value"] is not None and row["measure"] == "value" and not row["breakdown"]


def _bare(row: Record) -> str:
    return name_of(row["indicator"].rsplit("/", 1)[-1]).text


def _half(row: Record) -> float:
    decimals = len(str(row["value_printed"]).partition(".")[2])
    return 0.5 * 10.0 ** ((row["unit_mult"] or 0) - decimals)


def _region_columns(
    sheets: Sequence[Sheet], observations: Iterable[Record]
) -> dict[str, list[_Sum]]:
    """The sums of the columns of each table of regions."""
    tables = {sheet.table.table_id: sheet.table for sheet in sheets}
    cells: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for row in observations:
        area = row["ref_area"] or ""
        if area.startswith("CN") and area.endswith("0000") and _countable(row):
            cells[row["table_id"], row["column_number"]].append(row)
    sums: dict[str, list[_Sum]] = defaultdict(list)
    for (table, column), rows in cells.items():
        if len({row["ref_area"] for row in rows}) == len(rows) >= LEAST_REGIONS:
            scale = 10.0 ** (rows[0]["unit_mult"] or 0)
            half = max(_half(row) for row in rows)
            sums[table].append(
                _Sum(
                    tables[table],
                    column - 1,
                    _bare(rows[0]),
                    rows[0]["time_period"] or "",
                    rows[0]["unit_measure"],
                    scale * sum(row["obs_value"] for row in rows),
                    len(rows) * min(_half(row) for row in rows) if half else 0.0,
                    len(rows),
                )
            )
    return sums


def _not_the_nation(
    sums: Sequence[_Sum],
    nation: Mapping[tuple[str, str | None], Mapping[str, Sequence[tuple[Record, float, float]]]],
) -> Iterator[Doubt]:
    off: list[tuple[_Sum, Record, float]] = []
    held: Counter[str] = Counter()
    for one in sums:
        names = [(one.name, one.unit)] + [
            key for key in nation if key[1] == one.unit and _is_sum(sums, one.name, nation[key])
        ]
        pairs = [pair for key in names for pair in nation.get(key, {}).get(one.period, ())]
        if any(abs(one.value - value) <= one.slack + half for _, value, half in pairs):
            held[one.name] += 1
        elif pairs:
            row, value, _ = pairs[0]
            if abs(one.value - value) <= MEANT * abs(value):
                off.append((one, row, value))
    for one, row, _ in off:
        if held[one.name] < LEAST_SUMS:
            continue
        scale = 10.0 ** (row["unit_mult"] or 0)
        yield at_cell(
            "area-sum",
            one.table,
            None,
            one.column,
            printed=row["value_printed"],
            expected=f"{one.value / scale:.8g}",
            evidence=f"{one.count} regions add up to {one.value / scale:.8g}; "
            f"{row['row_label']}, line {row['line']}: {row['value_printed']}",
        )


def _is_sum(
    sums: Sequence[_Sum], name: str, years: Mapping[str, Sequence[tuple[Record, float, float]]]
) -> bool:
    """Whether the columns of this name are the nation's row in most of their years."""
    columns = [one for one in sums if one.name == name]
    held = sum(
        any(abs(one.value - value) <= one.slack + half for _, value, half in years[one.period])
        for one in columns
        if one.period in years
    )
    return held > LEAST_SUMS and held > len(columns) / 2


# --- classes -------------------------------------------------------------------------------


def class_errors(
    sheets: Sequence[Sheet], observations: Iterable[Record], parents: Mapping[str, str | None]
) -> Iterator[Doubt]:
    """A place in another class (华北, 东北) than the other places of its province."""
    areas = {
        (row["table_id"], row["row_number"] - 1): row["ref_area"]
        for row in observations
        if row["ref_area"]
    }
    votes: dict[str, dict[str, list[tuple[Sheet, int, int]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for sheet in sheets:
        for panel in sheet.panels:
            if len(panel.classes) != 1:
                continue
            column = panel.classes[0]
            for index in sheet.data_rows:
                area = areas.get((sheet.table.table_id, index))
                above = parents.get(area or "")
                cells = sheet.table.rows[index].cells
                text = cells[column].value if column < len(cells) else ""
                if above and above != "CHN" and text:
                    votes[f"{sheet.names[column]}|{above}"][text].append((sheet, index, column))
    regional = _regional(votes)
    for key, classes in votes.items():
        ranked = sorted(classes.items(), key=lambda item: -len(item[1]))
        usual = len(ranked[0][1])
        odd = [place for _, places in ranked[1:] for place in places]
        if len(odd) != 1 or usual < LEAST_MATES or key.partition("|")[0] not in regional:
            continue
        sheet, index, column = odd[0]
        yield at_cell(
            "class-other",
            sheet.table,
            index,
            column,
            expected=ranked[0][0],
            evidence=f"{usual} other places of its province are {ranked[0][0]}",
        )


#: So many other places of a province say what class it is in.
LEAST_MATES = 3


def _regional(votes: Mapping[str, Mapping[str, Sequence[object]]]) -> set[str]:
    """The headers of classes that follow the map; 省会 and 地级市 divide every province."""
    whole: dict[str, list[bool]] = defaultdict(list)
    for key, classes in votes.items():
        if sum(map(len, classes.values())) >= LEAST_MATES:
            whole[key.partition("|")[0]].append(len(classes) == 1)
    return {
        name
        for name, single in whole.items()
        if len(single) >= LEAST_AREAS and sum(single) >= AGREE * len(single)
    }
