"""Lists that count: serial numbers, and the length that a caption promises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.model import Doubt
from extractors.reconcile.finding import at_cell
from extractors.reconcile.ranks import LEAST_ROWS, OUT_OF_STEP, Ranked
from extractors.reconcile.sheets import Sheet
from extractors.records.labels import squeeze
from extractors.values import chinese_number, parse_rank


def serials(sheet: Sheet) -> Iterator[Doubt]:
    """序号 that repeat or skip, in a column that otherwise counts its rows."""
    roles = [column.role for column in sheet.table.columns]
    # Beside ranks a "serial" may be the ranks of a second half, with their ties.
    for index in (roles.index("serial"),) if roles.count("serial") == 1 else ():
        if "rank" in roles:
            continue
        numbers = [
            (row, number)
            for row, one in enumerate(sheet.table.rows)
            if one.kind == "data"
            and index < len(one.cells)
            and (number := parse_rank(one.cells[index].text)) is not None
        ]
        odd = _odd_serials([number for _, number in numbers])
        if len(numbers) < LEAST_ROWS or len(odd) > max(1, OUT_OF_STEP * len(numbers)):
            continue
        for place, expected in odd:
            row, before = numbers[place][0], numbers[place - 1]
            yield at_cell(
                "serial-number",
                sheet.table,
                row,
                index,
                expected=str(expected),
                evidence=f"after {before[1]}, line {sheet.table.rows[before[0]].line}",
            )


def _odd_serials(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """The places where the count breaks, with the number that it should go on with.

    It may begin again at 1. A wrong number among others that count on is one break.
    """
    odd = []
    last = numbers[0] if numbers else 0
    for place, number in enumerate(numbers[1:], start=1):
        if number in (last + 1, 1):
            last = number
            continue
        odd.append((place, last + 1))
        counts_on = place + 1 < len(numbers) and numbers[place + 1] == last + 2
        last = last + 1 if counts_on else number
    return odd


_NUMERALS = "[一二三四五六七八九十百]{1,4}"
_LENGTH = re.compile(
    rf"前(?P<top>\d{{1,4}}|{_NUMERALS})(?P<unit>名|强|位|家|个|甲)?"
    rf"|(?<![\d前])(?P<count>\d{{1,4}}|{_NUMERALS}|百)强"
    rf"|[：:(（]\s*(?:共)?(?P<items>\d{{1,4}})\s*(?:项|家|个|名|位|所|件)[)）]?$"
)


def list_lengths(sheet: Sheet, lists: Sequence[Ranked]) -> Iterator[Doubt]:
    """前N强, 前N名, 百强 and N项 in a caption against the rows of the table.

    Ties may make a list longer than its name, and dense ranks count places, not rows.
    """
    table = sheet.table
    caption = squeeze(table.caption or "")
    found = list(_LENGTH.finditer(caption))
    if len(found) != 1:
        return
    promised = _promised(found[0])
    if promised is None or promised < 2 and not found[0]["items"]:
        return
    sizes = list(_sizes(sheet, lists))
    if any(_fits(promised, rows, last) for _, rows, last in sizes):
        return
    for name, rows, last in sizes[:1]:
        yield at_cell(
            "list-length",
            table,
            printed=found[0].group().strip("：:（）()"),
            expected=str(rows),
            evidence=f"{rows} rows{f', the last rank {last}' if last else ''}"
            f"{f' ({name})' if name else ''}",
        )


def _fits(promised: int, rows: int, last: int | None) -> bool:
    """As many rows or places as promised, or more rows that tie in the last place."""
    return promised in (rows, last) or (last is not None and rows > promised >= last)


def _promised(match: re.Match[str]) -> int | None:
    text = match["top"] or match["count"] or match["items"]
    if text == "百":
        return 100
    return int(text) if text.isdigit() else chinese_number(text)


def _sizes(sheet: Sheet, lists: Sequence[Ranked]) -> Iterator[tuple[str, int, int | None]]:
    """The rows and the last rank of every list of the table, or of the table as a whole."""
    own = [ranked for ranked in lists if ranked.table is sheet.table]
    for ranked in own:
        last = max(entry.rank for entry in ranked.entries)
        # The last tie of a list may name all that share it in one cell.
        names = sum(1 + entry.label.count("、") for entry in ranked.entries)
        yield (ranked.name if len(own) > 1 else ""), names, last
    if not own:
        yield "", sum(row.kind == "data" for row in sheet.table.rows), None
