"""Writes an edition for COINr, and says in a descriptor what each column is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flows.export import package
from flows.export.coinr import DEPARTURES, MISSING, Coin, coin_of
from flows.export.package import plain_field
from flows.export.scheme import GROUP, META, PUB_RANK, PUB_TOTAL
from flows.export.selection import Selection
from flows.export.target import Target

_BASIS = (
    "What the weight was taken from: the printed maximum; score / rate, where the printed maxima "
    "do not add up and those that scores and rates imply do; the printed weight; the parts' sum; "
    "the rest that the others leave; no share (a deduction); or unstated, then 1."
)

#: What the columns of iMeta mean: (type, meaning).
_META_FIELDS = {
    "Level": ("integer", "1 for an indicator, the highest for the index; NA for what is aside."),
    "iCode": ("string", "The code, which is the column of iData for all but aggregates."),
    "Parent": ("string", "The code of the aggregate one level above; NA at the top."),
    "Direction": ("integer", "1 where more is better, -1 where it takes from the score."),
    "Weight": ("number", "The maximum in points, or the printed weight in percent."),
    "Type": ("string", "Indicator, Aggregate, Group or Other."),
    "iName": ("string", "The name as printed."),
    "Unit": ("string", "What the numbers count."),
    "Target": ("number", "The highest score that an indicator allows."),
    "goalpost_lower": ("number", "The score of which nothing is made in normalising: none."),
    "goalpost_upper": ("number", "The score of which one is made: the maximum."),
    "goalpost_scale": ("number", "What the share is multiplied by: 1."),
    "goalpost_trunc2posts": ("boolean", "Whether scores beyond the maximum are cut: they are not."),
    "Indicator": ("string", "The id of the indicator in the datasets."),
    "WeightBasis": ("string", _BASIS),
    "MaxPrinted": ("number", "The printed maximum where the weight is another."),
}

#: What the columns of departures.csv mean.
_DEPARTURE_FIELDS = {
    "uCode": ("string", "The unit."),
    "uName": ("string", "Its name as printed."),
    "Time": ("number", "The year."),
    "what": ("string", "total, rank, or a value or rank that another table prints otherwise."),
    "indicator": ("string", "The indicator, null for a rank in another table."),
    "printed": ("number", "What iData has."),
    "computed": ("number", "What it should be by the other numbers, or what the other table has."),
    "table_id": ("string", "The table of the row."),
    "row_number": ("integer", "The row in it."),
    "finding_id": ("string", "The finding of that cell, if there is one."),
    "check": ("string", "The check that found it."),
}


def write(selection: Selection, target: Target) -> dict[str, Any]:
    """Write iData.csv, iMeta.csv and departures.csv of an edition with their descriptor.

    Gives `Coin.about`. Raises `ExportError` as `coin_of` does.
    """
    coin = coin_of(selection)
    target.csv("iData.csv", coin.columns, _rows(coin.data, coin.columns), MISSING)
    target.csv("iMeta.csv", META, _rows(coin.meta, META), MISSING)
    departures = [one.to_json() for one in coin.departures]
    target.csv("departures.csv", DEPARTURES, _rows(departures, DEPARTURES), MISSING)
    descriptor = package.package(
        selection,
        "rankbook-coinr",
        f"{coin.edition} for COINr",
        list(_resources(coin)),
        edition=coin.edition,
        ties=coin.ties,
    )
    target.finish(descriptor)
    return coin.about()


def _rows(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Iterator[list[Any]]:
    return ([row[name] for name in names] for row in rows)


def _resources(coin: Coin) -> Iterator[dict[str, Any]]:
    missing = (MISSING,)
    fields = list(_data_fields(coin))
    yield package.resource(
        "idata", "iData.csv", fields, "One row: a unit at a time, its scores by indicator.",
        missing, primaryKey=["uCode", "Time"],
    )  # fmt: skip
    meta = [plain_field(name, *_META_FIELDS[name]) for name in META]
    yield package.resource(
        "imeta", "iMeta.csv", meta, "One row: an indicator, an aggregate, or a column aside.",
        missing, primaryKey=["iCode"],
        foreignKeys=[
            {"fields": ["Parent"], "reference": {"resource": "", "fields": ["iCode"]}}
        ],
    )  # fmt: skip
    departures = [plain_field(name, *_DEPARTURE_FIELDS[name]) for name in DEPARTURES]
    unit = {
        "fields": ["uCode", "Time"],
        "reference": {"resource": "idata", "fields": ["uCode", "Time"]},
    }
    yield package.resource(
        "departures", "departures.csv", departures,
        "One row: a number of iData that is not what the other numbers make it.",
        missing, foreignKeys=[unit],
    )  # fmt: skip


def _data_fields(coin: Coin) -> Iterator[dict[str, Any]]:
    maxima = {leaf.code: leaf for leaf in coin.leaves}
    for name in coin.columns:
        match name:
            case "uCode":
                yield plain_field(name, "string", "The place's code, or U and a hash of its name.", required=True)  # fmt: skip
            case "uName":
                yield plain_field(name, "string", "The place as printed.")
            case "Time":
                yield plain_field(name, "number", "The year of the scores.", required=True)
            case _ if name == GROUP:
                yield plain_field(name, "string", "The list in which the unit is ranked.")
            case _ if name == PUB_TOTAL:
                yield plain_field(name, "number", "The total as printed.")
            case _ if name == PUB_RANK:
                yield plain_field(name, "integer", "The rank by the total as printed.")
            case _:
                leaf = maxima[name]
                yield plain_field(name, "number", f"{leaf.name}, of {leaf.weight:g}.")
