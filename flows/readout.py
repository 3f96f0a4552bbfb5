"""What people read of explanations, lists of findings and differences: plain lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console

from flows.diff import CellChange, Difference, Move, TableDifference
from flows.explain import Explanation, SourceLine
from flows.status import Listed
from flows.summary import print_line, print_table

#: What of a meaning is shown beside its value, in order.
_MEANING = ("indicator", "measure", "breakdown", "ref_area", "time_period", "obs_value", "rank")
_MORE = ("unit_measure", "unit_mult", "max_score", "obs_status", "qualifier", "reason", "list")


def print_findings(listed: Sequence[Listed], console: Console) -> None:
    """A line a finding or quarantined row, with the id that `explain` takes."""
    names = ("id", "severity", "check", "document", "page", "line", "printed", "expected")
    rows = [[_text(getattr(one, name)) for name in names] for one in listed]
    print_table(names, rows, console)


def print_explanations(explained: Iterable[Explanation], console: Console) -> None:
    """Each thing that an id stands for: what it is, why, and the lines it was printed in."""
    for number, one in enumerate(explained):
        if number:
            print_line(console, "")
        _print_explanation(one, console)


def _print_explanation(one: Explanation, console: Console) -> None:
    print_line(console, f"{one.kind} {one.id} of {one.edition}, {_place(one.document, one)}")
    if one.table:
        caption = one.table["caption"] or "(without a caption)"
        about = f"{one.table['kind']}, confidence {one.table['confidence']}"
        print_line(console, f"table: {caption} [{one.table['table_id']}; {about}]")
    if one.withheld:
        counts = ", ".join(f"{name} {n}" for name, n in one.withheld.items())
        print_line(console, f"rows: {counts}")
    for finding in one.findings:
        _print_finding(finding, console)
    for row in one.quarantine:
        print_line(console, f"quarantined: {row['expectation']}: {row['reason']}")
    for column in one.columns:
        print_line(console, _column(column))
    for cell in one.cells:
        label = cell.get("column_label") or f"column {cell['column_number']}"
        filled = f" (filled: {cell['value_filled']})" if "value_filled" in cell else ""
        print_line(console, f"cell: {label}: {cell.get('value_printed', '')}{filled}")
    for kind, rows in (("observation", one.observations), ("ranking", one.rankings)):
        for row in rows:
            print_line(console, f"{kind}: {_named(row, (*_MEANING, *_MORE))}")
    _print_source(one.source, console)
    if one.unread:
        print_line(console, one.unread)


def _print_finding(finding: Mapping[str, Any], console: Console) -> None:
    words = finding["words"]
    head = f"{finding['severity']}: {finding['check']} [{finding['finding_id']}]"
    print_line(console, f"{head}: {words['zh']} / {words['en']}")
    shown = _named(finding, ("row_number", "column_number", "printed", "expected", "evidence"))
    print_line(console, f"  {shown}")


def _column(column: Mapping[str, Any]) -> str:
    reason = f": {column['reason']}" if column.get("reason") else ""
    taken = column["field"] or "nothing known"
    return (
        f"column {column['column_number']} {column['label']}: taken for {column['role']}, "
        f"{taken}, confidence {column['confidence']}{reason}"
    )


def _print_source(lines: Sequence[SourceLine], console: Console) -> None:
    for line in lines:
        mark = ">" if line.asked else " "
        page = f"{line.page}:" if line.page else ""
        text = "(withheld: personal data)" if line.text is None else line.text
        print_line(console, f"{mark} {page}{line.line} {line.label}: {text}")


def print_difference(found: Difference, top: int, console: Console) -> None:
    """The difference section by section, ``top`` entries of each list, and how many more."""
    print_line(console, f"{found.kind}: {found.a} -> {found.b}")
    for name, count in found.counts.items():
        if count["a"] != count["b"]:
            print_line(console, f"rows: {name}: {count['a']} -> {count['b']}")
    for name, columns in found.datasets.items():
        gained, lost = ", ".join(columns["gained"]), ", ".join(columns["lost"])
        print_line(console, f"columns: {name}: gained {gained or 'none'}; lost {lost or 'none'}")
    for what, coverage in (("entities", found.entities), ("indicators", found.indicators)):
        if coverage:
            print_line(console, f"{what}: {coverage['a']} -> {coverage['b']}")
            for side in ("gained", "lost"):
                lines = [
                    f"{what}: {side}: {one['id']} {_text(one['name'])}" for one in coverage[side]
                ]
                _print_some(lines, top, console)
    for link in found.indicators.get("linked", ()):
        print_line(console, f"indicators: linked: {link['a']} -> {link['b']}")
    _print_some([_document(one) for one in found.documents], top, console)
    _print_some([_table(one) for one in found.tables if one], top, console)
    _print_some([_cell(one) for one in found.cells], top, console)
    _print_some([_move(one) for one in found.ranks], top, console)


def _print_some(lines: Sequence[str], top: int, console: Console) -> None:
    for line in lines[:top]:
        print_line(console, line)
    if len(lines) > top:
        kind = lines[0].split(":", 1)[0]
        print_line(console, f"{kind}: {len(lines) - top} more (--top, or --json)")


def _document(one: Mapping[str, Any]) -> str:
    return f"document: {one['state']}: {one['document']} of {one['edition']}"


def _table(one: TableDifference) -> str:
    sides = [
        f"{side['caption'] or side['table_id']} ({side['rows']} rows, {_printed_at(side)})"
        if side
        else "(none)"
        for side in (one.before, one.after)
    ]
    columns = "".join(
        f"; columns {verb}: {', '.join(names)}"
        for verb, names in (("gained", one.columns_gained), ("lost", one.columns_lost))
        if names
    )
    return f"table: {sides[0]} -> {sides[1]}{columns}"


def _cell(one: CellChange) -> str:
    place = f"{one.table_id}:{one.row_number}:{one.column_number}"
    where = f"{one.document}, {_printed_at(asdict(one))}"
    label = f"{_text(one.row_label)} / {_text(one.column_label)}"
    return f"cell: {place} ({where}): {label}: {_text(one.before)} -> {_text(one.after)}"


def _move(one: Move) -> str:
    sides = [
        f"{side['rank_printed']} in {side['list']} ({side['document']}, {_printed_at(side)})"
        for side in (one.before, one.after)
    ]
    return f"rank: {one.moved:+d}: {_text(one.name)} [{one.entity}]: {sides[0]} -> {sides[1]}"


def _printed_at(place: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {place[name]}" for name in ("page", "line") if place[name])


def _named(row: Mapping[str, Any], names: Iterable[str]) -> str:
    return "; ".join(f"{name} {_text(row[name])}" for name in names if row.get(name) is not None)


def _place(document: str, one: Explanation) -> str:
    places = [f"{name} {n}" for name, n in (("page", one.page), ("line", one.line)) if n]
    return ", ".join([document, *places])


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
