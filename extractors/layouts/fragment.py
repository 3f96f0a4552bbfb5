"""A fragment of a table, and the lines of a document from which fragments are taken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from extractors.model import Cell, Line
from extractors.values import kind_of
from schemas.vocabulary import Vocabulary, fold, simplify

#: The kinds of cell that hold a value; a year label or a text does not.
VALUE_KINDS = frozenset(
    {"integer", "decimal", "percent", "quantity", "marked", "pair", "missing", "rank_like"}
)

#: Page numbers as they are set on a line of their own.
_PAGE_NUMBER = re.compile(
    r"""^(?:[-—–－·•~]+\s*\d{1,4}\s*[-—–－·•~]+
        |第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?
        |(?:[Pp]age|P\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?
        |\d{1,4}\s*/\s*\d{1,4}
        |\d{1,4}\s*[|｜]\s*[^\d|｜]{2,40}
        |[^\d|｜]{2,40}\s*[|｜]\s*\d{1,4})$""",
    re.VERBOSE,
)
_BARE_NUMBER = re.compile(r"^\d{1,4}$")

_BRACKETED = re.compile(r"^[（(\[【].*[)）\]】]$")

#: How often a line must come again to be a running title.
RUNNING_TITLE = 2

#: Lines at the top of a document among which its title stands, and how many with text.
TOP = 12
TITLE_LINES = 2


@dataclass(slots=True)
class Fragment:
    """A grid of cells as printed in one run of lines.

    ``header_rows`` is known where the layout knows it and None where it is to be found out.
    ``depth_known`` columns are all of one width: rows are padded with blank cells.
    """

    layout: str
    rows: list[list[Cell]]
    first: int
    last: int
    header_rows: int | None = None
    cut: bool = False
    ragged: list[int] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0


def is_page_number(text: str) -> bool:
    """Whether a line is a page number for certain (a bare number may be a cell)."""
    return bool(_PAGE_NUMBER.match(simplify(text.strip())))


class Page:
    """The lines of a document and who has claimed them."""

    def __init__(self, lines: Sequence[Line], vocabulary: Vocabulary) -> None:
        self.lines = lines
        self.vocabulary = vocabulary
        self.fragments: list[Fragment] = []
        self.texts = [line.text.strip() for line in lines]
        self.claimed = bytearray(len(lines))
        self.page_numbers = bytearray(
            1 if text and len(text) < 48 and is_page_number(text) else 0 for text in self.texts
        )
        self.running = self._running_titles()
        if not any(self.page_numbers):  # else the pages are numbered in another way
            self._mark_bare_numbers()

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each line comes in the document."""
        return Counter(self.texts)

    def claim(self, fragment: Fragment) -> None:
        """Take the lines of a fragment's cells out of what later readers see."""
        self.fragments.append(fragment)
        for row in fragment.rows:
            for cell in row:
                self.claimed[cell.line - 1] = 1

    def is_furniture(self, index: int) -> bool:
        """Whether the line is a page number or a running title."""
        return bool(self.page_numbers[index]) or self.texts[index] in self.running

    def _running_titles(self) -> frozenset[str]:
        """Lines that stand nowhere but beside page numbers or page breaks, twice or more.

        The title of the document may stand at its top besides.
        """
        beside: Counter[str] = Counter()
        for index in self._breaks():
            for neighbour in self._neighbours(index):
                beside[neighbour] += 1
        top = set([text for text in self.texts[:TOP] if text][:TITLE_LINES])
        return frozenset(
            text
            for text, count in beside.items()
            if count + (text in top) >= RUNNING_TITLE
            and count >= self.counts[text] - (text in top)
            and len(text) <= 40
            and kind_of(text) == "text"
            and not self._is_table_word(text)
        )

    def _breaks(self) -> list[int]:
        """Lines that are page numbers, or the first of a page."""
        pages = [line.page for line in self.lines]
        return [
            index
            for index in range(len(self.lines))
            if self.page_numbers[index] or (index and pages[index] != pages[index - 1])
        ]

    def _neighbours(self, index: int) -> set[str]:
        """The nearest lines with text before and after a page break, and the line itself."""
        found = set()
        for step in (-1, 1):
            position = self._next_text(index, step)
            if position is not None:
                found.add(self.texts[position])
        if not self.page_numbers[index] and self.texts[index]:
            found.add(self.texts[index])
        return {text for text in found if "\t" not in text and "|" not in text}

    def _next_text(self, index: int, step: int) -> int | None:
        position = index + step
        while 0 <= position < len(self.texts) and not self.texts[position]:
            position += step
        return position if 0 <= position < len(self.texts) else None

    def _mark_bare_numbers(self) -> None:
        """Bare numbers beside page breaks or running titles that count the pages."""
        edges: dict[int, None] = {}
        for index in range(len(self.lines)):
            turned = index and self.lines[index].page != self.lines[index - 1].page
            if not turned and self.texts[index] not in self.running:
                continue
            for position in (index, self._next_text(index, -1), self._next_text(index, 1)):
                if position is not None and _BARE_NUMBER.match(self.texts[position]):
                    edges[position] = None
        numbers = [(position, int(self.texts[position])) for position in sorted(edges)]
        counting = [
            position
            for rank, (position, number) in enumerate(numbers)
            if any(
                number - other == rank - other_rank != 0
                for other_rank, (_, other) in enumerate(numbers)
            )
        ]
        if len(counting) * 2 > len(numbers):
            for position in counting:
                self.page_numbers[position] = 1

    def _is_table_word(self, text: str) -> bool:
        folded = fold(text)
        return folded in self.vocabulary.by_alias or any(
            folded.startswith(fold(word)) for word in self.vocabulary.words("captions", "continued")
        )


def cells_of(texts: Sequence[str], line: Line, width: int) -> list[Cell]:
    """Cells of one printed line, padded with blanks to the width."""
    return [
        Cell(texts[position].strip() if position < len(texts) else "", line.number, line.page)
        for position in range(width)
    ]


def only_bracketed(texts: Sequence[str]) -> bool:
    """Whether all values among texts stand in brackets, as maxima below a header do."""
    return all(_BRACKETED.match(text.strip()) for text in texts if kind_of(text) in VALUE_KINDS)


def has_values(row: Sequence[Cell]) -> bool:
    """Whether a row holds any value."""
    return any(kind_of(cell.text) in VALUE_KINDS for cell in row)
