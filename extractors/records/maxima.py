"""The maxima of scores: from headers, from prose (权重为5分), and from score ÷ 得分率.

Prose is print and counts; what scores and rates imply is independent of it, and has to agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median

from extractors.model import Block, Doubt
from extractors.records.meaning import crossings, measure_of, path_of
from extractors.records.scheme import Node, Scheme
from extractors.records.subjects import SCORED, Path, Plan
from extractors.schemes.claims import Claim, max_claims
from extractors.values import parse_value
from schemas.measures import measure_words

#: Fewer rows than this with a score and its rate imply no maximum.
FEWEST_ROWS = 5

#: Kinds of indicators that are given points.
KINDS = frozenset(("score", "bonus", "total"))

#: Maxima are whole or half points; a median farther from one is no maximum.
STEP, CLOSE = 0.5, 0.06

_Values = dict[tuple[int, int, Path], dict[str, float]]


def settle_maxima(scheme: Scheme, plans: Sequence[Plan], blocks: Sequence[Block]) -> list[Doubt]:
    """Set the maximum of every scored indicator of a document that has one.

    Gives the doubts: maxima that are said and implied differently, and parts whose maxima
    do not add up.
    """
    scored = {path: node for path, node in scheme.nodes.items() if node.kind in KINDS}
    if not scored:
        return []
    implied = _implied(plans)
    claims = _claims(scored, blocks)
    doubts: list[Doubt] = []
    for path, node in scored.items():
        doubts += _settle(scheme, node, claims.get(path, []), implied.get(path))
    doubts += _sums(scheme, scored, claims, implied)
    return doubts


def _claims(scored: Mapping[Path, Node], blocks: Sequence[Block]) -> dict[Path, list[Claim]]:
    """What prose says of each indicator; a name that two chapters have is left out."""
    by_name: dict[str, list[Path]] = defaultdict(list)
    for path, node in scored.items():
        if not node.misplaced:
            by_name[path[-1]].append(path)
    totals = [path for path, node in scored.items() if node.kind == "total"]
    names: dict[str, object] = {
        name: paths[0] for name, paths in by_name.items() if len(paths) == 1
    }
    found: dict[Path, list[Claim]] = defaultdict(list)
    for claim in max_claims(blocks, names, totals[0] if len(totals) == 1 else None):
        assert isinstance(claim.key, tuple)
        found[claim.key].append(claim)
    return found


def _implied(plans: Iterable[Plan]) -> dict[Path, float]:
    """The maximum that scores and their rates imply, by indicator."""
    ratios: dict[Path, list[float]] = defaultdict(list)
    for plan in plans:
        if plan.table.kind not in SCORED:
            continue
        for (_, _, path), values in _values(plan).items():
            score, rate = values.get("value"), values.get("rate")
            if score and rate:
                ratios[path].append(100 * score / rate)
    found = {}
    for path, listed in ratios.items():
        if len(listed) < FEWEST_ROWS:
            continue
        middle = median(listed)
        nearest = round(middle / STEP) * STEP
        if abs(nearest - middle) <= CLOSE:
            found[path] = nearest
    return found


def _values(plan: Plan) -> _Values:
    rates = measure_words().score_rates
    found: _Values = defaultdict(dict)
    for crossing in crossings(plan):
        row, column = crossing.row_subject, crossing.column_subject
        measure = measure_of(plan, row, column)
        if measure == "rate" and column.label.rsplit("/", 1)[-1] not in rates:
            continue
        number = parse_value(crossing.cell.value).number
        if number is not None:
            panel = plan.table.columns[column.index].panel
            found[crossing.row_number, panel, path_of(plan, row, column)][measure] = number
    return found


def _settle(
    scheme: Scheme, node: Node, claims: Sequence[Claim], implied: float | None
) -> Iterator[Doubt]:
    """Print before what is implied; what contradicts the first print is a finding."""
    said = node.max_score if node.max_score is not None else None
    for claim in claims:
        if said is None:
            said = claim.points
        elif claim.points != said:
            yield _contradicted(scheme, node, claim, said, "headers or an earlier line say")
    if said is not None and implied is not None and implied != said:
        first = claims[0] if claims else None
        yield _contradicted(scheme, node, first, implied, "scores divided by their rates give")
    if said is None and implied is not None:
        said = implied
    node.max_score = said


def _contradicted(
    scheme: Scheme, node: Node, claim: Claim | None, other: float, source: str
) -> Doubt:
    return Doubt(
        check="max-contradicted",
        severity="warning",
        line=claim.line if claim else None,
        page=claim.page if claim else None,
        printed=claim.printed if claim else f"{node.max_score:g}分",
        expected=f"{other:g}",
        evidence=f"{scheme.indicator(node.path)}: {source} {other:g}",
    )


def _sums(
    scheme: Scheme,
    scored: Mapping[Path, Node],
    claims: Mapping[Path, Sequence[Claim]],
    implied: Mapping[Path, float],
) -> Iterator[Doubt]:
    """Parts whose maxima do not add up to the maximum of their chapter, tops to the total's.

    Where they do with what scores and rates imply, the one maximum is wrong, which is said.
    """
    parts: dict[Path, list[Node]] = defaultdict(list)
    for path, node in scored.items():
        if node.kind != "total" and not node.misplaced:
            parts[path[:-1]].append(node)
    totals = [node for node in scored.values() if node.kind == "total" and len(node.path) == 1]
    for above, nodes in parts.items():
        whole = scored.get(above) if above else (totals[0] if len(totals) == 1 else None)
        known = [node.max_score for node in nodes if node.max_score is not None]
        if whole is None or whole.max_score is None or len(known) != len(nodes):
            continue
        if sum(known) == whole.max_score:
            continue
        if sum(implied.get(node.path, node.max_score or 0.0) for node in nodes) == whole.max_score:
            continue
        claim = next((c[0] for node in (whole, *nodes) if (c := claims.get(node.path))), None)
        yield Doubt(
            check="max-sum",
            severity="warning",
            line=claim.line if claim else None,
            page=claim.page if claim else None,
            printed=f"{whole.max_score:g}",
            expected=f"{sum(known):g}",
            evidence=f"the parts of {scheme.indicator(whole.path)} have "
            + " + ".join(f"{node.path[-1]} {node.max_score:g}" for node in nodes),
        )
