"""One id, one meaning: names that several tables count differently are told apart.

A yearbook prints 集成电路 once as an export and once as a product, and both in 亿块. Where the
tables of one name contradict each other in most of the places and times that they share, or
count in different units, they do not speak of one indicator: each then stands below what
its table is about (电子信息产品出口/集成电路). Tables that agree, or share nothing that could be
compared, are taken at their word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from extractors.records.meaning import (
    area_of,
    breakdown_of,
    crossings,
    measure_of,
    path_of,
    period_of,
    unit_of,
)
from extractors.records.subjects import BY_ROW, SCORED, ColumnSubject, Path, Plan, RowSubject
from extractors.values import parse_value

#: How far two prints of one number may differ: a rounding, or a later revision of it.
CLOSE = 0.02

#: Beside a relative difference, half a unit of the first decimal is rounding.
ROUNDING = 0.05

#: (place, time, breakdown, measure) of a number.
_Key = tuple[str, str | None, str | None, str]


@dataclass(slots=True)
class _Uses:
    """What one table, or several that agree, print for a path."""

    plans: list[Plan]
    numbers: dict[_Key, float] = field(default_factory=dict)
    units: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def contradicts(self, other: _Uses) -> bool:
        """Whether units exclude each other, or most of the numbers that both print differ."""
        for measure in self.units.keys() & other.units.keys():
            if self.units[measure].isdisjoint(other.units[measure]):
                return True
        shared = self.numbers.keys() & other.numbers.keys()
        different = sum(not _close(self.numbers[key], other.numbers[key]) for key in shared)
        return different * 2 > len(shared)

    def join(self, other: _Uses) -> None:
        """Take in a table that agrees."""
        self.plans += other.plans
        self.numbers = {**other.numbers, **self.numbers}
        for measure, units in other.units.items():
            self.units[measure] |= units


def separate(plans: list[Plan]) -> None:
    """Qualify the paths of tables that mean different things by one name.

    A score table's other indicators belong to its scheme and stay; a table of statistics is
    qualified as a whole, since its rows say together what they count.
    """
    for path, uses in _contradictions(plans).items():
        for use in uses:
            prefix = use.plans[0].subject or use.plans[0].table.table_id
            for plan in use.plans:
                only = path if plan.table.kind in SCORED else None
                _qualify(plan, prefix, only)
    for plan, prefix in _borrowed(plans):
        _qualify(plan, prefix, None)


def _contradictions(plans: list[Plan]) -> dict[Path, list[_Uses]]:
    """Paths that stand for several things -> what each group of tables prints for them."""
    by_path: dict[Path, list[Plan]] = defaultdict(list)
    for plan in plans:
        for path in dict.fromkeys(subject.path for subject in _named(plan)):
            by_path[path].append(plan)
    shared = {path for path, users in by_path.items() if len(users) > 1}
    printed = {id(plan): _printed(plan, shared) for plan in plans}
    found: dict[Path, list[_Uses]] = {}
    for path, users in by_path.items():
        uses = [printed[id(plan)][path] for plan in users if path in printed[id(plan)]]
        groups = _agreeing(uses)
        if len(groups) > 1:
            found[path] = groups
    return found


def _agreeing(uses: list[_Uses]) -> list[_Uses]:
    """Tables that do not contradict one another put together, in reading order."""
    groups: list[_Uses] = []
    for use in uses:
        fitting = next((group for group in groups if not group.contradicts(use)), None)
        if fitting:
            fitting.join(use)
        else:
            groups.append(use)
    return groups


def _printed(plan: Plan, paths: set[Path]) -> dict[Path, _Uses]:
    """The numbers of a table for some of its paths."""
    found: dict[Path, _Uses] = {}
    if not any(subject.path in paths for subject in _named(plan)):
        return found
    for crossing in crossings(plan):
        row, column = crossing.row_subject, crossing.column_subject
        path = path_of(plan, row, column)
        if path not in paths:
            continue
        value = parse_value(crossing.cell.value)
        area = area_of(plan, row, column)
        if value.number is None or area is None or area.ref_area is None:
            continue
        use = found.get(path) or found.setdefault(path, _Uses([plan]))
        measure = measure_of(plan, row, column)
        unit = unit_of(plan, row, column, value)
        key = (area.ref_area, period_of(plan, row, column), breakdown_of(row, column), measure)
        use.numbers[key] = value.number * 10 ** (unit.unit_mult if unit else 0)
        if unit and unit.unit_measure:
            use.units[measure].add(unit.unit_measure)
    return found


def _close(one: float, other: float) -> bool:
    difference = abs(one - other)
    return difference <= ROUNDING or difference <= CLOSE * max(abs(one), abs(other))


def _borrowed(plans: list[Plan]) -> Iterator[tuple[Plan, str]]:
    """Tables whose section heads are by chance the names of another table's indicators.

    信息经济 heads a section of targets in one table and is a scored indicator in another: the
    score table, if it is the only one of its scheme, is qualified, else the sections' table.
    """
    scored: dict[Path, list[Plan]] = defaultdict(list)
    for plan in plans:
        if plan.table.kind in SCORED:
            for path in dict.fromkeys(subject.path for subject in _named(plan)):
                scored[path].append(plan)
    done: set[int] = set()
    for plan in plans:
        if plan.table.kind in SCORED:
            continue
        heads = {subject.path[:-1] for subject in _named(plan)} & scored.keys()
        for head in sorted(heads):
            users = scored[head]
            other = users[0] if len(users) == 1 else plan
            if id(other) not in done:
                done.add(id(other))
                yield other, other.subject or other.table.table_id


def _named(plan: Plan) -> Iterator[ColumnSubject | RowSubject]:
    """The columns or rows that name the indicators of a table."""
    if plan.axis not in BY_ROW:
        yield from plan.columns.values()
        return
    for subjects in plan.subjects.values():
        yield from (row for row in subjects if row is not None)


def _qualify(plan: Plan, prefix: str, only: Path | None) -> None:
    """Put a table's paths (or only one of them) below ``prefix``, once."""
    for subject in _named(plan):
        if (only is None or subject.path == only) and subject.path[0] != prefix:
            subject.path = (prefix, *subject.path)
