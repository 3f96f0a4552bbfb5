"""The asking side of the warden: one for this process, and the readers that it starts."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection

from extractors.pdf.limits import Limits
from extractors.pdf.process_messages import Answer, Order, load
from extractors.pdf.process_warden import ORDER, Fate

#: Seconds that a warden has to end by itself once it is told to: it does so in a few ms.
_LEAVE = 5

#: One thread a reader, since pages are what runs in parallel; and no thread at all in the
#: warden, which forks.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class ReaderGoneError(Exception):
    """A reader ended; ``fate`` tells how."""

    def __init__(self, fate: Fate) -> None:
        super().__init__(fate)
        self.fate = fate


class Reader:
    """A reader that has been started for one document."""

    def __init__(
        self, work: Connection, fate: socket.socket, order: Order, warden: _Warden
    ) -> None:
        self.work = work
        self._fate = fate
        self._warden = warden
        self._longest = order.limits.answer_bytes

    def send(self, message: Order | tuple[int, int], data: bytes | None = None) -> None:
        """Ask for something. A reader that is gone is noticed when its answer is taken."""
        with suppress(OSError):
            self.work.send(message)
            if data is not None:
                self.work.send_bytes(data)

    def take(self) -> Answer:
        """The next answer, once there is one.

        Raises `ReaderGoneError`, and `pickle.UnpicklingError` for what is no answer.
        """
        try:
            return load(self.work.recv_bytes(self._longest))
        except (EOFError, OSError):
            raise ReaderGoneError(self._learn_fate()) from None

    def close(self) -> None:
        """End the reader."""
        self.work.close()
        self._fate.close()

    def _learn_fate(self) -> Fate:
        self._fate.settimeout(_LEAVE)  # one that hangs up without dying has no fate yet
        with suppress(OSError):
            if said := self._fate.recv(1000):
                return Fate(**json.loads(said))
            self._warden.check()
        return Fate()


class _Warden:
    """A warden process, and the socket that it takes orders on."""

    def __init__(self, source: str) -> None:
        self._owner = os.getpid()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                _command(theirs.fileno(), source),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
            )

    @property
    def is_usable(self) -> bool:
        """Whether it is alive, and not that of the process which this one was forked off."""
        return self._owner == os.getpid() and self._process.poll() is None

    def check(self) -> None:
        """See why it is gone. Raises `RuntimeError` where it was not killed: it cannot run."""
        with suppress(subprocess.TimeoutExpired):
            if self._process.wait(_LEAVE) > 0:
                raise RuntimeError("the process that reads PDFs cannot run; see what it said")

    def start(self, order: Order, data: bytes) -> Reader:
        """Start a reader and have it open a document. Raises `OSError` where it is gone."""
        work, their_work = socket.socketpair()
        fate, their_fate = socket.socketpair()
        with their_work, their_fate:
            try:
                ends = [their_work.fileno(), their_fate.fileno()]
                socket.send_fds(self._control, [ORDER.pack(order.limits.memory)], ends)
            except OSError:
                work.close()
                fate.close()
                raise
        reader = Reader(Connection(work.detach()), fate, order, self)
        reader.send(order, data)
        return reader

    def close(self) -> None:
        """End it and its readers, unless they are those of another process."""
        self._control.close()
        if self._owner == os.getpid():
            try:
                self._process.wait(_LEAVE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


_wardens: dict[str, _Warden] = {}
_lock = threading.Lock()


def start_reader(name: str, data: bytes, limits: Limits, source: str) -> Reader:
    """A new reader that opens a document; from any thread.

    ``source`` is the module whose ``open_document`` it reads with. Raises `RuntimeError` where
    readers cannot run at all.
    """
    order = Order(name, limits)
    with _lock:
        for _ in range(2):  # one may have been killed since it was used
            warden = _warden(source)
            try:
                return warden.start(order, data)
            except OSError:
                warden.check()
    raise RuntimeError("the process that reads PDFs is killed as soon as it is started")


def _warden(source: str) -> _Warden:
    warden = _wardens.get(source)
    if warden is None or not warden.is_usable:
        if warden is not None:
            warden.close()
        warden = _wardens[source] = _Warden(source)
    return warden


@atexit.register
def _close_all() -> None:
    with _lock:
        while _wardens:
            _wardens.popitem()[1].close()


def _command(descriptor: int, source: str) -> list[str]:
    # -P: the working folder holds documents, and no code of ours.
    run = "from extractors.pdf.process_warden import main; main()"
    return [sys.executable, "-P", "-c", run, str(descriptor), source]


def _environment() -> dict[str, str]:
    """This process's own, with the places that it imports from."""
    paths = [os.path.abspath(path) for path in sys.path]
    return {
        **os.environ,
        **dict.fromkeys(_ONE_THREAD, "1"),
        "PYTHONPATH": os.pathsep.join(paths),
    }
