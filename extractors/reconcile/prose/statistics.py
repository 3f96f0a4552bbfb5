"""Means, rates, extremes, quartiles and counts of the prose against the columns they are of."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from extractors.model import Doubt
from extractors.periods import find_years
from extractors.reconcile.finding import shown
from extractors.reconcile.prose.claims import Claim, Reader
from extractors.reconcile.prose.paragraphs import Paragraph
from extractors.reconcile.prose.series import QUARTILES, Group, Series, quartile_range

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

#: A paragraph speaks of a column where this share of its numbers are the column's, and
#: these have so many digits together: two numbers of three digits may be so by chance.
LEAST_DIGITS = 6.0
SHARE_HELD = 0.55

#: So many digits of a column that the paragraph names.
LEAST_NAMED = 4.0

#: So many counts of groups must be right before another is said to be wrong.
LEAST_COUNTS = 3

#: A number of the text is off where it is so many units of its last decimal away: sums of
#: rounded parts and numbers that are cut off come within one and a half.
OFF = 1.5

#: An indicator is known to the text where so many other numbers hold that it gives of it.
LEAST_KNOWN = 2

_CODES = {
    "mean": "prose-mean",
    "rate": "prose-rate",
    "max": "prose-extreme",
    "min": "prose-extreme",
    "range": "prose-range",
    "quartiles": "prose-quartiles",
    "gap": "prose-gap",
    "between": "prose-gap",
    "count": "prose-count",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a column gives where the text claims something; ``slack`` is what rounding does."""

    expected: float
    slack: float
    half: float

    def holds(self, claim: Claim) -> bool:
        """Whether the text is right, give or take one unit."""
        return abs(claim.value.value - self.expected) <= 2 * claim.value.half + self.slack + 1e-9

    def is_off(self, claim: Claim) -> bool:
        """Whether the text is certainly wrong."""
        unit = 2 * claim.value.half
        return abs(claim.value.value - self.expected) > OFF * unit + self.slack + 1e-9


class Judge:
    """Computes what columns give for claims."""

    def __init__(self, series: Sequence[Series], groups: Mapping[str, Group], method: str) -> None:
        self._series = series
        self._groups = groups
        self._method = method
        self._known: dict[tuple[int, object], Outcome | None] = {}
        self._tables: dict[object, tuple[FloatArray, FloatArray]] = {}

    def outcome(self, claim: Claim, series: Series) -> Outcome | None:
        """What the column gives; None where it cannot say."""
        key = (series.likeness, (claim.kind, claim.groups))
        if key not in self._known:
            self._known[key] = self._compute(claim, series)
        return self._known[key]

    def held(self, claim: Claim) -> BoolArray:
        """Of which columns, one after the other, a claim holds."""
        key = (claim.kind, claim.groups)
        if key not in self._tables:
            outcomes = [self.outcome(claim, one) for one in self._series]
            expected = [outcome.expected if outcome else math.nan for outcome in outcomes]
            slack = [outcome.slack if outcome else 0.0 for outcome in outcomes]
            self._tables[key] = np.array(expected), np.array(slack)
        expected_, slack_ = self._tables[key]
        off = np.abs(claim.value.value - expected_)
        return np.asarray(off <= 2 * claim.value.half + slack_ + 1e-9)

    def _compute(self, claim: Claim, series: Series) -> Outcome | None:
        members = self._members(claim.groups)
        if claim.kind == "count":
            return Outcome(float(len(members)), 0.0, 0.5) if members else None
        if members is not None and not series.whole(members):
            return None
        if claim.kind in ("rate", "gap", "between"):
            return self._rate(claim, series, members)
        values = series.of(members)
        computed = {
            "mean": lambda: sum(values) / len(values),
            "max": lambda: max(values),
            "min": lambda: min(values),
            "range": lambda: max(values) - min(values),
            "quartiles": lambda: quartile_range(values, self._method),
        }[claim.kind]()
        return Outcome(computed, 0.0, series.half)

    def _members(self, names: Sequence[str]) -> frozenset[str] | None:
        if not names:
            return None
        return frozenset().union(*(self._groups[name].members for name in names))

    def _rate(self, claim: Claim, series: Series, members: frozenset[str] | None) -> Outcome | None:
        base = series.base
        if base is None:
            return None
        # Rates are taken of rounded means, or of sums of rounded means.
        slack = 100 * OFF * 2 * series.half / base
        one = self._mean_rate(series, members, base)
        if claim.kind == "rate":
            return Outcome(one, slack, 0.005)
        if claim.kind == "gap":
            other = self._mean_rate(series, None, base)
            return Outcome(abs(one - other), 2 * slack, 0.05) if members else None
        first, second = (self._groups[name].members for name in claim.groups)
        gap = self._mean_rate(series, first, base) - self._mean_rate(series, second, base)
        return Outcome(abs(gap), 2 * slack + 0.5, 0.5)

    def _mean_rate(self, series: Series, members: frozenset[str] | None, base: float) -> float:
        values = series.of(members)
        return 100 * sum(values) / len(values) / base


@dataclass(frozen=True, slots=True)
class Speech:
    """A paragraph with its claims and the indicators that it names."""

    paragraph: Paragraph
    claims: list[Claim]
    names: list[str]


def statistic_errors(
    paragraphs: Iterable[Paragraph],
    series: Sequence[Series],
    groups: Mapping[str, Group],
    reader: Reader,
) -> Iterator[Doubt]:
    """The claims that do not hold of the columns that their paragraphs speak of."""
    speeches = [
        Speech(paragraph, claims, reader.names_in(paragraph.text))
        for paragraph in paragraphs
        if (claims := reader.claims(paragraph))
    ]
    judge = Judge(series, groups, _method(speeches, series, groups))
    bound = _bind(speeches, series, judge)
    known = _known(speeches, bound, judge)
    by_name = _by_name(series)
    yield from _subject_errors(speeches, bound, by_name, judge)
    yield from _count_errors(speeches, groups)
    for speech in speeches:
        own = bound.get(id(speech))
        for claim in speech.claims:
            if claim.kind == "count":
                continue
            named = by_name.get(claim.name or "", [])
            if named and any(known[name] >= LEAST_KNOWN for one in named for name in one.names):
                yield from _judged(speech, claim, named, judge)
            elif own is not None:
                others = [other for name in speech.names for other in by_name.get(name, [])]
                yield from _judged(speech, claim, [own, *others], judge)


def _subject_errors(
    speeches: Sequence[Speech],
    bound: Mapping[int, Series],
    by_name: Mapping[str, list[Series]],
    judge: Judge,
) -> Iterator[Doubt]:
    """A paragraph that names one indicator and gives the numbers of another."""
    for speech in speeches:
        own = bound.get(id(speech))
        if own is None or not speech.names or set(speech.names) & set(own.names):
            continue
        held, off = _tally(speech.claims, own, judge)
        name = speech.names[0]
        others = by_name.get(name, [])
        if off or held < LEAST_DIGITS or not others:
            continue
        if all(_tally(speech.claims, other, judge)[1] >= 2 for other in others):
            yield speech.paragraph.doubt(
                "prose-subject",
                speech.paragraph.text.index(name),
                printed=name,
                expected=own.names[0] if own.names else None,
                evidence=f"its numbers are those of {own.sheet.names[own.column]}, "
                f"line {own.sheet.table.caption_line or own.line}",
            )


def _tally(claims: Sequence[Claim], series: Series, judge: Judge) -> tuple[float, int]:
    """The digits of the claims that hold of a column, and how many are off."""
    outcomes = [(c, judge.outcome(c, series)) for c in claims if c.kind != "count"]
    held = sum(_digits(c) for c, outcome in outcomes if outcome and outcome.holds(c))
    return held, sum(bool(outcome and outcome.is_off(c)) for c, outcome in outcomes)


def _judged(
    speech: Speech, claim: Claim, series: Sequence[Series], judge: Judge
) -> Iterator[Doubt]:
    outcomes = [
        (one, outcome)
        for one in series
        if _same_year(claim, one) and (outcome := judge.outcome(claim, one)) is not None
    ]
    if not outcomes or not all(outcome.is_off(claim) for _, outcome in outcomes):
        return
    one, outcome = outcomes[0]
    of = "、".join(claim.groups) or "all rows"
    table = one.sheet.table
    yield speech.paragraph.doubt(
        _CODES[claim.kind],
        claim.offset,
        printed=claim.value.text,
        expected=shown(outcome.expected, claim.value.half),
        evidence=f"{claim.kind} of {of} in {one.sheet.names[one.column]}, "
        f"line {table.caption_line or table.line}",
    )


def _same_year(claim: Claim, series: Series) -> bool:
    """Whether the sentence speaks of the table's year, or of none."""
    years = {str(year) for year in find_years(series.sheet.table.caption or "")}
    return not years or not claim.years or bool(years & set(claim.years))


def _bind(speeches: Sequence[Speech], series: Sequence[Series], judge: Judge) -> dict[int, Series]:
    """The column that each paragraph speaks of: by its own numbers, its section's, or, where
    these say nothing, by those of all such paragraphs together (the total of the report)."""
    sections: dict[int, list[Speech]] = defaultdict(list)
    for speech in speeches:
        sections[speech.paragraph.section].append(speech)
    bound: dict[int, Series] = {}
    loose: list[Speech] = []
    by_name = _by_name(series)
    for section in sections.values():
        whole = _best(section, series, judge)
        for speech in section:
            own = _best([speech], series, judge)
            if own is None and whole is not None and _holds_any(speech.claims, whole, judge):
                own = whole
            own = own or _named(speech, by_name, judge)
            if own is not None:
                bound[id(speech)] = own
            else:
                loose.append(speech)
    grouped = [replace(one, claims=[c for c in one.claims if c.groups]) for one in loose]
    main = _best(grouped, series, judge)
    if main is not None:
        bound |= {id(one): main for one in loose if _holds_any(one.claims, main, judge)}
    return bound


def _by_name(series: Iterable[Series]) -> dict[str, list[Series]]:
    found: dict[str, list[Series]] = defaultdict(list)
    for one in series:
        for name in one.names:
            found[name].append(one)
    return found


def _named(speech: Speech, by_name: Mapping[str, list[Series]], judge: Judge) -> Series | None:
    """A column whose name the paragraph says, and whose numbers half of its numbers are."""
    claims = [claim for claim in speech.claims if claim.kind != "count"]
    for name in dict.fromkeys(speech.names):
        for one in by_name.get(name, ()):
            held = [
                claim
                for claim in claims
                if (outcome := judge.outcome(claim, one)) is not None and outcome.holds(claim)
            ]
            if 2 * len(held) >= len(claims) and sum(map(_digits, held)) >= LEAST_NAMED:
                return one
    return None


def _best(speeches: Sequence[Speech], series: Sequence[Series], judge: Judge) -> Series | None:
    claims = [one for speech in speeches for one in speech.claims if one.kind != "count"]
    if sum(map(_digits, claims)) < LEAST_DIGITS:
        return None
    line = speeches[0].paragraph.line
    digits, count = np.zeros(len(series)), np.zeros(len(series), dtype=int)
    seen: set[object] = set()
    for claim in claims:
        held = judge.held(claim)
        count += held
        key = (claim.kind, claim.groups, claim.value.text)
        if key not in seen:
            seen.add(key)
            digits += held * _digits(claim)
    best = max(
        range(len(series)),
        key=lambda place: (round(float(digits[place]), 9), -abs(series[place].line - line)),
        default=None,
    )
    if best is None or digits[best] < LEAST_DIGITS or count[best] < SHARE_HELD * len(claims):
        return None
    return series[best]


def _digits(claim: Claim) -> float:
    """How many digits a number has: how unlikely it is to hold by chance."""
    return math.log10(max(claim.value.units, 1.0))


def _holds_any(claims: Sequence[Claim], series: Series, judge: Judge) -> bool:
    return any(
        outcome.holds(claim)
        for claim in claims
        if claim.kind != "count" and (outcome := judge.outcome(claim, series)) is not None
    )


def _known(speeches: Sequence[Speech], bound: Mapping[int, Series], judge: Judge) -> Counter[str]:
    """How many claims hold of every indicator, by its name."""
    known: Counter[str] = Counter()
    for speech in speeches:
        own = bound.get(id(speech))
        if own is None:
            continue
        for claim in speech.claims:
            outcome = judge.outcome(claim, own)
            if outcome is not None and outcome.holds(claim):
                known.update(own.names)
    return known


def _method(
    speeches: Sequence[Speech], series: Sequence[Series], groups: Mapping[str, Group]
) -> str:
    """The way of taking quartiles that the most of the text's quartile ranges follow."""
    claims = [
        (speech.paragraph.line, claim)
        for speech in speeches
        for claim in speech.claims
        if claim.kind == "quartiles"
    ]
    if not claims:
        return QUARTILES[0]
    held: Counter[str] = Counter()
    for method in QUARTILES:
        judge = Judge(series, groups, method)
        for line, claim in claims:
            near = min(series, key=lambda one: abs(one.line - line), default=None)
            outcome = judge.outcome(claim, near) if near is not None else None
            held[method] += bool(outcome and outcome.holds(claim))
    return max(QUARTILES, key=lambda method: held[method])


def _count_errors(speeches: Sequence[Speech], groups: Mapping[str, Group]) -> Iterator[Doubt]:
    """How many a group is said to have, where most such counts of the text are right."""
    said = [
        (speech, claim, frozenset().union(*(groups[name].members for name in claim.groups)))
        for speech in speeches
        for claim in speech.claims
        if claim.kind == "count"
    ]
    wrong = [(s, claim, m) for s, claim, m in said if claim.value.value != len(m)]
    held = len(said) - len(wrong)
    if held < LEAST_COUNTS or held < SHARE_HELD * len(said):
        return
    for speech, claim, members in wrong:
        yield speech.paragraph.doubt(
            "prose-count",
            claim.offset,
            printed=claim.value.text,
            expected=str(len(members)),
            evidence=f"{'、'.join(claim.groups)} has {len(members)} rows in the tables",
        )
