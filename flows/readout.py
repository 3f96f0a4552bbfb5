"""What people read of explanations and of lists of findings: plain lines, places first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console

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


def _named(row: Mapping[str, Any], names: Iterable[str]) -> str:
    return "; ".join(f"{name} {_text(row[name])}" for name in names if row.get(name) is not None)


def _place(document: str, one: Explanation) -> str:
    places = [f"{name} {n}" for name, n in (("page", one.page), ("line", one.line)) if n]
    return ", ".join([document, *places])


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
