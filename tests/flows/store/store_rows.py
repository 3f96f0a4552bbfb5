"""Rows of made-up documents, for every dataset that the dictionary has."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import pyarrow as pa

from flows.store import DocumentKey, Release, Staged, Store
from flows.store.schema import ENTITIES, PINNED
from schemas.datasets import arrow_schema

EDITION = "publisher-series-2020"

#: What a reader sees: by dataset, the documents and the text that each has rows of.
Seen = dict[str, frozenset[tuple[str, str, int]]]


def sha_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def records(
    document: str, text: str, rows: int = 4, edition: str = EDITION
) -> dict[str, list[dict[str, Any]]]:
    """Rows of a document whose bytes are ``text``: one in documents, else ``rows`` each."""
    return {
        dataset: [
            _row(dataset, number, document, text, edition)
            for number in range(1, 2 if dataset == "documents" else rows + 1)
        ]
        for dataset in PINNED
    }


@cache
def _types(dataset: str) -> dict[str, pa.DataType]:
    return {field.name: field.type for field in arrow_schema(dataset)}


def _row(dataset: str, number: int, document: str, text: str, edition: str) -> dict[str, Any]:
    fixed = {"edition": edition, "document": document, "document_sha256": sha_of(text)}
    fixed["ref_area"] = f"{document}-{number}"
    values = {pa.string(): f"{text}-{number}", pa.int64(): number, pa.float64(): number / 2}
    return {
        name: fixed.get(name, values[kind])
        for name, kind in _types(dataset).items()
        if kind in values
    }


def key(document: str, text: str, edition: str = EDITION) -> DocumentKey:
    return DocumentKey(edition, document, sha_of(text))


def stage(store: Store, document: str, text: str, rows: int = 4, edition: str = EDITION) -> Staged:
    return store.stage(records(document, text, rows, edition), key(document, text, edition))


def land(store: Store, *documents: tuple[str, str]) -> Release | None:
    """Land (document, text) pairs as one release."""
    return store.commit([stage(store, name, text) for name, text in documents], code_version="1")


def seen(store: Store, release: Release | None = None) -> Seen:
    """What a reader of one release (the newest) sees of the documents."""
    release = release or store.newest()
    return {
        dataset: _seen(store.read(dataset, release, columns=["document", "document_sha256"]))
        for dataset in PINNED
        if dataset != ENTITIES
    }


def _seen(table: pa.Table) -> frozenset[tuple[str, str, int]]:
    counted = table.group_by(["document", "document_sha256"]).aggregate([([], "count_all")])
    return frozenset(
        (row["document"], row["document_sha256"], row["count_all"]) for row in counted.to_pylist()
    )


def expected(*documents: tuple[str, str], rows: int = 4) -> Seen:
    """What a reader must see where exactly these documents are landed."""
    return {
        dataset: frozenset(
            (document, sha_of(text), 1 if dataset == "documents" else rows)
            for document, text in documents
        )
        for dataset in PINNED
        if dataset != ENTITIES
    }
