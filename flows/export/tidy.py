"""The tidy view: one thing a row over all editions, with score, rate and rank side by side.

A thing is an indicator of a place at a time in an edition. ``stable_indicator`` is the same for
what the crosswalk links (kept, renamed or changed) from edition to edition: the id that the
earliest of them gave it, after its edition and a slash.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from flows.export import package
from flows.export.package import plain_field
from flows.export.selection import Selection

NAME = "tidy"

Row = Mapping[str, Any]

#: (edition, indicator)
Indicator = tuple[str, str]

#: The columns: Arrow type, and what they mean.
COLUMNS: Mapping[str, tuple[pa.DataType, str]] = {
    "stable_indicator": (pa.string(), "One id for what the crosswalk links over the editions."),
    "edition": (pa.string(), "The edition that prints it."),
    "document": (pa.string(), "The document that prints it."),
    "indicator": (pa.string(), "The id of the indicator in its edition."),
    "indicator_name": (pa.string(), "The name of the indicator as the edition prints it."),
    "ref_area": (pa.string(), "The place, null where the register does not know it."),
    "area_name": (pa.string(), "The name of the place in the edition's year, else as printed."),
    "breakdown": (pa.string(), "A dimension that is neither place nor time."),
    "time_period": (pa.string(), "The time, in ISO 8601 or the periods of SDMX."),
    "score": (pa.float64(), "The value: a score, or what a statistic counts."),
    "unit_measure": (pa.string(), "The unit of the value."),
    "unit_mult": (pa.int64(), "The power of ten by which the value counts its unit."),
    "max_score": (pa.float64(), "The highest score that the indicator allows."),
    "rate": (pa.float64(), "The rate that is printed for it, in percent."),
    "rank": (pa.int64(), "The place in the longest list that ranks it."),
    "list": (pa.string(), "That list."),
    "ranks_printed": (pa.int64(), "How many different ranks lists of that length give it."),
    "prints": (pa.int64(), "How many cells print its value."),
    "values_printed": (pa.int64(), "How many different values they print: 2 is a contradiction."),
    "table_id": (pa.string(), "The table that the value is taken from, the longest of them."),
    "row_number": (pa.int64(), "Its row."),
    "page": (pa.int64(), "Its page."),
    "line": (pa.int64(), "Its line."),
}

#: A number takes these names in its column of the view.
_MEASURES = {"value": "score", "rate": "rate"}

_LINKED = ("kept", "renamed", "changed")

_PLACE = ("document", "row_label", "table_id", "row_number", "page", "line")


@dataclass(slots=True)
class _Thing:
    """What is printed of one thing, longest tables first: its numbers by column of the view, and
    its rows in the longest lists that rank it."""

    values: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    ranks: list[Row] = field(default_factory=list)

    @property
    def first(self) -> Row:
        """The row that says most about it."""
        for name in ("score", "rate"):
            if self.values[name]:
                return self.values[name][0]
        return self.ranks[0]


def view(selection: Selection) -> pa.Table:
    """The view of a selection's observations and rankings, by edition and indicator."""
    indicators = {(one["edition"], one["indicator"]): one for one in selection.rows("indicators")}
    stable = stable_ids(selection.rows("crosswalk"), selection.documents)
    names = _area_names(selection)
    sizes = {
        (one["edition"], one["document"], one["table_id"]): one["rows"]
        for one in selection.rows("tables")
    }
    things = _things(selection.rows("observations"), selection.rows("rankings"), sizes)
    rows = [
        _row(key, thing, indicators.get(key[:2], {}), stable, names)
        for key, thing in things.items()
    ]
    rows.sort(key=lambda row: (row["edition"], row["indicator"] or ""))  # stable: then as printed
    schema = pa.schema([pa.field(name, kind) for name, (kind, _) in COLUMNS.items()])
    return pa.Table.from_pylist(rows, schema)


def _things(
    observations: Iterable[Row], rankings: Iterable[Row], sizes: Mapping[tuple[str, str, str], int]
) -> dict[tuple[Any, ...], _Thing]:
    """Everything by (edition, indicator, place, breakdown, time), longest tables first."""

    def size(row: Row) -> int:
        return sizes.get((row["edition"], row["document"], row["table_id"])) or 0

    found: dict[tuple[Any, ...], _Thing] = defaultdict(_Thing)
    for row in sorted(observations, key=size, reverse=True):  # stable: then as printed
        name = _MEASURES.get(row["measure"])
        if name and row["obs_value"] is not None:
            found[_key(row, row["breakdown"])].values[name].append(row)
    for row in sorted(rankings, key=size, reverse=True):
        if row["rank"] is not None and row["indicator"]:
            ranks = found[_key(row, None)].ranks
            if not ranks or size(ranks[0]) == size(row):
                ranks.append(row)
    return found


def _key(row: Row, breakdown: str | None) -> tuple[Any, ...]:
    place = row["ref_area"] or row["row_label"]
    return row["edition"], row["indicator"], place, breakdown, row["time_period"]


def _row(
    key: tuple[Any, ...],
    thing: _Thing,
    indicator: Row,
    stable: Mapping[Indicator, str],
    names: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    edition, identity, _, breakdown, period = key
    first, scores, rates = thing.first, thing.values["score"], thing.values["rate"]
    rank: Row = thing.ranks[0] if thing.ranks else {}
    counted = Counter(row["obs_value"] for row in scores)
    unit = scores[0] if scores else {}
    return {
        **{name: first[name] for name in _PLACE if name in COLUMNS},
        "stable_indicator": stable.get((edition, identity), f"{edition}/{identity}"),
        "edition": edition,
        "indicator": identity,
        "indicator_name": indicator.get("name"),
        "ref_area": first["ref_area"],
        "area_name": names.get((edition, first["ref_area"])) or first["row_label"],
        "breakdown": breakdown,
        "time_period": period,
        "score": scores[0]["obs_value"] if scores else None,
        "unit_measure": unit.get("unit_measure"),
        "unit_mult": unit.get("unit_mult"),
        "max_score": unit.get("max_score") or indicator.get("max_score"),
        "rate": rates[0]["obs_value"] if rates else None,
        "rank": rank.get("rank"),
        "list": rank.get("list"),
        "ranks_printed": len({row["rank"] for row in thing.ranks}),
        "prints": len(scores),
        "values_printed": len(counted),
    }


def stable_ids(crosswalk: Iterable[Row], documents: Sequence[Row]) -> dict[Indicator, str]:
    """The stable id of every indicator that a crosswalk links to another edition's."""
    group: dict[Indicator, Indicator] = {}

    def root(one: Indicator) -> Indicator:
        while group.setdefault(one, one) != one:
            group[one] = group[group[one]]
            one = group[one]
        return one

    years = {row["edition"]: row["edition_year"] for row in documents if row["edition_year"]}
    for row in crosswalk:
        if row["relation"] in _LINKED and row["indicator"] and row["other_indicator"]:
            ours = root((row["edition"], row["indicator"]))
            theirs = root((row["other_edition"], row["other_indicator"]))
            first, second = sorted((ours, theirs), key=lambda one: (_year(one[0], years), one))
            group[second] = first
    return {one: "/".join(root(one)) for one in list(group)}


def _year(edition: str, years: Mapping[str, int]) -> int:
    """The year of an edition: its documents', else the one at the end of its name."""
    named = re.search(r"\d{4}$", edition)
    return years.get(edition) or (int(named.group()) if named else 0)


def _area_names(selection: Selection) -> dict[tuple[str, str], str]:
    """The name of every place in the year of each edition."""
    years = {row["edition"]: str(row["edition_year"] or "") for row in selection.documents}
    found: dict[tuple[str, str], str] = {}
    for one in selection.rows("entities"):
        for edition in _in_force(one, years):
            found[edition, one["ref_area"]] = one["name"]
    return found


def _in_force(entity: Row, years: Mapping[str, str]) -> Iterator[str]:
    since, until = entity["valid_from"] or "", entity["valid_to"] or "9999"
    for edition, year in years.items():
        if not year or since[:4] <= year <= until[:4]:
            yield edition


_KINDS = {pa.string(): "string", pa.float64(): "number", pa.int64(): "integer"}


def resource(path: str) -> dict[str, Any]:
    """The view as a resource of a Data Package."""
    fields = [plain_field(name, _KINDS[kind], meaning) for name, (kind, meaning) in COLUMNS.items()]
    unique = ["edition", "indicator", "ref_area", "area_name", "breakdown", "time_period"]
    said = "One row: an indicator of a place at a time in an edition, with score, rate and rank."
    references = [
        {"fields": ["edition", "document"],
         "reference": {"resource": "documents", "fields": ["edition", "document"]}},
        {"fields": ["ref_area"],
         "reference": {"resource": "entities", "fields": ["ref_area"]}},
    ]  # fmt: skip
    return package.resource(NAME, path, fields, said, uniqueKeys=[unique], foreignKeys=references)
