"""What a total adds up: a chapter of the scheme, or the whole of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractors.records.labels import subject_of
from extractors.records.linking import Linker, printed_paths
from extractors.records.subjects import BY_ROW, SCORED, Path, Plan
from schemas.measures import measure_words


@dataclass(slots=True)
class _Whole:
    """A total by its path, and the stems of all parts that it adds up."""

    path: Path
    stems: set[str]


@dataclass(slots=True)
class Totals:
    """The totals of a document.

    The total of a chapter is the chapter's indicator. The total of a whole has its bare
    name (总分) in the first scheme of a document; a second scheme, none of whose parts are the
    first one's, has a whole of its own below the name of what its table is about.
    """

    linker: Linker
    _wholes: dict[Path, list[_Whole]] = field(default_factory=dict)

    def name(self, plan: Plan) -> None:
        """Give the totals of a plan, whose parts are linked, their paths."""
        parts = list(printed_paths(plan))
        if plan.axis not in BY_ROW:
            chapter = self._chapter(plan, parts)
            for column in plan.columns.values():
                if column.total:
                    column.path = chapter or self._whole(plan, parts, column.path)
        elif plan.axis == "indicator":
            self._name_rows(plan, parts)

    def _name_rows(self, plan: Plan, parts: list[Path]) -> None:
        wholes: dict[Path, Path] = {}
        for subjects in plan.subjects.values():
            for row in subjects:
                if row is not None and row.total:
                    printed = row.path[-1:]
                    if printed not in wholes:
                        wholes[printed] = self._whole(plan, parts, printed)
                    row.path = wholes[printed]

    def _chapter(self, plan: Plan, parts: list[Path]) -> Path | None:
        """The chapter whose parts are all the other columns, or that the caption names alone."""
        if plan.table.kind not in SCORED:
            return None
        above = {path[:-1] for path in parts}
        if len(above) == 1 and (chapter := above.pop()):
            return chapter
        if parts or not plan.table.caption:
            return None
        name = subject_of(plan.table.caption)
        return self.linker.part(plan, name) or ((name,) if self.linker.is_chapter(name) else None)

    def _whole(self, plan: Plan, parts: list[Path], path: Path) -> Path:
        stems = {_stem(name) for part in parts for name in part}
        wholes = self._wholes.setdefault(path, [])
        for whole in wholes:
            if not stems or whole.stems & stems:
                whole.stems |= stems
                return whole.path
        own = path if not wholes else (plan.subject or plan.table.table_id, *path)
        wholes.append(_Whole(own, stems))
        return own


def _stem(name: str) -> str:
    """A part's name without the ending that another table of the scheme leaves out."""
    ending = next((end for end in measure_words().part_endings if name.endswith(end)), "")
    return name.removesuffix(ending) or name
