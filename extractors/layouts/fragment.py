"""A fragment of a table, and the lines of a document from which fragments are taken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from extractors.model import Cell, Line
from extractors.values import kind_of
from schemas.vocabulary import Vocabulary, fold, squeeze

#: The kinds of cell that hold a value; a year label or a text does not.
VALUE_KINDS = frozenset(
    {"integer", "decimal", "percent", "quantity", "marked", "pair", "missing", "rank_like"}
)

#: Page numbers as they are set on a line of their own.
_PAGE_NUMBER = re.compile(
    r"""^(?:[-—–－·•~]+\s*\d{1,4}\s*[-—–－·•~]+
        |第\s*\d{1,4}\s*[页頁](?:\s*[,，/]?\s*共\s*\d{1,4}\s*[页頁])?
        |(?:[Pp]age|P\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?
        |\d{1,4}\s*/\s*\d{1,4}
        |\d{1,4}\s*[|｜]\s*[^\d|｜]{2,40}
        |[^\d|｜]{2,40}\s*[|｜]\s*\d{1,4})$""",
    re.VERBOSE,
)
_BARE_NUMBER = re.compile(r"^\d{1,4}$")

#: The forms that a cell or a row may have too: 3/20, 368 | title, title | 369 and -5-.
_OF_TOTAL = re.compile(r"^(?P<number>\d{1,4})\s*/\s*(?P<beside>\d{1,4})$")
_BESIDE_BAR = (
    re.compile(r"^(?P<number>\d{1,4})\s*[|｜]\s*(?P<beside>[^\d|｜]{2,40})$"),
    re.compile(r"^(?P<beside>[^\d|｜]{2,40}?)\s*[|｜]\s*(?P<number>\d{1,4})$"),
)
_GAP = re.compile(r"\S\s+\S")

_BRACKETED = re.compile(r"^[（(\[【].*[)）\]】]$")

#: How often a line must come again to be a running title.
RUNNING_TITLE = 2

#: Bare numbers are page numbers where this many count on from page to page, and half of
#: the pages have one (title pages and pictures have none).
FEWEST_PAGES = 2

#: Lines at the top of a document among which its title stands, and how many with text.
TOP = 12
TITLE_LINES = 2

#: A longer line is prose and no cell alone on its line.
LONGEST_CELL = 24


@dataclass(slots=True)
class Fragment:
    """A grid of cells as printed in one run of lines.

    ``header_rows`` is known where the layout knows it and None where it is to be found out.
    Rows are padded with blank cells to one width; ``ragged`` are the lines of those that were
    shorter. ``header_unsure``: an upper header may as well span other columns.
    """

    layout: str
    rows: list[list[Cell]]
    first: int
    last: int
    header_rows: int | None = None
    cut: bool = False
    ragged: list[int] = field(default_factory=list)
    header_unsure: bool = False

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0


def _has_bar(text: str) -> bool:
    return "|" in text or "｜" in text


def is_page_number(text: str) -> bool:
    """Whether a line is a page number for certain (a bare number may be a cell)."""
    return bool(_PAGE_NUMBER.match(text.strip()))


def _numbered(text: str) -> tuple[int, str] | None:
    """The number of a line like 3/20 or 上海 | 368, and what stands beside it."""
    for pattern in (_OF_TOTAL, *_BESIDE_BAR):
        match = pattern.match(text)
        if match:
            return int(match["number"]), match["beside"].strip()
    return None


class Page:
    """The lines of a document and who has claimed them."""

    def __init__(
        self,
        lines: Sequence[Line],
        vocabulary: Vocabulary,
        captions_below: frozenset[int] = frozenset(),
    ) -> None:
        self.lines = lines
        self.captions_below = captions_below
        self.vocabulary = vocabulary
        self.fragments: list[Fragment] = []
        self.texts = [line.text.strip() for line in lines]
        self.claimed = bytearray(len(lines))
        self.ruled = bytearray(len(lines))
        self.page_numbers = bytearray(
            1 if text and len(text) < 48 and is_page_number(text) else 0 for text in self.texts
        )
        self._spare_rows_with_bars()
        self._spare_uncounted()
        self.running = self._running_titles()
        if not any(self.page_numbers):  # else the pages are numbered in another way
            self._mark_bare_numbers()

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each line comes in the document."""
        return Counter(self.texts)

    def _spare_rows_with_bars(self) -> None:
        """上海 | 368 is a page number alone on its line, a row where its neighbour has a bar."""
        for index in [i for i, found in enumerate(self.page_numbers) if found]:
            beside = self.texts[index - 1 : index] + self.texts[index + 1 : index + 2]
            if _has_bar(self.texts[index]) and any(map(_has_bar, beside)):
                self.page_numbers[index] = 0

    def _spare_uncounted(self) -> None:
        """32/28 and 上海 | 368 are cells where they do not count the pages.

        They do where they count up with one total or one text beside the bar; a single one
        does where a page ends at it.
        """
        alike: dict[str, list[tuple[int, int]]] = {}
        for index in [i for i, found in enumerate(self.page_numbers) if found]:
            found = _numbered(self.texts[index])
            if found:
                alike.setdefault(found[1], []).append((index, found[0]))
        for beside, places in alike.items():
            if not self._are_counted(beside, places):
                for index, _ in places:
                    self.page_numbers[index] = 0

    def _are_counted(self, beside: str, places: Sequence[tuple[int, int]]) -> bool:
        """Whether numbers with one total, or one text beside the bar, count pages."""
        numbers = [number for _, number in places]
        if beside.isdecimal() and max(numbers) > int(beside):
            return False
        if len(places) == 1:
            index = places[0][0]
            if beside.isdecimal():  # 3/20 between rows with gaps or bars is no row of them
                return self._is_by_turn(index) or not self._is_among_cells(index)
            return self._ends_page(index)
        if any(second <= first for first, second in pairwise(numbers)):
            return False
        if any(line.page for line in self.lines):
            return sum(self._is_by_turn(index) for index, _ in places) * 2 >= len(places)
        steps = [sum(map(bool, self.texts[a:b])) for (a, _), (b, _) in pairwise(places)]
        evenly = len(steps) > 1 and len(set(steps)) == 1  # as the cells of a flattened column
        return not evenly or not all(self._is_among_cells(index) for index, _ in places)

    def _is_by_turn(self, index: int) -> bool:
        """Whether at most one line, a running title, parts a line from a page's edge."""
        for step in (-1, 1):
            place: int | None = index
            for _ in range(2):
                place = None if place is None else self._next_text(place, step)
                if place is None or self.lines[place].page != self.lines[index].page:
                    return True
        return False

    def _ends_page(self, index: int) -> bool:
        """Whether a line is the last of its page, set apart from what is above it."""
        above, below = self._next_text(index, -1), self._next_text(index, 1)
        beside = [self.texts[place] for place in (above, below) if place is not None]
        if _has_bar(self.texts[index]) and any(map(_has_bar, beside)):
            return False
        if below is None:
            return above is None or above < index - 1
        return self.lines[below].page != self.lines[index].page

    def _is_among_cells(self, index: int) -> bool:
        """Whether a line stands close between single cells, two above it and two below."""
        beside = [*self.texts[max(index - 2, 0) : index], *self.texts[index + 1 : index + 3]]
        return 0 < index < len(self.texts) - 1 and all(
            0 < len(text) <= LONGEST_CELL and not _has_bar(text) and not _GAP.search(text)
            for text in beside
        )

    @cached_property
    def _top(self) -> frozenset[str]:
        """The first lines with text, among which the document's title is."""
        return frozenset([text for text in self.texts[:TOP] if text][:TITLE_LINES])

    def claim(self, fragment: Fragment) -> None:
        """Take the lines of a fragment's cells out of what later readers see."""
        self.fragments.append(fragment)
        for row in fragment.rows:
            for cell in row:
                self.claimed[cell.line - 1] = 1

    def is_furniture(self, index: int) -> bool:
        """Whether the line is a page number, a running title or a rule of a table."""
        return bool(
            self.page_numbers[index] or self.ruled[index] or self.texts[index] in self.running
        )

    def text_below(self, index: int) -> str:
        """The next text below a line, furniture left out; empty at the end."""
        below = self._next_text(index, 1)
        while below is not None and self.is_furniture(below):
            below = self._next_text(below, 1)
        return "" if below is None else self.texts[below]

    def _running_titles(self) -> frozenset[str]:
        """Lines that stand nowhere but beside page numbers or page breaks, twice or more.

        The title of the document may stand at its top besides.
        """
        beside: Counter[str] = Counter()
        for marks in self._breaks():
            beside.update({text for index in marks for text in self._neighbours(index)})
        top = self._top
        places = Counter(map(squeeze, self.texts))  # a header is set with other gaps elsewhere
        return frozenset(
            text
            for text, count in beside.items()
            if count + (text in top) >= RUNNING_TITLE
            and count >= places[squeeze(text)] - (text in top)
            and len(text) <= 40
            and kind_of(text) == "text"
            and not self._is_table_word(text)
            and not (text in top and self._is_followed_alike(text))
        )

    def _is_followed_alike(self, text: str) -> bool:
        """Whether the same text follows wherever this one stands: so begins a repeated header;
        behind the title of a document other things stand than behind a running title."""
        below = [self._next_text(i, 1) for i, other in enumerate(self.texts) if other == text]
        return len({None if i is None else self.texts[i] for i in below}) == 1

    def _breaks(self) -> list[list[int]]:
        """The marks of every page break: page numbers, and the first line of a page.

        Marks with one line or none between them are of one break: a number at the foot and
        the page's end below it, or a running title between the page's top and its number.
        """
        pages = [line.page for line in self.lines]
        breaks: list[list[int]] = []
        for index in range(len(pages)):
            turned = bool(index) and pages[index] != pages[index - 1]
            if not (turned or self.page_numbers[index] or self._is_numbered_title(index)):
                continue
            between = sum(map(bool, self.texts[breaks[-1][-1] + 1 : index])) if breaks else 2
            if between > 1:
                breaks.append([])
            breaks[-1].append(index)
        return breaks

    def _is_numbered_title(self, index: int) -> bool:
        """Whether the title of the document is printed again with a bare number beside it."""
        if self.texts[index] not in self._top or index == self.texts.index(self.texts[index]):
            return False
        beside = (self._next_text(index, step) for step in (-1, 1))
        return any(p is not None and _BARE_NUMBER.match(self.texts[p]) for p in beside)

    def _neighbours(self, index: int) -> set[str]:
        """The nearest texts around a mark: before it, and on it or, on a bare mark, behind it."""
        own = bool(self.texts[index]) and not self.page_numbers[index]
        places = (self._next_text(index, -1), index if own else self._next_text(index, 1))
        found = {self.texts[position] for position in places if position is not None}
        return {text for text in found if "\t" not in text and "|" not in text}

    def _next_text(self, index: int, step: int) -> int | None:
        position = index + step
        while 0 <= position < len(self.texts) and not self.texts[position]:
            position += step
        return position if 0 <= position < len(self.texts) else None

    def _mark_bare_numbers(self) -> None:
        """Bare numbers that count the pages: at the same edge, one more at every break.

        The ranks of a table stand at the edges of pages too, but they count its rows.
        """
        breaks = self._page_edges()
        agreeing: dict[tuple[int, int], list[int]] = {}
        for count, edges in enumerate(breaks):
            for side, position in enumerate(edges):
                if position is not None and _BARE_NUMBER.match(self.texts[position]):
                    first = int(self.texts[position]) - count
                    agreeing.setdefault((side, first), []).append(position)
        counting, *others = sorted([*agreeing.values(), []], key=len, reverse=True)
        if others and len(others[0]) == len(counting):
            return  # the rows have to tell which of the two are ranks
        if len(counting) >= max(FEWEST_PAGES, len(breaks) / 2):
            for position in counting:
                self.page_numbers[position] = 1

    def _page_edges(self) -> list[tuple[int | None, int | None]]:
        """The last line before and the first behind every page break, running titles left out;
        the top of the document and its end are breaks too."""
        texts = [i for i, text in enumerate(self.texts) if text and text not in self.running]
        if not texts:
            return []
        turns = [
            (above, below)
            for above, below in pairwise(texts)
            if self.lines[above].page != self.lines[below].page
            or any(self.texts[above + 1 : below])  # a running title
        ]
        return [(None, texts[0]), *turns, (texts[-1], None)]

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


def are_year_labels(texts: Sequence[str], following: Sequence[str]) -> bool:
    """Whether all values of a row are years that head columns.

    They differ, few other words stand beside them, and the next row has no years: else they
    are values themselves.
    """
    values = [text.strip() for text in texts if kind_of(text) in VALUE_KINDS]
    others = sum(bool(text.strip()) for text in texts) - len(values)
    return (
        len(values) >= 2
        and all(map(_is_bare_year, values))
        and len(set(values)) > 1
        and others <= max(3, len(values))
        and sum(map(_is_bare_year, following)) < 2
    )


def _is_bare_year(text: str) -> bool:
    text = text.strip()
    return len(text) == 4 and text.isdecimal() and 1900 <= int(text) <= 2100
