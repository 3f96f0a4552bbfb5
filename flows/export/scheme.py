"""An edition's scheme as COINr's iMeta describes one: indicators, aggregates, levels, weights.

Level 1 are the indicators that are printed with scores, the highest level is the index. COINr
wants every parent exactly one level above its child, so that a shallow indicator (a bonus) is
put below aggregates of one child.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from extractors.records.maxima import CLOSE, FEWEST_ROWS, STEP

Row = Mapping[str, Any]

#: Kinds of indicators that a total is not made of.
NOT_SCORED = frozenset(("total", "statistic", "misplaced"))

#: The unit of a score.
POINTS = "POINTS"

#: The kind of an indicator of which more is worse.
DEDUCTION = "deduction"

#: COINr's `get_lineage()` loops over 2:(levels - 1), which needs three levels to be right.
FEWEST_LEVELS = 3

#: The code of the index, and of its printed value and rank.
TOTAL, PUB_TOTAL, PUB_RANK, GROUP = "TOTAL", "PUB_TOTAL", "PUB_RANK", "GROUP"

#: A total is made of several parts: beside one number it may stand for any reason.
FEWEST_PARTS = 2

#: What a weight was taken from, the best first.
MAXIMUM, RATES, WEIGHT, PARTS = "maximum", "score / rate", "weight", "parts"
REST, NONE, UNSTATED = "rest", "no share", "unstated"

#: What the parts of a parent add up to where their weights are shares of it.
WHOLE = 100.0

#: The columns of iMeta: those that COINr checks, those by which it normalises, and ours.
META = (
    "Level", "iCode", "Parent", "Direction", "Weight", "Type", "iName", "Unit", "Target",
    "goalpost_lower", "goalpost_upper", "goalpost_scale", "goalpost_trunc2posts",
    "Indicator", "WeightBasis", "MaxPrinted",
)  # fmt: skip

#: Two sums of maxima that are the same number.
_NOISE = 1e-6

_PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(slots=True)
class Node:
    """An indicator of a scheme, or its index (``row`` is None where the print names none).

    ``weight`` counts points where the scheme prints maxima, else percent; ``basis`` says
    which. ``printed`` is the printed maximum, where scores and rates contradict it. ``aside``
    are, of an index, the indicators that are scored and no part of it, ``unscored`` those of the
    scheme without any score, which R would take for columns of no type.
    """

    code: str
    name: str
    row: Row | None
    children: list[Node] = field(default_factory=list)
    weight: float = 1.0
    basis: str = UNSTATED
    printed: float | None = None
    aside: list[str] = field(default_factory=list)
    unscored: list[str] = field(default_factory=list)

    @property
    def indicator(self) -> str | None:
        """The id inside the edition."""
        return self.row["indicator"] if self.row else None

    @property
    def kind(self) -> str | None:
        return self.row["kind"] if self.row else None

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def leaves(self) -> list[Node]:
        """The indicators below this node, in the order of the print."""
        return [node for node in self.walk() if not node.children]

    @property
    def depth(self) -> int:
        """How many levels are below."""
        return 1 + max((child.depth for child in self.children), default=-1)


def _measured(scored: Mapping[str, Row], observations: Iterable[Row]) -> list[str]:
    """Indicators that are measured in a unit (亿元) where others are given points: they only
    stand beside the scores."""
    units: dict[str, set[str | None]] = defaultdict(set)
    for row in observations:
        if row.get("measure") == "value" and row["indicator"] in scored:
            units[row["indicator"]].add(row.get("unit_measure"))
    if not any(POINTS in found for found in units.values()):
        return []
    return sorted(name for name, found in units.items() if not found & {POINTS, None})


def scheme_of(indicators: Iterable[Row], observations: Iterable[Row]) -> Node | None:
    """The index with all that it is made of, None for an edition without scored indicators.

    Rows of ``indicators`` and ``observations`` of one edition. The codes are the printed ones
    where R takes them for names, else places in the scheme (``I2_1``).
    """
    by_id: dict[str, Row] = {}
    for row in indicators:
        by_id.setdefault(row["indicator"], row)
    scored = {name: row for name, row in by_id.items() if row["kind"] not in NOT_SCORED}
    if not scored:
        return None
    numbers = list(observations)
    measured = _measured(scored, numbers)
    scored = {name: row for name, row in scored.items() if name not in measured}
    total = _total(by_id.values(), numbers)
    index = Node(TOTAL, total["name"] if total else TOTAL, total)
    _add_children(index, _children(scored), {TOTAL, PUB_TOTAL, PUB_RANK, GROUP}, "I")
    _set_aside(index, _beside_total(numbers, index.indicator))
    index.aside += measured
    _settle_weights(index, implied_maxima(numbers))
    printed = {
        one["indicator"]
        for one in numbers
        if one["measure"] == "value" and one["obs_value"] is not None
    }
    before = index.leaves()
    if not printed.isdisjoint(node.indicator for child in index.children for node in child.walk()):
        _prune(index, printed - {index.indicator})
        kept = set(map(id, index.leaves()))
        index.unscored = [leaf.name for leaf in before if id(leaf) not in kept]
    return index


def _total(indicators: Iterable[Row], observations: Iterable[Row]) -> Row | None:
    """The total of the whole: of several, the one that most numbers are printed of."""
    printed = Counter(one["indicator"] for one in observations if one["measure"] == "value")
    totals = [row for row in indicators if row["kind"] == "total" and not row["parent"]]
    return max(totals, key=lambda row: printed[row["indicator"]], default=None)


def _beside_total(observations: Iterable[Row], total: str | None) -> set[str]:
    """The indicators that some table prints scores of beside the total."""
    tables: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in observations:
        if one["measure"] == "value":
            tables[one["document"], one["table_id"]].add(one["indicator"])
    return set().union(*(names - {total} for names in tables.values() if total in names))


def _set_aside(index: Node, beside: Collection[str]) -> None:
    """Take out what has scores of its own and is no part of the total: a list on its own.

    It tells nothing where no table prints the total beside several indicators.
    """
    if len(beside) >= FEWEST_PARTS:
        for child in list(index.children):
            if not any(node.indicator in beside for node in child.walk()):
                index.children.remove(child)
                index.aside += [node.indicator for node in child.leaves() if node.indicator]


def _prune(node: Node, printed: Collection[str]) -> bool:
    """Make an indicator of an aggregate that is printed with scores while its parts are not, and
    take out what is not printed at all. Gives whether anything at or below the node is.
    """
    there = [child for child in node.children if _prune(child, printed)]
    node.children = there
    return bool(there) or node.indicator in printed


def _children(scored: Mapping[str, Row]) -> dict[str | None, list[Row]]:
    """The scored rows by the id of their parent, None for those right below the index."""
    found: dict[str | None, list[Row]] = defaultdict(list)
    for row in scored.values():
        found[row["parent"] if row["parent"] in scored else None].append(row)
    return found


def _add_children(
    parent: Node, rows: Mapping[str | None, list[Row]], used: set[str], prefix: str
) -> None:
    key = parent.indicator if parent.code != TOTAL else None
    for number, row in enumerate(rows.get(key, ()), start=1):
        place = f"{prefix}{number}"
        code = _code(row["indicator"], place, used)
        node = Node(code, row["name"] or row["indicator"], row)
        parent.children.append(node)
        _add_children(node, rows, used, f"{place}_")


def _code(indicator: str, place: str, used: set[str]) -> str:
    """A name that R, and a reader of CSV, take without quotes; adds it to ``used``."""
    code = indicator.replace("-", "_") if _PLAIN_ID.fullmatch(indicator) else place
    while code in used:
        code += "_"
    used.add(code)
    return code


def implied_maxima(observations: Iterable[Row]) -> dict[str, float]:
    """The maximum that scores and their rates imply, by indicator: score / rate in points.

    The same rule as the extraction's (`extractors.records.maxima`), on landed rows.
    """
    pairs: dict[tuple[Any, ...], dict[str, float]] = defaultdict(dict)
    for row in observations:
        if row["measure"] in ("value", "rate") and row["obs_value"]:
            names = ("document", "table_id", "row_number", "row_label", "indicator", "time_period")
            pairs[tuple(row[name] for name in names)][row["measure"]] = row["obs_value"]
    ratios: dict[str, list[float]] = defaultdict(list)
    for key, pair in pairs.items():
        if len(pair) == 2:
            ratios[key[4]].append(100 * pair["value"] / pair["rate"])
    found = {}
    for indicator, listed in ratios.items():
        middle = median(listed)
        whole = STEP * round(middle / STEP)
        if len(listed) >= FEWEST_ROWS and abs(middle - whole) <= CLOSE:
            found[indicator] = whole
    return found


def _settle_weights(index: Node, implied: Mapping[str, float]) -> None:
    """Give every node its weight: its maximum, else its printed weight, else what is left of
    its parent's, else its parts' sum."""
    nodes = list(index.walk())
    for node in nodes:
        row = node.row or {}
        if row.get("max_score"):
            node.weight, node.basis = row["max_score"], MAXIMUM
        elif row.get("weight"):
            node.weight, node.basis = row["weight"], WEIGHT
        elif node.kind == DEDUCTION:  # it takes from a score that the others are shares of
            node.weight, node.basis = 0.0, NONE
    shared = {row["level"] for row in (node.row or {} for node in nodes) if _is_share(row)}
    for node in nodes:
        _settle_rest(node, shared)
    for node in reversed(nodes):  # the parts before what they are parts of
        if node.basis == UNSTATED and node.children:
            node.weight, node.basis = sum(child.weight for child in node.children), PARTS
        _settle_contradicted(node, implied)


def _is_share(row: Row) -> bool:
    return row.get("weight_base") == "parent"


def _settle_rest(parent: Node, shared: Collection[int]) -> None:
    """Share among the parts without a weight what those that have one leave of the whole.

    ``shared`` are the levels of the print at which weights are shares of the parent.
    """
    levels = {part.row["level"] for part in parent.children if part.row}
    whole = WHOLE if levels & set(shared) else parent.weight
    open_parts = [part for part in parent.children if part.basis == UNSTATED]
    rest = whole - sum(part.weight for part in parent.children if part.basis != UNSTATED)
    if parent.basis != UNSTATED and open_parts and rest > _NOISE:
        for part in open_parts:
            part.weight, part.basis = rest / len(open_parts), REST


def _settle_contradicted(parent: Node, implied: Mapping[str, float]) -> None:
    """Take the maxima that scores and rates imply where the printed ones do not add up, and
    these do: with one that is too large no aggregate gives the printed total."""
    parts = parent.children
    if parent.basis != MAXIMUM or any(part.basis != MAXIMUM for part in parts):
        return
    instead = [implied.get(part.indicator or "", part.weight) for part in parts]
    adds_up = abs(sum(instead) - parent.weight) < _NOISE
    if not adds_up or abs(sum(part.weight for part in parts) - parent.weight) < _NOISE:
        return
    for part, weight in zip(parts, instead, strict=True):
        if weight != part.weight:
            part.weight, part.basis, part.printed = weight, RATES, part.weight


def meta_rows(index: Node) -> list[dict[str, Any]]:
    """The rows of iMeta for indicators and aggregates, the index first."""
    levels = max(index.depth + 1, FEWEST_LEVELS)
    return list(_meta(index, None, levels))


def _meta(node: Node, parent: str | None, level: int) -> Iterator[dict[str, Any]]:
    if node.children or level == 1:
        yield _meta_row(node, node.code, parent, level)
    else:  # a shallow indicator: an aggregate of one child for each level above the lowest
        for above in range(level, 1, -1):
            code = f"{node.code}_L{above}"
            yield _meta_row(node, code, parent, above)
            parent = code
        yield _meta_row(node, node.code, parent, 1)
    for child in node.children:
        yield from _meta(child, node.code, level - 1)


def _meta_row(node: Node, code: str, parent: str | None, level: int) -> dict[str, Any]:
    return dict.fromkeys(META) | {
        "Level": level,
        "iCode": code,
        "Parent": parent,
        "Direction": -1 if node.kind == DEDUCTION else 1,
        "Weight": node.weight,
        "Type": "Indicator" if level == 1 else "Aggregate",
        "iName": node.name,
        "Unit": "points",
        "Target": node.weight if level == 1 else None,
        **(_goalposts(node.weight) if level == 1 else {}),
        "Indicator": node.indicator,
        "WeightBasis": node.basis,
        "MaxPrinted": node.printed,
    }


def _goalposts(maximum: float) -> dict[str, Any]:
    """What COINr's ``n_goalposts`` needs to make a share of a score: from none to the maximum."""
    return {
        "goalpost_lower": 0,
        "goalpost_upper": maximum or 1,  # of a deduction without a maximum, one point
        "goalpost_scale": 1,
        "goalpost_trunc2posts": "FALSE",  # as R writes it
    }
