"""A ranking drawn as one static SVG: no script, no font and nothing that is fetched.

Its texts stay text, so that the reader's own fonts set the Chinese in it.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows import pairing
from flows.report.gather import Edition, Row, TableRows

#: A distribution of fewer says nothing.
FEWEST = 5

#: The places whose parts are shown.
TOP = 20

#: Parts are drawn as parts where they add up to the printed total for so many of the top, to
#: one of its last digits a part; else they are not what the total is made of.
ADD_UP = 0.9
LAST_DIGIT = 0.01

#: Groups beyond these could not be told apart by colour.
MOST_GROUPS = 10

#: The places named in the comparison with the last edition: those that moved farthest.
NAMED = 6

#: The characters of a name that a plot has room for.
LONGEST_NAME = 40

#: Inches: the picture's width; what stands beside a panel (a rank and a name of ten characters to
#: its left), above (its title) and below it (its axis).
WIDTH, LEFT, RIGHT, ABOVE, BELOW = 9.0, 1.8, 0.9, 0.4, 0.6

#: The characters of a name beside a bar.
LONGEST_BESIDE = 10

_SETTINGS: Mapping[Any, Any] = {  # matplotlib types each of its names
    "svg.fonttype": "none",
    # The ids in the file, which are random without: a site of the same release is the same.
    "svg.hashsalt": "rankbook",
    "text.parse_math": False,
    "font.size": 10.0,
    "axes.titlepad": 6.0,
    "axes.titley": 1.0,  # else it is sought by measuring every text
    "axes.spines.top": False,
    "axes.spines.right": False,
}
#: Nothing about when and with what it was drawn.
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_PROLOGUE = re.compile(r"\A.*?(?=<svg)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the totals at the top: ``groups`` has a number a place, 0 where none is."""

    names: Sequence[str]
    groups: Mapping[str, Sequence[float]]


def drawn(
    rows: TableRows, edition: Edition, before: Sequence[Row], before_name: str | None
) -> str | None:
    """The plots of a table's longest ranking as one SVG, None where there is nothing to draw.

    ``before`` has the rankings of the edition before, ``before_name``.
    """
    lists = pairing.lists(rows.rankings)
    if not lists:
        return None
    ranked = max(lists, key=lambda one: (len(one.places), -one.column_number))
    scores = [row["score"] for row in ranked.places.values() if row["score"] is not None]
    panels: list[tuple[float, Callable[[Any], None]]] = []
    if len(scores) >= FEWEST:
        panels.append((2.6, lambda axes: _distribution(axes, scores)))
    parts = _parts(ranked, rows.observations, edition.indicators)
    if parts:
        panels.append((1.0 + 0.24 * len(parts.names), lambda axes: _draw_parts(axes, parts)))
    pair = _pair(ranked, edition, before)
    if pair and before_name:
        panels.append((5.0, lambda axes: _comparison(axes, *pair, before_name)))
    return _svg(panels) if panels else None


def _svg(panels: Sequence[tuple[float, Callable[[Any], None]]]) -> str:
    """Panels under one another, each of its height in inches.

    Their places are fixed, and the canvas is asked for its file directly: letting matplotlib
    find the places draws everything three times.
    """
    # A second to import, and only needed where a ranking is drawn.
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    total = sum(ABOVE + height + BELOW for height, _ in panels)
    top = total
    # Missing glyphs are of its own fonts, which only measure here: the reader's draw.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with matplotlib.rc_context(dict(_SETTINGS)), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure = Figure(figsize=(WIDTH, total))
        for height, draw in panels:
            bottom = top - ABOVE - height
            place = (LEFT / WIDTH, bottom / total, 1 - (LEFT + RIGHT) / WIDTH, height / total)
            draw(figure.add_axes(place))
            top = bottom - BELOW
        file = io.StringIO()
        FigureCanvasSVG(figure).print_svg(file, metadata=_NO_METADATA)
    return _PROLOGUE.sub("", file.getvalue())


def _distribution(axes: Any, scores: Sequence[float]) -> None:
    axes.hist(scores, bins=min(20, max(5, len(scores) // 5)), color="#2a6f97", edgecolor="white")
    axes.set_title("总分的分布 · Distribution of the total", loc="left")
    axes.set_xlabel("总分 · total")
    axes.set_ylabel("数量 · places")
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=5)


def _parts(
    ranked: pairing.Ranked, observations: Sequence[Row], indicators: Mapping[str, Row]
) -> Parts | None:
    """The top's totals by what they are made of; None where the print does not bear it out."""
    top = sorted(ranked.places.values(), key=lambda row: int(row["rank"]))[:TOP]
    values: dict[int, dict[str, float]] = defaultdict(dict)
    for one in observations:
        if one["measure"] == "value" and one["obs_value"] is not None:
            values[one["row_number"]].setdefault(one["indicator"], one["obs_value"])
    top = [row for row in top if row["score"] is not None and row["row_number"] in values]
    observed = {name for row in top for name in values[row["row_number"]]}
    leaves = _leaves(observed, indicators)
    groups = list(dict.fromkeys(_group(name, indicators) for name in leaves))
    if not top or not 2 <= len(groups) <= MOST_GROUPS:
        return None
    summed = {group: [0.0] * len(top) for group in groups}
    for position, row in enumerate(top):
        for name in leaves:
            value = values[row["row_number"]].get(name, 0.0)
            summed[_group(name, indicators)][position] += value
    gaps = [
        abs(sum(summed[group][position] for group in groups) - row["score"])
        for position, row in enumerate(top)
    ]
    slack = LAST_DIGIT * len(leaves) + 1e-9
    if sum(gap <= slack for gap in gaps) < ADD_UP * len(top):
        return None
    named = {group: summed[group] for group in groups}
    return Parts(
        [f"{row['rank']} {(row['row_label'] or '')[:LONGEST_BESIDE]}" for row in top], named
    )


def _leaves(observed: set[str], indicators: Mapping[str, Row]) -> list[str]:
    """What the total is made of: in the scheme's order, no total and no sum of others here."""
    above = {name for one in observed for name in _ancestors(one, indicators)}
    return [
        name
        for name, row in indicators.items()
        if name in observed and name not in above and row["kind"] != "total"
    ]


def _ancestors(name: str, indicators: Mapping[str, Row]) -> list[str]:
    found: list[str] = []
    parent = indicators[name]["parent"] if name in indicators else None
    while parent is not None and parent in indicators and parent not in found:
        found.append(parent)
        parent = indicators[parent]["parent"]
    return found


def _group(name: str, indicators: Mapping[str, Row]) -> str:
    """The uppermost part of the total that an indicator belongs to."""
    above = [one for one in _ancestors(name, indicators) if indicators[one]["kind"] != "total"]
    return str(indicators[above[-1] if above else name]["name"])[:LONGEST_NAME]


def _draw_parts(axes: Any, parts: Parts) -> None:
    import matplotlib

    colours = matplotlib.colormaps["tab10"](range(MOST_GROUPS))
    places = range(len(parts.names))
    left = [0.0] * len(parts.names)
    for colour, (group, values) in zip(colours, parts.groups.items(), strict=False):
        axes.barh(places, values, left=left, label=group, color=colour, height=0.75)
        left = [start + value for start, value in zip(left, values, strict=True)]
    axes.set_yticks(places, parts.names)
    axes.invert_yaxis()
    axes.set_xlim(0, max(left) * 1.45)  # the key stands to the right of the bars
    axes.legend(loc="lower right", frameon=False, fontsize=9)
    axes.set_title(
        f"前{len(parts.names)}名的构成 · Parts of the top {len(parts.names)}", loc="left"
    )


def _pair(
    ranked: pairing.Ranked, edition: Edition, before: Sequence[Row]
) -> tuple[pairing.Ranked, pairing.Ranked] | None:
    """This list and the one of the edition before that ranks the same."""
    mine = [row for one in edition.tables.values() for row in one.rankings]
    for old, new in pairing.paired_lists(pairing.lists(before), pairing.lists(mine)):
        if (new.table_id, new.column_number) == (ranked.table_id, ranked.column_number):
            return old, new
    return None


def _comparison(axes: Any, old: pairing.Ranked, new: pairing.Ranked, before_name: str) -> None:
    shared = sorted(old.places.keys() & new.places.keys())
    points = [(old.places[one]["rank"], new.places[one]["rank"], one) for one in shared]
    last = max(max(was, now) for was, now, _ in points)
    axes.plot([1, last], [1, last], color="#999999", linewidth=0.8)
    axes.scatter(
        [was for was, _, _ in points], [now for _, now, _ in points], s=16, color="#2a6f97"
    )
    moved = sorted(points, key=lambda one: (-abs(one[0] - one[1]), one[1]))[:NAMED]
    for was, now, entity in moved:
        if was != now:
            name = f"{(new.places[entity]['row_label'] or entity)[:LONGEST_NAME]} {was}→{now}"
            axes.annotate(name, (was, now), xytext=(4, 4), textcoords="offset points", fontsize=9)
    axes.invert_yaxis()
    axes.set_title("与上一版的名次 · Rank against the last edition", loc="left")
    axes.set_xlabel(f"上一版名次 · rank in {before_name[:LONGEST_NAME]}")
    axes.set_ylabel("本版名次 · rank here")
