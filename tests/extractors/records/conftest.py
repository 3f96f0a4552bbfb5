"""The register, and a document landed from hand-made tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extractors.areas import Register
from extractors.model import Table
from extractors.records import EditionContext, Records, records
from tests.extractors.records.making import EDITION, extraction


@pytest.fixture(scope="session")
def register() -> Register:
    return Register.load()


@pytest.fixture
def landed(register: Register) -> Callable[..., Records]:
    """``landed(table, …)`` gives the rows of a document of these tables."""

    def land(*tables: Table, edition: EditionContext = EDITION, **more: object) -> Records:
        return records(extraction(*tables, **more), edition, register)

    return land
