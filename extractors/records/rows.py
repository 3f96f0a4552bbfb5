"""What the rows of a table are about, read from the top of one half at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extractors.areas import Area, Context
from extractors.model import Row
from extractors.records.labels import Name, first, name_of, squeeze
from extractors.records.panels import Panel, labels_of, row_label
from extractors.records.places import NOTHING, Places
from extractors.records.subjects import Path, Plan, RowSubject
from extractors.units import Unit, parse_unit
from schemas.measures import MeasureWords, measure_words


def row_subjects(plan: Plan, panel: Panel, places: Places) -> list[RowSubject | None]:
    """A subject a row; None for a row that heads others and has no values of its own."""
    if plan.grid.names:  # every column of names is a list of its own
        return [None] * len(plan.table.rows)
    reader = _READERS[plan.axis]
    shown = places.column(labels_of(plan.table, panel.stubs))
    rows = _Reading(plan, panel, places, measure_words(), shown)
    return [reader(rows, number, row) for number, row in enumerate(plan.table.rows)]


@dataclass(slots=True)
class _Reading:
    """The rows of one panel as they are read from the top."""

    plan: Plan
    panel: Panel
    places: Places
    words: MeasureWords
    shown: Context = NOTHING
    sections: Path = ()
    whole: RowSubject | None = None
    parts: bool = False
    repeated: frozenset[str] | None = None

    def label(self, row: Row) -> str:
        return row_label(row, self.panel.stubs)

    def name(self, row: Row) -> Name:
        """The label taken apart as printed, since blanks tell a code from a word."""
        stubs = self.panel.stubs
        one = len(stubs) == 1 and stubs[0] < len(row.cells)
        return name_of(row.cells[stubs[0]].value if one else self.label(row))

    def unit(self, row: Row, name: Name | None = None) -> Unit | None:
        """The unit of the row: its unit column, else the bracket in its label."""
        index = self.panel.unit
        if index is not None and index < len(row.cells) and row.cells[index].value:
            return parse_unit(row.cells[index].value)
        return name.unit if name else None

    def area(self, row: Row, label: str) -> Area | None:
        """The row's place: inside what a class column names (所属城市), else the table's place."""
        if not label:
            return None
        for index in self.panel.classes:
            text = squeeze(row.cells[index].value) if index < len(row.cells) else ""
            if text and (holder := self.places.find(text).ref_area):
                return self.places.find(label, self.shown, holder)
        place = self.plan.place
        return self.places.find(label, self.shown, place.ref_area if place else None)

    def period(self, row: Row) -> str | None:
        """The time in a period column beside the stub."""
        for index in self.panel.periods:
            if index not in self.panel.stubs and index < len(row.cells):
                return name_of(row.cells[index].value).period
        return None


def _entity_row(rows: _Reading, number: int, row: Row) -> RowSubject | None:
    """A company, a ministry: a label without a place, unless the register knows the body."""
    if row.kind == "section":
        return None
    label = rows.label(row)
    return RowSubject(
        label,
        area=rows.area(row, label),
        period=rows.period(row),
        unit=rows.unit(row),
    )


def _area_row(rows: _Reading, number: int, row: Row) -> RowSubject | None:
    subject = _entity_row(rows, number, row)
    if subject is None or not subject.label:
        return subject
    area = subject.area
    if area is not None and not area.ref_area:
        if row.kind == "total":  # of the places above it: of none where the table names no place
            subject.area = rows.plan.place
        else:
            rows.plan.unresolved.setdefault(subject.label, (number, area))
    return subject


def _period_row(rows: _Reading, number: int, row: Row) -> RowSubject | None:
    """A change row (增长量) stands between two years and has the time of the later one."""
    if row.kind == "section":
        return None
    name = name_of(rows.label(row))
    if row.kind == "change" or (not name.period and rows.words.measure_of(name.text) == "change"):
        return RowSubject(rows.label(row), period=_next_period(rows, number), measure="change")
    return RowSubject(rows.label(row), period=name.period, unit=rows.unit(row))


def _next_period(rows: _Reading, number: int) -> str | None:
    following = rows.plan.table.rows[number + 1 :]
    return first(name_of(rows.label(row)).period for row in following)


def _indicator_row(rows: _Reading, number: int, row: Row) -> RowSubject | None:
    label = rows.label(row)
    name = rows.name(row)
    if row.kind == "section":
        rows.sections, rows.whole, rows.parts = ((name.text,) if name.text else ()), None, False
        return None
    if rows.whole is not None and _is_part(rows, row, label):
        rows.parts = True
        return replace(
            rows.whole,
            label=label,
            breakdown=_part_name(name.text, rows.words),
            unit=rows.unit(row, name) or rows.whole.unit,
        )
    rows.parts = False
    text = name.text.replace("/", "／")
    rows.whole = RowSubject(
        label,
        path=(*rows.sections, text) if text else _subject(rows.plan, label),
        period=name.period,
        measure=rows.words.measure_of(name.text),
        unit=rows.unit(row, name),
        max_score=name.max_score,
        code=name.code,
        total=row.kind == "total" or name.text in rows.words.totals,
    )
    return rows.whole


def _subject(plan: Plan, label: str) -> Path:
    """What a row without a name measures: what the table is about."""
    return (plan.subject or label or plan.table.table_id,)


def _is_part(rows: _Reading, row: Row, label: str) -> bool:
    """Whether a row belongs to the whole above: 其中：城镇居民, and 农村居民 after it."""
    if row.kind == "part" or label.startswith(rows.words.part_marks):
        return True
    if not rows.parts:
        return False
    return label in _repeated(rows) or label.startswith(rows.words.part_words)


def _repeated(rows: _Reading) -> frozenset[str]:
    """Labels that stand more than once: parts of different wholes have the same names."""
    if rows.repeated is None:
        seen: set[str] = set()
        twice: set[str] = set()
        for row in rows.plan.table.rows:
            label = rows.label(row)
            (twice if label in seen else seen).add(label)
        rows.repeated = frozenset(twice)
    return rows.repeated


def _part_name(text: str, words: MeasureWords) -> str:
    mark = next((mark for mark in words.part_marks if text.startswith(mark)), "")
    return text[len(mark) :].lstrip("：:、，,") or text


def _variable_row(rows: _Reading, number: int, row: Row) -> RowSubject | None:
    """A correlation: the first stub is the variable, a second one the statistic."""
    if row.kind == "section":
        return None
    printed = (row.cells[index] for index in rows.panel.stubs if index < len(row.cells))
    parts = [squeeze(cell.value) for cell in printed] or [""]
    variable = name_of(parts[0]).text
    return RowSubject(
        rows.label(row),
        path=(variable.replace("/", "／"),) if variable else _subject(rows.plan, parts[0]),
        measure="statistic",
        statistic="/".join(filter(None, parts[1:])) or None,
    )


def _breakdown_row(rows: _Reading, number: int, row: Row) -> RowSubject | None:
    """An industry, an application. The row that adds up all of them has no breakdown."""
    if row.kind == "section":
        return None
    label = rows.label(row)
    name = name_of(label)
    whole = row.kind == "total" or name.text in rows.words.totals
    return RowSubject(
        label,
        breakdown=None if whole else _part_name(name.text, rows.words) or None,
        period=rows.period(row) or name.period,
        unit=rows.unit(row, name),
    )


_READERS = {
    "area": _area_row,
    "entity": _entity_row,
    "period": _period_row,
    "indicator": _indicator_row,
    "variable": _variable_row,
    "breakdown": _breakdown_row,
}
