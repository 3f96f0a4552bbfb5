"""A table's meaning, decided once a table: axis, columns, rows, its own time and place."""

from __future__ import annotations

from collections.abc import Iterable

from extractors.model import Table
from extractors.records.axes import axis_of, data_labels
from extractors.records.columns import column_subjects, settle_columns
from extractors.records.labels import bare_caption, context_of, period_in, subject_of
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
    context = context_of(table, publication.captions)
    place = places.context(context)
    assumed = place is None and axis not in ("area", "entity")
    if assumed:
        place = places.context(publication.names)
    caption_period = period_in(bare_caption(table.caption)) if table.caption else None
    plan = Plan(
        table=table,
        grid=grid,
        axis=axis,
        columns=columns,
        subjects={},
        context=context,
        subject=_subject(context, places),
        period=_period(context, publication.year),
        span=caption_period if caption_period and "/" in caption_period else None,
        place=place,
        place_assumed=assumed and place is not None,
        unit=parse_unit(table.unit) if table.unit else None,
    )
    settle_columns(plan, places, publication.year)
    for panel in grid.panels:
        plan.subjects[panel.number] = row_subjects(plan, panel, places)
    return plan


def _period(context: Iterable[str], year: int | None) -> str | None:
    """The time of a table: the first text that names exactly one, else the edition's year."""
    for text in context:
        if period := period_in(bare_caption(text)):
            return period
    return str(year) if year else None


def _subject(context: Iterable[str], places: Places) -> str:
    """What the table is about in words: its caption, else its group, else its heading."""
    for text in context:
        place = places.at_start(text)
        if subject := subject_of(text, place[1] if place else ""):
            return subject.replace("/", "／")
    return ""
