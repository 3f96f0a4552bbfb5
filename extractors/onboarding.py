"""Words of a new edition that nobody has listed, as the few lines of YAML to paste.

An indicator that nobody has seen needs no word: it lands under its printed name. A header
matters where the role of its column hangs on it: a rank, a stub, a class, a total. Such a
column lands by what its values show; the suggestion names the candidates with the evidence,
surest first, for a person to confirm or change in the sidecar's ``vocabulary``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors.match import Matcher
from extractors.model import Column, Extraction, Table
from extractors.values import parse_value
from schemas.vocabulary import Vocabulary

#: Fields whose columns hang on their header; values and text land under their own name.
_MATTERING = ("rank", "serial", "area", "entity", "indicator", "class", "unit", "year", "total")

#: The share of rows in which the other numbers must add up for a column to be their total.
MOSTLY_ADDS_UP = 0.9

#: Rounding of printed parts: half a unit of the second decimal for each of a dozen parts.
ROUNDING = 0.06


@dataclass(frozen=True, slots=True)
class Candidate:
    """A field that a word may mean, and why."""

    field: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A header word that is not in the vocabulary, where it stands, and what it may mean."""

    word: str
    candidates: tuple[Candidate, ...]
    table_id: str
    line: int
    column_number: int


def suggestions(extraction: Extraction, vocabulary: Vocabulary) -> list[Suggestion]:
    """The unknown header words of a document that matter, each once, in reading order."""
    found: dict[str, Suggestion] = {}
    matcher = Matcher(vocabulary, is_area=lambda text: False)
    for table in extraction.tables:
        for number, column in enumerate(table.columns, start=1):
            word = column.path[-1] if column.path else ""
            if not word or word in found or matcher.knows(column):
                continue
            candidates = tuple(_candidates(table, number - 1, column))
            if candidates:
                found[word] = Suggestion(word, candidates, table.table_id, table.line, number)
    return list(found.values())


def to_yaml(found: Sequence[Suggestion]) -> str:
    """The lines to paste into the document's sidecar; empty where there is nothing to say."""
    if not found:
        return ""
    lines = ["vocabulary:", "  fields:"]
    by_field: dict[str, list[Suggestion]] = {}
    for suggestion in found:
        by_field.setdefault(suggestion.candidates[0].field, []).append(suggestion)
    for field, words in by_field.items():
        lines.append(f"    {field}:")
        lines.append("      aliases:")
        for suggestion in words:
            why = "; ".join(f"{one.field}: {one.evidence}" for one in suggestion.candidates)
            place = f"line {suggestion.line}, column {suggestion.column_number}"
            lines.append(f"        - {_quoted(suggestion.word)}  # {place}; {why}")
    return "\n".join(lines) + "\n"


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _candidates(table: Table, position: int, column: Column) -> Iterable[Candidate]:
    if not any(other.role == "value" for other in table.columns):
        return  # a list: every column lands under its own name
    if column.role == "value":
        if _is_total(table, position):
            yield Candidate("total", "it is the sum of the other numbers of its row")
        return
    if column.field in _MATTERING:
        yield Candidate(str(column.field), column.reason)
    if column.role == "serial":
        yield Candidate("rank", "whole numbers that count on; a rank if the order is by merit")


def _is_total(table: Table, position: int) -> bool:
    """Whether a column is the sum of the two or more other value columns of its panel."""
    column = table.columns[position]
    others = [
        p
        for p, other in enumerate(table.columns)
        if p != position and other.role == "value" and other.panel == column.panel
    ]
    if len(others) < 2:
        return False
    rows = adds_up = 0
    for row in table.rows:
        total = parse_value(row.cells[position].text).number
        parts = [parse_value(row.cells[p].text).number for p in others]
        if total is None or any(part is None for part in parts):
            continue
        rows += 1
        adds_up += abs(total - sum(part or 0.0 for part in parts)) <= ROUNDING
    return rows >= 3 and adds_up >= MOSTLY_ADDS_UP * rows
