"""An edition as COINr's ``new_coin()`` takes it: iData.csv, iMeta.csv, and what departs from print.

See https://bluefoxr.github.io/COINr/. Missing values are written NA, which R reads as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from flows.export import coinr_rules
from flows.export.departures import Departure, departures_of, ties_of
from flows.export.errors import ExportError
from flows.export.scheme import (
    GROUP,
    META,
    PUB_RANK,
    PUB_TOTAL,
    RATES,
    UNSTATED,
    Node,
    meta_rows,
    scheme_of,
)
from flows.export.selection import Selection
from flows.export.units import Units, units_of

MISSING = "NA"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Coin:
    """One edition for COINr. ``data`` and ``meta`` are the rows of the two files.

    ``ties`` says how the edition ranks equal scores, see `ties_of`.
    """

    edition: str
    index: Node
    units: Units
    departures: Sequence[Departure]
    ties: str

    @property
    def leaves(self) -> list[Node]:
        """The indicators, in the order of the print."""
        return self.index.leaves()

    @property
    def columns(self) -> list[str]:
        """The columns of iData."""
        group = [GROUP] if self.units.groups else []
        return [*coinr_rules.SPECIAL, *group, *(leaf.code for leaf in self.leaves), *self._printed]

    @property
    def _printed(self) -> list[str]:
        """The printed total and rank, where the edition has one."""
        return [PUB_TOTAL, PUB_RANK] if self.index.indicator else []

    @cached_property
    def data(self) -> list[dict[str, Any]]:
        """The rows of iData: a unit at a time."""
        return [
            {
                "uCode": row.code,
                "uName": row.name,
                "Time": row.time,
                GROUP: row.group,
                **{leaf.code: _value(row.cells, leaf.indicator) for leaf in self.leaves},
                PUB_TOTAL: _value(row.cells, self.index.indicator),
                PUB_RANK: row.rank,
            }
            for row in self.units.rows
        ]

    @cached_property
    def meta(self) -> list[dict[str, Any]]:
        """The rows of iMeta."""
        rows = meta_rows(self.index)
        if self.units.groups:
            rows.append(_aside(GROUP, "Group", "group of units that are ranked together", None))
        if self._printed:
            rows.append(_aside(PUB_TOTAL, "Other", "total as printed", "points"))
            rows.append(_aside(PUB_RANK, "Other", "rank as printed", "place"))
        return rows

    def about(self) -> dict[str, Any]:
        """What was decided in making it, for a person to agree with or not."""
        return {
            "edition": self.edition,
            "units": len({row["uCode"] for row in self.data}),
            "rows": len(self.data),
            "indicators": len(self.leaves),
            "groups": self.units.groups,
            "ties": self.ties,
            "tables": [table for _, table in self.units.tables],
            "tables_unused": [table for _, table in self.units.unused],
            "indicators_aside": self.index.aside,
            "indicators_without_scores": self.index.unscored,
            "units_without_ref_area": [one.name for one in self.units.rows if not one.ref_area],
            "maxima_from_rates": self._by_basis(RATES),
            "weights_unstated": self._by_basis(UNSTATED),
            "departures": [one.to_json() for one in self.departures],
        }

    def _by_basis(self, basis: str) -> list[str]:
        return [one.indicator or one.code for one in self.index.walk() if one.basis == basis]


#: The columns of departures.csv.
DEPARTURES = tuple(one.name for one in fields(Departure))


def coin_of(selection: Selection) -> Coin:
    """An edition of a selection; raises `ExportError` where it has nothing that is scored, and
    where COINr would refuse what was made."""
    [edition] = selection.editions
    observations = selection.rows("observations")
    rankings = selection.rows("rankings")
    index = scheme_of(selection.rows("indicators"), observations)
    if index is None and selection.left_out:
        kept = ", ".join(one["document"] for one in selection.left_out)
        raise ExportError(
            f"{edition}: the licence of {kept} forbids sharing; --include-restricted takes it in"
        )
    if index is None:
        raise ExportError(
            f"{edition} has no scored indicators, of which an index is made; its numbers are in "
            "--format long, csv and parquet"
        )
    leaves = [leaf.indicator for leaf in index.leaves() if leaf.indicator]
    year = next((one["edition_year"] for one in selection.documents), None)
    units = units_of(
        observations, rankings, selection.rows("tables"), leaves, index.indicator, year
    )
    ties = ties_of(rankings)
    departures = departures_of(
        units.rows, units.others, leaves, index.indicator, ties, selection.rows("findings")
    )
    coin = Coin(edition, index, units, departures, ties)
    wrong = coinr_rules.problems(coin.data, coin.meta, coin.columns)
    if wrong:
        raise ExportError(f"{edition}: COINr would refuse this: {'; '.join(wrong[:5])}")
    return coin


def _value(cells: Mapping[str, Any], indicator: str | None) -> float | None:
    cell = cells.get(indicator) if indicator else None
    return cell.value if cell else None


def _aside(code: str, kind: str, name: str, unit: str | None) -> dict[str, Any]:
    """A column of iData that the index is not made of."""
    return dict.fromkeys(META) | {"iCode": code, "Type": kind, "iName": name, "Unit": unit}
