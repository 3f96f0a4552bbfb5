"""Units, maxima and weights in headers, row labels and unit lines.

A unit is `unit_measure` (what was measured, a code of schemas/units.yaml) and `unit_mult`
(the power of ten of its multiplier: 万 4, 亿 8, 万亿 12); its printed text is kept. Blanks
and full-width forms do not matter. A unit that nobody has listed keeps its printed word as
unit_measure and says so in `reason`: it is landed and reported, not refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from schemas.units import half_width, load_units

_FACTS = load_units()
_BLANKS = re.compile(r"\s+")


def _in_any_case(codes: Mapping[str, str]) -> dict[str, str]:
    """Codes by Latin words in small letters (KM, mbps), where they leave no choice.

    mb is left out, being MB or Mb, and so are single letters (5H is no five hours).
    """
    found: dict[str, set[str]] = {}
    for word, code in codes.items():
        if len(word) > 1:
            found.setdefault(word.casefold(), set()).add(code)
    return {word: choice.pop() for word, choice in found.items() if len(choice) == 1}


_ANY_CASE = _in_any_case(_FACTS.codes)


@dataclass(frozen=True, slots=True)
class Unit:
    """A printed unit. ``unit_measure`` is None for a multiplier alone (网民数量（亿）).

    ``known`` is whether every word of it is listed; ``reason`` says what is not.
    """

    unit_measure: str | None
    unit_mult: int
    text: str
    known: bool = True
    reason: str | None = None


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """Read one unit: 亿美元 is USD and 8, 部/百人 is NUMBER_部_PER_100_PERSON and 0.

    Several units in one text (万元、%) and an empty one have no unit_measure, with the reason.
    """
    printed = text.strip()
    word = _BLANKS.sub("", half_width(printed))
    if not word:
        return Unit(None, 0, printed, False, "no unit printed")
    read = _whole_unit(word) or _ratio(word)
    if read:
        return Unit(read[0], read[1], printed)
    if len(split_units(printed)) > 1:
        return Unit(None, 0, printed, False, "several units")
    power, rest = _multiplier(word)
    return Unit(rest or word, power, printed, False, f"unit not listed: {rest or word}")


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    """Whether ``text`` is surely a unit, with or without a multiplier, and nothing else."""
    return parse_unit(text).known


def _whole_unit(word: str) -> tuple[str | None, int] | None:
    """(unit_measure, unit_mult) of a listed unit with or without a multiplier."""
    if code := _code(word):  # 千瓦 and 百分点 before 千 and 百
        return code, 0
    power, rest = _multiplier(word)
    if not power:
        return None
    if not rest:
        return None if word in _NUMERALS else (None, power)
    code = _code(rest)
    return (code, power) if code else None


def _code(word: str) -> str | None:
    return _FACTS.codes.get(word) or _ANY_CASE.get(word.casefold())


#: Longest first, so that 百万 is not 百 and a unit 万.
_MULTIPLIER = re.compile("|".join(sorted(_FACTS.multipliers, key=len, reverse=True)))


#: （十） and （百） number a heading; 十 and 百 multiply nothing on their own.
_NUMERALS = frozenset("十百")


def _multiplier(word: str) -> tuple[int, str]:
    """The power of ten that ``word`` begins with (0 for none), and the rest."""
    if match := _MULTIPLIER.match(word):
        return _FACTS.multipliers[match[0]], word[match.end() :]
    return 0, word


def _ratio(word: str) -> tuple[str, int] | None:
    """人/平方公里, 台/百户: the multiplier above the line counts, the one below is named."""
    upper, stroke, lower = word.partition("/")
    above, below = _whole_unit(upper), _whole_unit(lower)
    if not (stroke and above and below and above[0] and below[0]):
        return None
    base = below[0].removeprefix("NUMBER_")
    per = f"{10 ** below[1]}_{base}" if below[1] else base
    return f"{above[0]}_PER_{per}", above[1]


_BETWEEN_UNITS = re.compile(r"\s*[、,，;；]\s*|\s*/\s*(?=[%％‰])")


def split_units(text: str) -> list[str]:
    """The units of a unit line that names several: 万元、% is [万元, %]."""
    return [part for part in _BETWEEN_UNITS.split(text.strip()) if part]


@dataclass(frozen=True, slots=True)
class Label:
    """A header or row label taken apart; unpacks as (name, unit, max_score, weight).

    ``name`` is what remains, as printed; brackets that only explain stay in it and stand in
    ``bracket_texts``. ``weight`` is in percent. ``marks`` refer to notes. ``reason`` says
    what is doubtful.
    """

    name: str
    unit: Unit | None = None
    max_score: float | None = None
    weight: float | None = None
    marks: tuple[str, ...] = ()
    bracket_texts: tuple[str, ...] = ()
    reason: str | None = None

    def __iter__(self) -> Iterator[str | Unit | float | None]:
        return iter((self.name, self.unit, self.max_score, self.weight))


_NUMBER = r"([0-9]{1,4}(?:\.[0-9]{1,2})?)"
_IS = r"[:：为=是]?"
_MAXIMA = "|".join(map(re.escape, _FACTS.maxima))
_WEIGHTS = "|".join(map(re.escape, _FACTS.weights))

#: 满分30分, 总分：100, 30分; 百分制 is 100 in words.
_MAXIMUM = re.compile(rf"(?:{_MAXIMA}){_IS}{_NUMBER}分?|{_NUMBER}分制?").fullmatch
_HUNDRED = "百分制"
#: 权重30%, 权重：0.3, 30%.
_WEIGHT = re.compile(rf"(?:{_WEIGHTS}){_IS}{_NUMBER}(%?)|{_NUMBER}%").fullmatch
_BARE_NUMBER = re.compile(_NUMBER).fullmatch
#: Every unit, maximum, weight or mark has one of these before or in it; most row labels
#: are bare names, for which one look must do.
_SAYS_MORE = re.compile(r"[（(\[［【〔%％‰*＊※†‡①-⑳¹²³/／,，:：\s0-9０-９]").search

#: A longer cell is prose; the longest of 93 different labels with a unit or a maximum in a
#: yearbook and two ranking reports has 31 characters.
_LONGEST_LABEL = 100

_NOTE = re.compile(r"(?:见?注|见?备注)[0-9①-⑳]{0,2}|[①-⑳]").fullmatch

_INSIDE = r"([^（）()\[\]【】〔〕［］]*)"
#: Round brackets, and the others with their own counterpart: [80%,85%) is an interval.
_BRACKET = re.compile(
    rf"\s*(?:[（(]{_INSIDE}[)）]|[\[［]{_INSIDE}[\]］]|【{_INSIDE}】|〔{_INSIDE}〕)"
)
_TAIL_MARK = re.compile(r"\s*([*＊※†‡]+|[①-⑳]+|[¹²³]+|(?<![（(见备])注\s*[0-9]{1,2}\s*[)）])$")
_TAIL_MAXIMUM = re.compile(rf"[\s，,]*((?:{_MAXIMA}){_IS}{_NUMBER}分)$")
_TAIL_WEIGHT = re.compile(rf"[\s，,]*((?:{_WEIGHTS}){_IS}{_NUMBER}[%％])$")
_TAIL_PERCENT = re.compile(r"(?<=[^\s0-9０-９%％‰（(\[])\s*(±?[%％‰])$")
_TAIL_UNIT = re.compile(r"(?<=\S)(?:\s*[/／,，:：]\s*|\s+)([^\s/／,，:：]+)$")

#: Words that are nouns as well: behind a stroke or a blank (2016年/指数) they are a level of
#: the header, not its unit.
_NOUNS = ("NUMBER_", "INDEX", "POINTS", "PERSON", "YEAR", "MONTH", "TIMES")


@lru_cache(maxsize=16_384)
def split_label(label: str) -> Label:
    """Take unit, maximum, weight and note marks off a header or a row label.

    软件业务收入（万元） has a unit, 智慧基础运营(20) and 服务（满分30分） a maximum, 政务(26%) a
    weight; (国家), (前30强) and (2016年) are explanations and stay in the name.
    """
    read = Label(label.strip())
    if len(label) > _LONGEST_LABEL:
        return read
    if not _SAYS_MORE(read.name) and not _whole_unit(read.name):
        return read
    if unit := _unit_alone(read.name):
        return replace(read, name="", unit=unit)
    for step in (_take_tail_marks, _take_brackets, _take_tail_marks, _take_tail):
        read = step(read)
    return read


def _unit_alone(text: str) -> Unit | None:
    """The unit of a header level that is nothing else: 万元, %, 单位：台/百户."""
    stated = _STATED.fullmatch(text)
    unit = parse_unit(stated["unit"] if stated else text)
    return unit if unit.known and (stated or not _is_noun(unit)) else None


def _take_tail_marks(read: Label) -> Label:
    while mark := _TAIL_MARK.search(read.name):
        if not mark.start():
            return read
        read = replace(read, name=read.name[: mark.start()], marks=(mark[1], *read.marks))
    return read


def _take_brackets(read: Label) -> Label:
    """Read every bracket; those that say nothing else leave the name."""
    name, place = read.name, 0
    pieces: list[str] = []
    for bracket in _BRACKET.finditer(name):
        tail = not _BRACKET.sub("", name[bracket.end() :]).strip()
        inside = bracket[bracket.lastindex or 0]
        read, explains = _bracket(
            inside, read, bracket.lastindex == 1, tail and bracket.start() > 0
        )
        if explains:
            read = replace(read, bracket_texts=(*read.bracket_texts, inside.strip()))
            continue
        pieces.append(name[place : bracket.start()])
        place = bracket.end()
    pieces.append(name[place:])
    return replace(read, name="".join(pieces).strip())


def _bracket(printed: str, read: Label, rounded: bool, tail: bool) -> tuple[Label, bool]:
    """``read`` with what the bracket states, and whether the bracket explains besides.

    A number alone is a maximum only in round brackets behind the name (``tail``), and never
    a year; in others it is the number of a note.
    """
    text = _BLANKS.sub("", half_width(printed))
    if _NOTE(text) or (not rounded and text.isdecimal() and len(text) <= 2):
        return replace(read, marks=(*read.marks, text)), False
    if tail and rounded and (number := _BARE_NUMBER(text)) and not _is_year(text):
        return _merged(read, Label("", max_score=float(number[1]))), False
    parts = [text] if is_unit(text) else split_units(text)
    stated = [_part(part) for part in parts]
    explains = any(
        not (said or _is_year(part.rstrip("年度")))
        for part, said in zip(parts, stated, strict=True)
    )
    believed = [said for said in stated if said and not (explains and _is_noun(said.unit))]
    for said in believed:
        read = _merged(read, said)
    return read, explains or not believed


def _part(part: str) -> Label | None:
    """The maximum, weight or unit that one part of a bracket states."""
    if part == _HUNDRED:
        return Label("", max_score=100.0)
    if maximum := _MAXIMUM(part):
        return Label("", max_score=float(maximum[1] or maximum[2]))
    if weight := _WEIGHT(part):
        return Label("", weight=_percent(weight))
    stated = _STATED.fullmatch(part)
    if stated or is_unit(part):
        return Label("", unit=parse_unit(stated["unit"] if stated else part))
    return None


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal() and text[:2] in ("19", "20")


def _is_noun(unit: Unit | None) -> bool:
    """Whether the unit's word is an everyday noun too, as 人 and 指数 are and 万人 is not."""
    if unit is None or unit.unit_mult or not unit.unit_measure:
        return False
    return unit.unit_measure.startswith(_NOUNS) and "_PER_" not in unit.unit_measure


def _percent(weight: re.Match[str]) -> float:
    """A weight in percent; 权重0.3 without a percent sign is a part of one."""
    if weight[3]:
        return float(weight[3])
    number = Decimal(weight[1])
    return float(number * 100 if number <= 1 and not weight[2] else number)


def _merged(read: Label, said: Label) -> Label:
    """``read`` with what ``said`` adds; a second unit or maximum is a doubt."""
    unit, maximum, reason = said.unit or read.unit, said.max_score, read.reason
    if read.unit and said.unit and _size(read.unit) != _size(said.unit):
        printed = f"{read.unit.text}、{said.unit.text}"
        unit = Unit(None, 0, printed, False, "several units")
        reason = "more than one unit in the label"
    if maximum is None:
        maximum = read.max_score
    elif read.max_score not in (None, maximum):
        maximum, reason = read.max_score, "more than one maximum in the label"
    weight = read.weight if said.weight is None else said.weight
    return replace(read, unit=unit, max_score=maximum, weight=weight, reason=reason)


def _size(unit: Unit) -> tuple[str | None, int]:
    return unit.unit_measure, unit.unit_mult


def _take_tail(read: Label) -> Label:
    """What stands behind a name without brackets: 满分30分, 权重20%, 增速%, 收入/亿元."""
    if maximum := _TAIL_MAXIMUM.search(read.name):
        said, start = Label("", max_score=float(maximum[2])), maximum.start()
    elif weight := _TAIL_WEIGHT.search(read.name):
        said, start = Label("", weight=float(weight[2])), weight.start()
    elif not read.unit and (tail := _tail_unit(read.name)):
        said, start = Label("", unit=parse_unit(tail[1])), tail.start()
    else:
        return read
    return replace(_merged(read, said), name=read.name[:start])


def _tail_unit(name: str) -> re.Match[str] | None:
    if percent := _TAIL_PERCENT.search(name):
        return percent
    tail = _TAIL_UNIT.search(name)
    if not tail or name[tail.start() - 1].isdecimal():  # 480.00 元 is a value
        return None
    unit = parse_unit(tail[1])
    return tail if unit.known and not _is_noun(unit) else None


#: 单位：亿元, alone in a line or behind a caption, in brackets or not. What stands before
#: 单位 tells a unit line from 主办单位：….
_STATED = re.compile(r"(?P<sort>计量|数据|金额|数值)?单\s*位\s*[:：]\s*(?P<unit>.+)")
_UNIT_LINE = re.compile(
    r"(?:^|(?<=[\s（(【\[]))(?P<open>[（(【\[]?)\s*(?P<sort>计量|数据|金额|数值)?\s*"
    r"单\s*位\s*[:：]\s*(?P<unit>[^（）()【】\[\]]+?)\s*(?:[)）】\]]|\s{2,}|$|(?=[（(]))"
)
#: A unit that nobody has listed is believed up to this length where a line surely states one.
_LONGEST_UNIT = 8


@lru_cache(maxsize=16_384)
def find_unit_line(text: str) -> str | None:
    """The unit or units that a line states (单位：亿元, （单位：%）, 单位:万元、%), as printed.

    None where 单位 is an organisation, and for a line that states no unit.
    """
    if "位" not in text or not (line := _UNIT_LINE.search(text)):
        return None
    printed = line["unit"]
    for candidate in (printed, printed.split()[0]):
        if is_unit(candidate) or all(map(is_unit, split_units(candidate))):
            return candidate
    surely = line["sort"] or line["open"] or text[: line.start()].endswith(("(", "（"))
    return printed if surely and len(printed) <= _LONGEST_UNIT else None
