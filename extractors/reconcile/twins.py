"""One thing said twice: rows, columns and tables that are the same, entities that lack."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from extractors.model import Doubt
from extractors.reconcile.finding import at_cell
from extractors.reconcile.sheets import Sheet
from extractors.records.labels import bare_caption
from extractors.values import kind_of
from schemas.findings import FINDINGS

Record = Mapping[str, Any]

#: Two short tables may be the same by right.
LEAST_ROWS = 5

#: Tables of one set of entities share this many of them.
SISTERS = 0.95


def same_rows(sheets: Sequence[Sheet]) -> Iterator[Doubt]:
    """Two tables with different captions and one content."""
    seen: dict[tuple[tuple[str, ...], ...], Sheet] = {}
    for sheet in sheets:
        if len(sheet.table.rows) < LEAST_ROWS or not sheet.table.caption:
            continue
        key = tuple(sheet.prints)
        before = seen.setdefault(key, sheet)
        one, other = before.table.caption, sheet.table.caption
        if before is sheet or bare_caption(one or "") == bare_caption(other):
            continue
        for this, that in ((before, sheet), (sheet, before)):
            yield at_cell(
                "rows-same",
                this.table,
                printed=this.table.caption,
                evidence=f"the same {len(key)} rows stand under {that.table.caption}, "
                f"line {that.table.caption_line or that.table.line}",
            )


def rows_twice(sheet: Sheet) -> Iterator[Doubt]:
    """A row that is printed twice, every word and number of it."""
    labelled = {i for panel in sheet.panels for i in panel.stubs}
    counted = any(column.role in ("serial", "rank") for column in sheet.table.columns)
    first: dict[tuple[str, ...], int] = {}
    for index, row in enumerate(sheet.table.rows):
        printed = sheet.prints[index]
        told = [text for text in printed if text and kind_of(text) != "missing"]
        has_name = any(i < len(row.cells) and row.cells[i].text for i in labelled)
        least = 1 if counted else 2
        if row.kind not in ("data", "total") or len(told) < least or not has_name:
            continue
        before = first.setdefault(printed, index)
        if before != index:
            yield at_cell(
                "row-twice",
                sheet.table,
                index,
                printed=" ".join(told)[:60],
                evidence=f"row {before + 1}, line {sheet.table.rows[before].line}, is the same",
            )


def entities_twice(rankings: Iterable[Record]) -> Iterator[Doubt]:
    """One entity at two places of one list, under whatever names.

    A list is a column of a table: two lists of one name are two years or two groups.
    """
    ranked: dict[tuple[Any, ...], Record] = {}
    for row in rankings:
        entity = row["ref_area"] or row["row_label"]
        key = (row["table_id"], row["column_number"], row["list"], row["time_period"], entity)
        before = ranked.setdefault(key, row)
        if before is not row:
            yield _twice("entity-twice", row, row["row_label"], before["row_label"], before)


#: What an observation is of; two with all of it equal are one observation.
_OBSERVED = itemgetter("ref_area", "indicator", "measure", "breakdown", "time_period", "statistic")


def values_twice(observations: Iterable[Record]) -> Iterator[Doubt]:
    """Two numbers for one indicator, place and time (a year printed on two rows).

    Two columns of one row that are not told apart are a matter of their headers, and no
    contradiction.
    """
    said: dict[tuple[Any, ...], Record] = {}
    for row in observations:
        if row["obs_value"] is None or row["ref_area"] is None:
            continue
        before = said.setdefault(_OBSERVED(row), row)
        same_row = (row["table_id"], row["row_number"]) == (
            before["table_id"],
            before["row_number"],
        )
        if not same_row and _scaled(row) != _scaled(before):
            yield _twice("value-twice", row, row["value_printed"], before["value_printed"], before)


def _scaled(row: Record) -> float:
    """The value without its multiplier, rounded as floats need after scaling."""
    return round(row["obs_value"] * 10 ** (row["unit_mult"] or 0), 6)


def _twice(check: str, row: Record, printed: str, expected: str, before: Record) -> Doubt:
    return Doubt(
        check=check,
        severity=FINDINGS[check].severity,
        line=row["line"],
        page=row["page"],
        table_id=row["table_id"],
        row_number=row["row_number"],
        column_number=row["column_number"],
        printed=printed,
        expected=expected,
        evidence=f"table {before['table_id']}, row {before['row_number']}, "
        f"line {before['line']} says it first",
    )


def missing_entities(sheets: Sequence[Sheet]) -> Iterator[Doubt]:
    """An entity that all tables of one set have, but one."""
    groups: dict[int, list[tuple[Sheet, Counter[str]]]] = defaultdict(list)
    for sheet in sheets:
        labels = Counter(
            label for i in sheet.data_rows if (label := sheet.labels[i]) and "/" not in label
        )
        if len(labels) >= 2 * LEAST_ROWS and sheet.panels and len(sheet.panels) == 1:
            groups[sum(labels.values())].append((sheet, labels))
    for group in groups.values():
        if len(group) < 3:
            continue
        counts = Counter(label for _, labels in group for label in labels)
        usual = {label for label, count in counts.items() if count > len(group) / 2}
        for sheet, labels in group:
            lacking = usual - set(labels)
            if len(usual & set(labels)) < SISTERS * len(usual):
                continue
            extra = [label for label in labels if label not in usual or labels[label] > 1]
            if lacking:
                others = [label for label in extra if label not in usual]
                yield at_cell(
                    "entity-missing",
                    sheet.table,
                    sheet.labels.index(others[0]) if others else None,
                    printed="、".join(others) or None,
                    expected="、".join(sorted(lacking)),
                    evidence=f"{len(group) - 1} other tables of {len(usual)} rows"
                    + (f"; here {'、'.join(extra)} instead" if extra else ""),
                )
