"""What reading one PDF may take, and the limits that the kernel holds a reader to.

Whatever a document makes its reader do, it ends: a page by its own time or its share of the
memory, and a document by the sum. Memory is watched from outside, every few milliseconds; what
grows faster than that runs into a limit of the kernel first.
"""

from __future__ import annotations

import math
import resource
import time
from dataclasses import dataclass
from pathlib import Path

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one document. Seconds and bytes; a reader is the process that reads pages.

    ``memory`` is the resident memory at which a reader is ended: no process of ours is to
    pass 700 MB, and one that takes 2 GB a second takes 40 MB between two looks. ``burst`` is
    what the kernel lets it have at most, for the single allocation that no look sees: 1 GiB
    less the libraries' own pages.

    ``page_cpu_seconds`` and ``page_seconds`` are for one page, and for opening a document: the
    slowest honest page is a scan, at 6 s of two cores; the clock on the wall runs on while
    other programs have the cores, and is below the minute after which a reader counts as hung.

    ``text_seconds`` and ``scan_seconds`` of processor time are nothing odd for a page, and the
    first for opening a document. A document may take what its pages may, and ``excess_seconds``
    more, or a thousand pages that each stay within their own limit would take a day.

    A reader is replaced after ``reader_pages``, or once it keeps ``reader_memory`` after a page,
    which is above the 420 MB of one that has the network for scans loaded.
    ``answer_bytes`` is the most that a page may have to say: the fullest page of a yearbook has
    0.5 MB. ``content_bytes`` bounds a page's drawing instructions, decoded: the largest maps
    have a third of it. ``pages`` is five times the longest yearbook's.
    """

    memory: int = 640 * _MB
    burst: int = 900 * _MB
    page_cpu_seconds: float = 30
    page_seconds: float = 45
    text_seconds: float = 4
    scan_seconds: float = 20
    excess_seconds: float = 20
    reader_pages: int = 200
    reader_memory: int = 500 * _MB
    answer_bytes: int = 32 * _MB
    content_bytes: int = 100 * _MB
    pages: int = 10_000


def confine(limits: Limits) -> None:
    """Bound the memory that this process may still take; it leaves no core file.

    The address space says little: libraries reserve what they never touch. Private writable
    memory is what grows with a document, so its growth is bounded (Linux 4.7 and later).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resident, private = _memory()
    if private:
        _bound(resource.RLIMIT_DATA, private + max(0, limits.burst - resident))


def loosen(more: int = 32 * _MB) -> None:
    """Allow a process that ran out of memory as much more as it takes to say so."""
    soft, _ = resource.getrlimit(resource.RLIMIT_DATA)
    if soft != resource.RLIM_INFINITY:
        _bound(resource.RLIMIT_DATA, soft + more)


def renew_cpu(seconds: float) -> None:
    """Let this process have so many seconds of processor time from now; SIGXCPU ends it then."""
    _bound(resource.RLIMIT_CPU, math.ceil(time.process_time() + seconds))


def resident_memory() -> int:
    """The resident memory of this process in bytes, 0 where the kernel does not say."""
    return _memory()[0]


def _bound(kind: int, soft: int) -> None:
    """Set a soft limit: it binds as the hard one does, and can be raised again."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(kind, (soft, hard))


def _memory() -> tuple[int, int]:
    """Resident and private writable memory of this process in bytes."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:  # no Linux: memory is watched from outside alone
        return 0, 0
    sizes = dict(line.split(":", 1) for line in lines if line.startswith("Vm"))
    resident, private = (int(sizes[name].split()[0]) * 1024 for name in ("VmRSS", "VmData"))
    return resident, private
