"""What a printed cell is, and the number it shows.

`kind_of` sorts a cell's text and is called on every cell of every table; `parse_value`
gives the number with the signs that qualify it; `parse_rank` the place in a ranking. None
of them repairs anything: a cell that cannot be read as one number has none, and `reason`
says why, in English and for a person. The printed text is kept by the callers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from extractors.units import parse_unit
from schemas.units import half_width, load_units

#: blank      nothing printed
#: missing    a mark that stands for a value (—, …, N/A); see schemas/units.yaml
#: integer    12   64,160   -3
#: decimal    12.5   1.2E+05
#: percent    12.5%   3‰
#: quantity   a number with its unit: 3.8万亿元, 12万, 150家
#: marked     a number with a sign that qualifies it: >2.7, 0.477**, （55）, ↑6.94, 约3
#: pair       two or more numbers: 32/28, 25 (… 12 次), 10~20
#: year       2016年, 2016 年度, 2015—2016年; a bare 2016 is an integer
#: rank_like  第3名, 3名, No.3, ①, 3、
#: text       everything else, numbers that cannot be trusted among them (1 234.5)
Kind = Literal[
    "blank",
    "missing",
    "integer",
    "decimal",
    "percent",
    "quantity",
    "marked",
    "pair",
    "year",
    "rank_like",
    "text",
]

#: The kinds that show one number.
NUMBER_KINDS: frozenset[Kind] = frozenset(("integer", "decimal", "percent", "quantity", "marked"))


@dataclass(frozen=True, slots=True)
class Value:
    """The number a cell shows.

    ``number`` is what is printed: 76.38% is 76.38 with ``is_percent``, and 3.8万亿元 is 3.8
    with ``unit`` 万亿元 (its power of ten is not applied). ``qualifier`` holds the signs
    around it from the outside in, brackets always as （ ）. ``status`` is an SDMX obs_status:
    A for a number, the mark's for a missing value, None where nothing was printed or where
    there is no number. ``reason`` says why there is no number, or what is doubtful about it.
    """

    number: float | None = None
    qualifier: str | None = None
    status: str | None = None
    is_percent: bool = False
    unit: str | None = None
    reason: str | None = None


class _Reading(NamedTuple):
    kind: Kind
    value: Value


_FACTS = load_units()

#: A longer cell is prose; the longest seen with two numbers, both explained, has 30 characters.
_LONGEST = 64

#: A whole number of up to 15 digits is exact in a double; one with more is an identifier.
_MOST_DIGITS = 15

#: Above this a row of dashes or dots is a rule or the leader of a contents line.
_LONGEST_MARK = 6

#: Printed minus signs besides the hyphen. The em dash is not one of them: it is mostly a
#: missing mark or a "to", and read as a minus only directly before a number.
_MINUS = str.maketrans({"−": "-", "–": "-", "﹣": "-", "〜": "~", "∼": "~"})
_HAS_SIGN = re.compile("[−–﹣〜∼]").search

# Patterns that repeat are possessive (*+) or unambiguous: cells come from anywhere, and a
# cell such as 1/1/1/…/ must not take a pattern that backtracks for hours.

#: Brackets in a qualifier are written one way, however they were printed.
_BRACKETS = str.maketrans("()", "（）")

# Leading zeros: ranks are printed 01 and 001, longer ones (0755, 000001) are codes. An
# exponent needs a sign or a decimal point, because 2E5 is as often a code.
_NUMBER = (
    r"[+-]?(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*|0[0-9]{0,2}|(?=\.[0-9]))"
    r"(?:\.[0-9]+[eE][+-]?[0-9]{1,3}|\.[0-9]+|[eE][+-][0-9]{1,3})?"
)


def _any_of(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(map(re.escape, words)) + ")"


_CIRCLED = "①-⑳㉑-㉟㊱-㊿❶-❿"
_BEFORE = _any_of(_FACTS.before)
#: Signs, footnote marks (①, [1], （注1）) and remarks without digits in brackets.
_AFTER = (
    rf"(?:{_any_of(_FACTS.after)}|[{_CIRCLED}¹²³]|\[[0-9]{{1,2}}\]"
    r"|\((?:注|见注)[0-9]{0,2}\)|\([^()0-9]{1,20}\))"
)

_MARKS = {mark.translate(_MINUS): meaning for mark, meaning in _FACTS.missing.items()}
_MARK_STARTS = frozenset(mark[0] for mark in _MARKS)

#: The numbers that need no second look; most cells of most tables are one.
_PLAIN = re.compile(
    rf"-?(?:[1-9][0-9]{{0,{_MOST_DIGITS - 1}}}|[0-9]{{1,3}})(\.[0-9]{{1,9}})?(%)?"
).fullmatch
_PLAIN_KINDS: dict[int | None, Kind] = {None: "integer", 1: "decimal", 2: "percent"}

_HAS_DIGIT = re.compile(r"[0-9０-９]").search
_HEAD = re.compile(
    rf"(?P<open>\()?\s*(?P<before>(?:{_BEFORE}\s*)*+)"
    r"(?P<money>(?:US\$|HK\$|RMB|USD|CNY|[¥$€£])\s*)?"
    rf"(?P<dash>—)?(?P<number>{_NUMBER})(?P<rest>.*)",
    re.DOTALL,
).fullmatch
_TAIL = re.compile(
    rf"(?:(?P<more>[余多])(?=[^\s0-9])\s*)?(?P<unit>.*?)\s*(?P<after>(?:{_AFTER}\s*)*+)", re.DOTALL
).fullmatch

_YEAR = r"(?:19|20)[0-9]{2}"
_IS_YEAR = re.compile(
    rf"{_YEAR}\s*年[度底末]?|[一二][九〇○零0][〇○零0一二三四五六七八九]{{2}}年度?"
    rf"|{_YEAR}\s*年?\s*[-—~至/]+\s*(?:{_YEAR}|[0-9]{{2}}(?=\s*年))\s*(?:年度?)?"
).fullmatch

_PLACE = re.compile(
    r"(?:并列)?\s*第\s*(?P<a>[0-9]{1,5}|[一二三四五六七八九十百千零〇两]{1,7})\s*[名位]?"
    r"|(?:并列)?\s*(?P<b>[0-9]{1,5})\s*[名位]"
    r"|(?:NO|No|no)\s*\.?\s*(?P<c>[0-9]{1,5})|№\s*(?P<d>[0-9]{1,5})"
    r"|(?P<e>[0-9]{1,4})(?:st|nd|rd|th)"
    rf"|(?P<f>[{_CIRCLED}])|(?P<g>[0-9]{{1,4}})\s*[、.]"
).fullmatch
#: The signs that a place keeps its meaning with: brackets, ties and note marks.
_RANK_SIGNS = re.compile(
    rf"(?:（ ）|并列|[=*#†‡§※¹²³{_CIRCLED}]|\[[0-9]+\]|（[^（）]+）)+"
).fullmatch
#: What a year or a place without digits begins with: 二〇一六年, 第十名, 并列第十, ①.
_STARTS_WORD = re.compile(f"[一二第并{_CIRCLED}]").match
_CHINESE = re.compile(r"[一二三四五六七八九十百千零〇○两]{1,7}").fullmatch

# Two numbers of a cell. A hyphen or dash joins exactly two, without leading zeros: 2017-5-22
# is a date and 010-00000000 a telephone number.
_UNIT_WORD = r"[^\s0-9.,()/;:、~→×至—-]{1,8}"
_PART = rf"(?:{_BEFORE}\s*)*+{_NUMBER}(?:\s*{_UNIT_WORD})?"
_PAIR = re.compile(
    rf"{_PART}(?:\s*(?:[/;:、~→×至]|,(?=\s))\s*{_PART})+"
    rf"|(?!0[0-9]){_PART}\s*[-—]+\s*(?!0[0-9]){_PART}"
    rf"|{_PART}\s*\([^()]*[0-9][^()]*\)"
).fullmatch
_PART_UNITS = re.compile(rf"{_NUMBER}\s*({_UNIT_WORD})").findall

_SPLIT_NUMBER = re.compile(r"[-+]?[0-9][0-9.,]*(?:\s+[0-9.,%]+)+").fullmatch
_BAD_GROUPS = re.compile(r"[-+]?[0-9]+(?:,[0-9]+)+(?:\.[0-9]+)?%?").fullmatch
_LONG_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?%?").fullmatch


def kind_of(text: str) -> Kind:
    """What sort of cell this is; cheap enough for every cell of a document."""
    return _kind(text) if len(text) <= _LONGEST else _read_long(text).kind


def parse_value(text: str) -> Value:
    """The number that the cell shows, or why it shows none. Never raises."""
    return _read(text).value if len(text) <= _LONGEST else _read_long(text).value


@lru_cache(maxsize=65_536)
def _kind(text: str) -> Kind:
    if plain := _PLAIN(text):
        return _PLAIN_KINDS[plain.lastindex]
    return _read(text).kind


def _read_long(text: str) -> _Reading:
    """Past the caches, which would keep the text alive."""
    stripped = text.strip()
    return _read(stripped) if len(stripped) <= _LONGEST else _text("no number: a text")


@lru_cache(maxsize=16_384)
def parse_rank(text: str) -> int | None:
    """The place printed in a cell of a rank column: 3, 03, 第3名, 第十名, ①, 十, （8）, 3*.

    None where no place is printed, and for 0, fractions, bounds (>3) and moves (↑3).
    """
    cell = _normal(text)
    if place := _PLACE(cell):
        return _place(place)
    if _CHINESE(cell):
        return chinese_number(cell)
    kind, value = _read(cell) if len(cell) <= _LONGEST else _text("no number: a text")
    if value.number is None or kind not in ("integer", "marked") or value.unit or "." in cell:
        return None
    if value.qualifier and not _RANK_SIGNS(value.qualifier):
        return None
    return int(value.number) if value.number >= 1 else None


@lru_cache(maxsize=1024)
def chinese_number(text: str) -> int | None:
    """A whole number in Chinese numerals, by units (一百二十) or by digits (二〇一五)."""
    import cn2an  # 70 ms, which most documents need not pay

    try:
        number = cn2an.cn2an(text.replace("○", "〇"), "normal")
    except ValueError:
        return None
    return int(number) if number == int(number) else None


def print_value(number: float, decimals: int, *, grouped: bool = False) -> str:
    """``number`` as a table prints it, with a fixed count of decimals."""
    return f"{Decimal(repr(number)):{',' if grouped else ''}.{decimals}f}"


def _normal(text: str) -> str:
    """The text as the patterns expect it: half-width, one minus sign, outer blanks gone."""
    text = half_width(text).strip()
    return text.translate(_MINUS) if _HAS_SIGN(text) else text


@lru_cache(maxsize=32_768)
def _read(text: str) -> _Reading:
    if plain := _PLAIN(text):
        return _plain(plain)
    cell = _normal(text)
    if not cell:
        return _BLANK
    if cell[0] in _MARK_STARTS and (status := _missing(cell)):
        return _Reading("missing", Value(status=status, reason="missing mark"))
    if not _HAS_DIGIT(cell):
        return _without_digits(cell)
    if _IS_YEAR(cell):
        return _Reading("year", Value(reason="a year, not a value"))
    if place := _PLACE(cell):
        return _ranked(cell, place)
    if reading := _number(cell):
        return reading
    if _is_pair(cell):
        return _Reading("pair", Value(reason="more than one number in the cell"))
    return _text(_why_not(cell))


def _plain(match: re.Match[str]) -> _Reading:
    kind, printed = _PLAIN_KINDS[match.lastindex], match[0]
    if kind == "percent":
        return _Reading(kind, Value(float(printed[:-1]), None, "A", True, "%"))
    return _Reading(kind, Value(float(printed), None, "A"))


_BLANK = _Reading("blank", Value())


@cache
def _text(reason: str) -> _Reading:
    return _Reading("text", Value(reason=reason))


def _missing(text: str) -> str | None:
    """The obs_status of a mark that fills the cell, printed once or several times over."""
    mark = _MARKS.get(text)
    if mark:
        return mark[0] if mark[1] == 1 else None
    mark = _MARKS.get(text[:1])
    if not mark or len(text) > 2 * _LONGEST_MARK:
        return None
    squeezed = _squeezed(text)
    repeated = squeezed == squeezed[0] * len(squeezed) and len(squeezed) <= _LONGEST_MARK
    return mark[0] if repeated and len(squeezed) >= mark[1] else None


def _without_digits(cell: str) -> _Reading:
    if not _STARTS_WORD(cell):
        return _text("no number: a text")
    if _IS_YEAR(cell):
        return _Reading("year", Value(reason="a year, not a value"))
    place = _PLACE(cell)
    return _ranked(cell, place) if place else _text("no number: a text")


def _ranked(cell: str, place: re.Match[str]) -> _Reading:
    """A place is a number too, but a circled one or one with a comma is as often a label."""
    rank = _place(place)
    if rank is None:
        return _text("no number: a text")
    if place.lastgroup in ("f", "g"):
        return _Reading("rank_like", Value(reason="a number of a list, not a value"))
    unit = "名" if cell.endswith("名") else None
    return _Reading("rank_like", Value(number=float(rank), status="A", unit=unit))


def _place(place: re.Match[str]) -> int | None:
    digits = place[place.lastgroup or 0]
    if digits.isdecimal():
        return int(digits) or None
    if len(digits) == 1 and not _CHINESE(digits):
        return int(unicodedata.numeric(digits))
    return chinese_number(digits)


def _number(cell: str) -> _Reading | None:
    """The one number of ``cell`` with its signs and unit; None where it is not just that."""
    head = _HEAD(cell)
    if not head:
        return None
    inner, outer = head["rest"], ""
    if head["open"]:
        inner, closing, outer = inner.partition(")")
        if not closing:
            return None
    tail, beyond = _TAIL(inner.strip()), _TAIL(outer.strip())
    if not tail or not beyond or beyond["unit"] or beyond["more"]:
        return None
    unit, after = _unit_and_signs(tail)
    if unit is None:
        return None
    number = _decimal(head["number"])
    if number is None:
        return None
    signs = _squeezed(head["before"], tail["more"] or "", after, beyond["after"])
    value = Value(
        number=-number if head["dash"] else number,
        qualifier=("（ ）" if head["open"] else "") + signs.translate(_BRACKETS) or None,
        status="A",
        is_percent=unit in ("%", "±%"),
        unit=unit or (head["money"] or "").strip() or None,
        reason="a dash read as a minus sign" if head["dash"] else None,
    )
    return _Reading(_number_kind(head["number"], value), _turned(value))


def _unit_and_signs(tail: re.Match[str]) -> tuple[str | None, str]:
    """The unit behind a number ("" for none, None where it is no unit) and the signs."""
    unit, after = tail["unit"], tail["after"].strip()
    if unit:
        return (unit if _is_cell_unit(unit) else None), after
    if after.startswith("(") and after.endswith(")") and _is_cell_unit(after[1:-1]):
        return after[1:-1].strip(), ""
    return "", after


def _is_cell_unit(word: str) -> bool:
    unit = parse_unit(word)
    return unit.known and (unit.unit_measure or "").removeprefix("NUMBER_") not in _FACTS.naming


def _squeezed(*signs: str) -> str:
    return "".join("".join(signs).split())


def _is_pair(cell: str) -> bool:
    """Whether ``cell`` is two or more numbers, with nothing but units behind them."""
    if not _PAIR(cell):
        return False
    return all(_is_cell_unit(unit) for unit in _PART_UNITS(cell.partition("(")[0]))


def _decimal(printed: str) -> float | None:
    """The double nearest to the printed number; None where a whole number is too long."""
    number = Decimal(printed.replace(",", ""))
    if number == number.to_integral_value() and abs(number) >= 10**_MOST_DIGITS:
        return None
    return float(number)


def _number_kind(printed: str, value: Value) -> Kind:
    if value.qualifier:
        return "marked"
    if value.unit:
        return "percent" if value.unit in ("%", "±%", "‰") else "quantity"
    return "integer" if printed.lstrip("+-").replace(",", "").isdecimal() else "decimal"


def _turned(value: Value) -> Value:
    """``value`` below zero where an arrow says so, and doubted where a triangle may."""
    if not value.qualifier or value.number is None:
        return value
    if not _FACTS.negative.isdisjoint(value.qualifier):
        return replace(value, number=-abs(value.number))
    if not _FACTS.unclear.isdisjoint(value.qualifier):
        return replace(value, reason="the triangle may mean a rise, a fall or a note")
    return value


def _why_not(cell: str) -> str:
    """Why a cell with digits in it is not one number."""
    if _SPLIT_NUMBER(cell):
        return "blanks inside the number"
    if _BAD_GROUPS(cell):
        return "thousands are not in groups of three"
    if _LONG_NUMBER(cell):
        return "a code or an identifier: leading zeros or too many digits"
    return "no number: digits inside a text"
