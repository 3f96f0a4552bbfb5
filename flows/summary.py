"""What people read: the outcome of a call, the state of a store, the tables of a document.

On a terminal as tables in colour; elsewhere as plain lines that grep and diff can read.
"""

from __future__ import annotations

import csv
import io
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.rawstore import printable
from flows.status import DocumentStatus, Status
from flows.steps import Outcome

#: Datasets whose rows are no rows of a document: each has a column of its own, or none.
_NO_ROWS = ("quarantine", "entities", "expectations")

_COLOURS = {
    "refused": "red",
    "failed": "red",
    "held": "yellow",
    "landed": "green",
    "unchanged": "dim",
}


def print_outcomes(
    outcomes: Sequence[Outcome], releases: Sequence[str], curated: str, console: Console
) -> None:
    """A line a document; the reasons of those that are not there; what is altered in what had
    landed; the words to paste; and where to look."""
    names = ("document", "state", "tables", "rows", "quarantined", "withheld", "findings")
    print_table(names, [_outcome_cells(outcome) for outcome in outcomes], console)
    for outcome in outcomes:
        for reason in outcome.reasons:
            print_line(console, f"{outcome.state}: {_place(outcome)}: {reason}")
        if outcome.pages_not_read:
            pages = ", ".join(map(str, outcome.pages_not_read))
            print_line(
                console,
                f"not read: {_place(outcome)}: page {pages}: pictures, which the extra reads: "
                "pip install 'rankbook[ocr]'",
            )
        if outcome.sidecar and outcome.state in ("landed", "checked"):
            verb = "written" if outcome.state == "landed" else "not written in a dry run"
            print_line(
                console,
                f"derived: {outcome.document} is of {outcome.edition}; sidecar {verb}: "
                f"{outcome.sidecar}",
            )
        for edition in outcome.moved_from:
            if outcome.state in ("landed", "checked"):
                verb = "moved" if outcome.state == "landed" else "would move"
                whence = f"from edition {edition} to {outcome.edition}"
                print_line(console, f"{verb}: {outcome.document}: {whence}")
        for line in _changed(outcome):
            print_line(console, line)
        _print_words(outcome, console)
    print_line(console, _closing(outcomes, releases, curated))


def _changed(outcome: Outcome) -> Iterator[str]:
    """What is altered in what had landed of a document: its columns, then the rows."""
    changes = outcome.changes
    if not changes:
        return
    verb = "changed" if outcome.state == "landed" else "would change"
    for column in changes.columns:
        where = f"column {column.column_number} of {column.caption or column.table_id}"
        place = f"{where}, line {column.line}" if column.line else where
        taken = f"{_taken_for(column.before)} -> {_taken_for(column.after)}"
        yield f"{verb}: {outcome.document}: {place}, {column.label}: {taken}"
    counted = {
        "tables": changes.tables,
        "observations": changes.observations,
        "rankings": changes.rankings,
    }
    for name, rows in counted.items():
        if rows:
            said = f"{rows.gained} gained, {rows.lost} lost, {rows.changed} changed"
            yield f"{verb}: {outcome.document}: {name}: {said}"
    if changes.freed or changes.quarantined:
        said = f"{changes.freed} rows freed, {changes.quarantined} added"
        yield f"{verb}: {outcome.document}: quarantine: {said}"


def _taken_for(column: Mapping[str, Any] | None) -> str:
    return f"{column['role']} {column['field']}" if column else "none"


def _print_words(outcome: Outcome, console: Console) -> None:
    """The unknown words of a document, ready to paste, and what to do then."""
    if not outcome.vocabulary or not outcome.vocabulary_sidecar:
        return
    print_line(
        console,
        f"unknown words: {outcome.document}: check these lines, put them into "
        f"{outcome.vocabulary_sidecar}, then: rankbook replay {shlex.quote(outcome.url)}",
    )
    for line in outcome.vocabulary.splitlines():
        print_line(console, line)


def _outcome_cells(outcome: Outcome) -> list[str]:
    if outcome.state in ("unchanged", "refused", "failed"):
        return [outcome.document, outcome.state, "", "", "", "", _counts(outcome.findings)]
    return [
        outcome.document,
        outcome.state,
        str(outcome.tables),
        str(_landed_rows(outcome)),
        str(outcome.rows.get("quarantine", 0)),
        _counts({name: n for name, n in outcome.withheld.items() if n}),
        _counts(outcome.findings),
    ]


def _landed_rows(outcome: Outcome) -> int:
    """The rows of a document that a reader finds."""
    return sum(n for name, n in outcome.rows.items() if name not in _NO_ROWS)


def _closing(outcomes: Sequence[Outcome], releases: Sequence[str], curated: str) -> str:
    counted = Counter(outcome.state for outcome in outcomes)
    said = ", ".join(f"{n} {state}" for state, n in sorted(counted.items())) or "no documents"
    if releases:
        return f"{said}; release {releases[-1]} in {curated}: see rankbook status"
    return f"{said}; nothing new in {curated}"


def _place(outcome: Outcome) -> str:
    where = [outcome.document]
    where += [f"{name} {n}" for name, n in (("page", outcome.page), ("line", outcome.line)) if n]
    return ", ".join(where)


def print_status(status: Status, console: Console) -> None:
    """The newest release, a line a document, and every damaged file."""
    for damage in status.damage:
        whose = f" ({damage.document} of {damage.edition})" if damage.document else ""
        print_line(console, f"damaged: {damage.path}{whose}: {damage.reason}")
    if not status.is_sound:
        print_line(
            console,
            f"{len(status.damage)} damaged in {status.curated}; land the documents named once "
            "more with --again, or put the files back",
        )
        return
    for one in status.held:
        for reason in one["reasons"]:
            print_line(console, f"held: {one['document']} of {one['edition']}: {reason}")
    if not status.releases:
        print_line(console, f"nothing has landed in {status.curated}")
        return
    names = ("edition", "document", "revision", "tables", "landed", "quarantined", "withheld")
    cells = [_status_cells(document) for document in status.documents]
    print_table((*names, "findings", "lines"), cells, console)
    newest = status.releases[-1]
    print_line(
        console,
        f"release {newest.release} of {len(status.releases)}: "
        f"{_number(len(status.documents), 'document')}, every file as it was landed",
    )


def _status_cells(document: DocumentStatus) -> list[str]:
    return [
        document.edition,
        document.document,
        str(document.revision),
        str(document.rows.get("tables", 0)),
        str(document.total("landed")),
        str(document.total("quarantined")),
        str(document.total("withheld") + document.withheld.get("rows", 0)),
        _counts(document.findings),
        _counts(document.lines),
    ]


def print_tables(extracted: Mapping[str, Any], console: Console) -> None:
    """The tables of a document, as `flows.tables.extracted` gives them."""
    for table in extracted["tables"]:
        caption = table["caption"] or "(without a caption)"
        place = ", ".join(f"{n} {table[n]}" for n in ("page", "line") if table[n])
        about = f"{table['kind']}, {place}, confidence {table['confidence']:.2f}"
        print_line(console, f"{caption} [{table['table_id']}; {about}]")
        names = ["/".join(column["path"]) for column in table["columns"]]
        print_table(names, [row["cells"] for row in table["rows"]], console)
    tables = _number(len(extracted["tables"]), "table")
    print_line(console, f"{tables} in {extracted['document']['name']}")


def to_csv(extracted: Mapping[str, Any]) -> str:
    """The cells of all tables: table_id, row, column, both labels' place, and the print."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ("table_id", "caption", "row_number", "column_number", "header", "value", "page", "line")
    )
    for table in extracted["tables"]:
        heads = ["/".join(column["path"]) for column in table["columns"]]
        for number, row in enumerate(table["rows"], start=1):
            for column, (head, text) in enumerate(zip(heads, row["cells"], strict=False), start=1):
                place = (row["page"], row["line"])
                writer.writerow(
                    (table["table_id"], table["caption"], number, column, head, text, *place)
                )
    return out.getvalue()


def to_markdown(extracted: Mapping[str, Any]) -> str:
    """The tables as Markdown pipe tables under their captions."""
    parts = [f"# {_escaped(extracted['document']['title'] or extracted['document']['name'])}\n"]
    for table in extracted["tables"]:
        heads = ["/".join(column["path"]) for column in table["columns"]]
        lines = [f"## {_escaped(table['caption'] or table['table_id'])}\n"]
        lines.append(_pipes(heads))
        lines.append(_pipes(["---"] * len(heads)))
        lines += [_pipes(row["cells"]) for row in table["rows"]]
        lines += [f"\n{_escaped(note)}" for note in table["notes"]]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _pipes(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_escaped(cell) for cell in cells)} |"


def _escaped(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").split())


def _number(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {name}" for name, n in counted.items())


def print_table(names: Sequence[str], rows: Sequence[Sequence[str]], console: Console) -> None:
    if not rows:
        return
    if not console.is_terminal:
        for row in (names, *rows):
            print_line(console, "\t".join(printable(cell) for cell in row))
        return
    table = Table()
    for name in names:
        table.add_column(Text(printable(name)), overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell), _COLOURS.get(cell, "")) for cell in row))
    console.print(table)


def print_line(console: Console, text: str) -> None:
    """A line as it is: a document's text has no say in colours, folding or the terminal."""
    shown = "\t".join(printable(part) for part in text.split("\t"))
    console.file.write(f"{shown}\n")
