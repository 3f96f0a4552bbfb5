"""Schemes of indicators: what was measured, how much it weighs, by which formula.

A table of kind ``scheme`` is read node by node: codes (any grammar) or the levels of the columns
say what is a part of what, weights are brought to percent and checked, and accidents of
conversion (moved rows, cells beyond the header, items packed into one cell, text cut by a page
break) are undone where the print itself shows them. Everything undone is reported.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from extractors.model import Block, Doubt, Extraction
from extractors.schemes.counts import Counted, count_doubts
from extractors.schemes.headers import is_scheme, scheme_columns
from extractors.schemes.kinds import parse_formulas, settle_formulas, settle_kinds
from extractors.schemes.nodes import Node, settle_ids, settle_parents, walk
from extractors.schemes.tree import Reading, read_table
from extractors.schemes.weights import OUTSIDE, settle_weights, weight_doubts
from schemas.schemes import scheme_words

__all__ = ["SchemeReading", "is_scheme", "read_schemes"]


@dataclass(slots=True)
class SchemeReading:
    """The nodes that a document's scheme tables print, parents before parts, and the doubts."""

    nodes: list[Node] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    underlined: bool = False

    def rows(self) -> list[dict[str, Any]]:
        """The rows of ``indicators``."""
        return [_row(node, self.underlined) for node in self.nodes]


def read_schemes(extraction: Extraction) -> SchemeReading:
    """Read all scheme tables of a document as one scheme."""
    tables = [table for table in extraction.tables if table.kind == "scheme" and is_scheme(table)]
    reading = Reading()
    for table in tables:
        read_table(table, reading)
    settle_parents(reading.nodes)
    tops = [node for node in reading.nodes if node.parent is None]
    nodes = list(walk(tops))
    settle_ids(nodes)
    settle_kinds(tops)
    settle_formulas(nodes)
    columns = [column for table in tables for column in scheme_columns(table.columns)]
    weighing = [column for column in columns if column.level or "weight" in column.fields]
    settle_weights(
        nodes,
        points=any(column.points for column in weighing),
        percent=any(column.percent for column in weighing),
    )
    doubts = [*reading.doubts, *weight_doubts(nodes), *parse_formulas(nodes)]
    if nodes:
        doubts += count_doubts(extraction.blocks, map(_counted, nodes))
    return SchemeReading(nodes, doubts, _underlining_means_change(extraction.blocks))


def _underlining_means_change(blocks: list[Block]) -> bool:
    """Whether a note says that what is underlined has changed since the last edition."""
    words = scheme_words()
    return any(
        any(word in block.text for word in words.underline_words)
        and any(word in block.text for word in words.changed_words)
        for block in blocks
    )


def _counted(node: Node) -> Counted:
    above = []
    parent = node.parent
    while parent:
        above.append(parent.indicator)
        parent = parent.parent
    return Counted(node.indicator, node.name, node.level, tuple(above), node.kind in OUTSIDE)


def _row(node: Node, underlined: bool) -> dict[str, Any]:
    def text(name: str) -> str | None:
        found = node.texts.get(name)
        return found.text if found else None

    changed = text("changed") or (node.changed() if underlined else None)
    return {
        "indicator": node.indicator,
        "name": node.name,
        "parent": node.parent.indicator if node.parent else None,
        "level": node.level,
        "kind": node.kind,
        "weight": node.percent,
        "weight_base": node.base,
        "weight_printed": node.weight.printed if node.weight else node.remark,
        "max_score": node.max_score,
        "definition": text("definition"),
        "formula": node.formula,
        "formula_parsed": node.formula_parsed,
        "data_requirement": text("data_requirement"),
        "data_source": text("data_source"),
        "changed": changed,
    }
