"""Weights: in percent, of the whole or of the parent, and whether they add up.

Print says ``26%``, ``0.26``, ``26`` or ``26分``. Points are maxima; of a scheme whose top adds up to a
known number of points they are shares of it too. What adds up to its parent's weight is a
share of the whole, what adds up to 100% is a share of its parent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from extractors.model import Doubt
from extractors.schemes.declare import Weight
from extractors.schemes.nodes import Node

#: Weights are printed with two decimals at most, so that ten of them may be off by this.
CLOSE = 0.05

#: Kinds whose weight stands outside the hundred.
OUTSIDE = frozenset(("deduction", "bonus"))

_FACTOR = re.compile(r"[=＝]\s*(\d+(?:\.\d+)?)\s*[%％]\s*[×xX*·✕]")


def settle_weights(nodes: Sequence[Node], *, points: bool, percent: bool) -> None:
    """Set ``percent``, ``base`` and ``max_score`` of every node.

    ``points`` and ``percent`` are what headers say of numbers that are printed without a unit.
    """
    for node in nodes:
        _from_formula(node)
    weights = [node.weight for node in nodes if node.weight]
    unit = "分" if points else "%" if percent else None
    fractions = unit != "分" and _are_fractions(weights)
    for node in nodes:
        if node.weight is None:
            continue
        said = node.weight.unit or unit or "%"
        if said == "分":
            node.max_score = node.weight.number
        else:
            scale = 100 if fractions and not node.weight.unit else 1
            node.percent = round(node.weight.number * scale, 6)
    _points_as_shares(nodes)
    for depth in sorted({node.level for node in nodes}):
        _base(nodes, depth)


def _from_formula(node: Node) -> None:
    """An item without a weight of its own prints it as the factor of its formula."""
    text = node.texts.get("formula")
    if node.weight is None and text and (match := _FACTOR.search(text.text.split("\n")[0])):
        number = match.group(1)
        node.weight = Weight(float(number), "%", f"{number}%")


def _are_fractions(weights: Iterable[Weight]) -> bool:
    bare = [weight.number for weight in weights if weight.unit is None]
    return bool(bare) and all(number <= 1 for number in bare) and any(n not in (0, 1) for n in bare)


def _points_as_shares(nodes: Sequence[Node]) -> None:
    """Points in percent: of all points, or of a hundred where each node's parts make a hundred."""
    tops = [node for node in nodes if node.parent is None and node.kind not in OUTSIDE]
    if not tops or any(node.max_score is None for node in tops):
        return
    whole = sum(node.max_score or 0 for node in tops)
    for node in nodes:
        if whole and node.max_score is not None and node.percent is None:
            base = 100 if node.parent and _hundred(node.parent) else whole
            node.percent = round(100 * node.max_score / base, 6)


def _hundred(parent: Node) -> bool:
    """Whether the parts of a node make a hundred points, and not the node's own."""
    points = sum(node.max_score or 0 for node in parent.children if node.kind not in OUTSIDE)
    return abs(points - 100) < CLOSE and parent.max_score != points


def _base(nodes: Sequence[Node], depth: int) -> None:
    """Whether the weights of a level are of the whole or of the parent, by what they add up to."""
    votes = {"total": 0, "parent": 0}
    for parent in _parents(nodes, depth):
        found = _sum(parent.children)
        if found is None or parent.percent is None:
            continue
        if abs(parent.percent - 100) < CLOSE:
            continue  # of a parent that is everything both are the same
        votes["total"] += abs(found - parent.percent) < CLOSE
        votes["parent"] += abs(found - 100) < CLOSE
    printed = [node for node in nodes if node.level == depth]
    by_formula = any(node.texts.get("formula") and node.children == [] for node in printed)
    if votes["total"] == votes["parent"]:
        base = "parent" if depth > 1 and by_formula and not votes["total"] else "total"
    else:
        base = max(votes, key=lambda name: votes[name])
    for node in printed:
        node.base = base if node.percent is not None else None


def _parents(nodes: Sequence[Node], depth: int) -> list[Node]:
    return [node for node in nodes if node.level == depth - 1 and node.children]


def _sum(children: Iterable[Node]) -> float | None:
    """What weighted parts add up to; None where one that counts has no weight."""
    counted = [node for node in children if node.kind not in OUTSIDE]
    if not counted or any(node.percent is None for node in counted):
        return None
    return round(sum(node.percent or 0 for node in counted), 6)


def weight_doubts(nodes: Sequence[Node]) -> Iterator[Doubt]:
    """Weights that do not add up, and weights that the print leaves out.

    Tops to 100% (or to their points), nodes to their parent's weight, items to 100% of their
    node.
    """
    tops = [node for node in nodes if node.parent is None]
    found = _sum(tops)
    if found is not None and abs(found - 100) >= CLOSE:
        yield _doubt(tops[0], "weight-sum", found, 100, "the weights of the first level", tops)
    for parent in nodes:
        parts = [node for node in parent.children if node.kind not in OUTSIDE]
        if not parts:
            continue
        found = _sum(parts)
        base = next((node.base for node in parts if node.base), None)
        target = 100.0 if base == "parent" else parent.percent
        if found is None:
            yield from _unprinted(parent, parts)
        elif target is not None and abs(found - target) >= CLOSE:
            yield _doubt(
                parts[0], "weight-sum", found, target, f"the parts of {parent.indicator}", parts
            )


def _unprinted(parent: Node, parts: Sequence[Node]) -> Iterator[Doubt]:
    weighted = any(node.percent is not None for node in parts)
    if not weighted and (parent.percent is None or len(parts) > 1):
        return
    for node in parts:
        if node.percent is None:
            yield Doubt(
                check="weight-unprinted",
                severity="info",
                line=node.line,
                page=node.page,
                table_id=node.table_id,
                row_number=node.row_number,
                column_number=node.column_number,
                printed=node.name,
                expected="100%" if len(parts) == 1 else None,
                evidence=f"{node.indicator} prints no weight; it stays without one",
            )


def _doubt(
    node: Node, check: str, found: float, target: float, what: str, parts: Sequence[Node]
) -> Doubt:
    terms = " + ".join(f"{part.indicator} {part.percent:g}%" for part in parts if part.percent)
    return Doubt(
        check=check,
        severity="warning",
        line=node.line,
        page=node.page,
        table_id=node.table_id,
        row_number=node.row_number,
        column_number=node.column_number,
        printed=f"{found:g}%",
        expected=f"{target:g}%",
        evidence=f"{what} add up to {found:g}%, not {target:g}%: {terms}",
    )
