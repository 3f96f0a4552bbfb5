"""Columns set with blanks, as the text layer of a PDF prints them.

The columns are the gaps that run through the rows with values; a header text belongs to the
column it stands over, and one that stands over several spans them. A page that prints no
header is read by the columns of the page before it, since one page alone may lack a column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from extractors.layouts.columns import (
    Segment,
    Setting,
    Span,
    columns_of,
    fits,
    in_order,
    placed,
    segments_of,
)
from extractors.layouts.fragment import (
    LONGEST_CELL,
    VALUE_KINDS,
    Fragment,
    Page,
    are_year_labels,
    only_bracketed,
)
from extractors.layouts.spans import SURE_LEAD, UNHEADED, Head, Reading, read_heads
from extractors.lines import Lines
from extractors.model import Cell
from extractors.values import kind_of
from schemas.vocabulary import Vocabulary, fold

#: A gap of two blanks (or one as wide as a character) parts two cells.
_GAP = re.compile(r"\S *(?: {2}|　)[ 　]*\S")

#: A line that only rules: ----  ------, ══════
_RULE = re.compile(r"(?:(?:[-=_─━═]{2,}|[—]{4,})\s*)+$")

#: (万元) alone may stand below the header of a column, （单位：万元） never does.
_BRACKETED_UNIT = re.compile(r"^[（(][^：:]*[)）]$")

#: Leader dots of a contents page, close or with blanks between.
LEADERS = re.compile(r"[.．]{4,}|(?:\s[.．·…]){3,}|…{2,}|·{4,}")

#: Rows with values that make a set of columns believable.
FEWEST_ROWS = 2

#: Kinds that no list mark (-, 1、, ①) can be taken for.
SOLID_KINDS = VALUE_KINDS - {"missing", "rank_like"}

#: Rows that show whether a column holds names.
SAMPLE = 20

#: The lines of a header: four levels, and the lines at half height between them.
MOST_LINES = 7

#: Lone header texts above the first line with a gap.
MOST_LONE = 4

#: A lone line is an upper header if reading it as one makes no more misfit than this (less
#: than a wrapped header costs: a title above a table is none).
LONE_MISFIT = 1.75

#: Fields whose columns stand beside upper headers rather than below them.
APART = frozenset({"rank", "total"})

#: A lone line at the foot of a header heads a section rather than that it wraps the stub.
SECTION_MISFIT = 1.0


@dataclass
class Block:
    """A run of lines with wide gaps. ``lone`` are texts right above that may head columns;
    ``tail`` are texts right below that may be rows with but one cell filled. Its head and its
    body are asked for once it is whole."""

    settings: list[Setting]
    lone: list[Setting] = field(default_factory=list)
    tail: list[Setting] = field(default_factory=list)

    @cached_property
    def first_body(self) -> int:
        """The position of the first row with values; years over columns are none."""
        texts = [[segment.text for segment in setting.segments] for setting in self.settings]
        for at, setting in enumerate(self.settings):
            following = texts[at + 1] if at + 1 < len(texts) else ()
            if _is_body(setting) and not are_year_labels(texts[at], following):
                return at
        return len(self.settings)

    @cached_property
    def head(self) -> list[Setting]:
        return self.settings[: self.first_body]

    @cached_property
    def body(self) -> list[Setting]:
        """The rows with values."""
        return [setting for setting in self.settings[self.first_body :] if _is_body(setting)]

    @property
    def key(self) -> str:
        """The first line, for finding it again on another page."""
        return _key(self.settings[0])


def _key(setting: Setting) -> str:
    return fold("".join(segment.text for segment in setting.segments))


def _is_body(setting: Setting) -> bool:
    """A row with values; maxima in brackets below a header are none."""
    return (
        len(setting.segments) >= 2
        and bool(setting.values)
        and not only_bracketed([segment.text for segment in setting.segments])
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns that a page has shown, and whether each holds values (None where blank)."""

    columns: list[Span]
    numeric: list[bool | None]

    def holds(self, block: Block) -> bool:
        """Whether a block without header goes on in these columns."""
        if block.head or not all(fits(setting, self.columns) for setting in block.body):
            return False
        numeric = _numeric([placed(setting, self.columns) for setting in block.body])
        return all(
            ours is None or theirs is None or ours == theirs
            for ours, theirs in zip(self.numeric, numeric, strict=True)
        )


def _numeric(rows: list[list[Cell]]) -> list[bool | None]:
    """Per column whether most of its texts are values, None where it is blank."""
    found: list[bool | None] = []
    for cells in zip(*rows, strict=True):
        kinds = [kind_of(cell.text) in VALUE_KINDS for cell in cells if cell.text]
        found.append(sum(kinds) * 2 > len(kinds) if kinds else None)
    return found


def find(page: Page) -> Iterator[Fragment]:
    """Fragments of tables set with blanks."""
    blocks = [block for block in _blocks(page, Lines(page, page.vocabulary)) if block.body]
    times = Counter(block.key for block in blocks)
    sheet: Sheet | None = None
    for number, block in enumerate(blocks):
        columns = _with_blank_columns(block.head, columns_of(block.body))
        head, reading = _header(block, columns, page.vocabulary)
        if sheet and not head and sheet.holds(block):
            if len(columns) == len(sheet.columns):  # this page shows them all, and where
                sheet = Sheet(columns, sheet.numeric)
            yield _fragment(block, sheet.columns, [], None)
            continue
        fragment = _fragment(block, columns, head, reading)
        shown = Sheet(columns, _numeric(fragment.rows[fragment.header_rows :]))
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        # A page may carry a single row where another page shows its columns too.
        believed = (
            len(block.body) >= FEWEST_ROWS
            or times[block.key] > 1
            or (following is not None and shown.holds(following))
        )
        if len(columns) > 1 and believed and _believable(fragment.rows[fragment.header_rows :]):
            sheet = shown
            yield fragment


# ---------------------------------------------------------------- lines


def _blocks(page: Page, lines: Lines) -> Iterator[Block]:
    """Runs of lines with a wide gap in them, and lone texts between two of those."""
    block: Block | None = None
    lone: list[Setting] = []
    for index, line in enumerate(page.lines):
        if _RULE.match(page.texts[index]) and not page.claimed[index]:
            page.ruled[index] = 1
            continue
        kind = _kind_of_line(page, lines, index)
        setting = Setting(line, segments_of(line.text)) if kind else None
        again = setting is not None and block is not None and _key(setting) == block.key
        if block and (setting is None or again or line.page != block.settings[-1].line.page):
            if not again:  # else what stands above the header heads its columns
                block.tail, lone = lone, []
            yield block
            block = None
        if setting is None:
            lone = []
        elif kind == "lone":
            lone.append(setting)
        elif block is None:
            block = Block([setting], lone=_upper_headers(lone, lines))
            lone = []
        else:
            block.settings += [*lone, setting]
            lone = []
    if block:
        block.tail = lone
        yield block


def _kind_of_line(page: Page, lines: Lines, index: int) -> str | None:
    """``cells`` with a wide gap, ``lone`` for a short text that may stand in a table."""
    line, text = page.lines[index], page.texts[index]
    if not text or page.claimed[index] or page.is_furniture(index) or "\t" in line.text:
        return None
    parted = ("  " in text or "　" in text) and bool(_GAP.search(text))
    if not parted and not _may_stand_alone(text):
        return None
    if LEADERS.search(text) or _is_title(lines, text):
        return None
    if parted:
        return "cells"
    return None if lines.is_continued(text) or lines.without_continued(text) != text else "lone"


def _may_stand_alone(text: str) -> bool:
    """Whether a text may be the only one on its line inside a table: a number never is."""
    if len(text) > LONGEST_CELL or text[-1] in "。；：:":
        return False
    return kind_of(text) not in VALUE_KINDS or only_bracketed([text])


def _is_title(lines: Lines, text: str) -> bool:
    """A caption, unit or note line that is set with wide gaps is no row."""
    states_unit = bool(lines.unit_of(text)) and not _BRACKETED_UNIT.match(text)
    return lines.is_strong_caption(text) or states_unit or lines.is_note(text)


def _upper_headers(lone: list[Setting], lines: Lines) -> list[Setting]:
    """Lone texts right above the first line with a gap that may be headers over columns:
    no titles, which say what they are."""
    found: list[Setting] = []
    for setting in reversed(lone[-MOST_LONE:]):
        text = setting.line.text.strip()
        if lines.is_title(text) or lines.is_table_title(text):
            break
        found.insert(0, setting)
    return found


# ---------------------------------------------------------------- columns and headers


def _with_blank_columns(head: list[Setting], columns: list[Span]) -> list[Span]:
    """The columns, and those that only the header tells since no row on this page fills them."""
    fullest = max(head, key=lambda setting: len(setting.segments), default=None)
    if fullest is None or len(fullest.segments) <= len(columns):
        return columns
    bounds = [(segment.start, segment.end) for segment in fullest.segments]
    filled = in_order([Segment("", *span) for span in columns], bounds)
    for span, position in zip(columns, filled, strict=True):
        bounds[position] = span
    return bounds


def _header(
    block: Block, columns: list[Span], vocabulary: Vocabulary
) -> tuple[list[Setting], Reading | None]:
    """The header lines of a block and what they head: the reading with least misfit.

    Lone texts above may be upper headers, lone texts at the foot may head the first section;
    lines on top that fit no column at all are none of the table. Readings of other lines are
    rivals too.
    """
    first = max(0, len(block.head) - MOST_LINES)
    numeric = _numeric([placed(setting, columns) for setting in block.body[:SAMPLE]])
    named = tuple(column is False for column in numeric)
    for dropped in range(first, len(block.head) + 1):
        head = block.head[dropped:]
        lone = block.lone if not dropped else []
        best: tuple[float, list[Setting], Reading | None] = (UNHEADED * len(columns), [], None)
        for lines, weight in _candidates(lone, head, _lone_at_foot(head, columns)):
            texts = tuple(setting.segments for setting in lines)
            reading = read_heads(texts, tuple(columns), named, _apart(texts, vocabulary))
            # Lone texts alone are a header where they leave no column without one.
            if reading is None or not head and len(reading.heads) < len(columns):
                continue
            reading = reading.gone_on(weight, ())
            known = best[2]
            if reading.misfit < best[0]:
                best = (reading.misfit, lines, reading.against(known) if known else reading)
            elif known:
                best = (best[0], best[1], known.against(reading))
        if best[1]:
            return best[1:]
    return [], None


def _apart(lines: Sequence[Sequence[Segment]], vocabulary: Vocabulary) -> frozenset[str]:
    """The header words of a rank or a total."""
    texts = (segment.text for line in lines for segment in line)
    return frozenset(text for text in texts if APART.intersection(vocabulary.fields_of(text)))


def _candidates(
    lone: list[Setting], head: list[Setting], sections: int
) -> Iterator[tuple[list[Setting], float]]:
    """Lines that may make a header, with what speaks against them besides misfit: the last of
    the lone texts above with all lines, and without those at the foot that may head sections."""
    for above in range(len(lone) + 1):
        for below in range(sections + 1):
            lines = [*lone[len(lone) - above :], *head[: len(head) - below]]
            if lines:
                yield lines, SECTION_MISFIT * below - LONE_MISFIT * above


def _lone_at_foot(head: list[Setting], columns: list[Span]) -> int:
    """How many lines at the foot of a header hold one text, over the first column."""
    count = 0
    for setting in reversed(head[1:]):
        if len(setting.segments) > 1 or in_order(setting.segments, columns) != [0]:
            break
        count += 1
    return count


# ---------------------------------------------------------------- fragments


def _fragment(
    block: Block, columns: list[Span], head: list[Setting], reading: Reading | None
) -> Fragment:
    """A block as rows of cells."""
    rows = _header_rows(head, reading.heads if reading else (), len(columns))
    last = head[-1].line.number if head else 0
    settings = [s for s in block.settings if s.line.number > last]
    if not head:
        settings = settings[block.first_body :]
    if len(columns) == 2:  # a row with a blank value is a lone text
        settings += [s for s in block.tail if fits(s, columns[:1])]
    rows += [placed(setting, columns) for setting in settings]
    numbers = [cell.line for row in rows for cell in row]
    return Fragment(
        "aligned",
        rows,
        min(numbers),
        max(numbers),
        header_rows=len(head),
        header_unsure=reading is not None and reading.lead < SURE_LEAD,
    )


def _header_rows(head: list[Setting], heads: Sequence[Head], width: int) -> list[list[Cell]]:
    """Header lines as rows; a text over several columns stands at its first and fills the rest."""
    rows = [[Cell("", s.line.number, s.line.page) for _ in range(width)] for s in head]
    for found in heads:
        row = rows[found.line]
        row[found.start].text = found.text
        for column in range(found.start + 1, found.end):
            row[column].filled = found.text
    return rows


def _believable(rows: list[list[Cell]]) -> bool:
    """Prose with wide gaps has no column in which nearly every row has a value; rows that head
    a section have none either."""
    rows = [row for row in rows if sum(bool(cell.text) for cell in row) > 1]
    for cells in zip(*rows, strict=True):
        kinds = [kind_of(cell.text) for cell in cells if cell.text]
        if not SOLID_KINDS.intersection(kinds):
            continue
        if len(kinds) * 2 >= len(rows) and sum(k in VALUE_KINDS for k in kinds) >= 0.8 * len(kinds):
            return True
    return False


__all__ = ["find"]
