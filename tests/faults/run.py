"""Plant faults in clean editions and count what is found at its row.

    python -m tests.faults.run --count 1000 --seed 1

Prints, per kind, planted, found and missed, then the false alarms on as many clean editions.
A fault counts as found where an error or warning stands within two lines of it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from random import Random

from extractors.areas import Register
from tests.faults.draft import findings
from tests.faults.editions import clean
from tests.faults.faults import FAULTS

#: A finding this many lines away is still at its fault.
NEAR = 2


@dataclass(frozen=True, slots=True)
class Result:
    """One edition: the kind planted (None: clean), whether it was found, and the findings."""

    seed: int
    kind: str | None
    found: bool
    checks: tuple[tuple[str, int | None], ...]


@cache
def _register() -> Register:
    return Register.load()


def check_clean(seed: int) -> Result:
    """The errors and warnings of a clean edition."""
    found = findings(clean(seed), _register())
    return Result(seed, None, not found, tuple((row["check"], row["line"]) for row in found))


def check_fault(seed: int, kind: str) -> Result:
    """Plant one fault in the clean edition of this seed and look for it."""
    draft = clean(seed)
    place = FAULTS[kind](draft, Random(seed))
    rows = findings(draft, _register())
    lines = place.lines(draft)
    found = any(abs((row["line"] or 0) - line) <= NEAR for row in rows for line in lines)
    return Result(seed, kind, found, tuple((row["check"], row["line"]) for row in rows))


def _one(job: tuple[int, str | None]) -> Result:
    seed, kind = job
    return check_clean(seed) if kind is None else check_fault(seed, kind)


def run(count: int, seed: int, workers: int) -> list[Result]:
    """``count`` clean editions, and as many with a fault, the kinds in turn."""
    kinds = list(FAULTS)
    jobs: list[tuple[int, str | None]] = [(seed + i, None) for i in range(count)]
    jobs += [(seed + i, kinds[i % len(kinds)]) for i in range(count)]
    if workers == 1:
        return list(map(_one, jobs))
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(_one, jobs, chunksize=8))


def report(results: Sequence[Result]) -> str:
    """Planted, found and missed by kind, then the alarms on clean editions."""
    planted = Counter(one.kind for one in results if one.kind)
    found = Counter(one.kind for one in results if one.kind and one.found)
    lines = [f"{'kind':<30}{'planted':>8}{'found':>7}{'missed':>8}  seeds missed"]
    for kind in FAULTS:
        missed = [str(one.seed) for one in results if one.kind == kind and not one.found]
        lines.append(
            f"{kind:<30}{planted[kind]:>8}{found[kind]:>7}{len(missed):>8}  {' '.join(missed[:8])}"
        )
    whole, right = planted.total(), found.total()
    lines.append(f"{'all':<30}{whole:>8}{right:>7}{whole - right:>8}  {100 * right / whole:.1f}%")
    alarms = [one for one in results if one.kind is None and one.checks]
    editions = sum(one.kind is None for one in results)
    lines.append(f"false alarms on {editions} clean editions: {len(alarms)}")
    lines += [f"  seed {one.seed}: {list(one.checks)[:4]}" for one in alarms[:20]]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 1 where a clean edition alarms or more than one fault in a hundred is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run", description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(arguments)
    results = run(options.count, options.seed, options.workers)
    print(report(results))
    faults = [one for one in results if one.kind]
    missed = sum(not one.found for one in faults)
    alarms = sum(not one.found for one in results if one.kind is None)
    return int(alarms > 0 or missed > 0.01 * len(faults))


if __name__ == "__main__":
    sys.exit(main())
