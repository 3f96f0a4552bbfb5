"""Reconciliation: what the tables of one document contradict in one another.

Plain functions over what was recovered, none tied to an edition. A check that cannot decide
says nothing, and rounding is allowed for. What is found lands as printed, beside a finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from extractors.model import Doubt, Extraction
from extractors.reconcile.addresses import address_errors
from extractors.reconcile.captions import caption_numbers, captions_of, contents_errors
from extractors.reconcile.changes import change_columns, change_rows, growth_bases
from extractors.reconcile.elsewhere import other_lists, whole_lists
from extractors.reconcile.headings import heading_errors
from extractors.reconcile.lengths import list_lengths, serials
from extractors.reconcile.magnitudes import magnitude_errors
from extractors.reconcile.matrices import asymmetries, coefficients, marks
from extractors.reconcile.members import class_errors, member_errors, region_sums
from extractors.reconcile.prose import prose_errors
from extractors.reconcile.ranks import rank_errors, ranked_lists
from extractors.reconcile.rates import bases, rate_errors, ratios
from extractors.reconcile.sheets import Sheet
from extractors.reconcile.sums import (
    column_sums,
    row_sums,
    total_rows,
    weighted_totals,
)
from extractors.reconcile.twins import (
    entities_twice,
    missing_entities,
    rows_twice,
    same_rows,
    values_twice,
)
from extractors.reconcile.years import caption_years, year_sequences

__all__ = ["reconcile"]

Records = Mapping[str, Sequence[Mapping[str, Any]]]


def reconcile(extraction: Extraction, records: Records) -> list[Doubt]:
    """The findings of one document, in the order of its lines.

    ``records`` has the rows of observations, rankings and entities that were made of the
    extraction.
    """
    found = [
        *_tables(extraction, records),
        *_document(extraction),
        *entities_twice(records["rankings"]),
        *values_twice(records["observations"]),
    ]
    return sorted(_once(_causes(found)), key=lambda doubt: (doubt.line or 0, doubt.check))


def _causes(found: Sequence[Doubt]) -> Iterator[Doubt]:
    """The findings without those that another one explains.

    A row that stands twice says all its values twice, and so does a year that is printed
    twice; of several values of a row that are said twice the first is named.
    """
    years = {_row(doubt) for doubt in found if doubt.check == "year-sequence"}
    misdated = {table for table, _ in years}
    entities = {_row(doubt) for doubt in found if doubt.check == "entity-twice"}
    rows = {_row(doubt) for doubt in found if doubt.check == "row-twice"}
    told: set[tuple[Any, ...]] = set()
    for doubt in found:
        row = _row(doubt)
        if doubt.check in ("value-twice", "entity-twice"):
            explained = doubt.check == "value-twice" and (
                row in entities or row in rows or (doubt.table_id in misdated and row not in years)
            )
            if explained or (doubt.check, row) in told:
                continue
            told.add((doubt.check, row))
        if doubt.check == "row-twice" and row in entities:
            continue
        yield doubt


def _row(doubt: Doubt) -> tuple[str | None, int | None]:
    return doubt.table_id, doubt.row_number


def _tables(extraction: Extraction, records: Records) -> Iterator[Doubt]:
    sheets = [Sheet(table) for table in extraction.tables if table.columns]
    lists = ranked_lists(sheets, records["rankings"])
    sisters = _sisters(sheets)
    for sheet in sheets:
        yield from column_sums(sheet)
        yield from row_sums(sheet)
        yield from total_rows(sheet)
        yield from asymmetries(sheet)
        yield from marks(sheet)
        yield from rate_errors(sheet)
        yield from ratios(sheet, sisters.get(tuple(sheet.labels), ()))
        yield from bases(sheet)
        yield from change_rows(sheet)
        yield from growth_bases(sheet)
        yield from serials(sheet)
        yield from list_lengths(sheet, lists)
        yield from caption_years(sheet)
        yield from year_sequences(sheet)
        yield from rows_twice(sheet)
        yield from magnitude_errors(sheet)
        yield from address_errors(sheet)
    for ranked in lists:
        yield from rank_errors(ranked)
    periods = _list_periods(lists, records["rankings"])
    yield from other_lists(lists, periods)
    yield from whole_lists(lists, periods)
    yield from weighted_totals(sheets)
    yield from change_columns(sheets)
    yield from coefficients(sheets)
    yield from same_rows(sheets)
    yield from missing_entities(sheets)
    parents = {row["ref_area"]: row.get("parent") for row in records["entities"]}
    yield from member_errors(sheets, records["observations"], parents)
    yield from class_errors(sheets, records["observations"], parents)
    yield from region_sums(sheets, records["observations"])
    yield from prose_errors(extraction, sheets)


def _sisters(sheets: Iterable[Sheet]) -> dict[tuple[str, ...], list[Sheet]]:
    """The tables by the labels of their rows; of those that print the same only the first."""
    groups: dict[tuple[str, ...], dict[Hashable, Sheet]] = defaultdict(dict)
    for sheet in sheets:
        groups[tuple(sheet.labels)].setdefault(sheet.imprint, sheet)
    return {labels: list(kinds.values()) for labels, kinds in groups.items()}


def _list_periods(lists: Sequence[Any], rankings: Iterable[Mapping[str, Any]]) -> dict[int, Any]:
    periods = {(row["table_id"], row["column_number"]): row["time_period"] for row in rankings}
    return {
        index: periods.get((ranked.table.table_id, ranked.column + 1))
        for index, ranked in enumerate(lists)
    }


def _document(extraction: Extraction) -> Iterator[Doubt]:
    contents, body = captions_of(extraction.document, extraction.labels)
    yield from caption_numbers(contents, body)
    yield from contents_errors(extraction.document, extraction.labels)
    yield from heading_errors(extraction.document, extraction.labels)


def _once(found: Iterable[Doubt]) -> Iterator[Doubt]:
    seen: set[tuple[Any, ...]] = set()
    for doubt in found:
        place = (doubt.table_id, doubt.row_number, doubt.column_number, doubt.line)
        key = (doubt.check, *place, doubt.printed if doubt.table_id is None else None)
        if key not in seen:
            seen.add(key)
            yield doubt
