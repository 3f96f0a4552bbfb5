"""Numbers of headings: those that repeat, skip or change places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.model import Document, Doubt, LineLabel
from extractors.reconcile.finding import at_line
from extractors.values import chinese_number
from schemas.units import half_width

_NUMERAL = "[一二三四五六七八九十]{1,3}"
#: The forms of numbering, the outermost first.
_HEADING = re.compile(
    rf"^\s*(?:第(?P<chapter>{_NUMERAL})[章篇]\s*|(?P<part>{_NUMERAL})、|\((?P<section>{_NUMERAL})\))(?P<title>.{{2,40}})$"
)
_STARTS = frozenset("第一二三四五六七八九十(（")
_FORMS = ("chapter", "part", "section")

#: A heading ends without a stop; a sentence that begins with a number does not.
_SENTENCE = re.compile(r"[。;:,]$|。")

#: Fewer headings are no sequence.
LEAST = 3

_TABLE_LABELS = frozenset(("cell", "header", "withheld"))


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading and its place."""

    number: int
    printed: str
    line: int
    page: int | None


def heading_errors(document: Document, labels: Sequence[LineLabel]) -> Iterator[Doubt]:
    """Numbers that break the count of their headings, each sequence by itself.

    A heading that the count goes on without is one of a quoted text, and no error.
    """
    for run in _runs(document, labels):
        if len(run) >= LEAST:
            yield from _odd(run)


def _runs(document: Document, labels: Sequence[LineLabel]) -> Iterator[list[Heading]]:
    """Headings of one form between two of an outer one, from 1 on."""
    runs: dict[str, list[Heading]] = {form: [] for form in _FORMS}
    for line, label in zip(document.lines, labels, strict=False):
        text = line.text
        if label in _TABLE_LABELS or len(text) > 60 or text.lstrip()[:1] not in _STARTS:
            continue
        match = _HEADING.match(half_width(text))
        if not match or _SENTENCE.search(match["title"]) or match["title"].rstrip()[-1].isdigit():
            continue
        form = next(name for name in _FORMS if match[name])
        number = chinese_number(match[form])
        if number is None:
            continue
        for inner in _FORMS[_FORMS.index(form) + 1 :]:
            yield runs[inner]
            runs[inner] = []
        if number == 1:
            yield runs[form]
            runs[form] = []
        end = match.start("title")
        runs[form].append(Heading(number, text.strip()[:end].strip(), line.number, line.page))
    yield from runs.values()


def _odd(run: Sequence[Heading]) -> Iterator[Doubt]:
    numbers = [heading.number for heading in run]
    if numbers[0] != 1:
        return
    place = 1
    while place < len(run):
        last, number = numbers[place - 1], numbers[place]
        behind = [*numbers[place + 1 : place + 3], 0, 0]
        if number == last + 2 and behind[0] == last + 1:
            if behind[1] == last + 3:  # two that changed places
                yield _doubt(run, place, last + 1)
                yield _doubt(run, place + 1, last + 2)
            place += 3
            continue
        skipped = number == last + 2 and behind[0] in (0, number + 1)
        repeated = number == last and behind[0] == number + 1 and place > 1
        if skipped or repeated:
            yield _doubt(run, place, last + 1)
        place += 1


def _doubt(run: Sequence[Heading], place: int, expected: int) -> Doubt:
    heading, before = run[place], run[place - 1]
    return at_line(
        "heading-number",
        heading.line,
        heading.page,
        printed=heading.printed,
        expected=str(expected),
        evidence=f"after {before.printed}, line {before.line}",
    )
