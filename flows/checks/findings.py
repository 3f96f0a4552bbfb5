"""Rows of ``findings`` that the gate adds, and how it words them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from extractors.records.findings import finding_id
from flows.checks.outcomes import Outcome
from flows.checks.types import fits
from schemas.checks import CHECKS
from schemas.datasets import DATASETS, columns

Record = Mapping[str, Any]

#: Columns in which a place carries the text that is printed there, the nearest first.
_PRINTS = ("printed", "value_printed", "rank_printed")


def numbered(findings: Iterable[Record]) -> list[dict[str, Any]]:
    """The findings with a key each, in order; the same finding is kept once."""
    kept: dict[str, dict[str, Any]] = {}
    for found in findings:
        key = found.get("finding_id") or finding_id(
            found["edition"], found["document"], dict(found)
        )
        row = {**found, "finding_id": key}
        kept.setdefault(key, {column: row[column] for column in columns("findings")})
    return list(kept.values())


def finding(identity: Record, outcome: Outcome, place: Record) -> dict[str, Any]:
    """The finding of one failing row. What cannot land itself is left out of its place."""
    row = {
        **identity,
        "table_id": place.get("table_id"),
        "row_number": place.get("row_number"),
        "column_number": place.get("column_number"),
        "check": outcome.check,
        "severity": CHECKS[outcome.check].severity,
        "printed": printed(outcome, place),
        "expected": place.get("expected") or outcome.expected,
        "evidence": sentence(outcome, place),
        "page": place.get("page"),
        "line": place.get("line"),
    }
    return {name: value if _lands(name, value) else None for name, value in row.items()}


def _lands(column: str, value: Any) -> bool:
    field = DATASETS["findings"].fields[column]
    if value is None or not fits(value, field.type):
        return False
    return field.minimum is None or value >= field.minimum


def printed(outcome: Outcome, place: Record) -> str | None:
    """What is printed where the check failed: the cell's text, else the value in question."""
    candidates = [place.get(name) for name in _PRINTS]
    if outcome.column:
        candidates.append(place.get(outcome.column))
    text = next((str(value) for value in candidates if value is not None), None)
    return text and text.encode(errors="backslashreplace").decode()


def sentence(outcome: Outcome, place: Record) -> str:
    """Why the row failed, in words."""
    if place.get("evidence"):
        return str(place["evidence"])
    if outcome.check == "value-type":
        return _misfits(outcome.view, place)
    if outcome.column and outcome.column in place:
        return f"{outcome.column} is {place[outcome.column]!r}, expected: {outcome.expected}"
    return f"not so: {outcome.expected}"


def _misfits(dataset: str, place: Record) -> str:
    wrong = [
        f"{column} is {place[column]!r}, expected: a value of type {field.type}"
        for column, field in DATASETS[dataset].fields.items()
        if place.get(column) is not None and not fits(place[column], field.type)
    ]
    return "; ".join(wrong)


def whereabouts(outcome: Outcome, place: Record) -> str:
    """A place in words, as near as it is known."""
    parts = [
        f"{name.removesuffix('_id').removesuffix('_number')} {place[name]}"
        for name in ("table_id", "row_number", "column_number", "page", "line")
        if place.get(name) is not None
    ]
    return f"{' '.join(parts) or 'somewhere'} ({sentence(outcome, place)})"
