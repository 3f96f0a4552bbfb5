"""The real documents, against what is known to be in them.

The documents lie in ``../shared`` and are not part of the project; `shared` skips where they
are not there. Every comparison is exact: row label, column label, line and value.
"""

from __future__ import annotations

import csv
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from extractors.model import Extraction, Table
from extractors.pipeline import extract
from schemas.vocabulary import fold, squeeze

DOCUMENTS = ("000", "001", "002", "003", "004")

#: Two notes printed inside a table's grid and one title above a list (000, line 8) are table
#: lines in the inventory; the contacts of 001 (13 lines) are withheld. All else agrees.
MOST_LINES_APART = 16


@lru_cache(maxsize=len(DOCUMENTS))
def _extraction(shared: Path, document: str) -> Extraction:
    path = next((shared / "seeds").glob(f"{document}_*"))
    return extract(path.read_bytes(), path.name)


def _rows(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "truth" / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _labels(table: Table) -> dict[int, str]:
    return {c: "/".join(map(squeeze, column.path)) for c, column in enumerate(table.columns)}


def _row_label(table: Table, position: int, row: int) -> str:
    panel = table.columns[position].panel
    stubs = [
        c
        for c, column in enumerate(table.columns)
        if column.panel == panel and column.role == "stub"
    ]
    return "/".join(squeeze(table.rows[row].cells[c].value) for c in stubs)


def _printed(extraction: Extraction) -> dict[tuple[int, str, str], set[str]]:
    """(line, row label, column label) -> the printed values."""
    found: dict[tuple[int, str, str], set[str]] = {}
    for table in extraction.tables:
        labels = _labels(table)
        for number, row in enumerate(table.rows):
            for position, cell in enumerate(row.cells):
                label = _row_label(table, position, number)
                # A column of names under a rank is a list of its own: its cells are its stub.
                key = (row.line, label or squeeze(cell.text), labels[position])
                found.setdefault(key, set()).add(squeeze(cell.text))
    return found


@pytest.mark.parametrize("document", ["000", "002"])
def test_every_printed_score_stands_under_its_labels_at_its_line(shared, document):
    printed = _printed(_extraction(shared, document))
    truth = [row for row in _rows(shared, "truth_scores.csv") if row["doc"] == document]
    missing = [
        row
        for row in truth
        if squeeze(row["value"])
        not in printed.get(
            (int(row["line"]), squeeze(row["city_or_entity"]), squeeze(row["indicator"])), ()
        )
    ]
    assert len(truth) > 600
    assert missing == []


def test_every_printed_rank_of_the_rankings_is_a_rank(shared):
    for document in ("000", "002"):
        ranks = {
            (row.line, _row_label(table, position, number), row.cells[position].text)
            for table in _extraction(shared, document).tables
            for position, column in enumerate(table.columns)
            if column.role == "rank"
            for number, row in enumerate(table.rows)
        }
        truth = {
            (int(row["line"]), squeeze(row["city_or_entity"]), row["rank"])
            for row in _rows(shared, "truth_scores.csv")
            if row["doc"] == document and row["group"] != row["indicator"]
        }
        assert truth <= ranks


def test_every_cell_of_the_lists_and_the_correlation_is_recovered(shared):
    by_line: dict[int, list[str]] = {}
    for table in _extraction(shared, "002").tables:
        for row in table.rows:
            by_line.setdefault(row.line, []).extend(squeeze(cell.value) for cell in row.cells)
    truth = _rows(shared, "truth_other.csv")
    missing = [row for row in truth if squeeze(row["value"]) not in by_line[int(row["line"])]]
    assert missing == []


#: Tables whose rows the inventory counts once for each of two years side by side, and the
#: scheme of 001, whose packed and shifted rows are not taken apart yet.
_COUNTED_OTHERWISE = {
    "002-T16", "002-T21", "002-T26", "002-T30", "002-T35", "002-T39", "001-T01",
}  # fmt: skip


def test_every_table_of_the_inventory_has_its_size_caption_and_levels(shared):
    wrong = []
    for entry in _rows(shared, "inventory.csv"):
        if "-T" not in entry["table_id"] or entry["table_id"] == "001-T02":
            continue
        tables = {table.line: table for table in _extraction(shared, entry["doc"]).tables}
        table = tables.get(int(entry["start_line"]))
        if table is None:
            wrong.append((entry["table_id"], "missing"))
            continue
        caption, ours = fold(entry["caption"]), fold(table.caption or "")
        if ours not in caption and caption not in ours:
            wrong.append((entry["table_id"], "caption", table.caption))
        if entry["table_id"] in _COUNTED_OTHERWISE:
            continue
        size = (len(table.rows), len(table.columns))
        if size != (int(entry["n_data_rows"]), int(entry["n_columns"])):
            wrong.append((entry["table_id"], "size", size))
        levels = max(len(column.path) for column in table.columns)
        if levels != int(entry["header_levels"]):
            wrong.append((entry["table_id"], "levels", levels))
    assert wrong == []


def test_no_table_but_those_of_the_inventory(shared):
    known = {
        (entry["doc"], int(entry["start_line"]) + offset)
        for entry in _rows(shared, "inventory.csv")
        for offset in (0, 2)  # three lists begin two lines below their title
    }
    found = {
        (document, table.line)
        for document in DOCUMENTS
        for table in _extraction(shared, document).tables
    }
    assert found <= known


def test_lines_are_labelled_table_or_not_as_the_inventory_says(shared):
    apart = Counter()
    for document in DOCUMENTS:
        extraction = _extraction(shared, document)
        expected: set[int] = set()
        for entry in _rows(shared, "inventory.csv"):
            if entry["doc"] != document:
                continue
            if "-T" not in entry["table_id"] and entry["table_id"] not in (
                "004-C3", "004-C4", "000-L1",
            ):  # fmt: skip
                continue
            for part in entry["continuation_fragments"].split(" (")[0].split(";"):
                first, _, last = part.strip().partition("-")
                if first.isdecimal():
                    expected.update(range(int(first), int(last or first) + 1))
        for line, label in zip(extraction.document.lines, extraction.labels, strict=True):
            in_table = line.number in expected and bool(line.text.strip())
            apart[document] += (label in ("cell", "header")) != in_table
    assert sum(apart.values()) <= MOST_LINES_APART


def test_every_line_has_a_label(shared):
    for document in DOCUMENTS:
        extraction = _extraction(shared, document)
        assert len(extraction.labels) == len(extraction.document.lines)


def test_persons_are_withheld(shared):
    """The contact table, the lists of persons and the contact lines are nowhere in the result."""
    path = next((shared / "seeds").glob("001_*"))
    secrets = {
        word
        for line in path.read_text(encoding="utf-8").split("\n")[164:176]
        for word in line.split("\t")[1:2] + line.split("\t")[3:]
        if len(word) > 1 and word != "—"
    }
    assert len(secrets) > 20
    for document in DOCUMENTS:
        extraction = _extraction(shared, document)
        shown = "\n".join(
            [block.text for block in extraction.blocks]
            + [cell.text for t in extraction.tables for row in t.rows for cell in row.cells]
            + [note.text for t in extraction.tables for note in t.notes]
            + [str(doubt) for doubt in extraction.doubts]
        )
        assert not [secret for secret in secrets if secret in shown]
    assert _extraction(shared, "001").withheld["tables"] == 1
    assert _extraction(shared, "004").withheld["tables"] == 1
    assert not _extraction(shared, "003").tables
