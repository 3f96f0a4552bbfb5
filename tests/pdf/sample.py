"""Makes the sample PDF of raw/: a ruled table over pages with a header of two levels.

    python -m tests.pdf.sample --into raw

Its figures are those of a text document that raw/ has already, so it claims nothing new: one
table, printed by us. The edition is its own, since it is a print and not the publication.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from extractors.pipeline import extract
from tests.pdf.layouts import LAYOUTS
from tests.pdf.recovered import printable
from tests.pdf.render import render

RAW = Path(__file__).resolve().parents[2] / "raw"
SOURCE = "smart-city-development-2015-annex1.txt"
NAME = "smart-city-development-2015-print.pdf"

#: A title at the head of every page and a number at its foot; the header comes again.
LAYOUT = replace(LAYOUTS["landscape"], running="中国智慧城市发展水平评估")
SERIES = "smart-city-development-print"
FONT = "subset of WenQuanYi Micro Hei (Apache 2.0) embedded"


def sample(raw: Path = RAW) -> bytes:
    """The PDF of the first table of the text document; the same bytes every time."""
    source = raw / SOURCE
    table = extract(source.read_bytes(), source.name).tables[0]
    return render(printable(table), LAYOUT, "reportlab")


def sidecar(data: bytes, raw: Path = RAW) -> str:
    """The sidecar of the sample: that of the text document, for these bytes."""
    facts = yaml.safe_load((raw / f"{SOURCE}.yaml").read_text(encoding="utf-8"))
    prefix = facts["edition"].removesuffix(f"-{facts['series']}-{facts['year']}")
    facts |= {
        "series": SERIES,
        "edition": f"{prefix}-{SERIES}-{facts['year']}",
        "title": f"{facts['title']}（附表样张）",
        "source": f"printed from {SOURCE} by tests/pdf/sample.py",
        "licence": f"{facts['licence']}; {FONT}",
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
    }
    head = "# What the document itself cannot say. sha256 and size are checked before it is read.\n"
    return head + yaml.safe_dump(facts, allow_unicode=True, sort_keys=False, width=200)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--into", type=Path, required=True, help="the folder it is written to")
    options = parser.parse_args(arguments)
    options.into.mkdir(parents=True, exist_ok=True)
    data = sample()
    (options.into / NAME).write_bytes(data)
    (options.into / f"{NAME}.yaml").write_text(sidecar(data), encoding="utf-8")
    print(f"{options.into / NAME}: {len(data)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
