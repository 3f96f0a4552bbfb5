"""Grids of PDFs against other tools, by the scorer beside the shared PDFs, and what they cost.

Peers are an optional extra: every one that can be imported takes part (``pip install pdfplumber
camelot-py img2table tabula-py``; tabula needs Java). `make bench` prints the tables.
"""

from __future__ import annotations

import importlib.util
import io
import logging
import shutil
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from extractors.pdf.page import open_pdf, read_page

pytestmark = pytest.mark.bench

Tables = list[dict[str, object]]
Tool = Callable[[Path], Tables]

FOLDERS = ("zh", "icdar2013")

#: One page in ten of the made yearbook holds a table, as in the real one.
PAGES, EVERY = 60, 10


def ours(path: Path) -> Tables:
    with open_pdf(path.read_bytes(), path.name) as pdf:
        return [
            {"page": number, "rows": grid.rows, "spans": grid.spans}
            for number in range(1, pdf.pages + 1)
            for grid in read_page(pdf, number).grids
        ]


def _pdfplumber(**settings: str) -> Tool:
    def read(path: Path) -> Tables:
        import pdfplumber

        with pdfplumber.open(path) as pdf:
            return [
                {"page": number, "rows": rows}
                for number, page in enumerate(pdf.pages, start=1)
                for rows in page.extract_tables(settings)
            ]

    return read


def _camelot(flavor: str, **options: object) -> Tool:
    def read(path: Path) -> Tables:
        import camelot

        found = camelot.read_pdf(str(path), pages="all", flavor=flavor, **options)
        return [{"page": each.page, "rows": each.df.values.tolist()} for each in found]

    return read


def _img2table(**options: bool) -> Tool:
    def read(path: Path) -> Tables:
        from img2table.document import PDF

        return [
            {"page": number + 1, "rows": each.df.values.tolist()}
            for number, tables in PDF(str(path)).extract_tables(**options).items()
            for each in tables
        ]

    return read


def _tabula(**options: bool) -> Tool:
    def read(path: Path) -> Tables:
        import tabula

        found = tabula.read_pdf(str(path), pages="all", output_format="json", **options)
        return [
            {
                "page": each.get("page_number", 1),
                "rows": [[cell.get("text", "") for cell in row] for row in each["data"]],
            }
            for each in found
        ]

    return read


#: The module a tool is imported from, and the tool in the settings that people use.
PEERS: dict[str, tuple[str, Tool]] = {
    "pdfplumber": ("pdfplumber", _pdfplumber()),
    "pdfplumber text": (
        "pdfplumber",
        _pdfplumber(vertical_strategy="text", horizontal_strategy="text"),
    ),
    "camelot lattice": ("camelot", _camelot("lattice", engine="vector", split_text=True)),
    "camelot hybrid": ("camelot", _camelot("hybrid", engine="vector", split_text=True)),
    "camelot network": ("camelot", _camelot("network", split_text=True)),
    "camelot stream": ("camelot", _camelot("stream")),
    "camelot auto": ("camelot", _camelot("auto")),
    "img2table": ("img2table", _img2table()),
    "img2table borderless": (
        "img2table",
        _img2table(borderless_tables=True, implicit_rows=True, implicit_columns=True),
    ),
    "tabula lattice": ("tabula", _tabula(lattice=True)),
    "tabula stream": ("tabula", _tabula(stream=True)),
}


def installed() -> Iterator[tuple[str, Tool]]:
    for name, (module, tool) in PEERS.items():
        java = module != "tabula" or shutil.which("java")
        if importlib.util.find_spec(module) and java:
            yield name, tool


def _score(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("pdf_score", shared / "pdf" / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cleaned(tables: Tables) -> Tables:
    """Tables whose cells are text: peers give None and NaN for a blank one."""
    return [
        {
            **table,
            "rows": [[cell if isinstance(cell, str) else "" for cell in row] for row in rows],
        }
        for table in tables
        if isinstance(rows := table["rows"], list | tuple)
    ]


def _pooled(tool: Tool, shared: Path) -> tuple[float, float]:
    """Adjacency and exact-row F1 of a tool over the documents of all folders."""
    score = _score(shared)
    counts = {"adj": [0, 0, 0], "row": [0, 0, 0]}
    for folder in FOLDERS:
        truth = score.load_gt(shared / "pdf" / folder)
        found = {}
        for name in truth:
            try:
                found[name] = _cleaned(tool(shared / "pdf" / folder / f"{name}.pdf"))
            except Exception as error:  # noqa: BLE001 - a peer may fail as it likes; then it found nothing
                print(f"  {name}: {type(error).__name__}")
        for metric, own in counts.items():
            for place, number in enumerate(score.score(truth, found)[2][metric]):
                own[place] += number
    return score.prf(*counts["adj"])[2], score.prf(*counts["row"])[2]


def test_grids_are_better_than_those_of_any_peer(shared: Path, capsys: pytest.CaptureFixture):
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    own = _pooled(ours, shared)
    results = {"rankbook": own, **{name: _pooled(tool, shared) for name, tool in installed()}}
    logging.disable(logging.NOTSET)
    with capsys.disabled():
        print(f"\n{'tool':<24}{'adjacency':>10}{'rows':>8}")
        for name, (adjacency, rows) in sorted(results.items(), key=lambda r: -r[1][0]):
            print(f"{name:<24}{adjacency:>10.3f}{rows:>8.3f}")
    assert len(results) > 1, "no peer is installed"
    for name, (adjacency, rows) in results.items():
        if name != "rankbook":
            assert own[0] > adjacency and own[1] > rows, name


def _yearbook(folder: Path) -> Path:
    """A yearbook of prose with a ruled table on every tenth page."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    line = "各地要把城市运行管理服务平台建设作为提升治理能力的重要抓手，统筹推进，2016年完成"
    for page in range(PAGES):
        canvas.setFont("STSong-Light", 10)
        if page % EVERY:
            for row in range(40):
                canvas.drawString(60, 770 - 17 * row, line)
        else:
            _draw_table(canvas, rows=38)
        canvas.showPage()
    canvas.save()
    path = folder / "yearbook.pdf"
    path.write_bytes(target.getvalue())
    return path


def _draw_table(canvas: Canvas, rows: int) -> None:
    xs = [60 + 60 * column for column in range(9)]
    for row in range(rows + 1):
        canvas.line(xs[0], 780 - 18 * row, xs[-1], 780 - 18 * row)
        for column, x in enumerate(xs[:-1] if row < rows else []):
            text = f"城市{row}" if column == 0 else f"{row * 1.7 + column:.2f}"
            canvas.drawString(x + 4, 780 - 18 * row - 13, text)
    for x in xs:
        canvas.line(x, 780, x, 780 - 18 * rows)


def _seconds(tool: Tool, path: Path) -> float:
    start = time.process_time()
    tool(path)
    return time.process_time() - start


def test_yearbook_costs_less_than_with_peers(tmp_path: Path, capsys: pytest.CaptureFixture):
    path = _yearbook(tmp_path)
    assert len(ours(path)) == PAGES // EVERY
    own = min(_seconds(ours, path) for _ in range(3))
    wanted = {"pdfplumber": (_pdfplumber(), 2.0), "camelot": (_camelot("lattice"), 5.0)}
    for module, (tool, ratio) in wanted.items():
        if not importlib.util.find_spec(module):
            continue
        theirs = _seconds(tool, path)
        with capsys.disabled():
            print(f"\n{PAGES / own:.0f} pages/s, {theirs / own:.1f} times {module}")
        assert theirs >= ratio * own, module
