"""What all tests share: skips that fail in CI, the shared documents, Prefect's API."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Prefect reads its settings when it is imported, so they are set before any test module is.
os.environ["PREFECT_HOME"] = tempfile.mkdtemp(prefix="rankbook-tests-")

from flows import runtime

runtime.prepare_environment()

_STRICT = "RANKBOOK_CI"
_ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What stands under tests/benchmarks measures, and is run by `make bench`."""
    for item in items:
        if "benchmarks" in item.path.parts:
            item.add_marker(pytest.mark.bench)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """With RANKBOOK_CI set a skipped test is a failed one: CI has all that a test may need."""
    report = yield
    if report.skipped and os.environ.get(_STRICT) and not hasattr(report, "wasxfail"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    """The same for a module that skips itself."""
    report = yield
    if report.skipped and os.environ.get(_STRICT):
        _fail(report)
    return report


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"skipped although {_STRICT} is set: {reason}"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of documents and truth beside the checkout, which is not shipped."""
    folder = Path(os.environ.get("RANKBOOK_SHARED") or _ROOT.parent / "shared")
    if not (folder / "seeds").is_dir():
        pytest.skip(f"no documents at {folder}; name their folder in RANKBOOK_SHARED")
    return folder


@pytest.fixture(scope="session")
def prefect_api() -> Iterator[None]:
    """A real Prefect API with a database of its own, started once a session (7–10 s idle)."""
    from prefect.settings import get_current_settings
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180), pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_API_URL", str(get_current_settings().api.url))
        yield
