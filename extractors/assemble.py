"""From fragments to logical tables.

A fragment is what one run of lines prints. Here interior repeats are cut out, every piece
gets its header and what stands above it, pieces that continue one another are joined, halves
that continue one ranking are unfolded, grids of names become lists, merged cells are carried
down, and cells broken over a page are made whole.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from extractors.alignment import common_columns, spread
from extractors.headers import build_paths, header_depth, is_header_word, row_key
from extractors.layouts.fragment import (
    TITLE_LINES,
    TOP,
    VALUE_KINDS,
    Fragment,
    Page,
    has_values,
)
from extractors.lines import Above, Lines
from extractors.model import Cell, Column, Doubt, Note, Row, Table
from extractors.unfold import name_grid, unfold
from extractors.values import kind_of
from schemas.vocabulary import Vocabulary, fold, squeeze

#: How many lines below a table its notes may begin, and go on.
NOTES_REACH = 4

#: A row of fewer known headers than this may be a row of words.
FEWEST_HEADERS = 3

#: The share of rows in which a cell must be filled for its lack to be a doubt.
ALWAYS_FILLED = 0.9

#: A column in which more rows than this are blank holds remarks, not merged cells.
MOST_BLANK = 0.97


RowKey = tuple[str, ...]


@dataclass(slots=True)
class Piece:
    """A fragment with its header, its body and what stands above it."""

    fragment: Fragment
    header: list[list[Cell]]
    body: list[list[Cell]]
    above: Above
    notes: list[Note] = field(default_factory=list)
    title_row: str | None = None
    furniture: list[int] = field(default_factory=list)  # taken for it, above this piece

    @property
    def width(self) -> int:
        return self.fragment.width

    @property
    def first(self) -> int:
        """The line of the first printed row."""
        return (
            (self.header or self.body)[0][0].line
            if self.header or self.body
            else (self.fragment.first)
        )

    @property
    def last(self) -> int:
        rows = self.body or self.header
        return max(cell.line for cell in rows[-1])


@dataclass(slots=True)
class Draft:
    """A logical table in the making: its pieces in order."""

    pieces: list[Piece]
    header: list[list[Cell]]
    caption: str | None
    caption_index: int | None
    unit: str | None

    @property
    def layout(self) -> str:
        return self.pieces[0].fragment.layout


def assemble(
    page: Page, vocabulary: Vocabulary, is_name: Callable[[str], bool]
) -> tuple[list[Table], list[Doubt]]:
    """The logical tables of a document in reading order, unmatched, and what is doubtful."""
    lines = Lines(page, vocabulary)
    tables: list[Table] = []
    doubts: list[Doubt] = []
    for draft in _drafts(page, lines, vocabulary):
        table = _table(draft, lines, vocabulary, is_name, doubts)
        if table is not None:
            tables.append(table)
    return tables, doubts


# ---------------------------------------------------------------- pieces


def _pieces(page: Page, lines: Lines, vocabulary: Vocabulary) -> Iterator[Piece]:
    fragments = sorted(page.fragments, key=lambda fragment: fragment.first)
    known = _known_headers(fragments, vocabulary)
    floor = 0
    for fragment in fragments:
        for rows in _cut_at_headers(fragment, lines, vocabulary):
            part = Fragment(
                fragment.layout,
                rows,
                rows[0][0].line,
                rows[-1][-1].line,
                fragment.header_rows if rows[0] is fragment.rows[0] else None,
                fragment.cut and rows[-1] is fragment.rows[-1],
                fragment.ragged,
                fragment.header_unsure,
            )
            if part.header_rows is None and fragment.header_rows is not None:
                part.header_rows = 1 if row_key(rows[0]) == row_key(fragment.rows[0]) else 0
            yield _piece(part, lines, vocabulary, known, floor)
            floor = part.last


def _known_headers(fragments: Sequence[Fragment], vocabulary: Vocabulary) -> dict[RowKey, int]:
    """First rows of fragments that are headers, with the depth of the header below them.

    A first row that comes again is one whatever its words; its depth is known where values
    end it, so that a page that breaks off inside the header is read like the others.
    """
    seen: dict[RowKey, int] = {}
    known: dict[RowKey, int] = {}
    for fragment in fragments:
        key = row_key(fragment.rows[0])
        if not key or fragment.header_rows is not None:
            continue
        depth = header_depth(fragment.rows, vocabulary, {})
        has_body = depth < len(fragment.rows)
        if key in seen:
            known[key] = max(seen[key], depth if has_body else 0, 1)
        seen[key] = max(seen.get(key, 0), depth if has_body and depth else 0)
    return known


def _cut_at_headers(
    fragment: Fragment, lines: Lines, vocabulary: Vocabulary
) -> list[list[list[Cell]]]:
    """The rows, cut where the header is printed again inside the fragment, or another one is.

    Rows that hold only a mark of continuation are left out.
    """
    first = row_key(fragment.rows[0])
    parts: list[list[list[Cell]]] = [[]]
    header_like = len(first) >= 2 and not any(kind_of(t) in VALUE_KINDS for t in first)
    for row, below in itertools.zip_longest(fragment.rows, fragment.rows[1:]):
        filled = [cell.text for cell in row if cell.text]
        if len(filled) == 1 and lines.is_continued(filled[0]):
            continue
        before = parts[-1][-1] if parts[-1] else None
        if before is not None and (
            (header_like and row_key(row) == first)
            or (has_values(before) and _is_header_row(filled, vocabulary))
            or (has_values(before) and _is_other_header(parts[-1][0], row, below, vocabulary))
        ):
            parts.append([])
        parts[-1].append(row)
    return [part for part in parts if part]


def _is_header_row(filled: list[str], vocabulary: Vocabulary) -> bool:
    """Whether every cell of a row is a header that the vocabulary lists, or a year."""
    if len(filled) < FEWEST_HEADERS or any(kind_of(text) in VALUE_KINDS for text in filled):
        return False
    return all(kind_of(text) == "year" or is_header_word(text, vocabulary) for text in filled)


def _is_other_header(
    header: list[Cell], row: list[Cell], below: list[Cell] | None, vocabulary: Vocabulary
) -> bool:
    """Whether a row of few known headers heads another table: it stands in the columns of the
    header, repeats a word of it in its place, and values follow."""
    pairs = [(fold(one.text), fold(two.text)) for one, two in zip(header, row, strict=True)]
    return (
        below is not None
        and has_values(below)
        and not has_values(row)
        and sum(bool(text) for _, text in pairs) >= 2
        and all(bool(one) == bool(two) for one, two in pairs)
        and any(one and one == two for one, two in pairs)
        and all(is_header_word(cell.text, vocabulary) for cell in (*header, *row) if cell.text)
    )


def _piece(
    fragment: Fragment,
    lines: Lines,
    vocabulary: Vocabulary,
    known: dict[RowKey, int],
    floor: int,
) -> Piece:
    rows = fragment.rows
    title = None
    if fragment.header_rows is None:
        title, rows = _title_row(rows, lines, vocabulary)
        depth = header_depth(rows, vocabulary, known)
    else:
        depth = fragment.header_rows
    body, notes = [], []
    for row in rows[depth:]:
        filled = [cell for cell in row if cell.text]
        if len(filled) == 1 and filled[0] is row[0] and lines.is_note(row[0].text):
            notes.append(Note(row[0].text, row[0].line, row[0].page))
        elif filled:
            body.append(row)
    above = lines.above(rows[0][0].line - 1, floor)
    return Piece(fragment, [list(row) for row in rows[:depth]], body, above, notes, title)


def _title_row(
    rows: list[list[Cell]], lines: Lines, vocabulary: Vocabulary
) -> tuple[str | None, list[list[Cell]]]:
    """A caption printed inside the grid's first row, and the rest of the rows."""
    filled = [cell for cell in rows[0] if cell.text]
    if (
        len(rows) > 2
        and len(filled) == 1
        and filled[0] is rows[0][0]
        and sum(bool(cell.text) for cell in rows[1]) >= 2
        and rows[1][0].text
        and any(is_header_word(cell.text, vocabulary) for cell in rows[1] if cell.text)
        and lines.may_be_caption(filled[0].text)
    ):
        return filled[0].text, rows[1:]
    return None, rows


# ---------------------------------------------------------------- joining


def _drafts(page: Page, lines: Lines, vocabulary: Vocabulary) -> Iterator[Draft]:
    draft: Draft | None = None
    for piece in _pieces(page, lines, vocabulary):
        if draft is not None:
            aligned, fitted = _aligned(draft, piece)
            verdict = _verdict(aligned, fitted, page, lines, vocabulary)
            if verdict == "join":
                draft = aligned
                draft.pieces.append(fitted)
                draft.unit = draft.unit or fitted.above.unit
                continue
            yield _captioned_below(draft, page, lines)
            piece = fitted if verdict == "inherit" else piece
            inherited = draft.header if verdict == "inherit" else None
        else:
            inherited = None
        draft = Draft(
            [piece],
            inherited or piece.header,
            piece.above.caption or piece.title_row,
            piece.above.caption_index,
            piece.above.unit or (draft.unit if draft and inherited else None),
        )
    if draft is not None:
        yield _captioned_below(draft, page, lines)


def _aligned(draft: Draft, piece: Piece) -> tuple[Draft, Piece]:
    """The draft and a piece with the same columns, where they stand below one another on paper
    and a column is missing in one of them; else as they are."""
    widest = max(draft.pieces, key=lambda part: part.width)
    one, other = [*widest.header, *widest.body], [*piece.header, *piece.body]
    places = common_columns(one, other) if one and other else None
    if places is None or any(part.width != widest.width for part in draft.pieces):
        return draft, piece
    width = max(widest.width, piece.width)
    pieces = [_spread(part, places[0], width) for part in draft.pieces]
    header = spread(draft.header, places[0], width)
    return replace(draft, pieces=pieces, header=header), _spread(piece, places[1], width)


def _spread(piece: Piece, places: Sequence[int], width: int) -> Piece:
    fragment = replace(piece.fragment, rows=spread(piece.fragment.rows, places, width))
    header, body = (spread(rows, places, width) for rows in (piece.header, piece.body))
    return replace(piece, fragment=fragment, header=header, body=body)


def _captioned_below(draft: Draft, page: Page, lines: Lines) -> Draft:
    """The draft with the caption that stands below it, behind its notes, where one does."""
    position = draft.pieces[-1].last
    while position < len(page.texts) and not page.claimed[position]:
        text = page.texts[position]
        if position + 1 in page.captions_below:
            draft.caption, draft.caption_index = text, position
            break
        if text and not page.is_furniture(position) and not lines.is_note(text):
            break
        position += 1
    return draft


def _verdict(draft: Draft, piece: Piece, page: Page, lines: Lines, vocabulary: Vocabulary) -> str:
    """``join``, ``inherit`` (a new table under the same header) or ``new``."""
    last = draft.pieces[-1]
    if piece.fragment.layout != last.fragment.layout:
        return "new"
    between = _between(last, piece, page)
    # What may stand inside one table: furniture, 续表, unit lines, its own caption again.
    own = fold(draft.caption or "")
    title = lines.without_continued(piece.title_row or "")
    foreign = [
        index
        for index in between
        if not (
            lines.is_continued(page.texts[index])
            or lines.unit_of(page.texts[index])
            or (own and fold(lines.without_continued(page.texts[index])) in own)
        )
    ]
    if title and fold(title) != own:
        return "new"
    same_header = _same_header(draft, piece)
    mirrored = bool(piece.header) and not same_header and _mirrored(draft, piece)
    if mirrored:
        _mirror(piece)
        same_header = True
    if piece.header and not same_header:
        return "new"
    fits = _same_columns(draft, piece)
    if not piece.header and not fits:
        return "new"
    restarts = _restarts(draft, piece, vocabulary)
    if not foreign:
        if restarts and not piece.above.continued and not own_repeated(between, own, lines, page):
            return "new" if piece.header else "inherit"
        return "join"
    at_foot = _notes_at_foot(foreign, piece, page, lines)
    if at_foot == foreign and not restarts:
        on_page = piece.above.continued or own_repeated(between, own, lines, page)
        if on_page or same_header or _counts_on(draft, piece, vocabulary):
            last.notes += [
                Note(page.texts[index], page.lines[index].number, page.lines[index].page)
                for index in at_foot
            ]
            return "join"
    numbers_only = all(page.texts[index].isdecimal() for index in foreign)
    marked = (
        # a line with nothing but a number is no row, but where a cell stands on each line
        (numbers_only and not restarts and (same_header or draft.layout != "flattened"))
        or piece.above.continued
        or own_repeated(between, own, lines, page)
        or (same_header and not restarts and _heads_page(foreign, page))
    )
    if _only_running(foreign, page, lines) and (
        marked or (not restarts and _counts_on(draft, piece, vocabulary))
    ):
        piece.furniture = foreign  # nothing else gave it away
        for index in foreign:
            page.page_numbers[index] = 1
        return "join"
    return "new" if piece.header else "inherit"


def _notes_at_foot(foreign: list[int], piece: Piece, page: Page, lines: Lines) -> list[int]:
    """The notes among the lines between two pieces that stand at the foot of a page which the
    second piece is no longer on."""
    first = page.lines[piece.first - 1].page
    return [
        index
        for index in foreign
        if page.lines[index].page != first and lines.is_note(page.texts[index])
    ]


def own_repeated(between: list[int], own: str, lines: Lines, page: Page) -> bool:
    """Whether the table's own caption is printed again between two pieces."""
    return bool(own) and any(
        fold(lines.without_continued(page.texts[index])) == own for index in between
    )


def _between(last: Piece, piece: Piece, page: Page) -> list[int]:
    """Indices of the lines with text between two pieces, furniture left out."""
    return [
        index
        for index in range(last.last, piece.first - 1)
        if page.texts[index] and not page.claimed[index] and not page.is_furniture(index)
    ]


def _only_running(foreign: list[int], page: Page, lines: Lines) -> bool:
    """Whether the lines between may be page furniture: few, short, no captions or notes."""
    if len(foreign) > 2:
        return False
    for index in foreign:
        text = page.texts[index]
        if len(text) > 40 or lines.is_note(text) or lines.is_strong_caption(text):
            return False
        if text.isdecimal() and len(text) <= 4:
            continue
        if text.endswith(("。", "：", ":")) or lines.is_enumerated(text):
            return False
        if page.counts[text] < 2 and not _is_of_title(text, page):
            return False
    return True


def _heads_page(foreign: list[int], page: Page) -> bool:
    """Whether a page begins among the lines and every one is a number or the document's title,
    or stands first on its page as it does elsewhere."""
    numbers = {page.lines[index].page for index in (*foreign, foreign[0] - 1) if index >= 0}
    return len(numbers) > 1 and all(
        page.texts[index].isdecimal()
        or _is_of_title(page.texts[index], page)
        or _first_on_page(index, page)
        for index in foreign
    )


def _first_on_page(index: int, page: Page) -> bool:
    """Whether a line stands first on its page, but for page numbers, wherever it is printed."""
    places = [i for i, text in enumerate(page.texts) if text == page.texts[index]]
    return len(places) >= 2 and all(
        not any(
            page.lines[i].page == page.lines[place].page
            and page.texts[i]
            and not page.texts[i].isdecimal()
            for i in range(max(0, place - 3), place)
        )
        for place in places
    )


def _is_of_title(text: str, page: Page) -> bool:
    """Whether a line is the document's title or the greater part of it (without its year)."""
    folded = fold(text)
    top = [i for i, line in enumerate(page.texts[:TOP]) if line][:TITLE_LINES]
    titles = [fold(page.texts[i]) for i in top if not page.claimed[i]]
    return any(folded in title and len(folded) * 2 > len(title) for title in titles)


def _same_header(draft: Draft, piece: Piece) -> bool:
    """Whether the header is printed again: the same words in the same order on every level.

    Where blanks were set another way on this page the draft's columns hold.
    """
    if not piece.header or len(piece.header) != len(draft.header):
        return False
    return all(
        [word for word in row_key(ours) if word] == [word for word in row_key(theirs) if word]
        for ours, theirs in zip(draft.header, piece.header, strict=True)
    )


def _mirrored(draft: Draft, piece: Piece) -> bool:
    """Whether the piece's header is the draft's read from right to left."""
    if piece.width != len(draft.header[0] if draft.header else []) or piece.width < 3:
        return False
    return all(
        [fold(cell.text) for cell in reversed(ours)] == [fold(cell.text) for cell in theirs]
        for ours, theirs in zip(draft.header, piece.header, strict=False)
    ) and len(draft.header) == len(piece.header)


def _mirror(piece: Piece) -> None:
    for rows in (piece.header, piece.body):
        for row in rows:
            row.reverse()


def _same_columns(draft: Draft, piece: Piece) -> bool:
    """Whether a piece without header has the draft's columns: their number and their kinds."""
    last = draft.pieces[-1]
    if not piece.body or not last.body:
        return False
    ours, theirs = _numeric(last.body), _numeric(piece.body)
    if _lacks_parts(draft, piece):
        ours = ours[: piece.width]
    elif abs(piece.width - last.width) > 1:
        return False  # a trailing blank cell may be printed or not
    if any(kind is not None for kind in (*ours[len(theirs) :], *theirs[len(ours) :])):
        return False
    return all(
        one is None or two is None or one == two for one, two in zip(ours, theirs, strict=False)
    )


def _lacks_parts(draft: Draft, piece: Piece) -> bool:
    """Whether a page has the first of the parts side by side, the others having come to an end
    before, without the delimiters of their blank cells."""
    words = [fold(cell.text) for cell in draft.header[-1]] if draft.header else []
    width = piece.width
    return 1 < width < len(words) and words[width:] == words[: len(words) - width]


def _numeric(body: list[list[Cell]]) -> list[bool | None]:
    """Per column whether it holds values (None where it is blank)."""
    found: list[bool | None] = []
    for column in range(len(body[0])):
        kinds = [kind_of(row[column].text) for row in body if row[column].text]
        values = sum(kind in VALUE_KINDS for kind in kinds)
        found.append(None if not kinds else values * 2 > len(kinds))
    return found


def _counting(draft: Draft, vocabulary: Vocabulary) -> int | None:
    """The first column that counts rows or ranks them, by its header or by its numbers."""
    header = draft.header
    for column in range(draft.pieces[0].width):
        label = fold("".join(row[column].text for row in header if column < len(row)))
        names = vocabulary.fields_of(label)
        if {"rank", "serial"} & set(names) or label.endswith(("排名", "名次", "位次")):
            return column
    for column in range(min(draft.pieces[0].width, 2)):
        numbers = _whole_numbers(draft.pieces[0].body, column)
        if (
            len(numbers) >= 3
            and numbers[0] == 1
            and all(b - a in (0, 1) for a, b in itertools.pairwise(numbers))
        ):
            return column
    return None


def _whole_numbers(body: list[list[Cell]], column: int) -> list[int]:
    texts = (row[column].text.strip() for row in body if column < len(row))
    return [int(text) for text in texts if text.isdecimal() and len(text) < 6]


def _restarts(draft: Draft, piece: Piece, vocabulary: Vocabulary) -> bool:
    """Whether the piece counts from 1 again though the draft has counted on from 1."""
    column = _counting(draft, vocabulary)
    if column is None:
        return False
    before = [n for part in draft.pieces for n in _whole_numbers(part.body, column)]
    after = _whole_numbers(piece.body, column)
    if not before or not after or before[0] != 1 or after[0] != 1:
        return False
    # else these are places in something that the rows are not ordered by
    return before[-1] > 1 and sorted(before) == before and sorted(after) == after


def _counts_on(draft: Draft, piece: Piece, vocabulary: Vocabulary) -> bool:
    """Whether the piece counts on where the draft ended."""
    column = _counting(draft, vocabulary)
    if column is None:
        return False
    before = [n for part in draft.pieces for n in _whole_numbers(part.body, column)]
    after = _whole_numbers(piece.body, column)
    return bool(before and after) and 0 <= after[0] - before[-1] <= 2


# ---------------------------------------------------------------- tables


def _table(
    draft: Draft,
    lines: Lines,
    vocabulary: Vocabulary,
    is_name: Callable[[str], bool],
    doubts: list[Doubt],
) -> Table | None:
    width = max(piece.width for piece in draft.pieces)
    pages = [[_padded(row, width) for row in piece.body] for piece in draft.pieces]
    pages = [rows for rows in pages if rows]
    header = [_padded(row, width) for row in draft.header]
    if not pages:
        return None
    width = _used_width(header, pages)
    header = [row[:width] for row in header]
    pages = [[row[:width] for row in rows] for rows in pages]
    paths = build_paths(header, draft.layout) or [() for _ in range(width)]
    _join_rows_over_pages(pages, is_name)
    grid = name_grid(paths, pages, is_name)
    if grid is not None:
        paths, body = grid
        panels = [0]
    else:
        paths, body, panels = unfold(paths, pages, vocabulary)
    if draft.layout == "aligned":
        _join_wrapped(body)
    columns = [Column(path, panel=panel) for path, panel in zip(paths, panels, strict=True)]
    rows = [Row(list(cells), min(cell.line for cell in cells), cells[0].page) for cells in body]
    if not rows or not columns:
        return None
    _carry_down(columns, rows)
    _kinds_of_rows(rows, vocabulary)
    first = draft.pieces[0]
    table = Table(
        table_id="",
        caption=draft.caption,
        caption_line=None if draft.caption_index is None else draft.caption_index + 1,
        kind="list",
        group=None,
        unit=draft.unit,
        page=rows[0].page if not first.header else first.header[0][0].page,
        line=first.first,
        columns=columns,
        rows=rows,
        notes=[note for piece in draft.pieces for note in piece.notes]
        + _notes_below(draft.pieces[-1], lines),
        lines=[(piece.first, piece.last) for piece in draft.pieces],
        header_lines=[
            line
            for piece in draft.pieces
            for row in piece.header
            for line in sorted({cell.line for cell in row})
        ],
    )
    doubts.extend(_numbers_left_out(draft, lines.page))
    doubts += _short_rows(draft, rows)
    doubts += _unsure_headers(draft)
    doubts += _unsure_cells(rows)
    if draft.pieces[-1].fragment.cut:
        doubts.append(
            Doubt(
                "table-cut",
                "error",
                rows[-1].line,
                rows[-1].page,
                None,
                len(rows),
                None,
                printed=" ".join(cell.text for cell in rows[-1].cells if cell.text),
                expected=f"{width} cells",
            )
        )
    return table


def _numbers_left_out(draft: Draft, page: Page) -> Iterator[Doubt]:
    """Bare numbers among flattened rows that are in no cell: page numbers, for all that is known.

    Only the rows around them say so, and a rank that a page break has cut off its row looks
    the same. In other layouts a line with nothing but a number is no row.
    """
    for piece in draft.pieces if draft.layout == "flattened" else ():
        inside = [
            index
            for index in range(piece.first - 1, piece.last)
            if page.texts[index] and not page.claimed[index] and not page.is_furniture(index)
        ]
        for index in [*piece.furniture, *inside]:
            if page.texts[index].isdecimal():
                line = page.lines[index]
                yield Doubt(
                    "number-left-out",
                    "warning",
                    line.number,
                    line.page,
                    printed=page.texts[index],
                    evidence="taken for a page number, since the rows go on around it",
                )


def _unsure_headers(draft: Draft) -> Iterator[Doubt]:
    """The header of a table whose upper headers may as well span other columns."""
    for piece in draft.pieces:
        if piece.header and piece.fragment.header_unsure:
            cell = piece.header[0][0]
            words = (cell.text for row in piece.header for cell in row if cell.text)
            yield Doubt(
                "header-unclear", "warning", cell.line, cell.page, printed=" ".join(words),
                evidence="an upper header stands as well over other columns",
            )  # fmt: skip


def _unsure_cells(rows: list[Row]) -> Iterator[Doubt]:
    """Cells that were recognised from a picture and may be wrong."""
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row.cells, start=1):
            if cell.confidence < 1.0:
                yield Doubt(
                    "cell-unsure", "warning", row.line, row.page, None, number, column,
                    printed=cell.text, evidence="recognised from a picture, and not surely",
                )  # fmt: skip


def _short_rows(draft: Draft, rows: list[Row]) -> list[Doubt]:
    """Rows printed with fewer cells than the others where the missing ones are always filled."""
    short = {line for piece in draft.pieces for line in piece.fragment.ragged}
    if not short or len(short) * 2 > len(rows):
        return []
    count = len(rows)
    always = [
        position
        for position in range(len(rows[0].cells))
        if sum(bool(row.cells[position].text) for row in rows) >= ALWAYS_FILLED * count
    ]
    return [
        Doubt(
            "row-short", "warning", row.line, row.page, None, number, None,
            printed=" ".join(cell.text for cell in row.cells if cell.text),
            expected=f"{len(row.cells)} cells",
            evidence="cells are missing at its end that the other rows have",
        )
        for number, row in enumerate(rows, start=1)
        if row.line in short
        and row.kind == "data"
        and any(not row.cells[position].text for position in always)
    ]  # fmt: skip


def _padded(row: list[Cell], width: int) -> list[Cell]:
    missing = width - len(row)
    return row + [Cell("", row[-1].line, row[-1].page) for _ in range(missing)]


def _used_width(header: list[list[Cell]], pages: list[list[list[Cell]]]) -> int:
    """The width without columns at the right that are blank in header and body."""
    width = len(pages[0][0])
    while (
        width > 1
        and not any(row[width - 1].text for row in header)
        and not any(row[width - 1].text for rows in pages for row in rows)
    ):
        width -= 1
    return width


def _join_rows_over_pages(pages: list[list[list[Cell]]], is_name: Callable[[str], bool]) -> None:
    """Rows cut by a page break are made one again.

    Two signs are taken: the first row of a page has no number where every row has one, or
    a bracket that the last row opened is closed in the same cell of the next page's first.
    A name that is whole above, and none with the text below, was not cut.
    """
    for before, after in itertools.pairwise(pages):
        if not before or not after or len(after[0]) != len(before[-1]):
            continue
        last, first = before[-1], after[0]
        if not (_lacks_number(before, first) or _closes_bracket(last, first)):
            continue
        whole = [
            is_name(cell.text) and not is_name(cell.text + rest.text)
            for cell, rest in zip(last, first, strict=True)
            if rest.text
        ]
        if whole == [True] and not _closes_bracket(last, first):
            continue
        for cell, rest in zip(last, first, strict=True):
            cell.text = f"{cell.text}{rest.text}" if rest.text else cell.text
        after.pop(0)


def _lacks_number(before: list[list[Cell]], first: list[Cell]) -> bool:
    numbered = sum(row[0].text.isdecimal() for row in before)
    return (
        len(before) >= 2
        and numbered == len(before)
        and not first[0].text
        and any(cell.text for cell in first)
        and not any(kind_of(cell.text) in VALUE_KINDS for cell in first)
    )


def _closes_bracket(last: list[Cell], first: list[Cell]) -> bool:
    if first[0].text:
        return False
    for cell, rest in zip(last, first, strict=True):
        opened = sum(cell.text.count(mark) for mark in "（(") - sum(
            cell.text.count(mark) for mark in "）)"
        )
        closed = sum(rest.text.count(mark) for mark in "）)") - sum(
            rest.text.count(mark) for mark in "（("
        )
        if opened > 0 and closed > 0:
            return True
    return False


def _join_wrapped(body: list[list[Cell]]) -> None:
    """In columns set with blanks, a line with one text and no number goes on the row above."""
    index = 1
    while index < len(body):
        row = body[index]
        filled = [column for column, cell in enumerate(row) if cell.text]
        above = body[index - 1]
        if (
            len(filled) == 1
            and filled[0] > 0
            and kind_of(row[filled[0]].text) == "text"
            and above[filled[0]].text
            and above[0].text.isdecimal()
        ):
            above[filled[0]].text += row[filled[0]].text
            body.pop(index)
        else:
            index += 1


def _carry_down(columns: list[Column], rows: list[Row]) -> None:
    """Merged cells: a text column left of another that starts each group, blank below it."""
    for position in range(len(columns) - 1):
        cells = [row.cells[position] for row in rows]
        blanks = sum(not cell.text for cell in cells)
        if not blanks or not cells[0].text or blanks > MOST_BLANK * len(cells):
            continue
        texts = [cell.text for cell in cells if cell.text]
        if any(kind_of(text) in VALUE_KINDS for text in texts):
            continue
        if not _rows_have_more(rows, position):
            continue
        if position and not _merges(rows, position):
            continue
        carried = ""
        for cell in cells:
            if cell.text:
                carried = cell.text
            else:
                cell.filled = carried


def _rows_have_more(rows: list[Row], position: int) -> bool:
    """Whether every row that is blank here has text to the right: else it is a section."""
    return all(
        any(cell.text for cell in row.cells[position + 1 :])
        for row in rows
        if not row.cells[position].text
    )


def _merges(rows: list[Row], position: int) -> bool:
    """Whether groups are runs of two rows or more: remarks stand here and there."""
    starts = [i for i, row in enumerate(rows) if row.cells[position].text]
    lengths = [b - a for a, b in zip(starts, [*starts[1:], len(rows)], strict=True)]
    return sum(length > 1 for length in lengths) * 2 >= len(lengths)


def _kinds_of_rows(rows: list[Row], vocabulary: Vocabulary) -> None:
    totals = {fold(word) for word in vocabulary.words("total_rows")}
    parts = tuple(vocabulary.words("part_rows"))
    changes = {fold(word) for word in vocabulary.words("change_rows")}
    labels = [next((cell.text for cell in row.cells if cell.text), "") for row in rows]
    repeated = (
        {label for label in labels if labels.count(label) > 1} if len(labels) < 400 else set()
    )
    previous = ""
    for row, label in zip(rows, labels, strict=True):
        filled = [cell for cell in row.cells if cell.text or cell.filled]
        text = next((c.text for c in row.cells if c.text and not c.text.isdecimal()), label)
        if (
            len(row.cells) >= 3
            and len(filled) == 1
            and filled[0] is row.cells[0]
            and (kind_of(label) == "text")
        ):
            row.kind = "section"
        elif fold(text) in totals:
            row.kind = "total"
        elif squeeze(text).startswith(parts) or previous == "part" and label in repeated:
            row.kind = "part"
        elif fold(label) in changes:
            row.kind = "change"
        previous = row.kind


def _notes_below(piece: Piece, lines: Lines) -> list[Note]:
    """Note and source lines right below a table."""
    notes: list[Note] = []
    position = piece.last
    skipped = 0
    while position < len(lines.texts) and skipped < NOTES_REACH:
        text = lines.texts[position]
        if not text or lines.page.is_furniture(position):
            skipped += 1
        elif lines.page.claimed[position]:
            break
        elif lines.is_note(text):
            line = lines.page.lines[position]
            notes.append(Note(text, line.number, line.page))
            skipped = 0
        else:
            break
        position += 1
    return notes
