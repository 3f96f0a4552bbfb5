"""Where an export is written: a folder that has nothing in it, or an older export."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.export import csvfile
from flows.export.errors import ExportError
from flows.export.package import DESCRIPTOR

#: What pandas makes of a column that may have nulls, so that a page stays 3 and does not become 3.0.
_NULLABLE = {pa.int64(): "Int64", pa.float64(): "Float64", pa.bool_(): "boolean"}


def with_nullable(table: pa.Table) -> pa.Table:
    """A table that pandas (and what reads through it) opens with whole numbers and nulls apart.

    Without this it reads null as NaN, and all numbers of the column as floats. The form is that of
    https://pandas.pydata.org/docs/development/developer.html; other readers pass over it.
    """
    columns = [
        {
            "name": one.name,
            "field_name": one.name,
            "pandas_type": str(one.type),
            "numpy_type": _NULLABLE[one.type],
            "metadata": None,
        }
        for one in table.schema
        if one.type in _NULLABLE
    ]
    creator = {"library": "pyarrow", "version": pa.__version__}
    said = {"index_columns": [], "column_indexes": [], "columns": columns, "creator": creator}
    return table.replace_schema_metadata({"pandas": json.dumps(said)})


class Target:
    """A folder of files, and the descriptor that lists them.

    Files are written beside their places and moved there by `finish`, once all are whole: until
    then an older export stays as it is. Of that, what its descriptor lists is replaced; a
    reader's own files stay.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Writes nothing yet; raises `ExportError` where something else than an export is there."""
        self.folder = Path(folder)
        try:
            there = [path.name for path in self.folder.iterdir() if path.name[0] != "."]
        except FileNotFoundError:
            there = []
        except OSError as error:
            raise ExportError(f"--out: {error}") from error
        if there and DESCRIPTOR not in there:
            raise ExportError(f"--out: {self.folder} has files that are no export: {there[0]}")
        self.written: list[str] = []

    def csv(
        self, name: str, names: Sequence[str], rows: Iterable[Sequence[Any]], missing: str = ""
    ) -> int:
        """Write a CSV file in UTF-8; how many rows it has."""
        with self._part(name).open("w", encoding="utf-8", newline="") as stream:
            return csvfile.write(stream, names, rows, missing)

    def parquet(self, name: str, table: pa.Table) -> int:
        """Write a Parquet file; how many rows it has."""
        pq.write_table(with_nullable(table), self._part(name))
        return int(table.num_rows)

    def text(self, name: str, text: str) -> None:
        """Write a text in UTF-8."""
        self._part(name).write_text(text, encoding="utf-8")

    def finish(self, descriptor: Mapping[str, Any]) -> None:
        """Move all files to their places; ``descriptor`` lists them, in ``resources`` and, those
        that are no tables, in ``texts``."""
        older = self._listed()
        self.text(DESCRIPTOR, json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n")
        for name in self.written:  # the descriptor last
            self._beside(name).replace(self.folder / name)
        for name in older - set(self.written):
            (self.folder / name).unlink(missing_ok=True)

    def _listed(self) -> set[str]:
        """The files of the export that is there."""
        try:
            older = json.loads((self.folder / DESCRIPTOR).read_text(encoding="utf-8"))
            paths = [*(one["path"] for one in older["resources"]), *older.get("texts", ())]
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return set()
        return {name for name in paths if Path(name).name == name}

    def _part(self, name: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.written.append(name)
        return self._beside(name)

    def _beside(self, name: str) -> Path:
        return self.folder / f".{name}.part"
