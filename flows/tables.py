"""What ``rankbook extract`` prints: tables and grids as the JSON of the contract."""

from __future__ import annotations

import time
from typing import Any

from extractors.layouts import Page, find_fragments
from extractors.model import Column, Document, Table
from extractors.pipeline import extract
from schemas.vocabulary import Vocabulary


def extracted(data: bytes, name: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """``{"document", "tables", "withheld"}``; one entry per logical table, in reading order.

    Raises `DocumentError`.
    """
    extraction = extract(data, name, vocabulary)
    return {
        "document": _document(extraction.document),
        "tables": [_table(table) for table in extraction.tables],
        "withheld": dict(extraction.withheld),
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "name": document.name,
        "sha256": document.sha256,
        "media_type": document.media_type,
        "encoding": document.encoding,
        "pages": document.pages,
        "title": document.title,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "table_id": table.table_id,
        "caption": table.caption,
        "kind": table.kind,
        "group": table.group,
        "unit": table.unit,
        "page": table.page,
        "line": table.line,
        "notes": [note.text for note in table.notes],
        "columns": [_column(column) for column in table.columns],
        "rows": [
            {"cells": [cell.text for cell in row.cells], "page": row.page, "line": row.line}
            for row in table.rows
        ],
        "confidence": table.confidence,
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "path": list(column.path),
        "field": column.field,
        "unit": column.unit,
        "max_score": column.max_score,
        "confidence": column.confidence,
    }


def grids(data: bytes, name: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """The grids as printed on their pages, before they are assembled into tables.

    ``{"tables": [{"page", "rows", "spans", "bbox", "reader", "confidence"}], "pages",
    "seconds"}``. A text has no boxes and no spans, and its readers give no confidence. What
    is withheld from the tables is withheld here. Raises `DocumentError`.
    """
    started = time.perf_counter()
    extraction = extract(data, name, vocabulary)
    document = extraction.document
    withheld = {n for n, label in enumerate(extraction.labels, start=1) if label == "withheld"}
    found = []
    for fragment in find_fragments(Page(document.lines, vocabulary)):
        if not withheld.isdisjoint(range(fragment.first, fragment.last + 1)):
            continue
        found.append(
            {
                "page": document.lines[fragment.first - 1].page,
                "rows": [[cell.text for cell in row] for row in fragment.rows],
                "spans": [],
                "bbox": None,
                "reader": fragment.layout,
                "confidence": None,
            }
        )
    seconds = round(time.perf_counter() - started, 3)
    return {"tables": found, "pages": document.pages, "seconds": seconds}
