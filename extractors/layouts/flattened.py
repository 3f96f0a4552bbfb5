"""Flattened tables: one cell a line, the header first, then row after row.

Nothing on the page says how wide such a table is. It is found from its rhythm: a run of
text lines, then lines whose kinds (number or text) come again every so many lines. The
header is as many lines as a row has, directly before the first row. Where page furniture
or a repeated header stands inside the run the rhythm breaks and is taken up behind it;
what stood between is left as lines of its own for `extractors.assemble` to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.layouts.fragment import VALUE_KINDS, Fragment, Page
from extractors.lines import Lines
from extractors.model import Cell
from extractors.units import is_unit
from extractors.values import kind_of
from schemas.vocabulary import Vocabulary, fold, simplify

#: The widest flattened table that is looked for; a printed page has no more columns.
WIDEST = 24

#: A line longer than this is prose, not a cell.
LONGEST_CELL = 60

#: Text columns that may come before the first number of a row (rank last, province, city …).
MOST_LEADING_TEXTS = 5

#: A page number has no more digits, and a rank neither.
LONGEST_PAGE_NUMBER = LONGEST_RANK = 4

#: Lines of furniture that may stand in one place inside a run.
LONGEST_INTERRUPTION = 5

#: Two rows show a rhythm; with fewer the header's words must say what they are.
FEWEST_ROWS = 2

#: The share of known header words that makes a single row enough.
ALL_KNOWN = 0.8

#: A mark behind a year that points to a note.
_NOTE_MARK = re.compile(r"(?:[*＊※①-⑳]|\[\d\]|［\d］)+$")

NUMBER, TEXT, MISSING, YEAR = "N", "T", "M", "Y"
#: A line that can only be a title or a note: no cell, no header.
TITLE = "C"
_CLASSES = {"missing": MISSING, "year": YEAR, "text": TEXT, "blank": TEXT}


@dataclass(frozen=True, slots=True)
class Token:
    """A line of a run with its class."""

    index: int
    text: str
    cls: str
    kind: str
    is_odd: bool  # it may be furniture: printed again elsewhere, or as short as a page number
    turned: bool  # a page break or furniture stands right before it


@dataclass(slots=True)
class Shape:
    """What the rows of one flattened table look like; ``folded`` is its header, folded."""

    header: tuple[str, ...]
    folded: tuple[str, ...]
    classes: tuple[str, ...]

    @property
    def width(self) -> int:
        return len(self.classes)


@dataclass(slots=True)
class Stretch:
    """Rows without an interruption between them; ``header`` where it was printed again."""

    header: list[Token]
    rows: list[list[Token]]
    tail: list[Token]


def find(page: Page) -> Iterator[Fragment]:
    """Fragments of flattened tables, one for each uninterrupted stretch of rows."""
    lines = Lines(page, page.vocabulary)
    for run in _runs(page, lines):
        yield from _tables(page, run)


def _runs(page: Page, lines: Lines) -> Iterator[list[Token]]:
    """Runs of unclaimed short lines; blank lines and certain furniture are left out."""
    run: list[Token] = []
    numbers = 0
    turned = False
    for index, text in enumerate(page.texts):
        turned = turned or bool(index and page.lines[index].page != page.lines[index - 1].page)
        if not text:
            continue
        if page.is_furniture(index) and not page.claimed[index]:
            turned = True
            continue
        if (
            page.claimed[index]
            or len(text) > LONGEST_CELL
            or text[-1] in "。；;！!"
            or "。" in text
        ):
            if numbers >= 2:
                yield run
            run, numbers = [], 0
            continue
        token = _token(page, lines, index, turned)
        numbers += token.cls in (NUMBER, MISSING)
        run.append(token)
        turned = False
    if numbers >= 2:
        yield run


def _token(page: Page, lines: Lines, index: int, turned: bool) -> Token:
    text = page.texts[index]
    kind = kind_of(text)
    cls = _CLASSES.get(kind, NUMBER)
    if kind == "marked" and "年" in text and kind_of(_NOTE_MARK.sub("", text)) == "year":
        return Token(index, text, YEAR, "year", False, turned)
    if cls is not TEXT:
        short = kind == "integer" and len(text) <= LONGEST_PAGE_NUMBER
        return Token(index, text, cls, kind, short, turned)
    continues = lines.continues(text)
    if continues or (len(text) >= 2 and _is_title(page, lines, index)):
        cls = TITLE
    return Token(index, text, cls, kind, continues or page.counts[text] > 1, turned)


def _is_title(page: Page, lines: Lines, index: int) -> bool:
    """A line that is no cell; a numbered one is a row's label where a value or unit follows."""
    text = page.texts[index]
    if lines.is_note(text) or lines.is_strong_caption(text) or lines.is_unit_line(text):
        return True
    if not lines.is_marked_title(text):
        return False
    if lines.is_title_by_end(text):
        return True
    following = page.text_below(index)
    return kind_of(following) not in VALUE_KINDS and not is_unit(simplify(following))


def _tables(page: Page, run: list[Token]) -> Iterator[Fragment]:
    position = 0
    while position < len(run):
        start = _next_number_after_text(run, position)
        if start is None:
            return
        shape, first = _best_shape(page.vocabulary, run, position, start)
        if shape is None:
            position = start + 1
            continue
        position = start + 1
        for stretch, end in _stretches(run, first, shape):
            yield _as_fragment(page, stretch)
            position = max(position, end)


def _next_number_after_text(run: list[Token], position: int) -> int | None:
    """The next number that directly follows a text or a year label."""
    for index in range(max(position, 1), len(run)):
        if run[index].cls in (NUMBER, MISSING) and run[index - 1].cls in (TEXT, YEAR):
            return index
    return None


def _best_shape(
    vocabulary: Vocabulary, run: list[Token], floor: int, number: int
) -> tuple[Shape | None, int]:
    """The best header and row shape around the first number, and where the header starts."""
    texts = 0
    while number - texts - 1 >= floor and run[number - texts - 1].cls in (TEXT, YEAR):
        texts += 1
    texts = min(texts, WIDEST + MOST_LEADING_TEXTS)
    best: tuple[float, Shape | None, int] = (0.0, None, 0)
    for leading in range(min(MOST_LEADING_TEXTS, texts - 1) + 1):
        for width in range(2, min(WIDEST, texts - leading) + 1):
            if leading >= width:
                continue
            row = number - leading
            shape, rows = _shape_at(run, row - width, row, width)
            if shape is None:
                continue
            if rows < FEWEST_ROWS and _known(vocabulary, shape) < ALL_KNOWN:
                continue
            score = _score(vocabulary, run, floor, row - width, shape)
            if score > best[0]:
                best = (score, shape, row - width)
    return best[1], best[2]


def _shape_at(run: list[Token], header: int, row: int, width: int) -> tuple[Shape | None, int]:
    """The shape of the rows from ``row`` on, and how many of them follow one another."""
    classes = [token.cls for token in run[row : row + width]]
    if len(classes) < width or NUMBER not in classes and MISSING not in classes:
        return None, 0
    rows = 1
    position = row + width
    while position + width <= len(run):
        merged = _merged(classes, [token.cls for token in run[position : position + width]])
        if merged is None:
            break
        classes, rows, position = merged, rows + 1, position + width
    if TEXT not in classes and YEAR not in classes:
        return None, 0
    words = tuple(token.text for token in run[header:row])
    return Shape(words, tuple(map(fold, words)), tuple(classes)), rows


def _merged(classes: list[str], other: list[str]) -> list[str] | None:
    """Column classes that hold both rows, or None where a column would mix texts and numbers."""
    merged = []
    for one, two in zip(classes, other, strict=True):
        if one == two or two == MISSING:
            merged.append(one)
        elif one == MISSING:
            merged.append(two)
        else:
            return None
    return merged


def _score(
    vocabulary: Vocabulary, run: list[Token], floor: int, header: int, shape: Shape
) -> float:
    """How well a shape explains the run (0: not at all): the rows it holds, the words of its
    header, the ranks that count on, and what it leaves over above itself."""
    rows = [row for stretch, _ in _stretches(run, header, shape) for row in stretch.rows]
    known = _known(vocabulary, shape)
    size = _half_width(shape.header)
    halved = size < shape.width
    if not (halved or _is_believable(rows, shape, known)) or known < 0:
        return 0.0
    score = len(rows) * shape.width / 10 + 4 * known + 3 * _continuity(rows, shape)
    if halved:
        score += 3
    elif _is_periodic(shape.classes):
        score -= 3  # it takes several rows for one
    before = [token.text for token in run[max(floor, header - size) : header]]
    if len(before) == size >= 2 and all(map(_same_end, before, shape.header)):
        score -= 6  # a half of the header is left over
    if header > floor and any(_is_among(run[header - 1], row) for row in rows):
        score -= 6  # the first word of the header is left over, and stands in the rows below
    return max(score, 0.01)


def _is_among(token: Token, row: list[Token]) -> bool:
    return token.cls == TEXT and any(cell.text == token.text for cell in row)


def _is_believable(rows: list[list[Token]], shape: Shape, known: float) -> bool:
    """Whether words or rows speak for a shape: the fewer rows and columns, the more words;
    without any known word, scores in three columns and rows."""
    if shape.width == 2:
        return known >= (0.5 if len(rows) < 3 else 0.4)
    if len(rows) < 3:
        return known >= 0.5
    scores = any(token.kind in ("decimal", "percent") for row in rows[:5] for token in row)
    return known > 0 or scores


def _is_periodic(classes: Sequence[str]) -> bool:
    """Whether the classes of a row repeat those of its beginning throughout."""
    width = len(classes)
    return any(
        width % size == 0 and all(classes[c] == classes[c % size] for c in range(size, width))
        for size in range(2, width // 2 + 1)
    )


def _half_width(header: Sequence[str]) -> int:
    """The width of the halves of which a header is made, alike but for what tells them apart
    (2014年…, 2015年…); its own width where it has none."""
    width = len(header)
    for size in range(2, width // 2 + 1):
        if width % size:
            continue
        if all(_same_end(header[c], header[c % size]) for c in range(size, width)):
            return size
    return width


def _same_end(one: str, other: str) -> bool:
    """Whether two header words end alike, by two characters at least."""
    one, other = fold(one), fold(other)
    return one == other or (len(one) >= 3 and one[-2:] == other[-2:] and one[:1] != one[-2:-1])


def _known(vocabulary: Vocabulary, shape: Shape) -> float:
    """The share of the header whose words are known and agree with their values."""
    return (
        sum(
            _agreement(vocabulary, text, cls)
            for text, cls in zip(shape.header, shape.classes, strict=True)
        )
        / shape.width
    )


def _agreement(vocabulary: Vocabulary, header: str, cls: str) -> float:
    """+1 where a known header word has the values it should have, −1 where it does not."""
    word = fold(header)
    names = vocabulary.fields_of(header)
    if not names:
        return 0.5 if cls == NUMBER and ("(" in word or kind_of(header) == "year") else 0.0
    roles = {vocabulary.fields[name].role for name in names}
    numeric = bool(roles & {"rank", "serial", "value"})
    textual = bool(roles & {"stub", "class", "unit", "text", "period"})
    if cls in (NUMBER, MISSING):
        return 1.0 if numeric else -1.0
    return 1.0 if textual else -1.0


def _continuity(rows: list[list[Token]], shape: Shape) -> float:
    """The share of steps in which the best column of whole numbers counts on (1, 2, 3 …)."""
    best = 0
    for column, cls in enumerate(shape.classes):
        if cls == NUMBER:
            texts = [row[column].text for row in rows]
            steps = (_step(one, two) for one, two in pairwise(texts))
            best = max(best, sum(step in (0, 1) for step in steps))
    return best / max(len(rows) - 1, 1)


def _step(one: str, two: str) -> int | None:
    """From one rank to the next; None where either is no whole number as short as a rank."""
    if not (one.isdecimal() and two.isdecimal()) or max(len(one), len(two)) > LONGEST_RANK:
        return None
    return int(two) - int(one)


def _stretches(run: list[Token], header: int, shape: Shape) -> Iterator[tuple[Stretch, int]]:
    """The stretches of rows from the header on, each with the position behind it."""
    width = shape.width
    position = header
    stretch = Stretch(run[header : header + width], [], [])
    above: list[Token] = []
    position += width
    while True:
        taken = _take_row(run, position, shape, above)
        if taken is None:
            resumed = _resume(run, position, shape)
            if resumed is None:
                if _is_cut(run, position, shape):
                    stretch.tail = run[position:]
                    position = len(run)
                yield stretch, position
                return
            if stretch.rows:
                yield stretch, position
            position, repeated = resumed
            stretch = Stretch(run[position : position + width] if repeated else [], [], [])
            position += width if repeated else 0
            continue
        row, position = taken
        if _begins_page(above, row) and stretch.rows:
            yield stretch, position - width
            stretch = Stretch([], [], [])
        stretch.rows.append(row)
        above = row


def _begins_page(above: list[Token], row: list[Token]) -> bool:
    """Whether a page begins with a row: one that a page break cuts is of the page with most
    of its cells."""
    half = len(row) // 2
    return any(token.turned for token in (*above[half + 1 :], *row[: half + 1]))


def _take_row(
    run: list[Token], position: int, shape: Shape, above: list[Token]
) -> tuple[list[Token], int] | None:
    """The row at a position and the place behind it, furniture inside the row left out.

    Furniture is taken to be where leaving out the fewest lines makes this row and what
    follows it fit. Nothing is returned where it stands before the row.
    """
    width = shape.width
    plain = run[position : position + width]
    fits = _fits(plain, shape)
    if fits and _goes_on(run, position + width, shape):
        return plain, position + width
    for gap in range(1, LONGEST_INTERRUPTION + 1):
        found = list(_interrupted(run, position, gap, shape, above))
        if not found:
            continue
        _, offset, row = max(found, key=lambda one: one[:2])
        if offset == width and _stands_below(run, position + width, gap, shape, row):
            return row, position + width
        return (row, position + width + gap) if offset else None
    return (plain, position + width) if fits else None


def _stands_below(
    run: list[Token], position: int, gap: int, shape: Shape, row: list[Token]
) -> bool:
    """Whether the furniture behind a row stands in the next one: its rank goes on better so."""
    behind = position + gap
    plain = _counting_on(row, run[behind : behind + shape.width])
    return any(
        0 < offset < shape.width and evidence[-1] > plain
        for evidence, offset, _ in _interrupted(run, position, gap, shape, row)
    )


def _interrupted(
    run: list[Token], position: int, gap: int, shape: Shape, above: list[Token]
) -> Iterator[tuple[tuple[int, bool, int], int, list[Token]]]:
    """Rows with ``gap`` lines of furniture before, in or behind them: the evidence for each
    (fewest plain lines left out, at a page break, numbers counting on), where, and the row."""
    end = position + shape.width + gap
    if not _row_follows(run, end, shape):
        return
    for offset in range(shape.width + 1):
        behind = position + offset + gap
        removed = run[position + offset : behind]
        row = run[position : position + offset] + run[behind:end]
        plain = sum(not token.is_odd for token in removed)
        if not _fits(row, shape) or (plain and offset):
            continue
        turned = any(token.turned for token in run[position + offset : behind + 1])
        yield (-plain, turned, _counting_on(above, row)), offset, row


def _counting_on(above: list[Token], row: list[Token]) -> int:
    """How well ranks count on from the row above: a step is better than a tie."""
    steps = [_step(one.text, two.text) for one, two in zip(above, row, strict=False)]
    return 2 * steps.count(1) + steps.count(0)


def _goes_on(run: list[Token], position: int, shape: Shape) -> bool:
    """Whether the run may go on at a position: a row, the header, a title, or its end."""
    if _row_follows(run, position, shape):
        return True
    return run[position].cls is TITLE or (run[position].cls is TEXT and shape.classes[0] != TEXT)


def _row_follows(run: list[Token], position: int, shape: Shape) -> bool:
    width = shape.width
    if position >= len(run):
        return True
    return _fits(run[position : position + width], shape) or _is_header(run, position, shape)


def _fits(row: list[Token], shape: Shape) -> bool:
    """Whether every cell is of its column's class; a missing mark may stand anywhere."""
    if len(row) != shape.width:
        return False
    for token, cls in zip(row, shape.classes, strict=True):
        if token.cls != cls and token.cls != MISSING and cls != MISSING:
            return False
    return True


def _is_header(run: list[Token], position: int, shape: Shape) -> bool:
    """Whether the header is printed again at a position."""
    part = run[position : position + shape.width]
    return tuple(fold(token.text) for token in part) == shape.folded


def _resume(run: list[Token], position: int, shape: Shape) -> tuple[int, bool] | None:
    """Where the rows go on behind an interruption, and whether the header is repeated there."""
    width = shape.width
    for gap in range(LONGEST_INTERRUPTION + 1):
        start = position + gap
        if start >= len(run):
            return None
        end = start + width
        if _is_header(run, start, shape) and _fits(run[end : end + width], shape):
            return start, True
        if not gap:
            continue
        before = run[start - width : start]
        if gap >= width and all(token.cls in (TEXT, YEAR) for token in before):
            return None  # another header: a table of its own
        if _fits(run[start:end], shape) and _row_follows(run, end, shape):
            return start, False
    return None


def _is_cut(run: list[Token], position: int, shape: Shape) -> bool:
    """Whether what is left of the run is the beginning of a row."""
    rest = run[position:]
    return (
        0 < len(rest) < shape.width
        and NUMBER in {token.cls for token in rest[:2]}
        and all(
            token.cls in (cls, MISSING) for token, cls in zip(rest, shape.classes, strict=False)
        )
    )


def _as_fragment(page: Page, stretch: Stretch) -> Fragment:
    tokens = [stretch.header] if stretch.header else []
    rows = [_cells(page, row) for row in [*tokens, *stretch.rows]]
    if stretch.tail:
        rows.append(_cells(page, stretch.tail))
        rows[-1] += [
            Cell("", rows[-1][-1].line, rows[-1][-1].page)
            for _ in range(len(rows[0]) - len(rows[-1]))
        ]
    return Fragment(
        "flattened",
        rows,
        first=rows[0][0].line,
        last=rows[-1][-1].line,
        header_rows=len(tokens),
        cut=bool(stretch.tail),
    )


def _cells(page: Page, tokens: Sequence[Token]) -> list[Cell]:
    return [
        Cell(token.text, page.lines[token.index].number, page.lines[token.index].page)
        for token in tokens
    ]
