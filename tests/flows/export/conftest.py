"""A PostgreSQL server for the tests of a session, and a database of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import psycopg
import pytest

from tests import postgres

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server's database."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server: apt-get install postgresql")
    with postgres.server() as url:
        yield url


@pytest.fixture
def database(server: str) -> str:
    """The URL of a new, empty database."""
    name = f"test_{next(_NUMBERS)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return f"{server.rsplit('/', 1)[0]}/{name}"
