"""Numbers of official documents: the document's own, and those it cites; ISBNs; ordinals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from extractors.facts.text import HEAD_LINES, Line, cover
from extractors.values import chinese_number
from schemas.facts import fact_words

#: 〔2016〕2476号 with any brackets, as printed without blanks.
_NUMBER = re.compile(r"[〔﹝\[［（(【{]((?:19|20)\d{2})[〕﹞\]］）)】}](?:第)?(\d{1,5})号")
#: The issuer's short name before the year: 国办发, 发改高技, 渝府办发.
_ISSUER = re.compile(r"[\u4e00-\u9fff]{2,10}$")
_BARE_ISSUER = re.compile(r"[\u4e00-\u9fff]{2,12}")
#: An order or announcement: 某部令第12号, 某局公告2016年第5号.
_ORDER = re.compile(
    r"([\u4e00-\u9fff]{2,30}?(?:令|公告|通告))[(（]?((?:19|20)\d{2}年)?第?(\d{1,4})号[)）]?"
)
_ORDER_END = re.compile(r"[\u4e00-\u9fff]{2,30}(?:令|公告|通告)")
_ORDER_NUMBER = re.compile(r"[(（]?((?:19|20)\d{2}年)?第(\d{1,4})号[)）]?")
#: What may stand behind a document's own number: the red head's second column, which names
#: a person and is not read.
_BEHIND = re.compile(r"(?:签发人.*)?")

#: …的通知(某发〔2016〕3号), the year in any brackets.
_IN_BRACKETS = re.compile(
    r"\(([\u4e00-\u9fff]{2,12}[(〔﹝\[【](?:19|20)\d{2}[)〕﹞\]】]第?\d{1,5}号)\)$"
)

#: Characters before the year in which the issuer is looked for.
_LONGEST_ISSUER = 16

_ISBN = re.compile(
    r"ISBN(?:-?1[03])?[\s:：]*((?:97[89][-\s–—]?)?\d(?:[-\s–—]?\d){8}[-\s–—]?[\dXx])"
)
_DASHES = re.compile(r"[\s–—]+")


def own_number(lines: Sequence[Line], title: str | None) -> str | None:
    """The number that a document bears: in a line of its own in its head, behind a label, or
    in brackets behind its title. A number behind another's title (《…》（…号）) is cited."""
    words = fact_words()
    before = ""
    for line in lines:
        if line.number > HEAD_LINES:
            break
        label, _, rest = line.bare.partition(":")
        bare = rest if label in words.number_labels else line.bare
        own = _whole_number(bare) or _order(before, bare)
        if own:
            return own
        before = line.bare
    return _behind_title(title) or next(
        (own for line in cover(lines) if (own := _behind_title(line.bare))), None
    )


def cited_numbers(lines: Sequence[Line], own: str | None) -> list[str]:
    """The numbers of other documents, each once, in print order."""
    found = (number for line in lines if "号" in line.bare for number in _numbers(line.bare))
    return [number for number in dict.fromkeys(found) if number != own]


def isbns(lines: Sequence[Line]) -> tuple[list[str], list[str]]:
    """(ISBNs whose check digit is right, the others), as printed, each once."""
    right: dict[str, None] = {}
    wrong: dict[str, None] = {}
    for line in lines:
        if "ISBN" not in line.text:
            continue
        for match in _ISBN.finditer(line.text):
            number = _DASHES.sub("-", match[1].strip()).upper()
            (right if is_isbn(number) else wrong).setdefault(number)
    return list(right), list(wrong)


def is_isbn(number: str) -> bool:
    """Whether the check digit of an ISBN-10 or ISBN-13 is right (ISO 2108)."""
    digits = [10 if digit in "Xx" else int(digit) for digit in number if digit.isalnum()]
    if len(digits) == 13:
        return sum(digit * (3 if i % 2 else 1) for i, digit in enumerate(digits)) % 10 == 0
    return (
        len(digits) == 10
        and sum(digit * (10 - place) for place, digit in enumerate(digits)) % 11 == 0
    )


def ordinal_of(lines: Sequence[Line], title: str | None) -> tuple[int, str] | None:
    """The edition's place in its series: (5, 第五届), from the title or the cover."""
    texts = [title or "", *(line.bare for line in cover(lines))]
    for text in texts:
        for match in _ordinals().finditer("".join(text.split())):
            number = int(match[1]) if match[1].isdigit() else chinese_number(match[1])
            if number:
                return number, match[0]
    return None


@lru_cache(maxsize=1)
def _ordinals() -> re.Pattern[str]:
    return re.compile(
        rf"第(\d{{1,3}}|[一二三四五六七八九十百]{{1,5}})(?:{'|'.join(fact_words().ordinals)})(?!印刷)"
    )


@lru_cache(maxsize=1)
def _citing() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, fact_words().citing)))


def _whole_number(bare: str) -> str | None:
    """The number of a line that holds nothing else."""
    for mark in fact_words().red_head:
        bare = bare.split(mark)[-1] if mark in bare else bare
    bare = bare[1:-1] if bare.startswith(("(", "（")) and bare.endswith((")", "）")) else bare
    match = _NUMBER.search(bare)
    if not match or not _BEHIND.fullmatch(bare[match.end() :]):
        return None
    issuer = bare[: match.start()]
    return _written(issuer, match) if _BARE_ISSUER.fullmatch(issuer) else None


def _order(before: str, bare: str) -> str | None:
    """An order's number, on the line of its name or on the next one."""
    if match := _ORDER.fullmatch(bare):
        return f"{match[1]}{match[2] or ''}第{match[3]}号"
    match = _ORDER_NUMBER.fullmatch(bare)
    if match and _ORDER_END.fullmatch(before):
        return f"{before}{match[1] or ''}第{match[2]}号"
    return None


def _behind_title(title: str | None) -> str | None:
    """The number in brackets at the end of a title."""
    bare = "".join((title or "").split()).replace("（", "(").replace("）", ")")
    match = _IN_BRACKETS.search(bare)
    if not match or bare[: match.start()].endswith("》"):
        return None
    return _whole_number(match[1])


def _numbers(bare: str) -> Iterator[str]:
    """The numbers in a text, with the issuer's short name and nothing of the sentence."""
    for match in _NUMBER.finditer(bare):
        before = bare[max(0, match.start() - _LONGEST_ISSUER) : match.start()]
        issuer = _ISSUER.search(_citing().split(before)[-1])
        if issuer:
            yield _written(issuer[0], match)


def _written(issuer: str, match: re.Match[str]) -> str:
    return f"{issuer}〔{match[1]}〕{match[2]}号"
