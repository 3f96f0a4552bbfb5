"""A Prefect API of our own, for as long as a process lives, however it ends.

Prefect can bring one up itself, but it outlives a caller that is killed, and keeps its port
and 150 MB for ever. This one reads a pipe whose other end only the caller holds, and ends
with it.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

#: 5–13 s on an idle machine (most of it the first time, for the database), and ten times
#: that on one that is not.
START_SECONDS = 180.0

#: What the server may take to write down what it was last told.
_STOP_SECONDS = 5.0

_API_URL = "PREFECT_API_URL"


class ServerError(Exception):
    """The API did not come up."""


def ensure_api() -> str:
    """The URL of the configured Prefect API, or of one that is brought up for this process.

    Has to be called before Prefect is imported, which reads the URL then; its own work at
    exit comes before the server's end for the same reason. Raises `ServerError`.
    """
    configured = os.environ.get(_API_URL)
    if configured:
        return configured
    server = subprocess.Popen(
        [sys.executable, "-m", "flows.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Ctrl-C is for the caller; the server has to hear how the flow ended.
        start_new_session=True,
        env={
            **os.environ,
            "PREFECT_UI_ENABLED": "0",
            "PREFECT__SERVER_EPHEMERAL": "1",
            "PREFECT__SERVER_FINAL": "1",
        },
    )
    atexit.register(_stop, server)
    assert server.stdout is not None
    port = server.stdout.readline().strip()
    url = f"http://127.0.0.1:{port}/api"
    if not port or not _answers(f"{url}/health", server):
        raise ServerError(f"Prefect's API did not come up within {START_SECONDS:.0f} s")
    os.environ[_API_URL] = url
    return url


def _answers(url: str, server: subprocess.Popen[str]) -> bool:
    until = time.monotonic() + START_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while server.poll() is None and time.monotonic() < until:
        try:
            with opener.open(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.05)
    return False


def _stop(server: subprocess.Popen[str]) -> None:
    os.environ.pop(_API_URL, None)
    assert server.stdin is not None
    server.stdin.close()
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main() -> None:
    """The server process: says its port on standard output, and ends with its standard input."""
    import uvicorn

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        "prefect.server.api.server:create_app", factory=True, log_level="error", lifespan="on"
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_end_with_caller, args=(server,), daemon=True).start()
    print(listening.getsockname()[1], flush=True)
    os.dup2(2, 1)  # what else is printed is no result of the caller's
    server.run(sockets=[listening])


def _end_with_caller(server: object) -> None:
    sys.stdin.read()
    server.should_exit = True  # type: ignore[attr-defined]
    time.sleep(_STOP_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
