"""A scanned page read: straightened, its grids and words found, recognised and held to account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from extractors.model import Box
from extractors.pdf.model import Grid, PdfPage, Word
from extractors.pdf.scan.drafts import Draft, PixelBox, draft_of, lines_in
from extractors.pdf.scan.evidence import TableRules
from extractors.pdf.scan.lines import Parts, find_parts
from extractors.pdf.scan.picture import Picture, Straight, straighten, turn
from extractors.pdf.scan.recognise import Reading, Recogniser, recogniser
from extractors.pdf.scan.rules import Frame, Rule, Rules, find_frames, find_rules
from extractors.pdf.scan.settle import WAYS, Item, Settler, cut_in, is_wide
from extractors.pdf.scan.unruled import find_tables, free_words

READER = "ocr"

#: Words that are looked at to see which way up a page is, and how sure the network is of them
#: at least where it is the right one.
_SAMPLE, _UPRIGHT = 12, 0.8

#: How long a word of the sample is, in its heights: one glyph says little, and a long line is
#: slow to read.
_SAMPLE_LENGTHS = (2.0, 15.0)


#: More words than a page of print holds are the dots of a photograph.
_MOST_WORDS = 3000


def read_scan(picture: Picture, number: int, width: float, height: float) -> PdfPage:
    """A page that is a picture, read with its grids.

    ``picture`` is the page as rendered, (height, width) uint8 grey, at any resolution from
    200 dpi; ``width`` and ``height`` are the page's in points. Boxes are on the page as
    straightened: within 2 degrees of skew they are off by 15 points at most at its corners.
    Where the page lies on its side or its head it is read turned, and ``turned`` says by how
    many degrees clockwise, as ``/Rotate`` would. Raises RuntimeError without the extra.
    """
    cv2.setNumThreads(1)  # pages are read in one process each
    network = recogniser()
    page = _upright(straighten(picture, picture.shape[1] / width), network)
    if page.turned % 180:
        width, height = height, width
    made = PdfPage(number, width, height, kind="ocr", turned=-page.turned % 360)
    rules = find_rules(page.ink, page.scale)
    parts = find_parts(page, rules.mask)
    settler = Settler(page.grey, network)
    drafts, items = _drafts(page, rules, parts, settler, made.doubts)
    for draft in drafts:
        made.grids.append(_grid(draft, settler, number, page.scale))
    made.words = [_word(item, page.scale) for item in items if item.text]
    if not made.words:
        made.kind = "blank"
    made.grids.sort(key=lambda grid: (grid.box[1], grid.box[0]))
    return made


def _upright(page: Straight, network: Recogniser) -> Straight:
    """The page turned to where its words can be read best."""
    best, most = page, 0.0
    for degrees in (0, 180, 90, 270):
        turned = turn(page, degrees) if degrees else page
        rules = find_rules(turned.ink, turned.scale)
        words = free_words(find_parts(turned, rules.mask), turned.scale)
        short, long = _SAMPLE_LENGTHS
        sizes = [(word.box[2] - word.box[0]) / word.height for word in words]
        words = [word for word, size in zip(words, sizes, strict=True) if short <= size <= long]
        spread = np.linspace(0, len(words) - 1, min(_SAMPLE, len(words)), dtype=int)
        sample = [words[index] for index in spread]
        read = network.read([cut_in(turned.grey, word, WAYS[0]) for word in sample])
        sure = float(np.mean([_sense(one) for one in read])) if read else 0.0
        if sure > most:
            best, most = turned, sure
        if sure >= _UPRIGHT:
            break
    return best


def _sense(reading: Reading) -> float:
    """How sure a word's reading is; one character, or parted ones, are no word."""
    text = reading.text.strip()
    return reading.confidence if len(text) > 1 and text.count(" ") * 3 <= len(text) else 0.0


def _drafts(
    page: Straight, rules: Rules, parts: Parts, settler: Settler, doubts: list[str]
) -> tuple[list[Draft], list[Item]]:
    """The page's tables with their lines read, and all that was read in reading order."""
    frames = find_frames(rules, page.scale)
    placed = [lines_in(frame, parts, page.scale) for frame in frames]
    free = free_words(_outside(parts, frames), page.scale)
    if len(free) > _MOST_WORDS:
        doubts.append(f"{len(free)} marks outside of grids are no print and were not read")
        free = []
    lines = [line for frame in placed for cell in frame for line in cell]
    items = settler.read([*lines, *free])
    left = iter(items)
    drafts = [
        draft_of(frame, [[next(left) for _ in cell] for cell in cells])
        for frame, cells in zip(frames, placed, strict=True)
    ]
    drafts += find_tables(list(left), _loose(rules.across, frames), page.scale)
    return drafts, sorted(items, key=lambda item: (item.line.box[1], item.line.box[0]))


def _outside(parts: Parts, frames: Iterable[Frame]) -> Parts:
    keep = np.ones(len(parts.ids), bool)
    for frame in frames:
        box = (frame.xs[0], frame.ys[0], frame.xs[-1], frame.ys[-1])
        keep &= ~np.isin(parts.ids, parts.within(box).ids)
    return parts.take(keep)


def _loose(rules: Iterable[Rule], frames: Sequence[Frame]) -> list[Rule]:
    """The horizontal rules of no frame."""
    return [
        rule
        for rule in rules
        if not any(
            frame.ys[0] - 2 <= rule.place <= frame.ys[-1] + 2
            and rule.start < frame.xs[-1]
            and rule.end > frame.xs[0]
            for frame in frames
        )
    ]


def _grid(draft: Draft, settler: Settler, number: int, scale: float) -> Grid:
    """The table with its texts settled, what breaks its own rules read again."""
    texts = _texts(draft)
    rules = TableRules(texts)
    single = {at: cell.items[0] for at, cell in draft.cells.items() if len(cell.items) == 1}
    broken = {at for at, item in single.items() if rules.broken_by(*at, item.text)}
    broken |= {other for at in broken for other in rules.partners(*at) if other in single}
    settler.again([single[at] for at in sorted(broken)])
    rules = TableRules(_texts(draft))
    for at, item in single.items():
        _decide(item, settler, rules, at)
    return Grid(
        number,
        _points(draft.box, scale),
        tuple(map(tuple, _texts(draft))),
        spans=draft.spans(),
        boxes=_boxes(draft, scale),
        reader=READER,
        confidence=_confidence(draft),
        doubtful=frozenset(
            at for at, cell in draft.cells.items() if not all(item.sure for item in cell.items)
        ),
    )


def _decide(item: Item, settler: Settler, rules: TableRules, at: tuple[int, int]) -> None:
    """A cell's text by what its table says of the texts that were read.

    A text that breaks nothing stands; one that a sum or a rank confirms needs no vote. One that
    breaks a rule gives way to another reading that keeps it, which is sure only if confirmed;
    else it stays, and is sure only if every reading and every glyph says so: then the print
    itself is at odds with the table.
    """
    if not rules.broken_by(*at, item.text):
        if rules.confirms(*at, item.text) and not settler.objections(item, item.text):
            item.sure = True
        return
    for text in [*item.candidates(), settler.spelled(item)]:
        if text and not settler.objections(item, text) and not rules.broken_by(*at, text):
            item.text, item.sure = text, rules.confirms(*at, text)
            return
    item.sure = item.sure and len(item.candidates()) == 1 and settler.is_clear(item)


def _texts(draft: Draft) -> list[list[str]]:
    texts = [[""] * draft.columns for _ in range(draft.rows)]
    for (row, column), cell in draft.cells.items():
        texts[row][column] = _joined([item.text for item in cell.items])
    return texts


def _joined(lines: Iterable[str]) -> str:
    """A cell's lines as one text; a blank only between words that are written with blanks."""
    joined = ""
    for line in lines:
        blank = joined and line and not is_wide(joined[-1] + line[0])
        joined += f" {line}" if blank else line
    return joined


def _boxes(draft: Draft, scale: float) -> tuple[tuple[Box | None, ...], ...]:
    boxes: list[list[Box | None]] = [[None] * draft.columns for _ in range(draft.rows)]
    for (row, column), cell in draft.cells.items():
        boxes[row][column] = _points(cell.box, scale) if cell.box else None
    return tuple(map(tuple, boxes))


def _confidence(draft: Draft) -> float:
    """The share of the cells with print whose texts are sure."""
    sure = [item.sure for cell in draft.cells.values() for item in cell.items]
    return round(sum(sure) / len(sure), 4) if sure else 0.0


def _word(item: Item, scale: float) -> Word:
    box = _points(item.line.box, scale)
    return Word(item.text, box, round(box[3] - box[1], 1), item.confidence)


def _points(box: PixelBox, scale: float) -> Box:
    x0, top, x1, bottom = (round(one / scale, 2) for one in box)
    return (x0, top, x1, bottom)
