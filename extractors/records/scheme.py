"""The indicators of a document: their ids and their parents.

An id is a printed code (``L1P1-A1``), else the names from the top of the scheme joined by
``/`` (``智慧基础设施/基础网络建设水平``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from extractors.records.identity import separate
from extractors.records.linking import Linker
from extractors.records.subjects import BY_ROW, SCORED, Path, Plan
from extractors.records.totals import Totals
from extractors.units import parse_unit
from schemas.measures import measure_words
from schemas.schemes import scheme_words

#: The unit of a score.
POINTS = parse_unit("分")


@dataclass(slots=True)
class Node:
    """An indicator; ``code`` where one is printed, ``points`` where a table gives points.

    ``misplaced`` is true where one header prints a part below another chapter than the rest do.
    """

    path: Path
    kind: str
    max_score: float | None = None
    weight: float | None = None
    code: str | None = None
    points: bool = False
    misplaced: bool = False


@dataclass(slots=True)
class Scheme:
    """All indicators of a document in the order in which they are first printed."""

    linker: Linker
    nodes: dict[Path, Node] = field(default_factory=dict)

    def indicator(self, path: Path) -> str:
        """The id of an indicator."""
        node = self.nodes.get(path)
        return node.code if node and node.code else "/".join(path)

    def is_total(self, path: Path) -> bool:
        """Whether a path is the score of everything that a table measures."""
        return path in self.nodes and self.nodes[path].kind == "total"

    def ranked(self, plan: Plan, name: str) -> Path:
        """The indicator that only a rank column names (数字生活排名)."""
        path = self.linker.linked(plan, (name.replace("/", "／"),))
        return self.node(path, "score").path

    def node(self, path: Path, kind: str) -> Node:
        """The node of a path; a new one has the kind that is given."""
        node = self.nodes.get(path)
        if node is None:
            node = self.nodes[path] = Node(path, kind)
        return node

    def rows(self) -> list[dict[str, Any]]:
        """The rows of ``indicators``, parents before their parts.

        A header or section that only heads others has the kind ``group``.
        """
        codes = {node.code for node in self.nodes.values() if node.code}
        rows: dict[str, dict[str, Any]] = {}
        for path in self.nodes:
            for depth in range(1, len(path) + 1):
                node = self.nodes.get(path[:depth]) or Node(path[:depth], "group")
                row = self._row(node, codes)
                rows.setdefault(row["indicator"], row)
        return list(rows.values())

    def _row(self, node: Node, codes: set[str]) -> dict[str, Any]:
        above = _code_above(node.code) if node.code else None
        parent = above if above in codes else None
        if parent is None and len(node.path) > 1:
            parent = self.indicator(node.path[:-1])
        return {
            "indicator": self.indicator(node.path),
            "name": node.path[-1],
            "parent": parent,
            "level": _code_level(node.code) if node.code else len(node.path),
            "kind": node.kind,
            "weight": node.weight,
            "max_score": node.max_score,
        }


def scheme_of(plans: list[Plan]) -> Scheme:
    """Name the indicators of a document: every plan's columns and rows get their final paths."""
    scored = [plan for plan in plans if plan.table.kind in SCORED]
    scheme = Scheme(Linker(scored))
    for plan in scored:
        scheme.linker.link(plan)
    totals = Totals(scheme.linker)
    for plan in plans:
        totals.name(plan)
    separate(plans)
    for plan in plans:
        _enter(scheme, plan)
    for plan in scored:
        _share_points(scheme, plan)
    _settle_kinds(scheme, scored)
    return scheme


def _settle_kinds(scheme: Scheme, scored: list[Plan]) -> None:
    """Tell from the scheme's own scores what only stands beside them.

    A part that one header prints below another chapter is no second part, a count or a mean
    of scores (入评城市个数, 平均分) is a statistic, and extra points (加分项) stand outside the hundred.
    """
    printed = Counter(wrong.printed for wrong in scheme.linker.misplaced())
    for path, tables in printed.items():
        # A name that two chapters share is printed below both in every table of the whole.
        if tables == 1 and path in scheme.nodes:
            scheme.nodes[path].misplaced = True
            scheme.nodes[path].kind = "misplaced"
    words = scheme_words()
    parts = {path[:depth] for path in scheme.nodes for depth in range(1, len(path))}
    beside_totals = {
        path
        for plan in scored
        if any(scheme.is_total(column.path) for column in plan.columns.values())
        for path in (column.path for column in plan.columns.values())
    }
    for path, node in scheme.nodes.items():
        if node.kind != "score":
            continue
        if path[-1].endswith(words.kinds["bonus"]):
            node.kind = "bonus"
        elif (
            len(path) == 1
            and path not in parts | beside_totals
            and path[-1].endswith(words.statistics)
            and node.max_score is None
        ):
            node.kind = "statistic"


def _enter(scheme: Scheme, plan: Plan) -> None:
    """Enter the indicators of a plan, with what its headers say of them."""
    if plan.axis in BY_ROW:
        for subjects in plan.subjects.values():
            for row in subjects:
                if row is not None:
                    node = scheme.node(row.path, _kind(plan, row.total))
                    node.code = node.code or row.code
                    node.max_score = _known(node.max_score, row.max_score)
        return
    for column in plan.columns.values():
        # The total of a chapter is the chapter itself, which is a score like any other.
        whole = column.total and column.path[-1] in measure_words().totals
        node = scheme.node(column.path, _kind(plan, whole))
        if column.measure == "value":
            node.points |= plan.table.kind in SCORED and column.unit == POINTS
            node.max_score = _known(node.max_score, column.max_score)
            node.weight = _known(node.weight, column.weight)
            node.code = node.code or column.code


def _share_points(scheme: Scheme, plan: Plan) -> None:
    """An indicator that one table of the scheme gives points for is given points in all."""
    if plan.axis in BY_ROW or plan.unit is not None:
        return
    for column in plan.columns.values():
        if column.unit is None and column.measure == "value" and scheme.nodes[column.path].points:
            column.unit = POINTS


def _kind(plan: Plan, total: bool) -> str:
    if total:
        return "total"
    return "score" if plan.table.kind in SCORED else "statistic"


def _known(old: float | None, new: float | None) -> float | None:
    return new if old is None else old


def _code_level(code: str) -> int:
    """``L1`` 1, ``L1P1`` 2, ``L1P1-A1`` 3."""
    above = _code_above(code)
    return 1 if above is None else 1 + _code_level(above)


def _code_above(code: str) -> str | None:
    """``L1P1`` of ``L1P1-A1``, ``L1`` of ``L1P1``, None of ``L1``."""
    if "-" in code:
        return code.rsplit("-", 1)[0]
    cut = max((index for index, letter in enumerate(code) if letter.isalpha()), default=0)
    return code[:cut] or None
