"""A PostgreSQL server of the tests' own: a new cluster on a free port of this machine."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from glob import glob
from pathlib import Path

#: Debian keeps the server's programs off the path, by version.
_PROGRAMS = "/usr/lib/postgresql/*/bin"

#: PostgreSQL refuses to run as root; Debian's package makes this user.
_USER = "postgres"

PASSWORD = "p:w/@#1"
#: The same as it stands in a URL.
QUOTED_PASSWORD = "p%3Aw%2F%40%231"


def programs() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``, None where no server is installed."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).parent
    versions = sorted(glob(_PROGRAMS), key=lambda path: float(path.split("/")[-2]))
    return Path(versions[-1]) if versions else None


@contextmanager
def server() -> Iterator[str]:
    """A running server; the URL of its database, with a password. It goes with its data."""
    where = programs()
    assert where is not None, "no PostgreSQL is installed"
    with tempfile.TemporaryDirectory(prefix="rankbook-pg-") as folder:
        _give_away(folder)
        data, password = f"{folder}/data", Path(folder, "password")
        password.write_text(PASSWORD)
        password.chmod(0o644)
        _run(
            [
                f"{where}/initdb", "-D", data, "-U", "tester", "--pwfile", str(password),
                "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync",
            ],
        )  # fmt: skip
        port = _free_port()
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c full_page_writes=off"
        start = [f"{where}/pg_ctl", "-D", data, "-w", "-t", "60", "-l", f"{folder}/log"]
        _run([*start, "-o", options, "start"])
        try:
            yield f"postgresql://tester:{QUOTED_PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            _run([*start, "-m", "immediate", "stop"])


def _give_away(folder: str) -> None:
    if os.geteuid() == 0:
        user = pwd.getpwnam(_USER)
        os.chown(folder, user.pw_uid, user.pw_gid)


def _run(command: Sequence[str]) -> None:
    """Run a program of the server, as a user that it accepts."""
    as_user = _USER if os.geteuid() == 0 else None
    result = subprocess.run(
        command,
        user=as_user,
        group=as_user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if "start" not in command else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{command}: {result.stdout}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
