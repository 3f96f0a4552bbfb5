"""The indicators of a document from all that states its scheme: tables of scores, tables of the
scheme itself, and prose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from extractors.model import Doubt, Extraction
from extractors.records.labels import squeeze
from extractors.records.maxima import KINDS, settle_maxima
from extractors.records.scheme import Scheme
from extractors.records.subjects import Plan
from extractors.schemes import SchemeReading, read_schemes
from extractors.schemes.claims import prose_nodes
from extractors.schemes.counts import Counted, count_doubts


def read_document_scheme(
    extraction: Extraction, scheme: Scheme, plans: Sequence[Plan]
) -> tuple[SchemeReading, list[Doubt]]:
    """Read the scheme's own tables, name observed indicators by their codes, set maxima.

    To be called before observations are made, which carry the ids.
    """
    reading = read_schemes(extraction)
    _adopt_codes(scheme, reading)
    doubts = [*reading.doubts, *settle_maxima(scheme, plans, extraction.blocks)]
    if not reading.nodes:
        doubts += count_doubts(extraction.blocks, _counted(scheme))
    return reading, doubts


def _adopt_codes(scheme: Scheme, reading: SchemeReading) -> None:
    """Give an observed indicator the code that the scheme prints for its name.

    Names from the top must agree, or the name alone where only one node of the scheme has it.
    """
    codes = {tuple(map(squeeze, node.path)): node.code for node in reading.nodes if node.code}
    by_name: dict[str, set[str]] = {}
    for path, code in codes.items():
        by_name.setdefault(path[-1], set()).add(code)
    for path in list(scheme.nodes):
        for depth in range(1, len(path)):  # a header that only heads others is a node too
            if tuple(map(squeeze, path[:depth])) in codes:
                scheme.node(path[:depth], "group")
    for path, observed in scheme.nodes.items():
        names = tuple(map(squeeze, path))
        alone = by_name.get(names[0], set()) if len(names) == 1 else set()
        found = codes.get(names) or (min(alone) if len(alone) == 1 else None)
        observed.code = observed.code or found


def _counted(scheme: Scheme) -> list[Counted]:
    """The scored indicators of a document whose tables show a scheme of two levels."""
    nodes = [node for node in scheme.nodes.values() if node.kind in KINDS - {"total"}]
    if not any(len(node.path) > 1 for node in nodes):
        return []
    return [
        Counted(
            scheme.indicator(node.path),
            node.path[-1],
            len(node.path),
            tuple(scheme.indicator(node.path[:depth]) for depth in range(1, len(node.path))),
            node.kind == "bonus",
        )
        for node in nodes
    ]


def indicator_rows(
    extraction: Extraction,
    scheme: Scheme,
    reading: SchemeReading,
) -> tuple[list[dict[str, Any]], list[Doubt]]:
    """The rows of ``indicators``: the scheme's own nodes first, what else is observed behind.

    Where no table shows any, the first level that prose enumerates with its kinds.
    """
    rows = {row["indicator"]: row for row in reading.rows()}
    for row in scheme.rows():
        own = rows.get(row["indicator"])
        if own is None:
            rows[row["indicator"]] = row
        else:
            own["max_score"] = row["max_score"] if own["max_score"] is None else own["max_score"]
    if rows:
        return list(rows.values()), []
    nodes, doubts = prose_nodes(extraction.blocks)
    return [
        {"indicator": node.name, "name": node.name, "parent": None, "level": 1, "kind": node.kind}
        for node in nodes
    ], doubts
