"""Numbers that a text repeats from the small table beside it, row by row.

A number is compared with the row whose label stands before it. It is said to be wrong only
where most of the paragraph's other numbers are the table's, and where it is a row's own
number but for a digit, two digits in other places, or a power of ten.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extractors.model import Doubt
from extractors.reconcile.prose.paragraphs import Paragraph
from extractors.reconcile.sheets import Number, Sheet
from extractors.records.labels import name_of

#: The text that repeats a table stands so many lines before its caption or after its end.
NEAR = 12

#: A table of more rows is not told row by row.
MOST_ROWS = 30

#: Numbers with so many digits, and this share of all numbers of a paragraph, are the table's.
LEAST_DIGITS = 6.0
SHARE_HELD = 0.6

#: Numbers of fewer units are like others by chance.
TELLING = 100

_NUMBERS = re.compile(r"(?<![\d.图表])(\d+(?:\.\d+)?)(万亿|亿|万)?(?![\d年月日])")
_ENDS = re.compile(r"[;。]")
_MULTIPLIERS = {"万": 4, "亿": 8, "万亿": 12, "": 0}


@dataclass(frozen=True, slots=True)
class Said:
    """A number of the text with the row that it should be of."""

    offset: int
    number: Number
    scale: int
    row: int


def echo_errors(paragraphs: Sequence[Paragraph], sheets: Iterable[Sheet]) -> Iterator[Doubt]:
    """Numbers of the text beside a table that are nearly, but not quite, its own."""
    ends = [paragraph.last_line for paragraph in paragraphs]
    for sheet in sheets:
        table = sheet.table
        if len(table.rows) > MOST_ROWS or table.kind in ("list", "scheme", "correlation"):
            continue
        labels = _labels(sheet)
        if len(labels) < 2:
            continue
        first = (table.caption_line or table.line) - NEAR
        last = max(row.line for row in table.rows) + NEAR
        for paragraph in paragraphs[bisect_left(ends, first) :]:
            if paragraph.line > last:
                break
            yield from _compared(paragraph, sheet, labels)


def _labels(sheet: Sheet) -> dict[str, int]:
    """The rows by their bare labels, those that stand once."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for row in sheet.data_rows:
        label = name_of(sheet.labels[row]).text
        if label in found:
            twice.add(label)
        elif len(label) >= 3:
            found[label] = row
    return {label: row for label, row in found.items() if label not in twice}


def _compared(paragraph: Paragraph, sheet: Sheet, labels: dict[str, int]) -> Iterator[Doubt]:
    said = list(_said(paragraph.text, labels))
    cells = {row: _cells(sheet, row) for row in labels.values()}
    held = [one for one in said if any(_same(one, cell) for cell in cells[one.row])]
    digits = sum(math.log10(max(one.number.units, 1.0)) for one in held)
    whole = digits >= LEAST_DIGITS and len(held) >= SHARE_HELD * len(said)
    for one in said if held else ():
        if one in held or (one.number.units < TELLING and not one.scale):
            continue
        if not whole:  # a point that slipped shows by the units on both sides
            yield from _slipped_point(paragraph, sheet, one, cells[one.row])
            continue
        free = [
            cell
            for cell in cells[one.row]
            if not any(other.row == one.row and _same(other, cell) for other in held)
        ]
        near = [cell for cell in free if _is_slip(one, cell)]
        if len(near) == 1:
            yield paragraph.doubt(
                "prose-table",
                one.offset,
                printed=one.number.text,
                expected=near[0][0].text,
                evidence=f"{sheet.labels[one.row]}, line {sheet.table.rows[one.row].line}",
            )


def _slipped_point(
    paragraph: Paragraph, sheet: Sheet, said: Said, cells: Sequence[Scaled]
) -> Iterator[Doubt]:
    """5.1亿部 beside 5100 in a row of 万部: the same digits, a power of ten apart."""
    for number, scale in cells:
        if said.scale and scale and said.number.units >= 20 and _power(said, (number, scale)):
            value = number.value * 10.0 ** (scale - said.scale)
            yield paragraph.doubt(
                "prose-table",
                said.offset,
                printed=said.number.text,
                expected=f"{value:.6g}",
                evidence=f"{sheet.labels[said.row]}: {number.text}, "
                f"line {sheet.table.rows[said.row].line}",
            )


def _said(text: str, labels: dict[str, int]) -> Iterator[Said]:
    pattern = re.compile("|".join(map(re.escape, sorted(labels, key=len, reverse=True))))
    names = list(pattern.finditer(text))
    for place, name in enumerate(names):
        end = names[place + 1].start() if place + 1 < len(names) else len(text)
        stop = _ENDS.search(text, name.end(), end)
        end = stop.start() if stop else end
        for match in _NUMBERS.finditer(text, name.end(), end):
            printed = match[1]
            decimals = len(printed.partition(".")[2])
            number = Number(float(printed), 0.5 * 10.0**-decimals, printed)
            scale = _MULTIPLIERS[match[2] or ""]
            yield Said(match.start(), number, scale, labels[name.group()])


Scaled = tuple[Number, int]


def _cells(sheet: Sheet, row: int) -> list[Scaled]:
    unit = name_of(sheet.labels[row]).unit
    text = sheet.row_unit(sheet.table.rows[row])
    scale = (
        unit.unit_mult
        if unit
        else next(
            (mult for word, mult in _MULTIPLIERS.items() if word and text.startswith(word)), 0
        )
    )
    return [(n, scale) for column in sheet.numbers.values() if (n := column[row]) is not None]


def _same(said: Said, cell: Scaled) -> bool:
    number, scale = cell
    one, half = said.number.value, said.number.half
    for shift in {0, said.scale - scale}:
        factor = 10.0**shift
        if abs(one * factor - abs(number.value)) <= max(half * factor, number.half) + 1e-9:
            return True
    return False


def _is_slip(said: Said, cell: Scaled) -> bool:
    """Whether a number is another but for one digit, two that changed places, or the point."""
    number, scale = cell
    one, other = _digits(said.number), _digits(number)
    if said.scale == scale or not said.scale or not scale:
        if said.number.half != number.half and one == other:
            return _power(said, cell)
        if len(one) == len(other) and said.number.half == number.half:
            odd = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
            swapped = len(odd) == 2 and odd[1] == odd[0] + 1 and one[odd[0]] == other[odd[1]]
            return len(odd) == 1 or (swapped and one[odd[1]] == other[odd[0]])
    return _power(said, cell)


def _power(said: Said, cell: Scaled) -> bool:
    number, scale = cell
    if number.value == 0 or said.number.value == 0:
        return False
    ratio = math.log10(said.number.value / abs(number.value)) + said.scale - scale
    return round(ratio) != 0 and abs(ratio - round(ratio)) < 1e-6


def _digits(number: Number) -> str:
    return "".join(letter for letter in number.text if letter.isdigit()).strip("0") or "0"
