"""Rates against the values they are rates of, and ratios against their two values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations
from statistics import median

from extractors.model import Doubt
from extractors.reconcile.finding import at_cell, shown
from extractors.reconcile.sheets import NOISE, Number, Sheet, is_rate

#: The base of a column of rates (the maximum, the population) is the one that this share of
#: its rows agree on.
AGREE = 0.8

#: Fewer rows agree by chance.
LEAST_ROWS = 5

#: Rates are cut off as often as rounded, so one whole unit of the last decimal is allowed.
CUT = 2.0

#: Columns to the left of a rate that may be its value, the nearest first.
REACH = 8


def rate_errors(sheet: Sheet) -> Iterator[Doubt]:
    """A rate column whose rows share one base: 得分率 = score / maximum, 使用率 = users / all."""
    for panel in sheet.panels:
        for rate in panel.values:
            if not is_rate(sheet.table.columns[rate]):
                continue
            values = [i for i in panel.values if i < rate and not is_rate(sheet.table.columns[i])]
            same = [i for i in values if sheet.periods[i] == sheet.periods[rate]]
            for value in list(reversed(same))[:REACH]:
                base = _base(sheet, value, rate)
                if base is not None:
                    yield from _off_base(sheet, value, rate, base)
                    break


def _pairs(sheet: Sheet, value: int, rate: int) -> list[tuple[int, Number, Number]]:
    return [
        (row, amount, share)
        for row in sheet.data_rows
        if (amount := sheet.numbers[value][row]) and (share := sheet.numbers[rate][row])
    ]


def _interval(amount: Number, share: Number) -> tuple[float, float] | None:
    """The bases that give this rate, None where zero leaves them open."""
    low, high = share.value - CUT * share.half, share.value + CUT * share.half
    if low <= 0 or amount.low <= 0:
        return None
    return 100 * amount.low / high, 100 * amount.high / low


def _base(sheet: Sheet, value: int, rate: int) -> tuple[float, float] | None:
    """The interval of bases on which the most rows agree, if they are `AGREE` of all."""
    intervals = [
        span for _, a, s in _pairs(sheet, value, rate) if (span := _interval(a, s)) is not None
    ]
    if len(intervals) < LEAST_ROWS or len({span for span in intervals}) < 3:
        return None
    edges = sorted([(low, 0, 1) for low, _ in intervals] + [(high, 1, -1) for _, high in intervals])
    depth = best = 0
    found = (0.0, 0.0)
    for position, (edge, _, step) in enumerate(edges):
        depth += step
        if depth > best:
            best, found = depth, (edge, edges[position + 1][0])
    # A base that every row allows because the intervals are wide is no evidence.
    narrow = found[1] - found[0] <= 0.1 * found[0]
    return found if best >= AGREE * len(intervals) and narrow else None


def _off_base(sheet: Sheet, value: int, rate: int, base: tuple[float, float]) -> Iterator[Doubt]:
    middle = sum(base) / 2
    whole = round(middle) if base[0] - NOISE <= round(middle) <= base[1] + NOISE else middle
    scores = (
        sheet.table.columns[value].field in ("score", "total") or sheet.table.kind != "statistics"
    )
    for row, amount, share in _pairs(sheet, value, rate):
        span = _interval(amount, share)
        if span is None:
            if amount.value > 2 * amount.half and share.value == 0:
                span = (math.inf, math.inf)
            else:
                continue
        if span[0] <= base[1] * (1 + NOISE) and base[0] <= span[1] * (1 + NOISE):
            continue
        expected = 100 * amount.value / whole
        code, column = "rate-score", rate
        if scores and amount.value > base[1] + amount.half:
            code, column = "value-max", value
        yield at_cell(
            code,
            sheet.table,
            row,
            column,
            expected=(
                f"{shown(expected, share.half)}{'%' if '%' in share.text else ''}"
                if column == rate
                else f"at most {whole:.6g}"
            ),
            evidence=f"{amount.text} / {whole:.6g} = {shown(expected, share.half)}%, "
            f"printed {share.text}",
        )


# --- ratios of two columns -----------------------------------------------------------------

#: What a header of a ratio says, and how often the quotient is printed.
_RATIO_WORDS = ("每", "比重", "占比", "占", "比例", "人均", "平均", "均")
_FACTORS = (1.0, 100.0, 1000.0, 10_000.0)

#: Of a ratio's rows this many must be the quotient of the same two columns.
RATIO_ROWS = 8

#: The rows that are tried before all others: most pairs of columns are no quotient in any.
_FIRST = 4
RATIO_SHARE = 0.85


def ratios(sheet: Sheet, sisters: Sequence[Sheet]) -> Iterator[Doubt]:
    """A ratio (每百家企业拥有网站数) against the quotient of two columns.

    ``sisters`` are tables with the same rows, whose columns may be the denominator.
    """
    if len(sheet.data_rows) < RATIO_ROWS:
        return
    columns = {(sheet, i): sheet.numbers[i] for i in sheet.numbers}
    own = [key for key in columns if not _is_ratio(sheet, key[1])]
    others = [(sister, i) for sister in sisters for i in sister.numbers if not _is_ratio(sister, i)]
    for ratio in (i for i in sheet.numbers if _is_ratio(sheet, i)):
        found = None
        for above, below in (*permutations(own, 2), *((a, b) for a in own for b in others)):
            if above[0].unit(above[1]) == below[0].unit(below[1]) or "每" in sheet.names[ratio]:
                found = found or _quotient(sheet, ratio, above, below)
        if found:
            yield from found


def _is_ratio(sheet: Sheet, index: int) -> bool:
    name = sheet.names[index].rsplit("/", 1)[-1]
    return is_rate(sheet.table.columns[index]) or any(word in name for word in _RATIO_WORDS)


def _quotient(
    sheet: Sheet, ratio: int, above: tuple[Sheet, int], below: tuple[Sheet, int]
) -> list[Doubt] | None:
    """The rows that are off where most are the quotient; None where most are not."""
    rows = []
    for row in sheet.data_rows:
        printed = sheet.numbers[ratio][row]
        top = above[0].numbers[above[1]][row]
        bottom = below[0].numbers[below[1]][row]
        if printed and top and bottom and bottom.value > 0 and top.value > 0:
            rows.append((row, printed, top, bottom))
    if len(rows) < RATIO_ROWS:
        return None
    first = rows[:: max(1, len(rows) // _FIRST)][:_FIRST]
    for factor in _FACTORS:
        if sum(_is_quotient(*one[1:], factor) for one in first) < _FIRST / 2:
            continue
        if median(printed.units for _, printed, _, _ in rows) < 10:  # rarely reached, and sorts
            return None
        wrong = [one for one in rows if not _is_quotient(*one[1:], factor)]
        if len(wrong) <= (1 - RATIO_SHARE) * len(rows):
            return [_ratio_doubt(sheet, ratio, one, factor) for one in wrong]
    return None


def _is_quotient(printed: Number, top: Number, bottom: Number, factor: float) -> bool:
    quotient = factor * top.value / bottom.value
    slack = CUT * printed.half + quotient * (top.half / top.value + bottom.half / bottom.value)
    return abs(printed.value - quotient) <= slack * (1 + NOISE)


def _ratio_doubt(
    sheet: Sheet, ratio: int, one: tuple[int, Number, Number, Number], factor: float
) -> Doubt:
    row, printed, top, bottom = one
    expected = shown(factor * top.value / bottom.value, printed.half)
    times = "" if factor == 1 else f"{factor:g} × "
    return at_cell(
        "ratio",
        sheet.table,
        row,
        ratio,
        expected=expected,
        evidence=f"{times}{top.text} / {bottom.text} = {expected}",
    )


# --- one row through the years -------------------------------------------------------------

#: A base (a population) that moves more than this from what the years about it say is wrong
#: where no other row's moves a quarter as much: real ones change by a percent or two a year.
BASE_JUMP = 0.04
QUIET = 4.0


def bases(sheet: Sheet) -> Iterator[Doubt]:
    """The base that value and rate of a row imply, year after year (网民数 and 普及率)."""
    pairs = _value_rate_pairs(sheet)
    if len(pairs) < 4 or any(_base(sheet, value, rate) for value, rate in pairs[:2]):
        return
    lines: dict[int, list[float]] = {}
    for row in sheet.data_rows:
        implied = []
        for value, rate in pairs:
            amount, share = sheet.numbers[value][row], sheet.numbers[rate][row]
            if amount and share and min(amount.value, share.value) > 0 and _tells(share):
                implied.append(math.log(amount.value / share.value))
        if len(implied) == len(pairs):
            lines[row] = implied
    if len(lines) < RATIO_ROWS:
        return
    steps = sorted(abs(b - a) for line in lines.values() for a, b in pairwise(line))
    usual = steps[int(0.75 * len(steps))]
    for row, line in lines.items():
        others = [[b for j, b in enumerate(line) if j != i] for i in range(len(line))]
        for position, (value, rate) in enumerate(pairs):
            rest = others[position]
            away = abs(line[position] - median(rest))
            spread = max(rest) - min(rest)
            if away > max(BASE_JUMP, QUIET * usual) and away > 2 * spread:
                yield _base_doubt(sheet, row, value, rate, median(rest))


#: A rate of fewer digits implies its base too loosely.
LEAST_UNITS = 100


def _tells(share: Number) -> bool:
    return share.units >= LEAST_UNITS


def _value_rate_pairs(sheet: Sheet) -> list[tuple[int, int]]:
    pairs = []
    for value, rate in pairwise(sorted(sheet.numbers)):
        columns = sheet.table.columns
        same = sheet.periods[value] and sheet.periods[value] == sheet.periods[rate]
        if same and is_rate(columns[rate]) and not is_rate(columns[value]):
            pairs.append((value, rate))
    return pairs


def _base_doubt(sheet: Sheet, row: int, value: int, rate: int, usual: float) -> Doubt:
    amount, share = sheet.numbers[value][row], sheet.numbers[rate][row]
    assert amount is not None and share is not None
    expected = amount.value / math.exp(usual)
    return at_cell(
        "rate-base",
        sheet.table,
        row,
        rate,
        expected=f"about {shown(expected, share.half)}",
        evidence=f"{amount.text} / {share.text}% is {100 * amount.value / share.value:.4g}, "
        f"in the other years about {100 * math.exp(usual):.4g}",
    )
