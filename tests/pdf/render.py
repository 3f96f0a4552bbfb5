"""Prints tables as PDF in any layout, with reportlab, LibreOffice or WeasyPrint.

    python -m tests.pdf.render DOCUMENT.txt --layout three-line --backend weasyprint -o out.pdf

prints the tables that are recovered from a text document; ``--layout all`` and ``--backend all``
print one file each into a folder.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, get_args

from extractors.pipeline import extract
from tests.pdf import by_libreoffice, by_reportlab, by_weasyprint
from tests.pdf.chart import chart_page
from tests.pdf.compose import compose
from tests.pdf.finish import finish
from tests.pdf.layouts import LAYOUTS, Layout, has_room
from tests.pdf.page import Document
from tests.pdf.recovered import printable
from tests.roundtrip.tables import Table

Backend = Literal["reportlab", "libreoffice", "weasyprint"]
BACKENDS: Sequence[Backend] = get_args(Backend)

_DRAW: dict[Backend, Callable[[Sequence[Document]], list[bytes]]] = {
    "reportlab": by_reportlab.draw,
    "libreoffice": by_libreoffice.draw,
    "weasyprint": by_weasyprint.draw,
}


def render(tables: Table | Sequence[Table], layout: Layout | str, backend: Backend) -> bytes:
    """The tables as a PDF, in order. Raises `NoRoomError` where one does not fit the page."""
    tables = [tables] if isinstance(tables, Table) else tables
    return render_all([(tables, layout)], backend)[0]


def render_all(
    prints: Sequence[tuple[Sequence[Table], Layout | str]], backend: Backend
) -> list[bytes]:
    """Several PDFs in one start of the backend: LibreOffice takes a second to start."""
    layouts = [LAYOUTS[layout] if isinstance(layout, str) else layout for _, layout in prints]
    documents = [
        compose(tables, layout) for (tables, _), layout in zip(prints, layouts, strict=True)
    ]
    drawn = _DRAW[backend](documents)
    return [
        finish(data, layout, chart_page() if layout.chart else None)
        for data, layout in zip(drawn, layouts, strict=True)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables of a document; exit status 1 where a layout has room for none."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("document", type=Path, help="a text document with tables")
    parser.add_argument("--layout", choices=[*LAYOUTS, "all"], default="ruled")
    parser.add_argument("--backend", choices=[*BACKENDS, "all"], default="reportlab")
    parser.add_argument("--kind", help="only tables of this kind, such as statistics")
    parser.add_argument("-o", "--output", type=Path, required=True, help="a file, or a folder")
    options = parser.parse_args(arguments)
    extraction = extract(options.document.read_bytes(), options.document.name)
    tables = [printable(t) for t in extraction.tables if options.kind in (None, t.kind)]
    layouts = list(LAYOUTS) if options.layout == "all" else [options.layout]
    backends = BACKENDS if options.backend == "all" else [options.backend]
    several = len(layouts) * len(backends) > 1
    prints = [([t for t in tables if has_room(t, LAYOUTS[name])], name) for name in layouts]
    prints = [(fitting, name) for fitting, name in prints if fitting]
    for backend in backends:
        for (fitting, name), data in zip(prints, render_all(prints, backend), strict=True):
            path = options.output / f"{name}-{backend}.pdf" if several else options.output
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            print(f"{path}: {len(fitting)} of {len(tables)} tables, {len(data)} bytes")
    return 0 if prints else 1


if __name__ == "__main__":
    sys.exit(main())
