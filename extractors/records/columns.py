"""What the columns of a table are about: indicator, measure, time, unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extractors.model import Column, Table
from extractors.records.labels import (
    Name,
    column_label,
    first,
    last_year,
    name_of,
    without_ending,
)
from extractors.records.panels import Grid, Panel, header_period
from extractors.records.places import Places
from extractors.records.subjects import BY_ROW, SCORED, ColumnSubject, Path, Plan
from extractors.units import Unit, parse_unit
from schemas.measures import MeasureWords, measure_words


def column_subjects(table: Table, grid: Grid) -> dict[int, ColumnSubject]:
    """The subjects of the value columns by their index, as far as their own headers say."""
    words = measure_words()
    return {
        index: _column_subject(index, table.columns[index], words)
        for panel in grid.panels
        for index in panel.values
    }


def _column_subject(index: int, column: Column, words: MeasureWords) -> ColumnSubject:
    names = [name_of(level) for level in column.path]
    # A level with nothing but a maximum or a unit in brackets goes with the one above.
    leaf = next((name for name in reversed(names) if name.text), Name(""))
    subject = ColumnSubject(
        index=index,
        label=column_label(column),
        path=_path(names, words),
        measure=_column_measure(column, names, words),
        period=header_period(column),
        unit=parse_unit(column.unit) if column.unit else None,
        max_score=first((column.max_score, *(name.max_score for name in reversed(names)))),
        weight=leaf.weight,
        code=leaf.code,
        averaged=any(word in name.text for name in names for word in words.averages),
        total=leaf.text in words.totals,
    )
    if subject.unit is None:
        subject.unit = first(name.unit for name in reversed(names)) or _points(subject, leaf, words)
    return subject


def _points(subject: ColumnSubject, leaf: Name, words: MeasureWords) -> Unit | None:
    """A header that prints a maximum, or that says 得分, counts points."""
    scored = subject.max_score is not None or leaf.text.endswith(words.points)
    return parse_unit("分") if scored and subject.measure == "value" else None


def _path(names: Iterable[Name], words: MeasureWords) -> Path:
    """The levels that name an indicator, without those that tell only the kind of number."""
    path: list[str] = []
    for name in names:
        text = without_ending(name.text, words.score_endings)
        if text and text not in words.generic and (not path or path[-1] != text):
            path.append(text.replace("/", "／"))
    return tuple(path)


def _column_measure(column: Column, names: Sequence[Name], words: MeasureWords) -> str:
    """A target anywhere in the header wins; then the match; then the innermost word."""
    found = [words.measure_of(name.text) for name in reversed(names)]
    if "target" in found:
        return "target"
    if column.measure and column.measure != "value":
        return column.measure
    return first(found) or "value"


def settle_columns(plan: Plan, places: Places, year: int | None) -> None:
    """Say what columns without a name of their own measure, and what named ones break down.

    ``year`` is the edition's.
    """
    words = measure_words()
    subjects = plan.columns.values()
    if plan.axis in BY_ROW:
        _columns_as_dimension(plan, places, words)
    else:
        if plan.table.kind not in SCORED:
            _split_sums(plan, words)
        for panel in plan.grid.panels:
            _name_nameless(plan, panel, words)
    periods = [subject.period for subject in subjects if subject.period]
    latest = max(periods, key=lambda period: (last_year(period) or 0, period), default=None)
    for subject in subjects:
        if subject.period is None and subject.measure in ("change", "target"):
            subject.period = (plan.span if subject.averaged else None) or latest
        if subject.measure == "value" and _is_future(subject.period, year):
            subject.measure = "target"


def _columns_as_dimension(plan: Plan, places: Places, words: MeasureWords) -> None:
    """Where rows are indicators, what a column names besides is a place or a breakdown."""
    named = [subject for subject in plan.columns.values() if subject.path]
    labels = tuple(subject.path[-1] for subject in named)
    shown = places.column(labels)
    areas = [places.find(label, shown) for label in labels]
    are_places = plan.axis == "indicator" and len(named) > 1 and all(a.ref_area for a in areas)
    for subject, area in zip(named, areas, strict=True):
        if are_places:
            subject.place = area
            subject.path = subject.path[:-1]
        parts = [name for name in subject.path if name not in words.sums]
        subject.breakdown = "/".join(parts) or None


def _split_sums(plan: Plan, words: MeasureWords) -> None:
    """合计, 城市, 农村 side by side are one indicator and its parts, not three indicators."""
    columns = [subject for subject in plan.columns.values() if subject.path]
    for above in {subject.path[:-1] for subject in columns if subject.path[-1] in words.sums}:
        for subject in columns:
            if len(subject.path) == len(above) + 1 and subject.path[:-1] == above:
                leaf = subject.path[-1]
                subject.breakdown = None if leaf in words.sums else leaf
                subject.path, subject.total = above, False


def _name_nameless(plan: Plan, panel: Panel, words: MeasureWords) -> None:
    """得分率 is of the score beside it; a column that is only a year is of the table's subject.

    What has a 得分率 is a score, and counts points even where its header does not say so.
    """
    before: ColumnSubject | None = None
    for index in panel.values:
        subject = plan.columns[index]
        if subject.path:
            before = subject if subject.measure == "value" or before is None else before
        elif before is not None and subject.label.rsplit("/", 1)[-1] in words.score_rates:
            subject.path, subject.total = before.path, before.total
            if before.measure == "value":
                before.unit = before.unit or parse_unit("分")
        else:
            subject.path = (plan.subject or subject.label or plan.table.table_id,)
            if subject.measure == "value":
                subject.measure = _caption_measure(plan.subject, words)


def _caption_measure(subject: str, words: MeasureWords) -> str:
    measure = words.measure_of(subject) or "value"
    return measure if measure in words.caption_measures else "value"


def _is_future(period: str | None, year: int | None) -> bool:
    """A number for a time after the edition was published is no observation but a plan."""
    end = last_year(period)
    return year is not None and end is not None and end > year
