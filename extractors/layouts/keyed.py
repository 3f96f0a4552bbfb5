"""Lists by class: a line that names the class, then a line with its members (甲、乙、丙).

Awards are printed so. Such a list has no header; what makes it one is that line after line
comes in pairs and every second line counts the same number of members.
"""

from __future__ import annotations

from collections.abc import Iterator

from extractors.layouts.fragment import Fragment, Page
from extractors.model import Cell

#: Fewer pairs than this are two sentences that happen to enumerate.
FEWEST_PAIRS = 4

#: Fewer members than this in a line are no list.
FEWEST_MEMBERS = 3

#: A longer line, or a longer member, is prose.
LONGEST_LINE = 60
LONGEST_MEMBER = 20


def find(page: Page) -> Iterator[Fragment]:
    """Fragments of lists by class; two columns, the class and its members as printed."""
    pairs: list[tuple[int, int]] = []
    indices = [index for index, text in enumerate(page.texts) if text]
    position = 0
    while position + 1 < len(indices):
        key, members = indices[position], indices[position + 1]
        if _is_pair(page, key, members) and (
            not pairs or _count(page, members) == _count(page, pairs[0][1])
        ):
            pairs.append((key, members))
            position += 2
            continue
        yield from _fragment(page, pairs)
        position += 1 if not pairs else 0
        pairs = []
    yield from _fragment(page, pairs)


def _is_pair(page: Page, key: int, members: int) -> bool:
    if page.claimed[key] or page.claimed[members]:
        return False
    text = page.texts[key]
    if len(text) > LONGEST_LINE or len(page.texts[members]) > LONGEST_LINE:
        return False
    if text.endswith(("。", "；", "，", "：", ":", "、")) or "，" in page.texts[members]:
        return False
    count = _count(page, members)
    return count >= FEWEST_MEMBERS > _count(page, key)


def _count(page: Page, index: int) -> int:
    """The members that a line enumerates (0 where one of them is prose)."""
    members = [member.strip() for member in page.texts[index].rstrip("、").split("、")]
    if not all(members) or any(len(member) > LONGEST_MEMBER for member in members):
        return 0
    return 0 if any(mark in page.texts[index] for mark in "。；：:") else len(members)


def _fragment(page: Page, pairs: list[tuple[int, int]]) -> Iterator[Fragment]:
    if len(pairs) < FEWEST_PAIRS:
        return
    rows = [
        [Cell(page.texts[i], page.lines[i].number, page.lines[i].page) for i in pair]
        for pair in pairs
    ]
    yield Fragment("keyed", rows, rows[0][0].line, rows[-1][-1].line, header_rows=0)
