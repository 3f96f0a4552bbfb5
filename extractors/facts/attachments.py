"""What comes with a document: 附件：1、… 2、…, or the heads of the annexes themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from extractors.facts.bodies import bodies_in
from extractors.facts.dates import DATE
from extractors.facts.text import Line, tidy
from extractors.values import chinese_number
from schemas.facts import fact_words

#: A longer line is a sentence that begins with the word.
_LONGEST = 400

#: A title of an attachment; what is longer is text.
_LONGEST_TITLE = 80

_N = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_ITEM = re.compile(rf"^\s*(?:[(（]({_N})[)）]|({_N})\s*[、.)）])\s*(?=\S)")
#: A number inside a line of several items: 1.甲 2.乙.
_INNER = re.compile(r"(?<=[^\d\s.])\s*(?<!\d)(\d{1,2})\s*[、.](?!\d)\s*")
_END = re.compile(r"[;。,、；]+$")
_DATE = re.compile(DATE)


@dataclass(frozen=True, slots=True)
class Attachment:
    """``number`` is None for the only one of a document."""

    number: int | None
    title: str


def attachments_of(lines: Sequence[Line]) -> list[Attachment]:
    """The attachments by number. The list goes before the heads of the annexes."""
    found: dict[int | None, Attachment] = {}
    for position, line in enumerate(lines):
        start = _start().match(line.text)
        if not start or len(line.text) > _LONGEST:
            continue
        number, rest = _count(start["n"]), line.text[start.end() :].strip()
        for one in _listed(number, rest, lines[position + 1 :]):
            found.setdefault(one.number, one)
    if len(found) > 1:
        found.pop(None, None)  # a lone word 附件 above annexes that have numbers
    return sorted(found.values(), key=lambda one: one.number or 0)


@lru_cache(maxsize=1)
def _start() -> re.Pattern[str]:
    """附件：, 附件1., 附件 3:, 附件 alone; 附件中 and 附近 are none."""
    words = "|".join(fact_words().attachments)
    return re.compile(rf"^(?:{words})\s*(?:(?P<n>{_N})\s*(?:[:.、]\s*|\s+|$)|:\s*|$)")


def _listed(number: int | None, rest: str, after: Sequence[Line]) -> list[Attachment]:
    if number is None and (item := _ITEM.match(rest)):
        number, rest = _count(item[1] or item[2]), rest[item.end() :]
    if not rest:
        title = _title(after[0].text) if after else None
        return [Attachment(number, title)] if title else []
    if number is None:
        title = _title(rest)
        return [Attachment(None, title)] if title else []
    titles = _run(number, rest, after)
    return [
        Attachment(number + place, title)
        for place, text in enumerate(titles)
        if (title := _title(text))
    ]


def _run(number: int, rest: str, after: Sequence[Line]) -> list[str]:
    """The titles from one number on: in this line, and in the lines below as long as they count on."""
    titles = _split(number, rest)
    waiting: str | None = None
    for line in after:
        item = _ITEM.match(line.text)
        if item and _count(item[1] or item[2]) == number + len(titles):
            if waiting:
                titles[-1] += waiting
            waiting = None
            titles += _split(number + len(titles), line.text[item.end() :])
        elif waiting is None and not _signs(line):
            waiting = line.text  # the rest of a title that the layout broke, or what follows
        else:
            break
    return titles


def _split(number: int, text: str) -> list[str]:
    """The items of one line, as long as they count on."""
    titles: list[str] = []
    start = 0
    for match in _INNER.finditer(text):
        if int(match[1]) == number + len(titles) + 1:
            titles.append(text[start : match.start()])
            start = match.end()
    return [*titles, text[start:]]


def _signs(line: Line) -> bool:
    return bool(bodies_in(line.text) or _DATE.match(line.bare))


def _title(text: str) -> str | None:
    title = _END.sub("", tidy(text))
    return title if 1 < len(title) <= _LONGEST_TITLE and "。" not in title else None


def _count(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else chinese_number(text)
