"""The warden: a process that starts readers, watches what memory they take, and ends them.

It imports the parsers once and forks a reader for each document and each few hundred pages:
that takes milliseconds, and what the parsers' code takes of memory is shared. It never opens a
document, so it has one thread and is sound to fork, whatever threads the asking process has.

Each reader hangs on two sockets. On ``work`` it talks to the process that asked for it. The
other, ``fate``, is the warden's: when the far end is closed, the reader is ended; when the
reader dies, its `Fate` is written there. So nothing outlives the process that asked, however
that dies: the warden sees the ends close, and readers die with the warden.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import logging
import os
import selectors
import signal
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection

import psutil

from extractors.pdf.process_reader import OpenDocument, serve

#: An order for a reader, sent with its two sockets: the resident memory it may take.
ORDER = struct.Struct("!q")

#: Seconds between two looks at the readers. At 2 GB/s, the fastest that memory was seen to
#: grow, a reader takes 40 MB more than it should; looking takes 0.1% of a core.
_LOOK = 0.02

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Fate:
    """How a reader ended: by a signal, or else with a status; and whether it was too large.

    All are nothing where its warden was gone before it could tell.
    """

    signal: int = 0
    status: int = 0
    is_too_large: bool = False


@dataclass(slots=True)
class _Child:
    """A reader as its warden knows it."""

    pid: int
    fate: socket.socket
    limit: int
    process: psutil.Process


class Warden:
    """Starts a reader for each order on ``control``, until that is closed."""

    def __init__(self, control: socket.socket, open_document: OpenDocument) -> None:
        self._control = control
        self._open_document = open_document
        self._children: dict[int, _Child] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)

    def run(self) -> None:
        """Serve until the process that asked is gone; then end all readers."""
        try:
            while True:
                for key, _ in self._selector.select(_LOOK if self._children else None):
                    child = key.data
                    if child is not None:
                        self._end(child)
                    elif not self._take_order():
                        return
                self._look()
        finally:
            for child in list(self._children.values()):
                self._end(child)

    def _take_order(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._control, ORDER.size, 2)
        if not data:
            return False
        work, fate = descriptors
        self._start(work, socket.socket(fileno=fate), *ORDER.unpack(data))
        return True

    def _start(self, work: int, fate: socket.socket, limit: int) -> None:
        pid = os.fork()
        if not pid:
            try:
                self._become_reader(Connection(work), fate)
            except BaseException:  # noqa: BLE001  nothing of the warden's may run on in a reader
                os._exit(1)
            os._exit(0)
        os.close(work)
        child = _Child(pid, fate, limit, psutil.Process(pid))
        self._children[pid] = child
        self._selector.register(fate, selectors.EVENT_READ, child)

    def _become_reader(self, work: Connection, fate: socket.socket) -> None:
        _die_with(os.getppid())
        self._selector.close()
        self._control.close()
        for other in (fate, *(child.fate for child in self._children.values())):
            other.close()
        logging.disable()  # parsers warn with words of the document
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stderr.fileno())
        serve(work, self._open_document)

    def _look(self) -> None:
        """Reap the readers that died, and end those that take too much memory."""
        for child in list(self._children.values()):
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                self._bury(child, status, is_too_large=usage.ru_maxrss * 1024 > child.limit)
                continue
            with suppress(psutil.Error):
                if child.process.memory_info().rss > child.limit:
                    self._end(child, is_too_large=True)

    def _end(self, child: _Child, *, is_too_large: bool = False) -> None:
        os.kill(child.pid, signal.SIGKILL)  # not reaped yet, so the number is still its own
        _, status = os.waitpid(child.pid, 0)
        self._bury(child, status, is_too_large=is_too_large)

    def _bury(self, child: _Child, status: int, *, is_too_large: bool) -> None:
        code = os.waitstatus_to_exitcode(status)
        fate = Fate(max(0, -code), max(0, code), is_too_large)
        with suppress(OSError):  # nobody asks any more
            child.fate.send(json.dumps(asdict(fate)).encode())
        self._selector.unregister(child.fate)
        child.fate.close()
        del self._children[child.pid]


def _die_with(parent: int) -> None:
    """End this process when its parent ends (Linux).

    The signal is sent when the *thread* that forked ends: the warden has only one.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before
        os._exit(1)


def main() -> None:
    """Be the warden of the process at the other end of a socket: its descriptor and what
    module's ``open_document`` reads are the arguments."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the process that asked
    control = socket.socket(fileno=int(sys.argv[1]))
    source = importlib.import_module(sys.argv[2])
    gc.collect()
    gc.freeze()  # a collection in a reader would write to, and so copy, every page they share
    Warden(control, source.open_document).run()
