"""Tables printed as PDF in every layout, with every backend, come back cell by cell.

A choice of tables here; ``python -m tests.pdf.matrix`` prints all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from extractors.areas import Register
from extractors.pipeline import extract
from extractors.records import EditionContext, Records, records
from tests.pdf.compare import compare
from tests.pdf.compose import as_printed
from tests.pdf.layouts import LAYOUTS, has_room
from tests.pdf.matrix import shared_tables
from tests.pdf.render import BACKENDS, Backend, render_all
from tests.pdf.sample import NAME, RAW, SOURCE, sample
from tests.roundtrip.tables import Table, squeezed

#: Captions of tables that together have all that a layout may want: a ranking that halves, one
#: that goes over pages, two header levels, two years compared, group labels, sections, a note.
CHOSEN = (
    "2015年华东地区智慧城市得分排名表",
    "2015年智慧城市一级评估指标相关性分析",
    "2015年所有省份得分排名情况",
    "2014年与2015年智慧基础设施前十名对比表",
    "“十二五”信息化发展基本情况",
    "2016年分地区企业电子商务情况",
)

#: WeasyPrint takes 4 ms to set a cell, ten times as long as the others: it sets these.
FEW = CHOSEN[1:4]


@lru_cache(maxsize=1)
def _chosen(folder: Path) -> dict[str, Table]:
    tables = {squeezed(table.caption or ""): table for table in shared_tables(folder)}
    return {
        wanted: next(table for caption, table in tables.items() if caption.endswith(wanted))
        for wanted in CHOSEN
    }


def _printed(folder: Path, name: str, backend: Backend) -> list[Table]:
    layout, chosen = LAYOUTS[name], _chosen(folder)
    tables = [chosen[caption] for caption in (FEW if backend == "weasyprint" else CHOSEN)]
    return [as_printed(table, layout) for table in tables if has_room(table, layout)]


@lru_cache(maxsize=len(BACKENDS))
def _prints(folder: Path, backend: Backend) -> dict[str, bytes]:
    """The chosen tables in every layout, drawn in one start of the backend."""
    names = list(LAYOUTS)
    prints: Sequence[tuple[Sequence[Table], str]] = [
        (_printed(folder, name, backend), name) for name in names
    ]
    return dict(zip(names, render_all(prints, backend), strict=True))


@pytest.mark.parametrize(("layout", "backend"), list(product(LAYOUTS, BACKENDS)))
def test_every_cell_comes_back_from_every_layout(
    shared: Path, layout: str, backend: Backend
) -> None:
    data = _prints(shared, backend)[layout]
    results, others = compare(_printed(shared, layout, backend), extract(data, f"{layout}.pdf"))
    assert results
    assert [(r.caption, r.faults) for r in results if not r.exact] == []
    assert others == []


#: Where a row stands differs between a text and a PDF; what it says does not.
PLACE = frozenset(("table_id", "document", "document_sha256", "page", "line", "bbox"))


@lru_cache(maxsize=2)
def _records(data: bytes, name: str) -> Records:
    edition = EditionContext("press-report-2015", 2015, "report", "某研究院")
    return records(extract(data, name), edition, Register.load())


def _rows(data: bytes, name: str, dataset: str) -> list[dict[str, Any]]:
    rows = _records(data, name)[dataset]
    return [{key: value for key, value in row.items() if key not in PLACE} for row in rows]


@pytest.mark.parametrize("dataset", ["cells", "observations", "rankings", "indicators"])
def test_a_pdf_says_what_its_text_says(dataset: str) -> None:
    text = _rows((RAW / SOURCE).read_bytes(), SOURCE, dataset)
    assert len(text) > 20
    assert _rows(sample(), NAME, dataset) == text
