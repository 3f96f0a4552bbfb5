"""What ``rankbook extract`` prints: tables and grids as the JSON of the contract."""

from __future__ import annotations

import time
from typing import Any

from extractors.model import PAGE_NOT_READ, Column, Document, Table
from extractors.pipeline import extract, match, recover_from, register_names
from extractors.source import ALONE, GridNote, Reading, read
from schemas.vocabulary import Vocabulary


def extracted(
    data: bytes, name: str, vocabulary: Vocabulary, reading: Reading = ALONE
) -> dict[str, Any]:
    """``{"document", "tables", "withheld", "pages_not_read"}``; one entry per logical table,
    in reading order.

    Raises `DocumentError`.
    """
    extraction = extract(data, name, vocabulary, reading=reading)
    return {
        "document": _document(extraction.document),
        "tables": [_table(table) for table in extraction.tables],
        "withheld": dict(extraction.withheld),
        "pages_not_read": extraction.pages_not_read,
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


def grids(
    data: bytes, name: str, vocabulary: Vocabulary, reading: Reading = ALONE
) -> dict[str, Any]:
    """The grids as printed on their pages, before they are assembled into tables.

    ``{"tables": [{"page", "rows", "spans", "bbox", "reader", "confidence"}], "pages",
    "seconds"}``. A text has no boxes and no spans, and its readers give no confidence. What
    is withheld from the tables is withheld here. Raises `DocumentError`.
    """
    started = time.perf_counter()
    is_name = register_names()
    source = read(data, name, vocabulary, reading)
    lines = source.document.lines
    readers: list[GridNote | None] = [*source.readers] or [None] * len(source.fragments)
    # Assembling joins and fills cells, so what is printed is noted before.
    printed = [
        (fragment, [[cell.text for cell in row] for row in fragment.rows], reader)
        for fragment, reader in zip(source.fragments, readers, strict=True)
    ]
    labels = match(recover_from(source, vocabulary, is_name), vocabulary, is_name).labels
    withheld = {number for number, label in enumerate(labels, start=1) if label == "withheld"}
    found = [
        {
            "page": lines[fragment.first - 1].page,
            "rows": rows,
            "spans": [list(span) for span in reader.spans] if reader else [],
            "bbox": list(reader.box) if reader else None,
            "reader": reader.reader if reader else fragment.layout,
            "confidence": reader.confidence if reader else None,
        }
        for fragment, rows, reader in printed
        if withheld.isdisjoint(range(fragment.first, fragment.last + 1))
    ]
    seconds = round(time.perf_counter() - started, 3)
    unread = sorted({d.page for d in source.doubts if d.check == PAGE_NOT_READ and d.page})
    return {
        "tables": found,
        "pages": source.document.pages,
        "seconds": seconds,
        "pages_not_read": unread,
    }
