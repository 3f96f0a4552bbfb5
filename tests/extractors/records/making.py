"""Hand-made tables: what `extract` would give, written as text."""

from __future__ import annotations

from typing import Any

from extractors.model import Block, Cell, Column, Document, Doubt, Extraction, Row, Table
from extractors.records import EditionContext

SHA = "0" * 64


def column(header: str, role: str, **more: Any) -> Column:
    """``column("2015年/得分", "value")``: levels are split at the slash."""
    return Column(path=tuple(header.split("/")), role=role, confidence=0.95, **more)


def row(text: str, line: int = 10, kind: str = "data") -> Row:
    """Cells are split at ``|``; ``^x`` is a blank cell that x is carried into."""
    cells = []
    for part in text.split("|"):
        part = part.strip()
        filled = part[1:] if part.startswith("^") else None
        cells.append(Cell("" if filled else part, line, filled=filled))
    return Row(cells, line, kind=kind)


def table(
    columns: list[Column],
    rows: list[str | Row],
    caption: str | None = "表1 2016年测试排名",
    kind: str = "statistics",
    line: int = 10,
    **more: Any,
) -> Table:
    """A table whose rows stand on the lines after ``line``."""
    placed = [
        row(text, line + number) if isinstance(text, str) else text
        for number, text in enumerate(rows, start=1)
    ]
    return Table(
        table_id=more.pop("table_id", f"t{line}"),
        caption=caption,
        caption_line=line - 1,
        kind=kind,
        group=more.pop("group", None),
        unit=more.pop("unit", None),
        page=more.pop("page", None),
        line=line,
        columns=columns,
        rows=placed,
        **more,
    )


def extraction(
    *tables: Table, title: str = "测试报告", blocks: Any = (), doubts: Any = ()
) -> Extraction:
    """A document of these tables."""
    document = Document("test.txt", SHA, "text/plain", "utf-8", None, title, ())
    labels = ["cell"] * 5 + ["prose"] * 3
    return Extraction(document, list(tables), list(blocks), labels, list(doubts), {"lines": 0})


def said(text: str, line: int, kind: str = "prose") -> Block:
    return Block(text, line, line, kind=kind)


def doubt(**facts: Any) -> Doubt:
    return Doubt(**{"check": "column-unclear", "severity": "warning", "line": 3, **facts})


EDITION = EditionContext("test-index-2016", 2016, "test.txt")


def pick(rows: list[dict], *names: str, **where: object) -> list[tuple]:
    """The values of some columns of the rows that match."""
    return [
        tuple(one[name] for name in names) if len(names) > 1 else one[names[0]]
        for one in rows
        if all(one[name] == value for name, value in where.items())
    ]
