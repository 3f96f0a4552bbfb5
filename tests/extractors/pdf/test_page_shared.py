"""Grids of real PDFs against what they print, by the scorer that lies beside them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from extractors.pdf.page import open_pdf, read_page

#: Adjacency and exact-row F1 that the documents of a folder reach together, less a little.
REACHED = {"zh": (0.985, 0.975), "icdar2013": (0.99, 0.985)}


@pytest.fixture(scope="module")
def score(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("pdf_score", shared / "pdf" / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def grids_of(path: Path) -> list[dict[str, object]]:
    with open_pdf(path.read_bytes(), path.name) as pdf:
        return [
            {"page": number, "rows": grid.rows, "spans": grid.spans}
            for number in range(1, pdf.pages + 1)
            for grid in read_page(pdf, number).grids
        ]


@pytest.mark.parametrize("folder", REACHED)
def test_real_documents(folder: str, shared: Path, score: ModuleType):
    truth = score.load_gt(shared / "pdf" / folder)
    found = {name: grids_of(shared / "pdf" / folder / f"{name}.pdf") for name in truth}
    total, by_document, _ = score.score(truth, found)
    weakest = sorted((round(each["row"][2], 3), name) for name, each in by_document.items())[:3]
    assert total["adj"][2] >= REACHED[folder][0], weakest
    assert total["row"][2] >= REACHED[folder][1], weakest


def test_turned_chart_has_no_table(shared: Path):
    assert grids_of(shared / "pdf" / "zh" / "jiuzhoutong.pdf") == []
