"""The outcomes of all expectations of a release, to be looked at: as JSON and as a page.

Great Expectations' own pages take their styles from the network; these are whole without it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from flows.checks.page import to_html
from flows.rawstore import Location
from flows.store import Release, Store
from schemas.checks import CHECKS
from schemas.findings import words_of

#: The files that are written.
JSON_FILE, HTML_FILE = "checks.json", "index.html"

#: What locates a row is said once, for all rows of a document.
_SAID_ONCE = ("edition", "document", "document_sha256")

_FINDING = (
    "finding_id", "check", "severity", "table_id", "row_number", "column_number", "page", "line",
    "printed", "expected", "evidence",
)  # fmt: skip


def results(store: Store, release: Release | None = None) -> dict[str, Any]:
    """``{"release", "checks", "documents"}`` of a release (the newest).

    A document has its ``expectations``, each with its outcome, and its ``findings``; ``checks``
    has the severity and the words of every code in them. Raises `StoreError`.
    """
    release = release or store.newest()
    expectations = _by_document(store, "expectations", release)
    findings = _by_document(store, "findings", release)
    documents = [
        {
            **{name: row[name] for name in _SAID_ONCE},
            "title": row["title"],
            "expectations": [_outcome(one) for one in expectations[_key(row)]],
            "findings": [{name: one[name] for name in _FINDING} for one in findings[_key(row)]],
        }
        for row in store.read("documents", release).to_pylist()
    ]
    documents.sort(key=lambda one: (one["edition"], one["document"]))
    codes = {
        one["check"] for document in documents for kind in ("expectations", "findings")
        for one in document[kind]
    }  # fmt: skip
    return {
        "release": release.release if release else None,
        "checks": {code: _about(code) for code in sorted(codes)},
        "documents": documents,
    }


def write(store: Store, folder: str) -> dict[str, str]:
    """Write the outcomes of the newest release into a folder or URL: the paths by their form.

    Raises `StoreError` where they cannot be read, OSError and ValueError where the folder
    cannot be written.
    """
    found = results(store)
    place = Location.of(folder)
    place.filesystem.makedirs(place.path, exist_ok=True)
    written = {"json": place.child(JSON_FILE), "html": place.child(HTML_FILE)}
    written["json"].write(json.dumps(found, ensure_ascii=False, indent=1).encode())
    written["html"].write(to_html(found).encode())
    return {form: location.url for form, location in written.items()}


def _by_document(
    store: Store, dataset: str, release: Release | None
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in store.read(dataset, release).to_pylist():
        found[_key(row)].append(row)
    return found


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["edition"], row["document"]


def _outcome(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in _SAID_ONCE}
    return {**kept, "examples": json.loads(row["examples"] or "[]")}


def _about(code: str) -> dict[str, str]:
    """The words of a check: of an expectation what passes, of a finding what is wrong."""
    if code in CHECKS:
        return {"zh": CHECKS[code].zh, "en": CHECKS[code].meaning}
    return words_of(code)
