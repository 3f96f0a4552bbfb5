"""Score tables of one document speak of one scheme: their names are linked here.

A header that names a part without its chapter means the part that another table prints
below its chapter; a caption may spell an indicator as the scheme does where the header does
not. Tables of statistics are left as printed, since 企业数 below 有电子商务交易活动 is not the
企业数 of another table.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from extractors.records.labels import squeeze
from extractors.records.subjects import BY_ROW, Path, Plan

#: How alike a header and the caption's indicator must be to be two spellings of one: a
#: character more or less in ten (建设共享, 建设与共享) is 0.95, other parts of a scheme that
#: share half of their characters are below 0.7.
ALIKE = 0.85


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A header that prints a part below another chapter than most tables do."""

    table_id: str
    column_number: int
    printed: Path
    usual: Path
    tables: int


class Linker:
    """What the score tables of a document print: parts with their chapters, and tops."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        self._tops: set[str] = set()
        self._parts: dict[str, Counter[Path]] = defaultdict(Counter)
        self._printed: dict[Path, list[tuple[str, int]]] = defaultdict(list)
        for plan in plans:
            for path, column in printed_paths(plan).items():
                if len(path) == 1:
                    self._tops.add(path[0])
                else:
                    self._parts[path[-1]][path] += 1
                    self._printed[path].append((plan.table.table_id, column))

    def link(self, plan: Plan) -> None:
        """Give the parts of a plan that stand without their chapter the path of the scheme."""
        linked = {path: self.linked(plan, path) for path in printed_paths(plan)}
        for column in plan.columns.values():
            if not column.total:
                column.path = linked.get(column.path, column.path)
        for subjects in plan.subjects.values():
            for row in subjects:
                if row is not None and not row.total:
                    row.path = linked.get(row.path, row.path)

    def linked(self, plan: Plan, path: Path) -> Path:
        """The path of the scheme that a printed path means in the context of its table."""
        if len(path) != 1:
            return path
        if path[0] in self._parts:
            return self.part(plan, path[0]) or path
        if path[0] in self._tops and self._is_other_spelling(plan, path):
            return self.part(plan, plan.subject) or path
        return path

    def part(self, plan: Plan, name: str) -> Path | None:
        """A part by its name: below the chapter that the context names, else the usual one."""
        ranked = self._parts[name].most_common() if name in self._parts else []
        if len(ranked) < 2:
            return ranked[0][0] if ranked else None
        for text in map(squeeze, plan.context):
            named = [path for path, _ in ranked if path[-2] in text]
            if len(named) == 1:
                return named[0]
        return ranked[0][0] if ranked[0][1] > ranked[1][1] else None

    def is_chapter(self, name: str) -> bool:
        """Whether some table prints parts below a top of this name."""
        return any((name,) == path[:-1] for counts in self._parts.values() for path in counts)

    def misplaced(self) -> list[Misplaced]:
        """The headers that contradict the chapter which more tables print."""
        return [
            Misplaced(table_id, column, path, usual, tables)
            for counts in self._parts.values()
            for usual, tables in counts.most_common(1)
            for path, count in counts.items()
            if count < tables
            for table_id, column in self._printed[path]
        ]

    def _is_other_spelling(self, plan: Plan, path: Path) -> bool:
        """Whether a table of one indicator has the scheme's spelling in its caption."""
        only = {column.path for column in plan.columns.values() if not column.total}
        if only != {path} or plan.subject not in self._parts:
            return False
        return SequenceMatcher(None, path[0], plan.subject, autojunk=False).ratio() >= ALIKE


def printed_paths(plan: Plan) -> dict[Path, int]:
    """The paths that columns or rows print, totals left out -> the column's number (0: rows)."""
    found: dict[Path, int] = {}
    if plan.axis not in BY_ROW:
        for column in plan.columns.values():
            if column.path and not column.total:
                found.setdefault(column.path, column.index + 1)
        return found
    rows = (row for subjects in plan.subjects.values() for row in subjects if row is not None)
    return {row.path: 0 for row in rows if row.path and not row.total}
