"""The dates of a document, each with what it is the date of.

``signed``     below the bodies that sign      ``cover``   below the bodies of a cover
``published``  behind a label (发布时间：)       ``issued``  before 印发
``effective``  自2016年1月1日起施行             ``edition`` and ``printing``  of a book's imprint
``dated``      in a line of its own, with nothing that says more
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.facts.bodies import bodies_in
from extractors.facts.text import HEAD_LINES, LONGEST_LINE, Line, cover
from extractors.periods import parse_date
from extractors.values import chinese_number
from schemas.facts import fact_words

_Y = r"(?:(?:19|20)\d{2}|[一二][〇○零0O一二三四五六七八九]{3})"
_MD = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
#: A date as printed without blanks; periods.parse_date reads it.
DATE = rf"{_Y}(?:年{_MD}月(?:{_MD}日)?|(?P<dash>[-/.])\d{{1,2}}(?:(?P=dash)\d{{1,2}})?)"
_DATE = re.compile(DATE)
_BRACKETED = re.compile(r"^[(（\[](.*)[)）\]]$")
_COUNTED = re.compile(
    rf"(?P<date>{DATE})[\u3400-\u9fff]{{0,4}}?第(?P<n>\d{{1,3}}|[一二三四五六七八九十百]+)(?P<what>版|次印刷)"
)

#: What the date of publication is taken from, the best first.
PUBLISHED_FROM = ("published", "signed", "cover", "edition", "issued")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as ISO 8601, as exact as it is printed; ``number`` is of an edition or printing."""

    date: str
    kind: str
    line: int
    number: int | None = None
    bodies: tuple[str, ...] = ()


def dates_of(lines: Sequence[Line], last_line: int, is_notice: bool, is_book: bool) -> list[Dated]:
    """Every date that says when the document itself was made, in print order, each once.

    A notice is signed before its annexes; any other text at its end, unless it is a book,
    which ends with what it reprints.
    """
    end = last_line - HEAD_LINES if not is_book else last_line
    begun = {line.number for line in cover(lines)}
    found: dict[tuple[str, str], Dated] = {}
    signed = False
    for position, line in enumerate(lines):
        if len(line.bare) > LONGEST_LINE or not any(
            letter.isdigit() or letter in "一二" for letter in line.bare
        ):
            continue
        near = line.number <= HEAD_LINES or line.number > end
        for one in _of_line(lines, position, line.number in begun and not is_notice):
            if one.kind == "signed":
                # What is signed further down is reprinted, or the back of the sheet.
                if signed or not (near or is_notice):
                    continue
                signed = True
            elif not near:
                continue
            found.setdefault((one.kind, one.date), one)
    if is_notice:
        for one in _effective(lines):
            found.setdefault((one.kind, one.date), one)
    said = {one.date for one in found.values() if one.kind != "dated"}
    return [one for one in found.values() if one.kind != "dated" or one.date not in said]


def published(dates: Sequence[Dated]) -> str | None:
    """The date of publication; None where nothing says which of several dates it is."""
    for kind in PUBLISHED_FROM:
        for one in dates:
            if one.kind == kind:
                return one.date
    alone = {one.date for one in dates if one.kind == "dated"}
    return alone.pop() if len(alone) == 1 else None


def _of_line(lines: Sequence[Line], position: int, on_cover: bool) -> Iterator[Dated]:
    line = lines[position]
    bare = _BRACKETED.sub(r"\1", line.bare)
    if counted := list(_COUNTED.finditer(bare)):
        yield from _imprint(counted, line.number)
        return
    label, _, rest = bare.partition(":")
    kind = fact_words().date_labels.get(label)
    match = _DATE.search(rest if kind else bare)
    date = parse_date(match[0]) if match else None
    if match is None or date is None:
        return
    if kind:
        if match.start() == 0:
            yield Dated(date, kind, line.number)
        return
    before, after = bare[: match.start()], bare[match.end() :]
    if after in fact_words().issued:
        if not before or bodies_in(before):
            yield Dated(date, "issued", line.number)
        return
    names = bodies_in(_without(line.text, match[0])) if before or after else ()
    if (before or after) and not names:
        return
    names = names or _above(lines, position)
    sure = "cover" if on_cover else "signed"
    yield Dated(date, sure if names else "dated", line.number, bodies=names)


def _without(text: str, date: str) -> str:
    """The line with its blanks, but without the date."""
    spaced = r"\s*".join(map(re.escape, date))
    return re.sub(spaced, " ", text, count=1)


def _above(lines: Sequence[Line], position: int) -> tuple[str, ...]:
    """The bodies of the lines right above a date."""
    names: list[str] = []
    for line in reversed(lines[:position]):
        of_line = bodies_in(line.text)
        if not of_line:
            break
        names[:0] = of_line
    return tuple(names)


def _imprint(found: list[re.Match[str]], line: int) -> Iterator[Dated]:
    for match in found:
        date = parse_date(match["date"])
        number = int(match["n"]) if match["n"].isdigit() else chinese_number(match["n"])
        if date:
            yield Dated(date, "edition" if match["what"] == "版" else "printing", line, number)


def _effective(lines: Sequence[Line]) -> Iterator[Dated]:
    pattern = re.compile(rf"自({DATE})起(?:正式)?(?:{'|'.join(fact_words().effective)})")
    for line in lines:
        if "起" in line.bare and (match := pattern.search(line.bare)):
            date = parse_date(match[1])
            if date:
                yield Dated(date, "effective", line.number)
