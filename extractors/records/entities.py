"""Rows of ``entities``: every place and body that a row of a document speaks of."""

from __future__ import annotations

from typing import Any

from extractors.records.places import Places


def entity_rows(places: Places) -> list[dict[str, Any]]:
    """The entities in use and the places they lie in, sorted by code.

    Names and spans are those in force in the edition's year.
    """
    codes = set(places.used)
    rows: dict[str, dict[str, Any]] = {}
    while codes - rows.keys():
        for code in sorted(codes - rows.keys()):
            rows[code] = dict(places.register.entity(code, places.year))
            parent = rows[code]["parent"]
            if parent:
                codes.add(parent)
    return [rows[code] for code in sorted(rows)]
