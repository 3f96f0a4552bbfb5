"""The gate: what of a document's records lands, what is quarantined, why it is refused.

Nothing is repaired and no print is dropped: a row that fails an ``error`` keeps its cells
and loses its observations and rankings; a ``warning`` lands with a finding.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flows.checks.engine import run
from flows.checks.findings import Record
from flows.checks.frames import dataset_frame
from flows.checks.landing import Failure, RowKey, land, row_key
from flows.checks.outcomes import CheckError, Outcome
from flows.checks.reasons import Reason, reason
from flows.checks.rules import IDENTITY, VIEW_RULES, Rule, shape_rules, sum_rules, value_rules
from flows.checks.sums import sums, width
from flows.checks.views import View, build
from schemas.checks import CHECKS
from schemas.datasets import DATASETS


@dataclass(frozen=True, slots=True)
class Checked:
    """What the gate says of one document.

    ``records`` is what lands, empty where the document is refused. ``outcomes`` has one
    JSON object for every expectation that was put, in order.
    """

    records: dict[str, list[dict[str, Any]]]
    refused: list[Reason]
    outcomes: list[dict[str, Any]]

    @property
    def quarantined(self) -> int:
        """How many rows of tables were kept out."""
        return len(self.records.get("quarantine", ()))


def check(records: Mapping[str, Sequence[Record]]) -> Checked:
    """Check the records of one document: dataset name -> rows.

    A dataset that is not given has no rows, and a row may leave out what may be null.
    Checking what has landed once more changes nothing. Raises ValueError for a dataset
    that is not in the contract and `CheckError` where an expectation cannot be computed.
    """
    unknown = sorted(set(records) - set(DATASETS))
    if unknown:
        raise ValueError(f"no dataset of the contract: {', '.join(unknown)}")
    given = {name: list(records.get(name, ())) for name in DATASETS}
    gate = _Gate(given)
    gate.check()
    outcomes = [outcome.to_json() for outcome in gate.outcomes]
    if gate.refused:
        return Checked({}, gate.refused, outcomes)
    return Checked(land(given, gate.failures, gate.warnings), [], outcomes)


def outcome_rows(checked: Checked) -> list[dict[str, Any]]:
    """The outcomes of a document that lands, as rows of ``expectations``."""
    document = checked.records["documents"][0]
    identity = {name: document[name] for name in IDENTITY}
    return [
        {
            **identity,
            "number": number,
            **{name: value for name, value in outcome.items() if name != "raised"},
            "examples": json.dumps(outcome["examples"]),
        }
        for number, outcome in enumerate(checked.outcomes, start=1)
    ]


@dataclass
class _Gate:
    """One document on its way through, and what has failed so far.

    ``failures`` are those that keep a row of a table out, ``warnings`` those that do not.
    """

    records: Mapping[str, Sequence[Record]]
    refused: list[Reason] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    failures: dict[RowKey, list[Failure]] = field(default_factory=dict)
    warnings: list[Failure] = field(default_factory=list)

    @property
    def document(self) -> str:
        """The document's key, for messages."""
        rows = self.records["documents"]
        return str(rows[0].get("document")) if rows else "(no document)"

    def check(self) -> None:
        """Columns and types first: nothing else can be asked of rows without them."""
        sound = {name: self._shape(name) for name in DATASETS}
        if any(one.check == "columns-set" for one in self.refused):
            return
        for name, rows in sound.items():
            self._put(_dataset_view(name, rows), value_rules(name))
        if self.refused:
            return
        for view in build(sound):
            self._put(view, VIEW_RULES[view.name])
        totals = sums(sound)
        self._put(totals, sum_rules(width(totals)))

    def _shape(self, name: str) -> list[Record]:
        """The rows whose values all have their types."""
        rows = self.records[name]
        if not rows and DATASETS[name].per_document is None:
            return []
        view, rules = _dataset_view(name, rows), shape_rules(name)
        if set(view.frame.columns[1:]) != set(DATASETS[name].columns):
            # A rule on a column that is not there would raise, which is no answer.
            rules = tuple(rule for rule in rules if rule.check == "columns-set")
        outcomes = self._put(view, rules)
        untyped = {row for outcome in outcomes for row in outcome.failed}
        return [row for number, row in enumerate(rows) if number not in untyped]

    def _put(self, view: View, rules: Sequence[Rule]) -> list[Outcome]:
        """Put the rules to the frame, and file what fails. No rows, no questions, except
        how many there are."""
        if not view.places and not any(rule.check == "row-count" for rule in rules):
            return []
        outcomes = run(view.name, rules, view.frame)
        for outcome in outcomes:
            if outcome.status == "raised":
                raise CheckError(self.document, outcome)
            if outcome.status == "failed":
                self._failed(outcome, view)
        self.outcomes.extend(outcomes)
        return outcomes

    def _failed(self, outcome: Outcome, view: View) -> None:
        severity = CHECKS[outcome.check].severity
        places = [view.places[row] for row in outcome.failed]
        if places and severity in ("warning", "info"):
            self.warnings.extend((outcome, place) for place in places)
            return
        stuck = []
        for place in places:
            key = row_key(place) if severity == "error" and view.quarantine else None
            if key is None:
                stuck.append(place)
            else:
                self.failures.setdefault(key, []).append((outcome, place))
        if stuck or not places:
            self.refused.append(reason(self.document, outcome, stuck))


def _dataset_view(name: str, rows: Sequence[Record]) -> View:
    dataset = DATASETS[name]
    return View(name, dataset_frame(rows, dataset), rows, dataset.quarantine)
