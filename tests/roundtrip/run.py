"""Prints how many round trips come back exactly, by layout and by feature.

    python -m tests.roundtrip.run --count 1000 --seed 0 [--layout flat] [--show 3] [--shrink]

The first failures and the smallest of each class are written into a temporary folder: the
document, what it says and what came back. ``--shrink`` instead lets Hypothesis look for one
small failing document per layout. Exit status 1 where a round trip failed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, find, settings
from hypothesis.errors import NoSuchExample

from extractors.model import DocumentError, Extraction
from extractors.pipeline import extract
from tests.roundtrip.compare import (
    Failure,
    Outcome,
    Signature,
    compare,
    got_signature,
    refused,
    truth_signature,
)
from tests.roundtrip.documents import DOCUMENT_KINDS, RoundTrip, documents, make_document
from tests.roundtrip.layouts import LAYOUTS


def trips(count: int, seed: int, layout: str | None) -> Iterator[RoundTrip]:
    """``count`` documents from ``seed`` on, the kinds of documents in turn."""
    kinds = [layout] if layout else DOCUMENT_KINDS
    for number in range(seed, seed + count):
        yield make_document(number, kinds[number % len(kinds)])


def attempt(trip: RoundTrip) -> tuple[Outcome, Extraction | None]:
    """Reads a document and compares; any other error than a refusal is a bug and is shown."""
    try:
        extraction = extract(trip.data, trip.name)
    except DocumentError as error:
        return refused(trip, error), None
    except Exception as error:  # noqa: BLE001 - a crash is a failed trip, the others still count
        failure = Failure(None, f"crash: {type(error).__name__}", repr(error), False)
        return Outcome((failure,), (0, 0)), None
    return compare(trip, extraction), extraction


@dataclass(slots=True)
class Tally:
    """Counts of what was tried and what failed."""

    documents: Counter[str] = field(default_factory=Counter)
    failed_documents: Counter[str] = field(default_factory=Counter)
    silent_documents: Counter[str] = field(default_factory=Counter)
    tables: Counter[str] = field(default_factory=Counter)
    failed_tables: Counter[str] = field(default_factory=Counter)
    silent_tables: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    labels: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, trip: RoundTrip, outcome: Outcome) -> None:
        self.documents[trip.layout] += 1
        self.labels[0] += outcome.labels[0]
        self.labels[1] += outcome.labels[1]
        if not outcome.exact:
            self.failed_documents[trip.layout] += 1
            if not all(failure.reported for failure in outcome.failures):
                self.silent_documents[trip.layout] += 1
        silent = {f.index for f in outcome.failures if not f.reported}
        failed = {f.index for f in outcome.failures}
        lost = None in failed and trip.tables != () and outcome.labels == (0, 0)
        for index, features in enumerate(trip.table_features):
            for feature in features | trip.features:
                self.tables[feature] += 1
                self.failed_tables[feature] += lost or index in failed
                self.silent_tables[feature] += index in silent
        for failure in outcome.failures:
            self.reasons[failure.reason, trip.layout] += 1


def show(tally: Tally, seconds: float) -> None:
    """The tables of results, worst features first."""
    print(f"{'layout':<10}{'exact':>8}{'total':>8}{'rate':>9}{'silent':>8}   (documents)")
    for layout, total in sorted(tally.documents.items()):
        failed = tally.failed_documents[layout]
        rate = 100 * (total - failed) / total
        silent = tally.silent_documents[layout]
        print(f"{layout:<10}{total - failed:>8}{total:>8}{rate:>8.2f}%{silent:>8}")
    total, failed = sum(tally.documents.values()), sum(tally.failed_documents.values())
    silent = sum(tally.silent_documents.values())
    rate = 100 * (total - failed) / max(total, 1)
    print(f"{'all':<10}{total - failed:>8}{total:>8}{rate:>8.2f}%{silent:>8}")
    agree, lines = tally.labels
    print(f"line labels: {agree} of {lines} agree ({100 * agree / max(lines, 1):.2f}%)")
    print(f"{seconds:.1f} s\n")
    print(f"{'feature':<34}{'exact':>8}{'total':>8}{'rate':>9}{'silent':>8}   (tables)")
    worst = sorted(tally.tables, key=lambda name: -tally.failed_tables[name] / tally.tables[name])
    for name in worst:
        total, failed = tally.tables[name], tally.failed_tables[name]
        rate = 100 * (total - failed) / total
        print(f"{name:<34}{total - failed:>8}{total:>8}{rate:>8.2f}%{tally.silent_tables[name]:>8}")
    print("\nfailures by reason and layout")
    for (reason, layout), count in tally.reasons.most_common():
        print(f"{count:>6}  {layout:<8} {reason}")


def dump(folder: Path, trip: RoundTrip, outcome: Outcome, got: Extraction | None) -> None:
    """The document, its truth and what came back, for one failure."""
    stem = trip.name.removesuffix(".txt")
    (folder / trip.name).write_bytes(trip.data)
    (folder / f"{stem}.decoded.txt").write_text(trip.text, encoding="utf-8")
    report = [f"{trip.layout} {trip.encoding} {sorted(trip.features)}"]
    for failure in outcome.failures:
        report.append(f"FAILED table {failure.index}: {failure.reason}\n {failure.detail}")
        if failure.index is not None:
            report.append(f" features {sorted(trip.table_features[failure.index])}")
    for index, table in enumerate(trip.tables):
        report.append(f"\nTRUTH {index}: {table.caption}\n" + _grid_text(truth_signature(table)))
    for index, found in enumerate(got.tables if got else ()):
        report.append(
            f"\nGOT {index}: {found.caption} (line {found.line}, {found.confidence})\n"
            + _grid_text(got_signature(found))
        )
    for doubt in got.doubts if got else ():
        report.append(f"DOUBT {doubt}")
    (folder / f"{stem}.report.txt").write_text("\n".join(report), encoding="utf-8")


def _grid_text(signature: Signature) -> str:
    paths, rows = signature
    head = " | ".join("/".join(path) for path in paths)
    return "\n".join([head, *(" | ".join(row) for row in rows)])


def show_shrunk(layout: str, options: argparse.Namespace) -> bool:
    """Prints the simplest failing document of a layout; False where none was found."""
    if options.layout not in (None, layout):
        return False
    try:
        trip = find(
            documents(layout),
            lambda trip: not attempt(trip)[0].exact,
            settings=settings(
                max_examples=options.count,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
            random=Random(options.seed),
        )
    except NoSuchExample:
        print(f"{layout}: no failure in {options.count} documents")
        return False
    outcome, extraction = attempt(trip)
    print(f"===== {layout}: {[failure.reason for failure in outcome.failures]}\n{trip.text}")
    print("----- wanted\n" + "\n".join(_grid_text(truth_signature(t)) for t in trip.tables))
    got = extraction.tables if extraction else []
    print("----- got\n" + "\n".join(_grid_text(got_signature(t)) for t in got))
    return True


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--layout", choices=DOCUMENT_KINDS)
    parser.add_argument("--show", type=int, default=20, help="failures written out")
    parser.add_argument("--shrink", action="store_true", help="shrink one failure a layout")
    options = parser.parse_args(arguments)
    if options.shrink:
        found = [show_shrunk(layout, options) for layout in LAYOUTS]
        return 1 if any(found) else 0
    folder = Path(tempfile.mkdtemp(prefix="roundtrip-"))
    tally, shown, started = Tally(), 0, time.monotonic()
    smallest: dict[tuple[str, str], RoundTrip] = {}
    for trip in trips(options.count, options.seed, options.layout):
        outcome, extraction = attempt(trip)
        tally.add(trip, outcome)
        if not outcome.exact and shown < options.show:
            dump(folder, trip, outcome, extraction)
            shown += 1
        for failure in outcome.failures:
            known = smallest.setdefault((failure.reason, trip.layout), trip)
            if len(trip.lines) < len(known.lines):
                smallest[failure.reason, trip.layout] = trip
    show(tally, time.monotonic() - started)
    for (reason, layout), trip in sorted(smallest.items()):
        print(f"smallest  {layout:<8} {reason:<28} {trip.name} ({len(trip.lines)} lines)")
        dump(folder, trip, *attempt(trip))
    if smallest:
        print(f"\nthe first {shown} failures and the smallest of each class are in {folder}")
    return 1 if tally.failed_documents else 0


if __name__ == "__main__":
    sys.exit(main())
