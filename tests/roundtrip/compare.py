"""What came back against what was printed: exactly the same, or how not.

Compared are the number of tables, the header paths without white space, the cells as printed
(outer blanks trimmed) and their order. Line labels are compared too, but counted apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from extractors.model import Doubt, Extraction
from extractors.model import Table as Got
from tests.roundtrip.documents import RoundTrip
from tests.roundtrip.tables import Table, squeezed

Signature = tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]

#: Below this a table counts as doubted by the tool itself (the contract's confidence).
DOUBTED = 0.9


@dataclass(frozen=True, slots=True)
class Failure:
    """A table that did not come back exactly; ``index`` is None for one nobody printed."""

    index: int | None
    reason: str
    detail: str
    reported: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """Failures of one document; ``labels`` are (agreeing, compared) lines."""

    failures: tuple[Failure, ...]
    labels: tuple[int, int]

    @property
    def exact(self) -> bool:
        return not self.failures


def truth_signature(table: Table) -> Signature:
    paths = tuple(column.path for column in table.columns)
    return paths, tuple(tuple(cell.strip() for cell in row.cells) for row in table.rows)


def got_signature(table: Got) -> Signature:
    paths = tuple(tuple(squeezed(text) for text in column.path) for column in table.columns)
    return paths, tuple(tuple(cell.text for cell in row.cells) for row in table.rows)


def refused(trip: RoundTrip, error: Exception) -> Outcome:
    """The outcome where nothing came back; a named refusal counts as reported."""
    failure = Failure(None, f"refused: {type(error).__name__}", str(error), True)
    return Outcome((failure,), (0, 0))


def compare(trip: RoundTrip, extraction: Extraction) -> Outcome:
    """The failures of a round trip, table by table."""
    wanted = [truth_signature(table) for table in trip.tables]
    got = [got_signature(table) for table in extraction.tables]
    same_wanted: set[int] = set()
    same_got: set[int] = set()
    for start, there, size in SequenceMatcher(None, wanted, got, False).get_matching_blocks():
        same_wanted.update(range(start, start + size))
        same_got.update(range(there, there + size))
    left = [extraction.tables[at] for at in range(len(got)) if at not in same_got]
    failures = []
    used: set[str] = set()
    for index in range(len(wanted)):
        if index not in same_wanted:
            lines = _lines_of(trip, index)
            candidates = [table for table in left if _overlaps(table, lines)]
            used.update(table.table_id for table in candidates)
            failures.append(_failure(trip, index, candidates, extraction))
    for table in left:
        if table.table_id not in used:
            detail = f"at line {table.line}: {got_signature(table)}"
            failures.append(Failure(None, "spurious", detail, _doubted(table, extraction.doubts)))
    return Outcome(tuple(failures), _labels(trip, extraction))


def _lines_of(trip: RoundTrip, index: int) -> set[int]:
    """Lines of a table's header and cells, counted from 1."""
    return {
        number
        for number, line in enumerate(trip.lines, start=1)
        if line.table == index and line.labels in (("cell",), ("header",))
    }


def _overlaps(table: Got, lines: set[int]) -> bool:
    return any(lines & set(range(first, last + 1)) for first, last in table.lines)


def _failure(
    trip: RoundTrip, index: int, candidates: Sequence[Got], extraction: Extraction
) -> Failure:
    truth = trip.tables[index]
    if not candidates:
        lines = _lines_of(trip, index)
        reported = any(d.line is None or d.line in lines for d in _serious(extraction.doubts))
        return Failure(index, "missing", "", reported)
    reported = any(_doubted(table, extraction.doubts) for table in candidates)
    if len(candidates) > 1:
        sizes = "+".join(str(len(table.rows)) for table in candidates)
        detail = f"{len(truth.rows)} rows as {sizes} rows"
        return Failure(index, f"split into {min(len(candidates), 3)}", detail, reported)
    return Failure(index, *_difference(truth, candidates[0]), reported)


def _difference(truth: Table, got: Got) -> tuple[str, str]:
    paths, rows = truth_signature(truth)
    got_paths, got_rows = got_signature(got)
    if len(paths) != len(got_paths):
        return "column count", f"wanted {paths}\n got {got_paths}"
    if len(rows) != len(got_rows):
        first = next(
            (n for n, (a, b) in enumerate(zip(rows, got_rows, strict=False)) if a != b), "the end"
        )
        return "row count", f"wanted {len(rows)}, got {len(got_rows)}; differ from row {first} on"
    if paths != got_paths:
        wrong = [(a, b) for a, b in zip(paths, got_paths, strict=True) if a != b]
        return "header path", f"(wanted, got) {wrong}"
    if sorted(rows) == sorted(got_rows):
        return "row order", ""
    wrong_rows = [(a, b) for a, b in zip(rows, got_rows, strict=True) if a != b]
    return (
        "cells",
        f"{len(wrong_rows)} rows; first\n wanted {wrong_rows[0][0]}\n got    {wrong_rows[0][1]}",
    )


def _serious(doubts: Sequence[Doubt]) -> list[Doubt]:
    return [doubt for doubt in doubts if doubt.severity in ("warning", "error")]


def _doubted(table: Got, doubts: Sequence[Doubt]) -> bool:
    named = any(doubt.table_id == table.table_id for doubt in _serious(doubts))
    return named or table.confidence < DOUBTED


def _labels(trip: RoundTrip, extraction: Extraction) -> tuple[int, int]:
    if len(extraction.labels) < len(trip.lines):
        return 0, len(trip.lines)
    pairs = [
        (line.labels, label)
        for line, label in zip(trip.lines, extraction.labels, strict=False)
        if line.labels and line.text.strip()
    ]
    return sum(label in labels for labels, label in pairs), len(pairs)
