"""The row of ``documents``: what a document says about itself, and the accounting.

A sidecar's word goes before the document's.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from extractors.facts import facts_of
from extractors.model import Extraction
from extractors.records.context import EditionContext


def document_row(extraction: Extraction, edition: EditionContext) -> dict[str, Any]:
    """The row of ``documents``. ``accounting`` counts what was recovered and withheld; what
    was landed and quarantined is added by the checks."""
    document, sidecar = extraction.document, edition.sidecar
    facts = facts_of(extraction.blocks, document.title, len(extraction.labels))
    stated = sidecar.get("published") or sidecar.get("date")
    return {
        "name": document.name,
        "title": sidecar.get("title") or document.title,
        "publisher": edition.publisher or sidecar.get("publisher") or _first(facts.bodies.issuers),
        "document_number": sidecar.get("document_number") or facts.number,
        "published": str(stated) if stated else facts.published,
        "edition_year": edition.year,
        "media_type": document.media_type,
        "revision": int(sidecar.get("revision") or 1),
        "licence": sidecar.get("licence"),
        "source": sidecar.get("source") or sidecar.get("url"),
        "facts": _json(facts.as_json()),
        "accounting": _json(accounting(extraction)),
    }


def accounting(extraction: Extraction) -> dict[str, Any]:
    """Lines by label, rows recovered by table, and what was withheld."""
    return {
        "tables": {table.table_id: {"recovered": len(table.rows)} for table in extraction.tables},
        "lines": dict(sorted(Counter(extraction.labels).items())),
        "withheld": dict(sorted(extraction.withheld.items())),
    }


def _first(names: list[str]) -> str | None:
    return names[0] if names else None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=False)
