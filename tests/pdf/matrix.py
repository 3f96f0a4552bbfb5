"""Prints how many cells come back exactly, by layout and backend.

    python -m tests.pdf.matrix [--layout three-line] [--backend weasyprint] [--show 3] [--keep DIR]

Tables are those of the shared documents: every table of 002 and the statistics of 004, in each
layout that has room for them; or tables made up, with ``--made COUNT --seed N``. A line a layout and backend: tables that are exact (header
paths, cells, caption), cells that are, tables that nobody printed, pages, seconds to print and
to read. Exit status 1 where anything is not exact.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pypdfium2

from extractors.pipeline import extract
from tests.pdf.compare import compare
from tests.pdf.compose import as_printed
from tests.pdf.layouts import LAYOUTS, has_room
from tests.pdf.recovered import printable
from tests.pdf.render import BACKENDS, Backend, render
from tests.pdf.scans import Scanner, scan
from tests.roundtrip.tables import Table, make_table

#: The documents whose tables are printed, and the kind of table wanted of each.
DOCUMENTS = {"002": None, "004": "statistics"}


def shared_tables(folder: Path, documents: Sequence[str] = tuple(DOCUMENTS)) -> list[Table]:
    """The tables of the shared documents, in order, as they are recovered from the text."""
    found = []
    for document in documents:
        path = next((folder / "seeds").glob(f"{document}_*"))
        for table in extract(path.read_bytes(), path.name).tables:
            if DOCUMENTS[document] in (None, table.kind):
                found.append(printable(table))
    return found


def made_table(seed: int) -> Table:
    """A table made up, with a caption: tables that follow one another need one to be two."""
    table = make_table(Random(seed), "tabs")
    return table if table.caption else replace(table, caption=f"表{seed} 各项指标情况")


def _attempt(
    tables: Sequence[Table], name: str, backend: Backend, options: argparse.Namespace
) -> bool:
    """Prints, reads and compares the tables in one layout; whether all came back exactly."""
    layout = LAYOUTS[name]
    printed = [as_printed(table, layout) for table in tables if has_room(table, layout)]
    if not printed:
        return True
    started = time.monotonic()
    data = render(printed, layout, backend)
    if options.skew is not None:
        data = scan(data, Scanner(skew=options.skew))
    drawn = time.monotonic()
    results, others = compare(printed, extract(data, f"{name}.pdf"))
    read = time.monotonic()
    cells, exact = sum(r.cells for r in results), sum(r.exact_cells for r in results)
    whole = sum(r.exact for r in results)
    pages = len(pypdfium2.PdfDocument(io.BytesIO(data)))
    print(
        f"{name:<24}{backend:<12}{whole:>4}/{len(results):<5}{exact:>7}/{cells:<7}"
        f"{100 * exact / cells:>8.3f}%{len(others):>7}{pages:>6}{drawn - started:>8.1f}"
        f"{read - drawn:>8.1f}",
        flush=True,
    )
    faulty = [result for result in results if not result.exact]
    for result in faulty[: options.show]:
        print(f"    {result.caption}\n        " + "\n        ".join(result.faults))
    for other in others[: options.show]:
        print(f"    nobody printed: {other}")
    if options.keep and (faulty or others):
        options.keep.mkdir(parents=True, exist_ok=True)
        (options.keep / f"{name}-{backend}.pdf").write_bytes(data)
    return not faulty and not others


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--layout", choices=LAYOUTS, action="append")
    parser.add_argument("--backend", choices=BACKENDS, action="append")
    parser.add_argument("--document", choices=DOCUMENTS, action="append")
    parser.add_argument("--caption", help="only tables whose caption holds this")
    parser.add_argument("--made", type=int, help="so many tables made up, instead of the shared")
    parser.add_argument("--seed", type=int, default=0, help="of the tables made up")
    parser.add_argument("--skew", type=float, help="read a scan skewed by so many degrees")
    parser.add_argument("--show", type=int, default=2, help="faulty tables shown a line")
    parser.add_argument("--keep", type=Path, help="a folder for the PDFs with faults")
    options = parser.parse_args(arguments)
    if options.made:
        tables = [made_table(options.seed + number) for number in range(options.made)]
    else:
        folder = Path(os.environ.get("RANKBOOK_SHARED") or Path.cwd().parent / "shared")
        tables = shared_tables(folder, options.document or tuple(DOCUMENTS))
    tables = [table for table in tables if (options.caption or "") in (table.caption or "")]
    print(f"{'layout':<24}{'backend':<12}{'tables':<10}{'cells':>15}{'':>9}{'others':>7}")
    exact = [
        _attempt(tables, name, backend, options)
        for backend in options.backend or BACKENDS
        for name in options.layout or LAYOUTS
    ]
    return 0 if all(exact) else 1


if __name__ == "__main__":
    sys.exit(main())
