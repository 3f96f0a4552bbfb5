"""一是…二是…三是: a number of an enumeration that is given twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.model import Doubt
from extractors.reconcile.prose.paragraphs import Paragraph
from extractors.values import chinese_number

#: The first may stand anywhere in a sentence, but in no word (统一是, 之一是).
_ITEM = re.compile(
    r"(?:^|(?<=[。;:,]))(?P<number>[一二三四五六七八九十]{1,2})是|(?<![统唯之每逐])(?P<first>一)是"
)

#: A lower number may belong to an enumeration of its own, whose beginning was worded otherwise.
LOWEST = 3

#: The items of one enumeration stand within so many lines of one another.
NEAR = 12


def enumeration_errors(paragraphs: Sequence[Paragraph]) -> Iterator[Doubt]:
    """An item that bears the number of the one before it, in a count that began with one."""
    last, line = 0, 0
    for paragraph in paragraphs:
        if "是" not in paragraph.text:
            continue
        for match in _ITEM.finditer(paragraph.text):
            number = chinese_number(match["number"] or match["first"]) or 0
            place, _ = paragraph.place(match.start())
            if number == last >= LOWEST and place - line <= NEAR:
                yield paragraph.doubt(
                    "prose-enumeration",
                    match.start(),
                    printed=match.group(),
                    expected=str(number + 1),
                    evidence=f"{match.group()} stands in line {line} before",
                )
                number += 1
            counts_on = number == last + 1 and (number == 1 or place - line <= NEAR)
            last = number if counts_on or number == 1 else 0
            line = place
