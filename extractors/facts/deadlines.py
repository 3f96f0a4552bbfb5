"""Days by which a notice asks for something, with what it asks for in few words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.facts.text import NUMBERING, Line, paragraphs
from extractors.periods import parse_date

#: What is asked for is cut here: the words say which deadline it is, the text says all.
LONGEST_ACTION = 80

#: A shorter clause says nothing without the one beside it.
_SHORTEST_CLAUSE = 4

_Y = r"(?:(?:19|20)\d{2}|[一二][〇○零一二三四五六七八九]{3})年"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月"
_D = r"(?:[0-3]?\d|[一二三四五六七八九十]{1,3})[日号]"
_HOUR = r"(?:[(（][^()（）]{1,12}[)）])?(?:[上下]午|中午)?(?:\d{1,2}(?:[:时点]\d{0,2}分?)?)?"
#: A day, the end of a month or of a year, with 前 behind it (but 前十名, 前后 and 前的 count or
#: tell), or with 截止 before it.
_DUE = re.compile(
    rf"(?P<lead>(?:最迟|务必|请)?(?:于|在|至|到|截止到|截至)?)"
    rf"(?P<date>(?P<y>{_Y})?{_M}(?:{_D}|[底末])?|(?P<end>{_Y})[底末]){_HOUR}"
    r"(?P<mark>之前|以前|前|止)(?![后十的]|[一二三四五六七八九\d])"
)
_CLOSES = re.compile(
    rf"(?P<what>[\u3400-\u9fff]{{0,8}}截止(?:日期|时间)?)(?:[为是至到于]|:)?(?P<date>(?P<y>{_Y})?{_M}{_D})"
)
_SENTENCE = re.compile(r"[。;；!？?！]")
_CLAUSE = re.compile(r"[,，]")
#: What is added in brackets makes the words no clearer, and has commas of its own.
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_REMARK = re.compile(r"^(?:备注|注|说明|要求):")
#: Behind these stands what is handed in.
_OBJECT = ("将", "把")
_GOES_ON = ("以及", "并", "及", "和")
#: What a colon announces is said at length.
_LIST = re.compile(r"(?<=.{4}):")
_ASKING = re.compile(r"^(?:请|务必|须|应|并|同时)+|[于在]$")


@dataclass(frozen=True, slots=True)
class Deadline:
    """``date`` is ISO 8601, as exact as printed; ``printed`` the date without blanks."""

    date: str
    printed: str
    action: str
    line: int


def deadlines_of(lines: Sequence[Line], published: str | None) -> list[Deadline]:
    """The deadlines of a notice, each once. A day without a year is the next one after the
    date of the notice, or of the year that was named before it."""
    found: dict[tuple[str, str], Deadline] = {}
    for paragraph in paragraphs(lines):
        if not re.search("前|止", paragraph.bare):
            continue
        for one in _of_paragraph(paragraph, published):
            found.setdefault((one.date, one.action), one)
    return list(found.values())


def _of_paragraph(paragraph: Line, published: str | None) -> Iterator[Deadline]:
    for sentence in _SENTENCE.split(_plain(paragraph.bare)):
        year = None
        for match in [*_DUE.finditer(sentence), *_CLOSES.finditer(sentence)]:
            date = _date(match, year, published)
            if date is None:
                continue
            if match["y"]:
                year = date[:4]
            action = _action(sentence, match)
            if action:
                yield Deadline(date, match["date"], action, paragraph.number)


def _plain(text: str) -> str:
    """A paragraph without its number, and without what is added in brackets."""
    return _REMARK.sub("", _BRACKETS.sub("", NUMBERING.sub("", text)))


def _date(match: re.Match[str], year: str | None, published: str | None) -> str | None:
    printed = match["date"]
    if match.groupdict().get("end"):
        whole = parse_date(f"{match['end']}12月")
        return whole[:4] if whole else None
    printed = printed.rstrip("底末")
    if match["y"]:
        return parse_date(printed)
    if year:
        return parse_date(f"{year}年{printed}")
    if not published:
        return None
    date = parse_date(f"{published[:4]}年{printed}")
    if date and date[: len(published)] < published[: len(date)]:
        return parse_date(f"{int(published[:4]) + 1}年{printed}")
    return date


def _action(sentence: str, match: re.Match[str]) -> str:
    """The clause without the date, with its neighbour where it says too little by itself."""
    if "what" in match.groupdict():
        return match["what"]
    before = _CLAUSE.split(sentence[: match.start()])
    after = _CLAUSE.split(sentence[match.end() :])
    start = _ASKING.sub("", before[-1])
    words = start + after[0]
    rest = after[1:]
    if _needs_more(start, before, after):
        words = f"{_ASKING.sub('', before[-2])}，{words}"
    said = after[0]
    while rest and (len(said) < _SHORTEST_CLAUSE or _goes_on(rest[0])):
        comma = "，" if said else ""
        said, words, rest = rest[0], f"{words}{comma}{rest[0]}", rest[1:]
    words = _LIST.split(words.strip("，,:"))[0]
    return words if len(words) <= LONGEST_ACTION else words[: LONGEST_ACTION - 1] + "…"


def _needs_more(start: str, before: list[str], after: list[str]) -> bool:
    """Whether what is due by a day stands in the clause before: 形成材料，于…前报送."""
    if start or len(before) == 1 or not after[0] or after[0].startswith(_OBJECT):
        return False
    return not _DUE.search(before[-2])


def _goes_on(clause: str) -> bool:
    """Whether a clause adds to the one before, and has no day of its own."""
    return clause.startswith(_GOES_ON) and not _DUE.search(clause)
