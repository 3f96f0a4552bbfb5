"""The document model: what reading, finding and assembling give to one another.

Everything here is plain data that pickles, so that extraction can run in a child
process. Places are printed places: ``page`` and ``line`` count from 1, ``page`` is
None in a text without page breaks, ``box`` is (x0, top, x1, bottom) in points and
None in text. ``text`` is always as printed, with outer blanks trimmed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Box = tuple[float, float, float, float]

#: What a line of a document is, for the accounting of lines.
LineLabel = Literal["cell", "header", "caption", "note", "prose", "furniture", "withheld"]

#: What a column does in its table.
Role = Literal["rank", "serial", "stub", "class", "unit", "period", "value", "text", "unclear"]

#: What a row is. A section row heads the rows below it and has no values of its own;
#: a total row adds up others; a part row (其中：) belongs to the row before it.
RowKind = Literal["data", "section", "total", "part", "change"]

#: What a table is (the contract's ``tables.kind``).
TableKind = Literal[
    "ranking", "scores", "statistics", "list", "scheme", "correlation", "comparison"
]


#: The check that names a page of which nothing was read.
PAGE_NOT_READ = "page-not-read"


class DocumentError(Exception):
    """A document that cannot be read, with the place and what to do about it."""

    def __init__(
        self,
        document: str,
        reason: str,
        *,
        code: str,
        line: int | None = None,
        page: int | None = None,
    ) -> None:
        place = "".join(
            f", {name} {number}" for name, number in (("page", page), ("line", line)) if number
        )
        super().__init__(f"{document}{place}: {reason}")
        self.document, self.reason, self.code = document, reason, code
        self.line, self.page = line, page

    def __reduce__(self):  # crosses a process border
        return _document_error, (self.document, self.reason, self.code, self.line, self.page)


def _document_error(document, reason, code, line, page) -> DocumentError:
    return DocumentError(document, reason, code=code, line=line, page=page)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document as decoded, without its line end."""

    number: int
    text: str
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document that has been read: its identity and its lines in reading order."""

    name: str
    sha256: str
    media_type: str
    encoding: str | None
    pages: int | None
    title: str | None
    lines: tuple[Line, ...]


@dataclass(slots=True)
class Cell:
    """A printed cell. ``filled`` is text carried into a blank cell from a merged one.

    ``confidence`` is below 1 where the text was recognised from a picture and is doubtful.
    """

    text: str
    line: int
    page: int | None = None
    box: Box | None = None
    filled: str | None = None
    confidence: float = 1.0

    @property
    def value(self) -> str:
        """The text that counts: printed, or carried down or across where the print is blank."""
        return self.text or self.filled or ""


@dataclass(slots=True)
class Row:
    """A logical row; ``line`` is where it starts."""

    cells: list[Cell]
    line: int
    page: int | None = None
    kind: RowKind = "data"


@dataclass(slots=True)
class Column:
    """A column and what it was matched to.

    ``path`` holds the header levels from the top. ``panel`` numbers the halves of a
    table whose halves stay side by side (0 everywhere else): a value belongs to the stub
    of its own panel. ``field`` is a name of the field dictionary (``rank``, ``row_label``,
    ``obs_value`` …) or None where the role is unclear. ``measure`` is what an observation
    of this column measures. ``reason`` says which evidence decided, for a person.
    """

    path: tuple[str, ...]
    role: Role = "unclear"
    field: str | None = None
    unit: str | None = None
    max_score: float | None = None
    measure: str | None = None
    period: str | None = None
    panel: int = 0
    confidence: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note or source line of a table (注：, 数据来源：)."""

    text: str
    line: int
    page: int | None = None


@dataclass(slots=True)
class Table:
    """A logical table: one entry however many pages it was printed on.

    ``headings`` are the headings in force above the caption, outermost first: 25 tables of
    a yearbook say only there which province they are about. ``lines`` are (first, last)
    of every printed fragment.
    """

    table_id: str
    caption: str | None
    caption_line: int | None
    kind: TableKind
    group: str | None
    unit: str | None
    page: int | None
    line: int
    columns: list[Column]
    rows: list[Row]
    notes: list[Note] = field(default_factory=list)
    headings: tuple[str, ...] = ()
    lines: list[tuple[int, int]] = field(default_factory=list)
    header_lines: list[int] = field(default_factory=list)
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the reading doubts or the print contradicts; becomes a finding.

    ``row_number`` and ``column_number`` count from 1 within the table, 0 meaning the whole.
    """

    check: str
    severity: Literal["error", "warning", "info"]
    line: int | None
    page: int | None = None
    table_id: str | None = None
    row_number: int | None = None
    column_number: int | None = None
    printed: str | None = None
    expected: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A run of prose or a heading, kept because later checks read it."""

    text: str
    line: int
    last_line: int
    page: int | None = None
    kind: Literal["prose", "heading", "caption"] = "prose"


@dataclass(slots=True)
class Extraction:
    """Everything that was recovered from one document.

    ``labels`` has one label a line, in order. ``withheld`` counts what was kept back for
    personal data: tables, rows and lines.
    """

    document: Document
    tables: list[Table]
    blocks: list[Block]
    labels: list[LineLabel]
    doubts: list[Doubt] = field(default_factory=list)
    withheld: dict[str, int] = field(default_factory=dict)

    @property
    def pages_not_read(self) -> list[int]:
        """Pages that are pictures and were not read, for want of the extra that reads them."""
        return sorted({d.page for d in self.doubts if d.check == PAGE_NOT_READ and d.page})
