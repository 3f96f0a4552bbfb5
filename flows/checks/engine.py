"""Putting rules to a frame with Great Expectations, and reading its answers whole."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from flows.checks.outcomes import Outcome
from flows.checks.rules import ROW_ID, Rule

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations import ExpectationSuite
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.core.batch_definition import BatchDefinition

#: A refused or quarantined row is a critical failure in the words of the library.
_SEVERITIES = {"refuse": "critical", "error": "critical", "warning": "warning", "info": "info"}

#: Lists of unexpected *values* stop at 200; the list of row ids has every row. Showing the
#: rows themselves again would only cost time.
_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [ROW_ID],
    "return_unexpected_index_query": False,
    "include_unexpected_rows": False,
}

#: The library's context, batch definition and metric registry belong to the whole process.
_LOCK = threading.Lock()


@lru_cache(maxsize=1)
def _frames() -> BatchDefinition:
    """Where frames are handed in: set up in memory, with no files, no bars, nothing sent."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # late: 2.3 s and 265 MB
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("records")
    return source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("whole")


def run(view: str, rules: Sequence[Rule], frame: pd.DataFrame) -> list[Outcome]:
    """One outcome a rule, in order. ``frame`` has the column `ROW_ID`.

    Never raises for what an expectation did: one that could not be computed comes back
    with ``raised`` set.
    """
    with _LOCK:
        batch = _frames().get_batch({"dataframe": frame})
        validation = batch.validate(_suite(tuple(rules)), result_format=_RESULT_FORMAT)
    by_number = {_rule_number(result): result for result in validation.results}
    return [
        _outcome(view, rule, by_number[number], len(frame)) for number, rule in enumerate(rules)
    ]


def _rule_number(result: ExpectationValidationResult) -> int:
    """Which rule the result answers: results come in an order of the library's own."""
    config = result.expectation_config
    assert config is not None and config.meta is not None
    return int(config.meta["rule"])


@cache
def _suite(rules: tuple[Rule, ...]) -> ExpectationSuite:
    """The suite of these rules, built once in a process."""
    import great_expectations as gx
    import great_expectations.expectations as library

    from flows.checks.expectations import OURS
    from schemas.checks import CHECKS

    def expectation(number: int, rule: Rule) -> Any:
        make: Any = OURS.get(rule.expectation) or getattr(library, rule.expectation)
        severity = _SEVERITIES[CHECKS[rule.check].severity]
        return make(**rule.arguments, severity=severity, meta={"rule": number})

    return gx.ExpectationSuite(
        name="-".join(sorted({rule.check for rule in rules})),
        expectations=[expectation(number, rule) for number, rule in enumerate(rules)],
    )


def _outcome(view: str, rule: Rule, result: ExpectationValidationResult, rows: int) -> Outcome:
    details = result.result or {}
    failed = tuple(
        int(place[ROW_ID]) for place in details.get("unexpected_index_list") or () if place
    )
    return Outcome(
        view=view,
        check=rule.check,
        expectation=rule.expectation,
        column=rule.column,
        expected=rule.expected,
        rows=rows,
        success=bool(result.success),
        failed=failed,
        observed=None if result.success or failed else _observed(details),
        raised=_raised(result.exception_info),
    )


def _observed(details: dict[str, Any]) -> str:
    """What a whole-frame expectation saw, in words."""
    differences = (details.get("details") or {}).get("mismatched")
    if differences:
        return "; ".join(
            f"{kind}: {', '.join(map(str, names))}" for kind, names in sorted(differences.items())
        )
    return str(details.get("observed_value"))


def _raised(info: dict[str, Any] | None) -> str | None:
    """The exception's text, which the library files flat or under each metric's id."""
    messages = [
        str(part.get("exception_message"))
        for part in _parts(info or {})
        if part.get("raised_exception")
    ]
    return "; ".join(dict.fromkeys(messages)) or None


def _parts(info: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return (
        [info]
        if "raised_exception" in info
        else [part for part in info.values() if isinstance(part, dict)]
    )
