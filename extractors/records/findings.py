"""Rows of ``findings``: what the reading doubted, and what the records could not settle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from extractors.model import Doubt
from extractors.records.scheme import Scheme
from extractors.records.subjects import Plan

#: What a row ends with that is a statistic of the rows.
_STATISTICS = ("均值", "平均", "平均值", "平均数", "中位数")

#: Names listed in the evidence of a table whose entities are no places.
NAMES_SHOWN = 5


def finding_rows(edition: str, document: str, doubts: Iterable[Doubt]) -> list[dict[str, Any]]:
    """A row a doubt, in the order of the document; the same place and print twice is one."""
    rows: dict[str, dict[str, Any]] = {}
    for doubt in doubts:
        row = {
            "table_id": doubt.table_id,
            "row_number": doubt.row_number,
            "column_number": doubt.column_number,
            "check": doubt.check,
            "severity": doubt.severity,
            "printed": doubt.printed,
            "expected": doubt.expected,
            "evidence": doubt.evidence,
            "page": doubt.page,
            "line": doubt.line,
        }
        key = finding_id(edition, document, row)
        rows.setdefault(key, {"finding_id": key, **row})
    return list(rows.values())


def finding_id(edition: str, document: str, row: dict[str, Any]) -> str:
    """``f`` and 16 hexadecimal digits, the same as long as place, check and print are.

    The place of a finding in a table is the table with row and column; outside tables it is
    the line, or the page where nothing of it was read.
    """
    place = (row["table_id"], row["row_number"], row["column_number"])
    if row["table_id"] is None:
        place = (None, row["line"] or f"page {row['page']}", None)
    key = json.dumps([edition, document, place, row["check"], row["printed"]], ensure_ascii=False)
    return "f" + hashlib.sha256(key.encode()).hexdigest()[:16]


def plan_doubts(plan: Plan) -> Iterator[Doubt]:
    """What the reading of one table's meaning left open."""
    yield from _unresolved(plan)
    yield from _bodies(plan)
    yield from _units(plan)
    if plan.place_assumed and plan.columns and plan.axis not in ("area", "entity"):
        yield Doubt(
            check="area-assumed",
            severity="info",
            line=plan.table.line,
            page=plan.table.page,
            table_id=plan.table.table_id,
            printed=plan.table.caption,
            expected=plan.place.ref_area if plan.place else None,
            evidence="no row, caption or heading names a place; the publication's country is taken",
        )


def _unresolved(plan: Plan) -> Iterator[Doubt]:
    for label, (index, area) in plan.unresolved.items():
        row = plan.table.rows[index]
        yield Doubt(
            check="area-unresolved",
            severity="info" if _names_many(label) else "warning",
            line=row.line,
            page=row.page,
            table_id=plan.table.table_id,
            row_number=index + 1,
            printed=label,
            expected="、".join(map(str, area.candidates)) or None,
            evidence=area.reason,
        )


def _names_many(label: str) -> bool:
    """Whether a label lists places or is a statistic of all: neither names one."""
    return "、" in label or label.endswith(_STATISTICS)


def _bodies(plan: Plan) -> Iterator[Doubt]:
    """One finding for a list of bodies that the register does not know, not one a body."""
    if plan.axis != "entity":
        return
    labels = dict.fromkeys(
        subject.label
        for subjects in plan.subjects.values()
        for subject in subjects
        if subject and subject.label and not (subject.area and subject.area.ref_area)
    )
    if labels:
        shown = "、".join(list(labels)[:NAMES_SHOWN])
        yield Doubt(
            check="area-none",
            severity="info",
            line=plan.table.line,
            page=plan.table.page,
            table_id=plan.table.table_id,
            printed=plan.table.caption,
            evidence=f"{len(labels)} rows name no place of the register ({shown} …)",
        )


def _units(plan: Plan) -> Iterator[Doubt]:
    """A unit that nobody has listed lands as it is printed, and is reported once a table."""
    rows = (row for subjects in plan.subjects.values() for row in subjects if row is not None)
    units = [plan.unit, *(column.unit for column in plan.columns.values())]
    units += [row.unit for row in rows]
    for unit in dict.fromkeys(unit for unit in units if unit is not None and not unit.known):
        yield Doubt(
            check="unit-unknown",
            severity="info",
            line=plan.table.line,
            page=plan.table.page,
            table_id=plan.table.table_id,
            row_number=0,
            printed=unit.text,
            evidence=unit.reason,
        )


def scheme_doubts(scheme: Scheme, plans: Iterable[Plan]) -> Iterator[Doubt]:
    """Parts that one table prints below another chapter than the other tables do."""
    tables = {plan.table.table_id: plan.table for plan in plans}
    for wrong in scheme.linker.misplaced():
        table = tables[wrong.table_id]
        yield Doubt(
            check="indicator-parent",
            severity="warning",
            line=table.header_lines[0] if table.header_lines else table.line,
            page=table.page,
            table_id=wrong.table_id,
            row_number=0,
            column_number=wrong.column_number,
            printed="/".join(wrong.printed),
            expected="/".join(wrong.usual),
            evidence=f"{wrong.tables} other tables print it there",
        )
