"""Tables with delimiters: a tab, or an upright bar (Markdown and box drawings among them)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.layouts.fragment import Fragment, Page, cells_of

_BARS = "|│┃｜"
_BAR = re.compile(rf"(?<!\\)[{_BARS}]")
#: A line that only rules: |---|:--:|, +-----+, ├──┼──┤
_RULE = re.compile(r"^[\s|│┃｜+\-—─━═=:┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬]+$")


#: No printed table has more columns; a line with more delimiters is something else.
WIDEST = 400


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


def _is_rule(text: str) -> bool:
    """Whether the line rules off cells: three dashes or more with a joint or a bar."""
    return (
        len(text) >= 3
        and bool(re.search(r"[-—─━═=]{2,}", text))
        and bool(re.search(r"[|│┃｜+┼├┬┴┌└╠╔╚]", text))
    )


def _runs(page: Page, layout: str, split) -> Iterator[Fragment]:
    """Maximal runs of lines that split; a rule line belongs to the run but has no cells."""
    run: list[tuple[int, list[str]]] = []
    rules = 0
    for index, line in enumerate(page.lines):
        parts = None
        if run and line.page != page.lines[run[-1][0]].page:
            yield from _fragment(page, layout, run, rules)
            run, rules = [], 0
        if not page.claimed[index] and page.texts[index] and not page.page_numbers[index]:
            parts = split(line.text)
        if parts is None:
            yield from _fragment(page, layout, run, rules)
            run, rules = [], 0
        elif parts:
            run.append((index, parts))
        else:
            rules += 1
            page.claimed[index] = 1
    yield from _fragment(page, layout, run, rules)


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
