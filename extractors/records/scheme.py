"""The indicators of a document: their ids, their parents, and what several tables call one.

An id is a printed code (``L1P1-A1``), else the names from the top of the scheme joined by
``/`` (``智慧基础设施/基础网络建设水平``). Score tables of one document speak of one scheme: a
header that names a part without its chapter is the part that another table prints below
its chapter. Tables of statistics are left as printed, since 企业数 below 有电子商务交易活动 is not
the 企业数 of another table. The total of a chapter is the chapter's indicator.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from extractors.records.identity import separate
from extractors.records.labels import squeeze, subject_of
from extractors.records.subjects import BY_ROW, SCORED, Path, Plan
from extractors.units import parse_unit
from schemas.measures import measure_words

#: How alike a header and the caption's indicator must be to be two spellings of one: a
#: word of one character more or less in ten (建设共享, 建设与共享) is 0.9 and above.
ALIKE = 0.85


#: The unit of a score.
POINTS = parse_unit("分")


@dataclass(slots=True)
class Node:
    """A node of the scheme; ``code`` where one is printed."""

    path: Path
    kind: str = "statistic"
    max_score: float | None = None
    weight: float | None = None
    code: str | None = None
    points: bool = False


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A header that prints a part below another chapter than most tables do."""

    table_id: str
    column_number: int
    printed: Path
    usual: Path
    tables: int


@dataclass(slots=True)
class _Whole:
    """What one total adds up: the stems of its parts and chapters."""

    path: Path
    stems: set[str]


@dataclass(slots=True)
class Scheme:
    """All nodes of a document in the order in which they are first printed."""

    nodes: dict[Path, Node] = field(default_factory=dict)
    misplaced: list[Misplaced] = field(default_factory=list)
    _parents: dict[str, Counter[Path]] = field(default_factory=dict)
    _tops: set[str] = field(default_factory=set)
    _wholes: dict[Path, list[_Whole]] = field(default_factory=dict)

    def indicator(self, path: Path) -> str:
        """The id of a node."""
        node = self.nodes.get(path)
        return node.code if node and node.code else "/".join(path)

    def ranked(self, plan: Plan, name: str) -> Path:
        """The node of an indicator that only a rank column names (数字生活排名)."""
        path = _linked(self, plan, (name.replace("/", "／"),))
        _node(self, path, False, True)
        return path

    def rows(self) -> list[dict[str, Any]]:
        """The rows of ``indicators``, parents before their parts."""
        rows: dict[str, dict[str, Any]] = {}
        for path in self.nodes:
            for depth in range(1, len(path) + 1):
                row = self._row(path[:depth])
                rows.setdefault(row["indicator"], row)
        return list(rows.values())

    def _row(self, path: Path) -> dict[str, Any]:
        node = self.nodes.get(path, Node(path, "group"))
        parent = self._parent(node)
        return {
            "indicator": self.indicator(path),
            "name": path[-1],
            "parent": parent,
            "level": len(path) if not node.code else _code_level(node.code),
            "kind": node.kind,
            "weight": node.weight,
            "max_score": node.max_score,
        }

    def _parent(self, node: Node) -> str | None:
        if node.code:
            codes = {known.code for known in self.nodes.values() if known.code}
            parent = _parent_code(node.code)
            if parent in codes:
                return parent
        return self.indicator(node.path[:-1]) if len(node.path) > 1 else None


def scheme_of(plans: list[Plan]) -> Scheme:
    """Name the indicators of a document, and settle every plan's paths to them.

    The plans' columns and rows get their final paths; parts printed without their chapter,
    totals of chapters and second spellings are linked here.
    """
    scheme = Scheme()
    scored = [plan for plan in plans if plan.table.kind in SCORED]
    _learn(scheme, scored)
    for plan in scored:
        _link(scheme, plan)
    for plan in plans:
        _name_totals(scheme, plan)
    separate(plans)
    for plan in plans:
        _register(scheme, plan)
    for plan in scored:
        _share_points(scheme, plan)
    return scheme


# --- learning from the score tables ----------------------------------------------------


def _learn(scheme: Scheme, plans: list[Plan]) -> None:
    """Which chapter every part is printed below, and by how many tables."""
    parents: dict[str, Counter[Path]] = defaultdict(Counter)
    printed: dict[tuple[str, Path], list[tuple[str, int]]] = defaultdict(list)
    for plan in plans:
        for path, column in _paths(plan).items():
            if len(path) > 1:
                parents[path[-1]][path] += 1
                printed[path[-1], path].append((plan.table.table_id, column))
            else:
                scheme._tops.add(path[0])
    scheme._parents = dict(parents)
    for name, counts in parents.items():
        usual, tables = counts.most_common(1)[0]
        for path, count in counts.items():
            if path != usual and count < tables:
                scheme.misplaced += [
                    Misplaced(table_id, column, path, usual, tables)
                    for table_id, column in printed[name, path]
                ]


def _paths(plan: Plan) -> dict[Path, int]:
    """The paths that a plan's columns and rows print -> the column's number (0: rows)."""
    found: dict[Path, int] = {}
    if plan.axis in BY_ROW:
        for subjects in plan.subjects.values():
            for subject in subjects:
                if subject and subject.path and not subject.total:
                    found.setdefault(subject.path, 0)
        return found
    for subject in plan.columns.values():
        if subject.path and not subject.total:
            found.setdefault(subject.path, subject.index + 1)
    return found


# --- linking ---------------------------------------------------------------------------


def _link(scheme: Scheme, plan: Plan) -> None:
    """Give parts that stand without their chapter the path of the scheme."""
    cache: dict[Path, Path] = {}

    def linked(path: Path) -> Path:
        if path not in cache:
            cache[path] = _linked(scheme, plan, path)
        return cache[path]

    for column in plan.columns.values():
        if column.path and not column.total:
            column.path = linked(column.path)
    for subjects in plan.subjects.values():
        for row in subjects:
            if row and row.path and not row.total:
                row.path = linked(row.path)


def _linked(scheme: Scheme, plan: Plan, path: Path) -> Path:
    if len(path) != 1 or path[0] in scheme._tops and path[0] not in scheme._parents:
        return _second_spelling(scheme, plan, path) if len(path) == 1 else path
    return _in_context(scheme, plan, path[0]) or path


def _second_spelling(scheme: Scheme, plan: Plan, path: Path) -> Path:
    """A table of one indicator whose caption names it in the scheme's spelling."""
    only = {column.path for column in plan.columns.values() if not column.total}
    if len(only) != 1 or plan.subject not in scheme._parents:
        return path
    if SequenceMatcher(None, path[0], plan.subject, autojunk=False).ratio() < ALIKE:
        return path
    return _in_context(scheme, plan, plan.subject) or path


def _in_context(scheme: Scheme, plan: Plan, name: str) -> Path | None:
    """The path of a part by its name: the one whose chapter the context names, else the usual."""
    counts = scheme._parents.get(name)
    if not counts:
        return None
    ranked = counts.most_common()
    if len(ranked) == 1:
        return ranked[0][0]
    texts = (plan.table.caption, plan.table.group, *reversed(plan.table.headings))
    for text in texts:
        named = [path for path, _ in ranked if text and path[-2] in squeeze(text)]
        if len(named) == 1:
            return named[0]
    return ranked[0][0] if ranked[0][1] > ranked[1][1] else None


# --- totals ----------------------------------------------------------------------------


def _name_totals(scheme: Scheme, plan: Plan) -> None:
    """Say what a total adds up: a chapter, or everything that the table's scheme measures."""
    parts = list(_paths(plan))
    chapter = _chapter(scheme, plan, parts)
    for column in plan.columns.values():
        if column.total and plan.axis not in BY_ROW:
            column.path = chapter or _whole(scheme, plan, parts, column.path)
    done: dict[Path, Path] = {}
    for subjects in plan.subjects.values():
        for row in subjects:
            if row and row.total and row.path and plan.axis == "indicator":
                path = row.path[-1:]
                if path not in done:
                    done[path] = _whole(scheme, plan, parts, path)
                row.path = done[path]


def _chapter(scheme: Scheme, plan: Plan, parts: list[Path]) -> Path | None:
    """The chapter whose parts are all the other columns, or that the caption names alone."""
    if plan.table.kind not in SCORED:
        return None
    above = {path[:-1] for path in parts}
    if len(above) == 1 and (chapter := above.pop()):
        return chapter
    if not parts and plan.table.caption:
        name = subject_of(plan.table.caption)
        if name in scheme._parents:
            return _in_context(scheme, plan, name)
        chapters = {path[:-1] for counts in scheme._parents.values() for path in counts}
        return (name,) if (name,) in chapters else None
    return None


def _whole(scheme: Scheme, plan: Plan, parts: list[Path], path: Path) -> Path:
    """The total of a whole: the first scheme of a document has the bare name.

    A second scheme, none of whose parts are the first one's, has a whole of its own, below
    the name of what its table is about.
    """
    stems = {_stem(name) for part in parts for name in part}
    wholes = scheme._wholes.setdefault(path, [])
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


# --- registering -----------------------------------------------------------------------


def _register(scheme: Scheme, plan: Plan) -> None:
    scored = plan.table.kind in SCORED
    totals = measure_words().totals
    if plan.axis not in BY_ROW:
        for column in plan.columns.values():
            node = _node(scheme, column.path, column.total and column.path[-1] in totals, scored)
            if column.measure == "value":
                node.points |= scored and column.unit == POINTS
                node.max_score = column.max_score if node.max_score is None else node.max_score
                node.weight = column.weight if node.weight is None else node.weight
            node.code = node.code or (column.code if column.measure == "value" else None)
    for subjects in plan.subjects.values():
        for row in subjects:
            if row and row.path:
                node = _node(scheme, row.path, row.total, scored)
                node.code = node.code or row.code


def _share_points(scheme: Scheme, plan: Plan) -> None:
    """An indicator that one table of the scheme gives points for is given points in all."""
    if plan.axis in BY_ROW or plan.unit is not None:
        return
    for column in plan.columns.values():
        if column.unit is None and column.measure == "value" and scheme.nodes[column.path].points:
            column.unit = POINTS


def _node(scheme: Scheme, path: Path, total: bool, scored: bool) -> Node:
    node = scheme.nodes.get(path)
    if node is None:
        kind = "total" if total else "score" if scored else "statistic"
        node = scheme.nodes[path] = Node(path, kind)
    return node


def _code_level(code: str) -> int:
    """``L1`` 1, ``L1P1`` 2, ``L1P1-A1`` 3."""
    level, parent = 1, _parent_code(code)
    while parent:
        level, parent = level + 1, _parent_code(parent)
    return level


def _parent_code(code: str) -> str | None:
    if "-" in code:
        return code.rsplit("-", 1)[0]
    cut = max((index for index, letter in enumerate(code) if letter.isalpha()), default=0)
    return code[:cut] or None
