"""A stand-in for the parsers, whose documents say what their pages do to the reader.

A document is JSON: ``pages``, and for a page's number (or ``open``) the name of a function
below and its argument.
"""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

from extractors.model import DocumentError
from extractors.pdf.limits import Limits
from extractors.pdf.model import PdfPage, Word
from extractors.pdf.process_reader import ReadPage

_kept: list[bytearray] = []


def document(pages: int, **deeds: tuple[str, Any]) -> bytes:
    """A document; ``deeds`` are what its pages do, as ``p3=("spin", 5)``, or ``each``."""
    named = {name if name in ("open", "each") else name[1:]: deed for name, deed in deeds.items()}
    return json.dumps({"pages": pages, **named}).encode()


def open_document(data: bytes, name: str, limits: Limits) -> tuple[int, ReadPage]:
    script = json.loads(data)

    def read(number: int) -> PdfPage:
        word = Word(f"{number}", (0, 0, 9, 9))
        page = PdfPage(number, 595, 842, words=[word], doubts=[str(os.getpid())])
        _do(script, str(number), page)
        return page

    _do(script, "open", PdfPage(0, 0, 0))
    return script["pages"], read


def _do(script: dict[str, Any], key: str, page: PdfPage) -> None:
    if deed := script.get(key) or (key != "open" and script.get("each")):
        _DEEDS[deed[0]](page, deed[1])


def spin(page: PdfPage, seconds: float) -> None:
    """Keep a core busy."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def hang(page: PdfPage, _: Any) -> None:
    """Wait for ever, deaf to polite signals."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
    while True:
        time.sleep(60)


def die(page: PdfPage, number: int) -> None:
    """Die of a signal."""
    os.kill(os.getpid(), number)
    time.sleep(60)


def die_once(page: PdfPage, mark: str) -> None:
    """Die the first time only, which a file remembers."""
    if not Path(mark).exists():
        Path(mark).touch()
        die(page, signal.SIGKILL)


def leave(page: PdfPage, status: int) -> None:
    """Exit, without a word."""
    os._exit(status)


def take(page: PdfPage, megabytes: int) -> None:
    """Take memory in steps, and hold it a while."""
    held = [bytearray(os.urandom(1)) * 1_000_000 for _ in range(megabytes)]
    time.sleep(0.2)
    assert len(held) == megabytes


def take_at_once(page: PdfPage, megabytes: int) -> None:
    """Ask for memory in one piece, as no look from outside can see."""
    bytearray(megabytes * 1_000_000)


def keep(page: PdfPage, megabytes: int) -> None:
    """Leave memory behind."""
    _kept.append(bytearray(b"x") * (megabytes * 1_000_000))


def say(page: PdfPage, megabytes: int) -> None:
    """Have very much to say."""
    page.doubts = [os.urandom(500_000).hex() for _ in range(megabytes)]


def lie(page: PdfPage, number: int) -> None:
    """Answer for another page."""
    page.number = number


def smuggle(page: PdfPage, _: Any) -> None:
    """Put into the answer what runs where it is taken out."""
    page.doubts = [_Command()]  # type: ignore[list-item]


class _Command:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch smuggled",)


def fail(page: PdfPage, _: Any) -> None:
    raise LookupError("words of the document")


def refuse(page: PdfPage, code: str) -> None:
    raise DocumentError("name", "it is refused", code=code)


def recurse(page: PdfPage, _: Any) -> None:
    recurse(page, _)


_DEEDS = {
    one.__name__: one
    for one in (
        *(spin, hang, die, die_once, leave, take, take_at_once, keep, say, lie),
        *(smuggle, fail, refuse, recurse),
    )
}
