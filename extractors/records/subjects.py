"""The types in which a table's meaning is held: what its rows and columns are about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from extractors.areas import Area
from extractors.model import Table
from extractors.records.panels import Grid
from extractors.units import Unit

#: What the rows of a table are.
Axis = Literal["area", "entity", "period", "indicator", "variable", "breakdown"]

#: Names of an indicator from the top of its scheme; ``()`` where a label names none.
Path = tuple[str, ...]

#: Axes whose rows name the indicator; elsewhere the columns do.
BY_ROW = frozenset(("indicator", "variable"))

#: Tables of these kinds give points by a scheme of indicators, which they share.
SCORED = frozenset(("ranking", "scores", "comparison", "correlation"))


@dataclass(slots=True)
class ColumnSubject:
    """What the values of a column are about.

    ``path`` names the indicator, ``place`` and ``breakdown`` are set where the columns are
    places or parts. ``averaged`` is true of a mean change over a span (年均增长).
    """

    index: int
    label: str
    path: Path
    measure: str
    period: str | None
    unit: Unit | None
    max_score: float | None
    weight: float | None = None
    code: str | None = None
    place: Area | None = None
    breakdown: str | None = None
    averaged: bool = False
    total: bool = False


@dataclass(slots=True)
class RowSubject:
    """What the values of a row are about, as far as the row says."""

    label: str
    area: Area | None = None
    path: Path = ()
    breakdown: str | None = None
    period: str | None = None
    measure: str | None = None
    unit: Unit | None = None
    max_score: float | None = None
    code: str | None = None
    statistic: str | None = None
    total: bool = False


@dataclass(slots=True)
class Plan:
    """A table and what its rows and columns are about.

    ``subjects[panel number][row index]`` is None for a row without values of its own.
    ``period`` is the table's own time, used where neither row nor column has one; ``span``
    the years its caption covers.
    """

    table: Table
    grid: Grid
    axis: Axis
    columns: dict[int, ColumnSubject]
    subjects: dict[int, list[RowSubject | None]]
    context: tuple[str, ...]
    subject: str
    period: str | None
    span: str | None
    place: Area | None
    place_assumed: bool
    unit: Unit | None
    unresolved: dict[str, tuple[int, Area]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Publication:
    """What a table inherits from its publication.

    ``year`` is the edition's; ``names`` are what names the publication (title, publisher);
    ``captions`` are those of all its tables, without white space.
    """

    year: int | None
    names: tuple[str, ...] = ()
    captions: frozenset[str] = frozenset()
