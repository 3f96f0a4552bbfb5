"""A table's meaning, decided once a table: axis, columns, rows, its own time and place."""

from __future__ import annotations

from collections.abc import Iterator

from extractors.model import Table
from extractors.records.axes import axis_of, data_labels
from extractors.records.columns import column_subjects, settle_columns
from extractors.records.labels import bare_caption, headings_of, period_in, subject_of
from extractors.records.panels import grid_of
from extractors.records.places import Places
from extractors.records.rows import row_subjects
from extractors.records.subjects import Plan, Publication
from extractors.units import parse_unit


def plan_of(table: Table, places: Places, publication: Publication) -> Plan:
    """Decide what the rows and columns of a table are about."""
    grid = grid_of(table)
    columns = column_subjects(table, grid)
    axis = axis_of(table, grid, columns, data_labels(table, grid), places)
    place = places.context(_texts(table))
    assumed = place is None and axis not in ("area", "entity")
    if assumed:
        place = places.context(publication.names)
    period, span = _periods(table, publication.year)
    plan = Plan(
        table=table,
        grid=grid,
        axis=axis,
        columns=columns,
        subjects={},
        subject=_subject(table, places),
        period=period,
        span=span,
        place=place,
        place_assumed=assumed and place is not None,
        unit=parse_unit(table.unit) if table.unit else None,
    )
    settle_columns(plan, places, publication.year)
    for panel in grid.panels:
        plan.subjects[panel.number] = row_subjects(plan, panel, places)
    return plan


def _texts(table: Table) -> Iterator[str]:
    """The texts that speak of the whole table, the nearest first."""
    yield from (text for text in (table.caption, table.group) if text)
    yield from headings_of(table)


def _periods(table: Table, year: int | None) -> tuple[str | None, str | None]:
    """The time of a table, and the span that its caption covers (2011—2016年).

    The caption's only period, else the group's, else that of the innermost heading that has
    exactly one, else the edition's year.
    """
    caption = period_in(bare_caption(table.caption)) if table.caption else None
    span = caption if caption and "/" in caption else None
    for text in _texts(table):
        if period := period_in(bare_caption(text)):
            return period, span
    return (str(year) if year else None), span


def _subject(table: Table, places: Places) -> str:
    """What the table is about in words: its caption, else its group, else its heading."""
    for text in _texts(table):
        place = places.at_start(text)
        if subject := subject_of(text, place[1] if place else ""):
            return subject.replace("/", "／")
    return ""
