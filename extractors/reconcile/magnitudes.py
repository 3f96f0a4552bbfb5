"""Values a power of ten off, and zeros that stand for nothing."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from statistics import median

from extractors.model import Doubt
from extractors.reconcile.finding import at_cell, shown
from extractors.reconcile.sheets import Number, Sheet

#: So many other years say what a value should be near.
LEAST_YEARS = 3

#: The other years of a row that tells differ by no more than this factor among themselves.
STEADY = 1.3

#: Beside a zero more may be allowed: nothing that doubles in four years falls to it in one.
STEADY_BESIDE_ZERO = 2.0

#: A power of ten away from the range of the other years, give or take this factor.
NEAR = 1.15

#: In a table whose rows mostly move by more than this factor no single jump is odd.
CALM = 3.0

#: A zero is wrong where the other years are at least so many units of the last decimal.
FAR_FROM_ZERO = 20


def magnitude_errors(sheet: Sheet) -> Iterator[Doubt]:
    """Of a row's years one that is ten times (or a tenth of) all others; a zero among them."""
    columns = _series(sheet)
    if len(columns) <= LEAST_YEARS:
        return
    rows = {
        row: {c: n for c in columns if (n := sheet.numbers[c][row]) is not None}
        for row in sheet.data_rows
    }
    spreads = {row: _spread(list(numbers.values())) for row, numbers in rows.items()}
    ordered = sorted(spread for spread in spreads.values() if spread)
    for row, numbers in rows.items():
        if len(numbers) > LEAST_YEARS and _beside(ordered, spreads[row]) <= CALM:
            yield from _odd_ones(sheet, row, numbers)


def _beside(ordered: Sequence[float], spread: float) -> float:
    """The median of the spreads without a row's own; 0 where there is no other."""
    count = len(ordered) - bool(spread)
    if not count:
        return 0.0
    own = bisect_left(ordered, spread) if spread else len(ordered)
    middle = (ordered[at + (at >= own)] for at in ((count - 1) // 2, count // 2))
    return sum(middle) / 2


def _spread(numbers: list[Number]) -> float:
    """By what factor a row's numbers differ; 0 where that says nothing."""
    values = [abs(number.value) for number in numbers]
    return max(values) / min(values) if values and min(values) > 0 else 0.0


def _series(sheet: Sheet) -> list[int]:
    """The value columns that differ in their years only."""
    names: dict[str, list[int]] = {}
    for i in sorted(sheet.numbers):
        period = sheet.periods[i]
        if period and len(period) == 4:
            name = sheet.names[i].replace(period, "")
            names.setdefault(name, []).append(i)
    return max(names.values(), key=len, default=[])


def _odd_ones(sheet: Sheet, row: int, numbers: dict[int, Number]) -> Iterator[Doubt]:
    ends = list(numbers)
    for column, number in numbers.items():
        others = [other for c, other in numbers.items() if c != column]
        values = [abs(other.value) for other in others]
        steady = STEADY if number.value else STEADY_BESIDE_ZERO
        if min(values) <= 0 or max(values) > steady * min(values):
            continue
        if number.value == 0:
            if min(other.units for other in others) >= FAR_FROM_ZERO:
                yield _doubt("zero-missing", sheet, row, column, others, None)
            continue
        power = round(math.log10(abs(number.value) / median(values)))
        scaled = abs(number.value) / 10.0**power
        low, high = min(values), max(values)
        if column in (ends[0], ends[-1]):  # series do begin small, and collapse
            low = high = abs(others[0 if column == ends[0] else -1].value)
        if power and low / NEAR <= scaled <= high * NEAR and number.units >= 2:
            expected = shown(number.value / 10.0**power, others[0].half)
            yield _doubt("value-magnitude", sheet, row, column, others, f"about {expected}")


def _doubt(
    code: str, sheet: Sheet, row: int, column: int, others: list[Number], expected: str | None
) -> Doubt:
    return at_cell(
        code,
        sheet.table,
        row,
        column,
        expected=expected,
        evidence=f"other years: {'、'.join(other.text for other in others)}",
    )
