"""What came back from a PDF against what was printed, table by table and cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from extractors.model import Extraction
from extractors.model import Table as Got
from tests.pdf.measure import SHORT
from tests.roundtrip.compare import Signature, got_signature, truth_signature
from tests.roundtrip.tables import Table, squeezed


@dataclass(frozen=True, slots=True)
class Result:
    """A printed table: how many of its cells came back in their place, and what is wrong."""

    caption: str
    cells: int
    exact_cells: int
    faults: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        return not self.faults


def compare(tables: Sequence[Table], found: Extraction) -> tuple[list[Result], list[str]]:
    """A result for every printed table, and the captions of tables that nobody printed."""
    wanted = [_comparable(truth_signature(table)) for table in tables]
    got = [_comparable(got_signature(table)) for table in found.tables]
    pairs = _pairs(wanted, got)
    free = [at for at in range(len(got)) if at not in pairs.values()]
    results = []
    for number, table in enumerate(tables):
        there = pairs.get(number)
        results.append(
            _result(table, wanted[number], None, None)
            if there is None
            else _result(table, wanted[number], got[there], found.tables[there])
        )
    return results, [_name(found.tables[at]) for at in free]


def _comparable(signature: Signature) -> Signature:
    """A signature in which the texts that may be broken over lines have no blanks.

    A line end in a cell stands for a blank or for nothing, which print does not tell; and a
    blank header cell is no level.
    """
    paths, rows = signature
    paths = tuple(tuple(filter(None, path)) for path in paths)
    return paths, tuple(
        tuple(cell if len(cell) <= SHORT else squeezed(cell) for cell in row) for row in rows
    )


def _exact_pairs(wanted: Sequence[Signature], got: Sequence[Signature]) -> dict[int, int]:
    matcher = SequenceMatcher(None, wanted, got, False)
    return {
        start + step: there + step
        for start, there, size in matcher.get_matching_blocks()
        for step in range(size)
    }


def _pairs(wanted: Sequence[Signature], got: Sequence[Signature]) -> dict[int, int]:
    """Which table came back as which: those that are exact, then the most alike first."""
    pairs = _exact_pairs(wanted, got)
    taken = set(pairs.values())
    alike = sorted(
        (
            (-_common(one, other), number, there)
            for number, one in enumerate(wanted)
            if number not in pairs
            for there, other in enumerate(got)
            if there not in taken
        ),
    )
    for common, number, there in alike:
        if common and number not in pairs and there not in pairs.values():
            pairs[number] = there
    return pairs


def _common(wanted: Signature, got: Signature) -> int:
    """How alike two tables are: rows in common, then cells."""
    rows = (Counter(wanted[1]) & Counter(got[1])).total()
    cells = Counter(c for row in wanted[1] for c in row) & Counter(c for row in got[1] for c in row)
    return 1000 * rows + cells.total()


def _result(table: Table, wanted: Signature, got: Signature | None, found: Got | None) -> Result:
    paths, rows = wanted
    cells = sum(map(len, rows))
    caption = table.caption or ""
    if got is None or found is None:
        return Result(caption, cells, 0, ("missing",))
    faults = []
    if paths != got[0]:
        apart = [f"{a} is {b}" for a, b in zip(paths, got[0], strict=False) if a != b]
        faults.append(f"header: {len(paths)} columns, {len(got[0])} found; {'; '.join(apart)}")
    if rows != got[1]:
        faults.append(_row_fault(rows, got[1]))
    if squeezed(caption) != squeezed(found.caption or ""):
        faults.append(f"caption: {caption} is {found.caption}")
    return Result(caption, cells, _exact_cells(rows, got[1]), tuple(faults))


def _row_fault(rows: Sequence[tuple[str, ...]], got: Sequence[tuple[str, ...]]) -> str:
    first = next(
        (
            f"row {n}: {a} is {b}"
            for n, (a, b) in enumerate(zip(rows, got, strict=False), 1)
            if a != b
        ),
        "the end",
    )
    return f"rows: {len(rows)} printed, {len(got)} found; first apart: {first}"


def _exact_cells(rows: Sequence[tuple[str, ...]], got: Sequence[tuple[str, ...]]) -> int:
    """Cells that stand in their row and column; rows are brought beside one another first."""
    exact = 0
    matcher = SequenceMatcher(None, rows, got, False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            exact += sum(map(len, rows[a:b]))
        elif kind == "replace":
            pairs = zip(rows[a:b], got[c:d], strict=False)
            exact += sum(x == y for p, q in pairs for x, y in zip(p, q, strict=False))
    return exact


def _name(table: Got) -> str:
    place = f"page {table.page}"
    return f"{table.caption or 'no caption'}, {place}, {len(table.rows)} rows"
