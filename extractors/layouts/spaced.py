"""Rows set with single blanks: every row splits into the same number of cells of one kind each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.layouts.aligned import LEADERS, SOLID_KINDS
from extractors.layouts.columns import Segment, Setting, segments_of
from extractors.layouts.fragment import LONGEST_CELL, VALUE_KINDS, Fragment, Page
from extractors.model import Cell
from extractors.values import kind_of
from schemas.vocabulary import fold

_SINGLE = re.compile(r"\S+")


def find(page: Page) -> Iterator[Fragment]:
    """Runs of rows set with single blanks: same number of cells, same kinds, every row.

    A row with one cell fewer belongs to the run where a full row follows it, or where it
    begins with the word for a total.
    """
    totals = {fold(word) for word in page.vocabulary.words("total_rows")}
    settings = [_setting(page, index) for index in range(len(page.lines))]
    run: list[Setting] = []
    for setting, below in zip(settings, [*settings[1:], None], strict=True):
        if setting and run and len(setting.segments) == len(run[0].segments) - 1:
            total = fold(setting.segments[0].text) in totals
            inside = below and below.values and len(below.segments) == len(run[0].segments)
            if setting.values and run[-1].values and (total or inside):
                run.append(setting)
                continue
        if setting and run and len(setting.segments) == len(run[0].segments):
            run.append(setting)
            continue
        yield from _fragment(run)
        run = [setting] if setting and len(setting.segments) >= 3 else []
    yield from _fragment(run)


def _setting(page: Page, index: int) -> Setting | None:
    """The cells of a line that may be a row set with single blanks."""
    text = page.texts[index]
    usable = (
        text
        and len(text) <= 160
        and not page.claimed[index]
        and not page.is_furniture(index)
        and " " in text
        and "\t" not in text
        and not LEADERS.search(text)
    )
    return Setting(page.lines[index], _joined_letters(text)) if usable else None


def _joined_letters(text: str) -> tuple[Segment, ...]:
    """Cells between single blanks; single Chinese letters in a row are one name (北 京)."""
    segments: list[Segment] = []
    for segment in segments_of(text, _SINGLE):
        last = segments[-1] if segments else None
        if (
            last
            and len(segment.text) == 1
            and segment.text > "一"
            and len(last.text.replace(" ", "")) * 2 == last.end - last.start - last.text.count(" ")
            and all(len(part) == 1 for part in last.text.split(" "))
        ):
            segments[-1] = Segment(f"{last.text} {segment.text}", last.start, segment.end)
        else:
            segments.append(segment)
    return tuple(segments)


def _fragment(run: list[Setting]) -> Iterator[Fragment]:
    if not run:
        return
    run = _from_header(run)
    width = len(run[0].segments)
    body = [setting for setting in run if setting.values]
    full = [setting for setting in body if len(setting.segments) == width]
    if len(full) < 3 or len(run) - len(body) > 1 or run[0].values and len(run) != len(body):
        return
    if any(len(segment.text) > LONGEST_CELL for setting in run for segment in setting.segments):
        return
    solid = False
    for column in range(width):
        kinds = {kind_of(setting.segments[column].text) for setting in full}
        if len({kind in VALUE_KINDS for kind in kinds}) > 1:
            return
        solid = solid or bool(kinds & SOLID_KINDS)
    valued = [_is_value(segment) for segment in full[0].segments]
    if not solid or all(valued):
        return
    rows = [_cells(setting, valued) for setting in run]
    yield Fragment(
        "aligned",
        rows,
        run[0].line.number,
        run[-1].line.number,
        header_rows=len(run) - len(body),
        ragged=[setting.line.number for setting in run if len(setting.segments) < width],
    )


def _from_header(run: list[Setting]) -> list[Setting]:
    """A run without the prose above its header: of lines without values at its top, the last."""
    first = next((place for place, setting in enumerate(run) if setting.values), 0)
    return run[max(first - 1, 0) :]


def _is_value(segment: Segment) -> bool:
    return kind_of(segment.text) in VALUE_KINDS


def _cells(setting: Setting, valued: list[bool]) -> list[Cell]:
    """The cells of a row; one that is short is blank in the last column that may be so."""
    texts = [segment.text for segment in setting.segments]
    if len(texts) < len(valued):
        kinds = [_is_value(segment) for segment in setting.segments]
        blanks = [c for c in range(len(valued)) if valued[:c] + valued[c + 1 :] == kinds]
        texts.insert(blanks[-1] if blanks else len(texts), "")
    return [Cell(text, setting.line.number, setting.line.page) for text in texts]


__all__ = ["find"]
