"""Tables with delimiters: a tab, or an upright bar (Markdown and box drawings among them)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.layouts.fragment import VALUE_KINDS, Fragment, Page, cells_of
from extractors.lines import Lines
from extractors.values import kind_of
from schemas.vocabulary import fold

_BARS = "|│┃｜"
_BAR = re.compile(rf"(?<!\\)[{_BARS}]")
#: A line that only rules: |---|:--:|, +-----+, ├──┼──┤
_RULE = re.compile(r"^[\s|│┃｜+\-—─━═=:┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬]+$")


#: No printed table has more columns; a line with more delimiters is something else.
WIDEST = 400

#: The longest text that is the only cell of a row (东部地区).
LONGEST_STUB = 20


def find(page: Page) -> Iterator[Fragment]:
    """Fragments of tab-separated and bar-separated tables."""
    yield from _runs(page, "tabs", _split_tabs)
    yield from _runs(page, "bars", _split_bars)


def _split_tabs(text: str) -> list[str] | None:
    if "\t" not in text:
        return None
    return text.split("\t")


def _split_bars(text: str) -> list[str] | None:
    stripped = text.strip(" ")
    if not stripped or _RULE.match(stripped):
        return [] if stripped and _is_rule(stripped) else None
    parts = _BAR.split(stripped if stripped[0] in _BARS else text)
    if len(parts) < 3 and not (len(parts) == 2 and all(part.strip() for part in parts)):
        return None
    return [part.replace("\\|", "|").replace("<br>", " ") for part in parts]


#: A line that sets the columns of a Markdown table, with as few as one dash a column: |:-:|-|
_SETTING = re.compile(r"^\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?)?$")


def _is_rule(text: str) -> bool:
    """Whether the line rules off cells: two dashes or more with a joint or a bar, or the line
    of a Markdown table. A row of missing marks alone has no stub, and so is none."""
    return (
        len(text) >= 3
        and bool(re.search(r"[-—─━═=]{2,}", text) or _SETTING.match(text))
        and bool(re.search(r"[|│┃｜+┼├┬┴┌└╠╔╚]", text))
    )


def _runs(page: Page, layout: str, split) -> Iterator[Fragment]:
    """Maximal runs of lines that split; a rule line belongs to the run but has no cells."""
    run: list[tuple[int, list[str]]] = []
    rules = resumed = 0
    lines = Lines(page, page.vocabulary)
    for index, line in enumerate(page.lines):
        parts = None
        if run and line.page != page.lines[run[-1][0]].page:
            yield from _fragment(page, layout, run, rules)
            run, rules = [], 0
        if not page.claimed[index] and page.texts[index] and not page.page_numbers[index]:
            parts = split(line.text)
            if parts is None and run and layout == "tabs" and _is_stub(page, index, run, lines):
                parts = [page.texts[index]]
        blank = parts is None and run and not page.texts[index]
        if blank and layout == "bars" and index >= resumed:
            resumed = _goes_on(page, index, run, lines)
        if blank and index < resumed:
            continue
        if parts is None:
            yield from _fragment(page, layout, run, rules)
            run, rules = [], 0
        elif parts:
            run.append((index, parts))
        else:
            rules += 1
            page.claimed[index] = page.ruled[index] = 1
    yield from _fragment(page, layout, run, rules)


def _is_stub(page: Page, index: int, run: list[tuple[int, list[str]]], lines: Lines) -> bool:
    """Whether a line without a tab is a row with nothing but its first cell.

    It stands close between two rows of one width, the lower with values and so no header; or
    it is the word for a total right below the last row.
    """
    text = page.texts[index]
    if run[-1][0] != index - 1 or len(text) > LONGEST_STUB or page.is_furniture(index):
        return False
    below = page.lines[index + 1].text if index + 1 < len(page.lines) else ""
    if "\t" not in below:
        totals = {fold(word) for word in page.vocabulary.words("total_rows")}
        return len(run) > 1 and fold(text) in totals
    cells = below.split("\t")
    return (
        len(cells) == len(run[-1][1])
        and any(kind_of(cell.strip()) in VALUE_KINDS for cell in cells)
        and page.lines[index + 1].page == page.lines[index].page
        and kind_of(text) == "text"
        and lines.is_heading(text)
        and not _is_of_table(text, lines)
    )


def _is_of_table(text: str, lines: Lines) -> bool:
    """Whether a line is the caption, the unit or a note of a table and no row of it."""
    return (
        lines.is_strong_caption(text)
        or lines.is_title_by_end(text)
        or lines.continues(text)
        or lines.is_note(text)
        or bool(lines.unit_of(text))
    )


def _goes_on(page: Page, index: int, run: list[tuple[int, list[str]]], lines: Lines) -> int:
    """Where the row below blank lines is one of the run, of its width and set apart too; else 0."""
    below = next((i for i in range(index, len(page.texts)) if page.texts[i]), None)
    if below is None or page.page_numbers[below] or lines.is_note(page.texts[below]):
        return 0
    parts = _split_bars(page.lines[below].text)
    after = page.lines[below + 1].text if below + 1 < len(page.lines) else ""
    of_run = parts and len(parts) == len(run[-1][1]) and _split_bars(after) is None
    return below if of_run else 0


def _without_borders(run: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The cells without what stands outside the outer bars, where every line has those."""
    if all(len(parts) > 2 and not parts[0].strip() for _, parts in run):
        run = [(index, parts[1:]) for index, parts in run]
    if all(len(parts) > 2 and not parts[-1].strip() for _, parts in run):
        run = [(index, parts[:-1]) for index, parts in run]
    return run


def _fragment(
    page: Page, layout: str, run: list[tuple[int, list[str]]], rules: int
) -> Iterator[Fragment]:
    """A run as a fragment; a single line between bars is no table unless ruled."""
    if not run or (layout == "bars" and len(run) < 2 and not rules):
        return
    if layout == "bars":
        run = _without_borders(run)
    width = max(len(parts) for _, parts in run)
    if not 2 <= width <= WIDEST:
        return
    rows = [cells_of(parts, page.lines[index], width) for index, parts in run]
    yield Fragment(
        layout,
        rows,
        first=page.lines[run[0][0]].number,
        last=page.lines[run[-1][0]].number,
        ragged=[page.lines[i].number for i, parts in run if len(parts) != width],
    )
