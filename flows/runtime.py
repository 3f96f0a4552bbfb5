"""What a process of ours runs with: its environment, its logs, its stamps, its standard output."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TextIO

from flows.editions import fingerprint
from schemas.vocabulary import Vocabulary

LOGGER = "rankbook"
_LEVEL = "RANKBOOK_LOG_LEVEL"

#: Nothing is sent anywhere: Prefect counts on two channels, Great Expectations on one.
_SILENT = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
}

#: The code that decides what rows a document gives. Another wording of a message of the
#: command line is no reason to land everything again.
_ROW_CODE = (
    ("schemas", ""),
    ("extractors", ""),
    ("flows", "checks"),
    ("flows", "steps.py"),
)

#: The code that says what lines, cells and tables a document has, but for what stands after.
_PARSING_CODE = ("schemas", "extractors")
_NOT_PARSING = frozenset(
    {"match.py", "onboarding.py", "records", "facts", "formulas", "reconcile", "schemes"}
)


#: What reads the pages of a PDF; those of the extra for scanned pages may be missing.
_PAGE_READERS = (
    "pypdfium2", "pdfplumber", "pdfminer.six", "camelot-py", "opencv-python-headless",
    "rapidocr", "onnxruntime",
)  # fmt: skip


def prepare_environment(level: str = "WARNING") -> None:
    """Set what Prefect and Great Expectations read when they are imported, and our log level.

    Analytics are off whatever is set; an operator's own `PREFECT_*` settings stand. Child
    processes inherit all of it.
    """
    os.environ.update(_SILENT)
    os.environ[_LEVEL] = level
    # Prefect's own log says for every task that it ended; ours says what became of it.
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "DEBUG" if level == "DEBUG" else "ERROR")
    os.environ.setdefault("PREFECT_HOME", _private_home())
    # Its runs are on the page; a copy of our log there would be sent line by line.
    os.environ.setdefault("PREFECT_LOGGING_TO_API_ENABLED", "false")


def _private_home() -> str:
    """A folder of ours for Prefect, apart from a person's own, readable by nobody else."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    home = Path(state) / "rankbook" / "prefect"
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        home.chmod(0o700)
        if os.access(home, os.W_OK):
            return str(home)
    except OSError:
        pass  # a home that is read only, as in a container: runs are then not kept
    return tempfile.mkdtemp(prefix="rankbook-prefect-")


def configure_logging() -> logging.Logger:
    """Our logger, which writes to standard error at the level of `prepare_environment`."""
    logger = logging.getLogger(LOGGER)
    logger.setLevel(os.environ.get(_LEVEL, "WARNING"))
    logger.propagate = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger.handlers = [handler]
    return logger


def claim_stdout() -> TextIO:
    """Standard output for results alone: everything else that prints goes to standard error.

    Libraries and child processes (Prefect's server) write to descriptor 1 as they like, and a
    caller of ``--json`` reads one object there.
    """
    sys.stdout.flush()
    # A path may have bytes that are no text; they are shown as escapes.
    results = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    os.dup2(2, 1)
    return results


@cache
def code_version() -> str:
    """The version of the package and of the code that decides what rows a document gives."""
    try:
        release = version("rankbook")
    except PackageNotFoundError:  # run from a folder that was never installed
        release = "0"
    return f"{release}+{_digest(_row_code(), _readers())[:12]}"


@cache
def parsing_version() -> str:
    """A hash of the code between the bytes and the matching of headers."""
    entries = (entry for package in _PARSING_CODE for entry in _parsing_code(package))
    return _digest(entries, _readers())


def _readers() -> str:
    """The libraries that read pages, with their versions: another one may read another thing,
    and a page that was not read for want of one is read when it is installed."""
    found = []
    for name in _PAGE_READERS:
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    return "\n".join(found)


def vocabulary_hash(sidecar: Mapping[str, Any] | None) -> str:
    """The hash of all facts that a document is read with, its sidecar among them.

    A word, unit, place or check that changes, or a title mended in the sidecar, makes the
    document another one for the skipping of what is landed already.
    """
    vocabulary = Vocabulary.load((sidecar or {}).get("vocabulary"))
    parts = (vocabulary.hash, _facts(), fingerprint(sidecar))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def _facts() -> str:
    return _digest(_files(files("schemas"), (".yaml", ".yml", ".csv", ".json", ".gz")))


def _row_code() -> Iterator[Traversable]:
    for package, part in _ROW_CODE:
        top = files(package).joinpath(part) if part else files(package)
        yield from _files(top, (".py",))


def _parsing_code(package: str) -> Iterator[Traversable]:
    for entry in sorted(files(package).iterdir(), key=lambda entry: entry.name):
        if entry.name not in _NOT_PARSING:
            yield from (one for one in _files(entry, (".py",)) if one.name.endswith(".py"))


def _files(top: Traversable, suffixes: tuple[str, ...]) -> Iterator[Traversable]:
    """The files below a place in an order of their own, whatever the disk's is."""
    if top.is_file():
        yield top
        return
    for entry in sorted(top.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() or entry.name.endswith(suffixes):
            yield from _files(entry, suffixes)


def _digest(entries: Iterator[Traversable], besides: str = "") -> str:
    digest = hashlib.sha256(besides.encode())
    for entry in entries:
        data = entry.read_bytes()
        digest.update(f"{entry.name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()
