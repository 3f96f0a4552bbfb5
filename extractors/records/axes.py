"""Which axis the rows of a table are.

Rows are places, other entities, periods, indicators, the variables of a correlation, or
the parts of a breakdown (industries, applications). The evidence, in this order: the kind
of table, periods in the row labels, the stub's header (指标), names that are places, a rank
column, and whether the columns name anything but periods.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from extractors.model import Table
from extractors.records.labels import name_of
from extractors.records.panels import Grid, labels_of
from extractors.records.places import Places
from extractors.records.subjects import Axis, ColumnSubject
from schemas.measures import measure_words

#: The share of row labels that must be places (or periods) for the rows to be places.
#: Lists of places hold a few names that are unknown or ambiguous, other lists hardly any
#: that resolve by chance.
MOST = 0.5

#: A table of one or two rows is no evidence for an axis by its row labels being periods.
LEAST_ROWS = 2


def data_labels(table: Table, grid: Grid) -> list[str]:
    """The distinct labels of rows with values, over all lists and halves, in order."""
    stubs: list[tuple[int, ...]] = [(index,) for index in grid.names]
    stubs = stubs or [panel.stubs for panel in grid.panels]
    labels = (label for columns in dict.fromkeys(stubs) for label in labels_of(table, columns))
    return list(dict.fromkeys(labels))


def axis_of(
    table: Table,
    grid: Grid,
    columns: Mapping[int, ColumnSubject],
    labels: Sequence[str],
    places: Places,
) -> Axis:
    """The axis of a table's rows; ``labels`` are those of the rows with values."""
    words = measure_words()
    stubs = grid.panels[0].stubs if grid.panels else ()
    ranked = any(panel.ranks for panel in grid.panels)
    header = _header(table, stubs)
    if table.kind == "correlation" and stubs:
        return "variable"
    if len(labels) >= LEAST_ROWS and _share(labels, _is_period) > MOST:
        return "period"
    if header in words.indicator_stubs and not ranked:
        return "indicator"
    if _are_places(table, stubs, labels, places):
        return "area"
    if ranked:
        return "entity"
    if header in words.breakdown_stubs:
        return "breakdown"
    unnamed = all(not subject.path for subject in columns.values())
    return "indicator" if unnamed else "breakdown"


def _header(table: Table, stubs: Sequence[int]) -> str:
    """The bare header of the innermost stub column."""
    path = table.columns[stubs[-1]].path if stubs else ()
    return name_of(path[-1]).text if path else ""


def _is_period(label: str) -> bool:
    name = name_of(label)
    return bool(name.period) and not name.text


def _are_places(table: Table, stubs: Sequence[int], labels: Sequence[str], places: Places) -> bool:
    """Whether the match took the stub for places, or most labels are names of some."""
    if any(table.columns[index].field == "area" for index in stubs):
        return True
    return (
        places.column(tuple(labels)).scope != "body"
        and bool(labels)
        and _share(labels, places.is_name) >= MOST
    )


def _share(labels: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, labels)) / len(labels)
