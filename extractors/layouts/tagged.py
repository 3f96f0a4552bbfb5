"""Records of tagged lines: 【颁布单位】… under 【法规标题】…, one field a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.layouts.fragment import Fragment, Page
from extractors.model import Cell

_TAGGED = re.compile(r"^【([^【】]{2,12})】\s*(\S.*)$")

#: Fewer records than this with one set of tags are the head of a text, not a table.
FEWEST_RECORDS = 3


def find(page: Page) -> Iterator[Fragment]:
    """Fragments of runs of records that begin with the same tag."""
    run: list[tuple[int, str, str]] = []
    for index, text in enumerate(page.texts):
        if not text or page.page_numbers[index]:
            continue
        match = _TAGGED.match(text) if text[0] == "【" and not page.claimed[index] else None
        if match:
            run.append((index, match.group(1), match.group(2)))
        else:
            yield from _fragment(page, run)
            run = []
    yield from _fragment(page, run)


def _fragment(page: Page, run: list[tuple[int, str, str]]) -> Iterator[Fragment]:
    if not run:
        return
    tags = list(dict.fromkeys(tag for _, tag, _ in run))
    records: list[dict[str, tuple[int, str]]] = []
    for index, tag, text in run:
        if tag == run[0][1] or not records or tag in records[-1]:
            records.append({})
        records[-1][tag] = (index, text)
    if len(records) < FEWEST_RECORDS or len(tags) < 2:
        return
    first = page.lines[run[0][0]]
    header = [Cell(tag, first.number, first.page) for tag in tags]
    yield Fragment(
        "tagged",
        [header, *(_row(page, record, tags) for record in records)],
        first=first.number,
        last=page.lines[run[-1][0]].number,
        header_rows=1,
    )


def _row(page: Page, record: dict[str, tuple[int, str]], tags: list[str]) -> list[Cell]:
    start = min(index for index, _ in record.values())
    row = []
    for tag in tags:
        index, text = record.get(tag, (start, ""))
        line = page.lines[index]
        row.append(Cell(text, line.number, line.page))
    return row
