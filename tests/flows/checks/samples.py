"""Records of a made-up document, small enough to break in one place."""

from __future__ import annotations

from typing import Any

from schemas.datasets import DATASETS, columns

Records = dict[str, list[dict[str, Any]]]

IDENTITY = {
    "edition": "example-cities-2015",
    "document": "example.txt",
    "document_sha256": "0" * 64,
}

#: Datasets that a document may land in.
LANDED = [name for name in DATASETS if name != "releases"]

PARTS = 4


def row(dataset: str, **values: Any) -> dict[str, Any]:
    """A row with every column of the dataset, null where nothing is given."""
    known = columns(dataset)
    assert set(values) <= set(known), set(values) - set(known)
    return {name: values.get(name, IDENTITY.get(name)) for name in known}


def score_document(tables: int = 2, rows: int = 6) -> Records:
    """Score tables: rank, city, four parts, and the total that they add up to."""
    records: Records = {name: [] for name in LANDED}
    records["documents"] = [row("documents", name="example.txt", revision=1)]
    records["indicators"] = [
        row("indicators", indicator="total", name="总分", level=1, kind="total"),
        *(
            row("indicators", indicator=f"p{n}", name=f"指标{n}", parent="total", level=2)
            for n in range(1, PARTS + 1)
        ),
    ]
    for number in range(1, tables + 1):
        _score_table(records, f"t{number}", rows, first_line=100 * number)
    return records


def _score_table(records: Records, table: str, rows: int, first_line: int) -> None:
    records["tables"].append(
        row(
            "tables",
            table_id=table,
            caption="得分表",
            kind="scores",
            rows=rows,
            columns=PARTS + 3,
            line=first_line,
            confidence=0.9,
        )
    )
    for number in range(1, rows + 1):
        parts = [f"{10 + (number * 7 + part * 13) % 97 / 10:.2f}" for part in range(PARTS)]
        total = f"{sum(map(float, parts)):.2f}"
        _score_row(records, table, number, [*parts, total], first_line + number)


def _score_row(records: Records, table: str, number: int, values: list[str], line: int) -> None:
    city = "甲乙丙丁戊己"[number % 6] + "城市"
    place = {"table_id": table, "row_number": number, "row_label": city, "line": line}
    for column, printed in enumerate([str(number), city, *values], start=1):
        records["cells"].append(
            row(
                "cells",
                **place,
                column_number=column,
                column_label=f"列{column}",
                value_printed=printed,
            )
        )
    for column, printed in enumerate(values, start=3):
        last = column == PARTS + 2 + 1
        records["observations"].append(
            row(
                "observations",
                **place,
                column_number=column,
                column_label=f"列{column}",
                indicator="total" if last else f"p{column - 2}",
                measure="value",
                time_period="2015",
                value_printed=printed,
                obs_value=float(printed),
                obs_status="A",
                max_score=100.0 if last else 25.0,
            )
        )
    records["rankings"].append(
        row(
            "rankings",
            **place,
            column_number=1,
            list="total",
            rank_printed=str(number),
            rank=number,
            time_period="2015",
        )
    )
