"""Why a finding, a table, a row or a cell is what it is, beside the lines it was printed in.

An id is what `findings.finding_id` has (``f`` and 16 digits), a ``table_id``, one of its rows
(``TABLE:ROW``, which is a quarantined row's id too), one of its cells (``TABLE:ROW:COLUMN``) or
a line of a document (``report.txt:17``). What is withheld is told as withheld, and not shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import pyarrow.compute as pc

from extractors.model import DocumentError, LineLabel
from extractors.pipeline import register_names
from extractors.recovered import Recovered
from extractors.withhold import Withholding
from flows import replay
from flows.steps import Batch, Job
from flows.store import Release, StoreError
from schemas.findings import words_of
from schemas.vocabulary import Vocabulary

Row = dict[str, Any]
Kind = Literal["finding", "table", "row", "cell", "line"]

#: Lines shown before and after those asked for: the header's last line, the row after.
CONTEXT = 1

#: The most lines shown: a flattened row of forty columns takes so many.
MOST_LINES = 60

_FINDING = re.compile(r"f[0-9a-f]{16}")
_PLACE = re.compile(r"(?P<table>[0-9a-f]{8}-(?:p\d+-)?l\d+)(?::(?P<row>\d+))?(?::(?P<column>\d+))?")
_LINE = re.compile(r"(?P<document>.+):(?P<line>\d+)")

#: What locates a row is said once, for all of them.
_SAID_ONCE = ("edition", "document", "document_sha256")


class UnknownIdError(Exception):
    """No thing of this id has landed; the message says what an id looks like."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of the document: ``text`` is null where it is withheld; ``asked`` is false for
    the lines around those that the thing is printed in."""

    line: int
    page: int | None
    label: LineLabel
    text: str | None
    asked: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing that an id stands for, with everything that was said of it.

    ``columns`` are those concerned, each with the role and the field it was taken for, the
    confidence and the reason; ``cells`` is the print, ``observations`` and ``rankings`` what
    it was taken to mean. ``source`` has the lines, ``unread`` says why it has none.
    """

    kind: Kind
    id: str
    edition: str
    document: str
    document_sha256: str
    page: int | None = None
    line: int | None = None
    table: Mapping[str, Any] | None = None
    columns: Sequence[Mapping[str, Any]] = ()
    cells: Sequence[Mapping[str, Any]] = ()
    observations: Sequence[Mapping[str, Any]] = ()
    rankings: Sequence[Mapping[str, Any]] = ()
    findings: Sequence[Mapping[str, Any]] = ()
    quarantine: Sequence[Mapping[str, Any]] = ()
    withheld: Mapping[str, int] = field(default_factory=dict)
    source: Sequence[SourceLine] = ()
    unread: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The explanation as plain JSON data."""
        return asdict(self) | {"source": [asdict(line) for line in self.source]}


def explain(identity: str, raw: str = "raw", curated: str = "curated") -> list[Explanation]:
    """What an id stands for in the newest release, in each edition that has it.

    Raises `UnknownIdError` where nothing has the id, `StoreError` where the store cannot be
    read. A document whose kept reading or bytes are gone is explained without its lines.
    """
    batch = Batch.open(raw, curated, dry_run=True)
    release = batch.store.newest()
    if release is None:
        raise UnknownIdError(f"nothing has landed in {curated}")
    reader = _Reader(batch, release)
    if _FINDING.fullmatch(identity):
        found = reader.findings(identity)
    elif place := _PLACE.fullmatch(identity):
        found = reader.places(identity, place["table"], _number(place["row"]), place["column"])
    elif place := _LINE.fullmatch(identity):
        found = reader.lines(identity, place["document"], int(place["line"]))
    else:
        found = []
    if not found:
        raise UnknownIdError(
            f"nothing that landed in {curated} has the id {identity!r}; an id is a finding_id "
            "(f and 16 digits), TABLE_ID, TABLE_ID:ROW, TABLE_ID:ROW:COLUMN, or DOCUMENT:LINE; "
            "status --findings lists findings and quarantined rows with theirs"
        )
    return found


def _number(text: str | None) -> int | None:
    return int(text) if text else None


class _Reader:
    """The rows of a release that belong to a thing, and the lines of its document."""

    def __init__(self, batch: Batch, release: Release) -> None:
        self._batch, self._release = batch, release

    def findings(self, identity: str) -> list[Explanation]:
        """The finding of this key, with the row or table that it is about."""
        found = []
        for row in self._rows("findings", pc.field("finding_id") == identity):
            base = _base("finding", identity, row)
            if row["table_id"]:
                number = row["row_number"] or None
                base = self._of_table(base, row["table_id"], number, row["column_number"] or None)
            base = replace(base, findings=[_worded(row)], page=row["page"], line=row["line"])
            found.append(self._with_source(base, {row["line"]}))
        return found

    def places(
        self, identity: str, table: str, row: int | None, column: str | None
    ) -> list[Explanation]:
        """A table, or a row or a cell of it, in each edition that has a table of this id."""
        kind: Kind = "cell" if column else "row" if row else "table"
        found = []
        for known in self._rows("tables", pc.field("table_id") == table):
            base = _base(kind, identity, known)
            one = self._of_table(base, table, row, _number(column))
            is_there = one.cells or one.findings or one.quarantine
            if kind == "table" or is_there:
                found.append(self._with_source(one, set() if one.cells else {one.line}))
        return found

    def lines(self, identity: str, document: str, number: int) -> list[Explanation]:
        """A line of a document, with what was read from it and what was found there."""
        found = []
        for known in self._rows("documents", pc.field("document") == document):
            mine = _of(known) & (pc.field("line") == number)
            one = replace(
                _base("line", identity, known),
                line=number,
                cells=[_short(row) for row in self._rows("cells", mine)],
                observations=[_short(row) for row in self._rows("observations", mine)],
                rankings=[_short(row) for row in self._rows("rankings", mine)],
                findings=[_worded(row) for row in self._rows("findings", mine)],
                quarantine=[_short(row) for row in self._rows("quarantine", mine)],
            )
            one = self._with_source(one, {number})
            if one.unread or any(line.asked for line in one.source):
                found.append(one)
        return found

    def _of_table(
        self, base: Explanation, table_id: str, row: int | None, column: int | None
    ) -> Explanation:
        """What is said of a table, a row of it or a cell of it."""
        mine = _of(asdict(base)) & (pc.field("table_id") == table_id)
        table = next(iter(self._rows("tables", mine)), None)
        if table is None:
            return base
        place = mine if row is None else mine & (pc.field("row_number") == row)
        datasets: tuple[str, ...] = ("findings", "quarantine")
        if row is not None:
            datasets = ("cells", "observations", "rankings", *datasets)
        rows = {name: self._rows(name, place) for name in datasets}
        columns = _columns(table, column)
        if column:  # of a cell: the whole row's print, but only its own meaning
            for name in ("observations", "rankings"):
                rows[name] = [one for one in rows.get(name, ()) if one["column_number"] == column]
            about = {None, 0, column}
            rows["findings"] = [one for one in rows["findings"] if one["column_number"] in about]
        starts = [one["line"] for one in rows.get("cells", ()) if one["line"]]
        return replace(
            base,
            table=_about(table),
            columns=columns,
            cells=[_short(one) for one in rows.get("cells", ())],
            observations=[_short(one) for one in rows.get("observations", ())],
            rankings=[_short(one) for one in rows.get("rankings", ())],
            findings=[_worded(one) for one in rows["findings"]],
            quarantine=[_short(one) for one in rows["quarantine"]],
            withheld=self._withheld(base, table_id),
            page=next((one["page"] for one in rows.get("cells", ())), table["page"]),
            line=min(starts, default=table["line"]),
        )

    def _withheld(self, base: Explanation, table_id: str) -> dict[str, int]:
        """The accounting of the table: rows recovered, landed, quarantined and withheld."""
        [document] = self._rows("documents", _of(asdict(base)))
        accounting = json.loads(document["accounting"] or "{}")
        return dict(accounting.get("tables", {}).get(table_id, {}))

    def _with_source(self, one: Explanation, asked: set[int | None]) -> Explanation:
        """The explanation with its lines: those asked for, else those that its row takes."""
        try:
            job = replay.landed_job(self._batch, one.edition, one.document)
            recovered, withholding = _recovered(job)
        except (DocumentError, StoreError, OSError) as error:
            reason = getattr(error, "reason", None) or str(error)
            return replace(one, unread=f"its lines cannot be shown: {reason}")
        numbers = {line for line in asked if line}
        if one.cells and one.kind != "line":
            numbers |= _lines_of_row(recovered, one)
        return replace(one, source=_shown(recovered, withholding, numbers))

    def _rows(self, dataset: str, which: pc.Expression) -> list[Row]:
        return self._batch.store.read(dataset, self._release, filter=which).to_pylist()


def _base(kind: Kind, identity: str, row: Mapping[str, Any]) -> Explanation:
    return Explanation(
        kind=kind,
        id=identity,
        edition=row["edition"],
        document=row["document"],
        document_sha256=row["document_sha256"],
    )


def _of(row: Mapping[str, Any]) -> pc.Expression:
    """The rows of the same document."""
    return (pc.field("edition") == row["edition"]) & (pc.field("document") == row["document"])


def _short(row: Row) -> Row:
    return {
        name: value
        for name, value in row.items()
        if name not in _SAID_ONCE and (value is not None or name in ("page", "line"))
    }


def _worded(row: Row) -> Row:
    """A finding with the words of its check."""
    return {**_short(row), "words": words_of(row["check"])}


def _about(table: Row) -> Row:
    names = ("table_id", "caption", "kind", "group", "unit", "rows", "columns", "page", "line")
    return {name: table[name] for name in (*names, "confidence")}


def _columns(table: Row, column: int | None) -> list[Row]:
    """What the columns were taken for, with their numbers; only one where one is asked for."""
    columns = json.loads(table["column_fields"] or "[]")
    numbered = [{"column_number": n, **one} for n, one in enumerate(columns, start=1)]
    return [one for one in numbered if column in (None, one["column_number"])]


def _recovered(job: Job) -> tuple[Recovered, Withholding]:
    """What was recovered from the document, kept or read again, without what is withheld."""
    vocabulary = Vocabulary.load((job.sidecar or {}).get("vocabulary"))
    is_name = register_names()
    read = job.recoveries.reader(job.file, vocabulary, is_name)
    return read(vocabulary.base), Withholding(vocabulary, is_name)


def _lines_of_row(recovered: Recovered, one: Explanation) -> set[int]:
    """The lines that the row of a table is printed in: a flattened row has one a cell."""
    numbers = {cell["row_number"] for cell in one.cells}
    for table in recovered.tables:
        if one.table is None or table.table_id != one.table["table_id"]:
            continue
        rows = [table.rows[n - 1] for n in numbers if n <= len(table.rows)]
        return {cell.line for row in rows for cell in row.cells if cell.text}
    return set()


def _shown(
    recovered: Recovered, withholding: Withholding, asked: Iterable[int]
) -> list[SourceLine]:
    """The lines asked for and those around them; a line with a contact in it shows nothing.

    Cells lose their contacts only when they are matched, so that here a line of a table is
    judged once more.
    """
    wanted = set(asked)
    around = {n + d for n in wanted for d in range(-CONTEXT, CONTEXT + 1)}
    lines = recovered.document.lines
    shown = []
    for number in sorted(n for n in around if 0 < n <= len(lines))[:MOST_LINES]:
        line, label = lines[number - 1], recovered.labels[number - 1]
        parts = line.text.split("\t")
        if label == "withheld" or any(map(withholding.is_personal, (line.text, *parts))):
            shown.append(SourceLine(number, line.page, "withheld", None, number in wanted))
        else:
            shown.append(SourceLine(number, line.page, label, line.text, number in wanted))
    return shown
