"""`rankbook report`: its options, and what it does with them."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the command, beside those that all commands have."""
    parser.add_argument(
        "--raw", default="raw", metavar="URL", help="folder or URL of the raw documents"
    )
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="a new folder, or one of an older report"
    )
    parser.add_argument("--release", metavar="R", help="this release; the newest if none is said")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Write the report; what became of it as plain JSON data.

    Raises `ReportError` for a call that cannot be meant, `StoreError` where the store cannot
    be read, OSError where the pages cannot be written.
    """
    from flows.report import site

    return asdict(site.write(options.curated, options.raw, options.out, options.release))


def lines(answer: dict[str, Any]) -> list[str]:
    """What a person reads of an answer of `run`."""
    made = f"{answer['pages']} pages on {answer['tables']} tables of {answer['editions']} editions"
    return [f"{answer['index']}: {made}, release {answer['release']}"]
