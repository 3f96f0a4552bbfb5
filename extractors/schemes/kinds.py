"""What kind of an indicator a node is (scored, deducting, adding, a survey), and its formula."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from extractors.formulas import parse_formula
from extractors.model import Doubt
from extractors.schemes.nodes import Node
from extractors.schemes.text import clauses
from schemas.schemes import scheme_words


def settle_kinds(tops: Sequence[Node]) -> None:
    """Set the kind of all nodes: the print's own word, else by remarks, names and definitions.

    Parts are of their parent's kind, and a node all of whose parts are of one kind is of it.
    """
    for top in tops:
        _settle(top, None)


def _settle(node: Node, inherited: str | None) -> None:
    own = node.texts.get("kind")
    node.kind = own.text if own else inherited or _told(node) or "score"
    for child in node.children:
        _settle(child, node.kind if node.kind != "score" else None)
    kinds = {child.kind for child in node.children}
    if node.kind == "score" and len(kinds) == 1:
        node.kind = kinds.pop()


def _told(node: Node) -> str | None:
    definition = node.texts.get("definition")
    said = f"{node.name}\n{node.remark or ''}\n{definition.text if definition else ''}"
    for kind, words in scheme_words().kinds.items():
        if any(word in said for word in words):
            return kind
    return None


def settle_formulas(nodes: Sequence[Node]) -> None:
    """The formula of a node; of a node that is defined and scored in one cell, the clauses of
    its definition that speak of points."""
    words = scheme_words().scoring_words
    for node in nodes:
        formula = node.texts.get("formula")
        definition = node.texts.get("definition")
        if formula:
            node.formula = formula.text
        elif node.scored_in_definition and definition:
            told = [c for c in clauses(definition.text) if any(word in c for word in words)]
            node.formula = "\n".join(map(_unnumbered, told)) or None


def parse_formulas(nodes: Sequence[Node]) -> Iterator[Doubt]:
    """Set the parsed form of every formula as JSON; what cannot be read stays text, and is
    reported."""
    for node in nodes:
        if not node.formula:
            continue
        requirement = node.texts.get("data_requirement")
        result = parse_formula(node.formula, requirement.text if requirement else None)
        if result.formula is not None:
            form = result.formula.to_json()
            node.formula_parsed = json.dumps(form, ensure_ascii=False)
            continue
        yield Doubt(
            check="formula-unparsed",
            severity="info",
            line=node.line,
            page=node.page,
            table_id=node.table_id,
            row_number=node.row_number,
            column_number=node.column_number,
            printed=node.formula,
            evidence=f"{node.indicator}: {result.reason.code}: {result.reason.detail}"
            if result.reason
            else node.indicator,
        )


def _unnumbered(clause: str) -> str:
    head, dot, rest = clause.partition(".")
    return rest.strip() if dot and head.strip().isdecimal() else clause
