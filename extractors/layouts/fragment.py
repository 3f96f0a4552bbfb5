"""A fragment of a table, and the lines of a document from which fragments are taken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors.model import Cell, Line
from extractors.values import kind_of
from schemas.vocabulary import Vocabulary, fold

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
        |\d{1,4}\s*[|｜]\s*\D{2,40}
        |\D{2,40}\s*[|｜]\s*\d{1,4})$""",
    re.X,
)
_DIGITS = re.compile(r"\d+")

#: How often a line must come again to be a running title.
RUNNING_TITLE = 3


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
    return bool(_PAGE_NUMBER.match(text.strip()))


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
        """Lines that stand again and again beside page numbers or page breaks."""
        beside: Counter[str] = Counter()
        previous_page = None
        for index, line in enumerate(self.lines):
            turned = line.page != previous_page and previous_page is not None
            previous_page = line.page
            if not (self.page_numbers[index] or turned):
                continue
            for neighbour in self._neighbours(index):
                beside[neighbour] += 1
        return frozenset(
            text
            for text, count in beside.items()
            if count >= RUNNING_TITLE and len(text) <= 40 and kind_of(text) == "text"
            and not self._is_table_word(text)
        )

    def _neighbours(self, index: int) -> set[str]:
        """The nearest lines with text before and after a page break, and the line itself."""
        found = set()
        for step in (-1, 1):
            position = index + step
            while 0 <= position < len(self.texts) and not self.texts[position]:
                position += step
            if 0 <= position < len(self.texts):
                found.add(self.texts[position])
        if not self.page_numbers[index] and self.texts[index]:
            found.add(self.texts[index])
        return {text for text in found if "\t" not in text and "|" not in text}

    def _is_table_word(self, text: str) -> bool:
        folded = fold(text)
        return folded in self.vocabulary.by_alias or any(
            folded.startswith(fold(word))
            for word in self.vocabulary.words("captions", "continued")
        )


def cells_of(texts: Sequence[str], line: Line, width: int) -> list[Cell]:
    """Cells of one printed line, padded with blanks to the width."""
    return [
        Cell(texts[position].strip() if position < len(texts) else "", line.number, line.page)
        for position in range(width)
    ]


def has_values(row: Sequence[Cell]) -> bool:
    """Whether a row holds any value."""
    return any(kind_of(cell.text) in VALUE_KINDS for cell in row)
