"""Rows set with single blanks: every row splits into the same number of cells of one kind each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.layouts.aligned import LEADERS, LONGEST_CELL, SOLID_KINDS
from extractors.layouts.columns import Segment, Setting, segments_of
from extractors.layouts.fragment import VALUE_KINDS, Fragment, Page
from extractors.model import Cell
from extractors.values import kind_of

_SINGLE = re.compile(r"\S+")


def find(page: Page) -> Iterator[Fragment]:
    """Runs of rows set with single blanks: same number of cells, same kinds, every row."""
    run: list[Setting] = []
    for index, line in enumerate(page.lines):
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
        setting = Setting(line, _joined_letters(text)) if usable else None
        if (
            setting
            and len(setting.segments) >= 3
            and (not run or len(run[-1].segments) == len(setting.segments))
        ):
            run.append(setting)
            continue
        yield from _fragment(run)
        run = [setting] if setting and len(setting.segments) >= 3 else []
    yield from _fragment(run)


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
    body = [setting for setting in run if setting.values]
    if len(body) < 3 or len(run) - len(body) > 1 or run[0].values and len(run) != len(body):
        return
    width = len(run[0].segments)
    if any(len(segment.text) > LONGEST_CELL for setting in run for segment in setting.segments):
        return
    solid = False
    for column in range(width):
        kinds = {kind_of(setting.segments[column].text) for setting in body}
        if len({kind in VALUE_KINDS for kind in kinds}) > 1:
            return
        solid = solid or bool(kinds & SOLID_KINDS)
    if not solid:
        return
    if not any(kind_of(body[0].segments[c].text) not in VALUE_KINDS for c in range(width)):
        return
    rows = [
        [Cell(segment.text, setting.line.number, setting.line.page) for segment in setting.segments]
        for setting in run
    ]
    yield Fragment(
        "aligned", rows, run[0].line.number, run[-1].line.number, header_rows=len(run) - len(body)
    )


__all__ = ["find"]
