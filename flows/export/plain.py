"""The plain forms: every dataset of a release as CSV or Parquet, and the tidy view of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from flows.export import dictionary, package, tidy
from flows.export.selection import Selection
from flows.export.target import Target
from schemas.datasets import DATASETS

#: What the tidy view refers to, and its reader needs beside it.
_BESIDE_TIDY = ("documents", "indicators", "crosswalk", "entities")

#: Rows that are turned into Python values at a time.
_BATCH = 20_000


def write(selection: Selection, target: Target, form: str) -> dict[str, Any]:
    """Write a release: ``csv`` and ``parquet`` all datasets and the tidy view, ``long`` the tidy
    view as CSV with what it refers to. Gives the rows of each resource.
    """
    ending = "parquet" if form == "parquet" else "csv"
    names = _BESIDE_TIDY if form == "long" else tuple(DATASETS)
    rows: dict[str, int] = {}
    resources: list[dict[str, Any]] = []
    for name in names:
        table = selection.table(name)
        rows[name] = _write(target, f"{name}.{ending}", table)
        resources.append(package.dataset_resource(name, f"{name}.{ending}", names))
    view = tidy.view(selection)
    rows[tidy.NAME] = _write(target, f"{tidy.NAME}.{ending}", view)
    resources.append(tidy.resource(f"{tidy.NAME}.{ending}"))
    target.text(dictionary.MARKDOWN, dictionary.to_markdown())
    title = "Rankings, scores and statistics recovered from reports"
    texts = [dictionary.MARKDOWN]
    target.finish(package.package(selection, "rankbook", title, resources, texts=texts))
    return {"rows": rows}


def _write(target: Target, name: str, table: pa.Table) -> int:
    if name.endswith(".parquet"):
        return target.parquet(name, table)
    return target.csv(name, table.column_names, _rows(table))


def _rows(table: pa.Table) -> Iterator[Sequence[Any]]:
    for batch in table.to_batches(max_chunksize=_BATCH):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
