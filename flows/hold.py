"""Holding a new edition or revision that says something all too different from the one before.

What loses half of its entities, or shifts by an order of magnitude, has mostly been read
wrongly or is another publication. It does not land until a person accepts it: its bytes are
kept, and what was found is listed at ``curated/.held/``.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import pyarrow.compute as pc

from flows.pairing import entity_of
from flows.store import Release, Store

Row = Mapping[str, Any]

#: An edition and a document of it.
Key = tuple[str, str]

#: (indicator, measure, breakdown) of numbers that are compared place by place.
Subject = tuple[str, str | None, str | None]

#: Below so many entities one name that is spelt otherwise is a large share of them.
FEWEST_ENTITIES = 4

#: The share of the entities that may not be lost: the half that the rule speaks of.
LOST_SHARE = 0.5

#: A median of fewer places is moved by two odd ones.
FEWEST_PLACES = 5

#: The decimal logarithm from which a shift is one of magnitude: a scale of 10 that became one of
#: 100 shows as 0.9 to 1.1, since the scores move too, while nothing grows eightfold in an edition.
SHIFT = 0.9

_FOLDER = ".held"
_YEAR = re.compile(r"-((?:19|20)\d{2})$")
_COLUMNS = {
    "observations": [
        "ref_area", "row_label", "indicator", "measure", "breakdown", "time_period",
        "obs_value", "unit_measure", "unit_mult",
    ],
    "rankings": ["ref_area", "row_label"],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """The newest number of a subject for a place, in units; ``period`` says of when."""

    value: float
    unit: str | None
    period: str


@dataclass(frozen=True, slots=True)
class Profile:
    """Whom a document or an edition is about, its numbers by subject and place, and the
    indicators of the edition before that its crosswalk names, by their ids here."""

    entities: frozenset[str] = frozenset()
    numbers: Mapping[Subject, Mapping[str, Number]] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that is about to land; ``revises`` where other bytes of it have landed."""

    edition: str
    document: str
    sha256: str
    url: str
    profile: Profile
    revises: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a document is held: a code, a sentence with the numbers for each reason."""

    code: str
    reasons: tuple[str, ...]


def profile(records: Mapping[str, Sequence[Row]]) -> Profile:
    """The profile of a document's or an edition's rows."""
    entities = {entity_of(row) for row in records.get("rankings", ())}
    numbers: dict[Subject, dict[str, Number]] = defaultdict(dict)
    for row in records.get("observations", ()):
        place, value = row["ref_area"], row["obs_value"]
        if place is None:
            continue
        entities.add(place)
        if value is None:
            continue
        number = Number(
            value * 10.0 ** (row["unit_mult"] or 0), row["unit_measure"], row["time_period"] or ""
        )
        known = numbers[row["indicator"], row["measure"], row["breakdown"]]
        if place not in known or known[place].period <= number.period:
            known[place] = number
    renamed = {
        row["indicator"]: row["other_indicator"]
        for row in records.get("crosswalk", ())
        if row["indicator"] and row["other_indicator"]
    }
    return Profile(frozenset(one for one in entities if one), dict(numbers), renamed)


def judge(candidates: Sequence[Candidate], store: Store) -> dict[Key, Verdict]:
    """The candidates that are to be held, and why.

    A revision is compared with the rows of its document that have landed. New documents are
    compared as their whole edition, with the edition before of the same series, once it has as
    many documents as that had: of a part nothing can be said. Raises `StoreError`.
    """
    release = store.newest()
    if release is None or not candidates:
        return {}
    held: dict[Key, Verdict] = {}
    by_edition: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        by_edition[one.edition].append(one)
        if one.revises:
            mine = _is(one.edition) & (pc.field("document") == one.document)
            verdict = compare(_landed(store, release, mine), one.profile, "what had landed")
            if verdict:
                held[one.edition, one.document] = verdict
    counts = _documents(store, release)
    for edition, some in by_edition.items():
        verdict = _of_edition(edition, some, store, release, counts)
        for one in some if verdict else ():
            if not one.revises and verdict:
                held[edition, one.document] = verdict
    return held


def _of_edition(
    edition: str,
    candidates: Sequence[Candidate],
    store: Store,
    release: Release,
    counts: Mapping[str, frozenset[str]],
) -> Verdict | None:
    before = predecessor(edition, counts)
    coming = {one.document for one in candidates}
    standing = counts.get(edition, frozenset()) - coming
    if before is None or len(standing | coming) < len(counts[before]):
        return None
    profiles = [one.profile for one in candidates]
    if standing:
        mine = _is(edition) & pc.field("document").isin(sorted(standing))
        profiles.append(_landed(store, release, mine))
    return compare(_landed(store, release, _is(before)), _joined(profiles), before)


def compare(before: Profile, after: Profile, name: str) -> Verdict | None:
    """Why what comes after is to be held, None where it is not. ``name`` is that of before."""
    kept, count = len(before.entities & after.entities), len(before.entities)
    reasons: list[str] = []
    code = "held-magnitude"
    if count >= FEWEST_ENTITIES and count - kept >= LOST_SHARE * count:
        code = "held-entities"
        whole = len(after.entities)
        reasons.append(f"of the {count} entities of {name} it has {kept} ({whole} in all)")
    for shift in _shifts(before, after):
        reasons.append(
            f"{shift.indicator} of {shift.place} is {shift.after:g} where {name} has "
            f"{shift.before:g} (the median of {shift.places} places is 10 to the {shift.power:.1f})"
        )
    if not reasons:
        return None
    return Verdict(code, tuple(f"{reason}; --accept lands it" for reason in reasons))


@dataclass(frozen=True, slots=True)
class _Shift:
    """An indicator that shifts by a power of ten in the median of so many places, and the
    numbers of the place in the middle."""

    indicator: str
    power: float
    places: int
    place: str
    before: float
    after: float


def _shifts(before: Profile, after: Profile) -> Iterable[_Shift]:
    for subject, numbers in sorted(after.numbers.items(), key=lambda item: str(item[0])):
        indicator = after.renamed.get(subject[0], subject[0])
        known = before.numbers.get((indicator, *subject[1:]), {})
        shifts = sorted(
            (math.log10(abs(number.value / known[place].value)), place)
            for place, number in numbers.items()
            if place in known and _are_comparable(number, known[place])
        )
        if len(shifts) < FEWEST_PLACES:
            continue
        power = median(shift for shift, _ in shifts)
        if abs(power) >= SHIFT:
            place = shifts[len(shifts) // 2][1]
            was, now = known[place].value, numbers[place].value
            yield _Shift(subject[0], power, len(shifts), place, was, now)


def _are_comparable(one: Number, other: Number) -> bool:
    """Numbers of two units are not, unless a unit is not printed."""
    same = one.unit == other.unit or None in (one.unit, other.unit)
    return same and one.value != 0 and other.value != 0


def predecessor(edition: str, editions: Iterable[str]) -> str | None:
    """The latest edition before this one of the same publisher and series, None if none."""
    year = _YEAR.search(edition)
    if year is None:
        return None
    series = edition[: year.start()]
    earlier = [
        other
        for other in editions
        if (found := _YEAR.search(other))
        and other[: found.start()] == series
        and found[1] < year[1]
    ]
    return max(earlier, default=None)


def _joined(profiles: Sequence[Profile]) -> Profile:
    numbers: dict[Subject, dict[str, Number]] = defaultdict(dict)
    renamed: dict[str, str] = {}
    for one in profiles:
        renamed |= one.renamed
        for subject, places in one.numbers.items():
            numbers[subject] |= places
    return Profile(frozenset().union(*(one.entities for one in profiles)), numbers, renamed)


def _is(edition: str) -> pc.Expression:
    return pc.field("edition") == edition


def _landed(store: Store, release: Release, which: pc.Expression) -> Profile:
    return profile(
        {
            name: store.read(name, release, columns, which).to_pylist()
            for name, columns in _COLUMNS.items()
        }
    )


def _documents(store: Store, release: Release) -> dict[str, frozenset[str]]:
    """The documents of each landed edition."""
    rows = store.read("documents", release, ["edition", "document"]).to_pylist()
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row["edition"]].add(row["document"])
    return {edition: frozenset(documents) for edition, documents in found.items()}


# --- what is listed as held -----------------------------------------------------------------


def note(store: Store, held: Iterable[tuple[Candidate, Verdict]]) -> None:
    """List documents as held, each in a file of its own. Raises OSError."""
    for one, verdict in held:
        said = {
            "edition": one.edition,
            "document": one.document,
            "sha256": one.sha256,
            "url": one.url,
            "code": verdict.code,
            "reasons": list(verdict.reasons),
        }
        data = json.dumps(said, ensure_ascii=False, indent=1).encode()
        store.place.write(f"{_FOLDER}/{_name(one.edition, one.document)}", data)


def clear(store: Store, landed: Iterable[Key]) -> None:
    """Take documents that have landed off the list."""
    names = set(_names(store))
    for key in landed:
        if _name(*key) in names:
            with suppress(OSError):  # another process was first
                store.place.filesystem.delete_file(store.place.path(f"{_FOLDER}/{_name(*key)}"))


def forget(store: Store, names: Collection[str]) -> None:
    """Take off the list whatever speaks of an edition or document of these names, be it in its
    reasons: what is held still is listed again when it is ingested again."""
    for file in _names(store):
        with suppress(OSError):
            said = store.place.read(f"{_FOLDER}/{file}").decode()
            if any(json.dumps(name, ensure_ascii=False)[1:-1] in said for name in names):
                store.place.filesystem.delete_file(store.place.path(f"{_FOLDER}/{file}"))


def listed(store: Store) -> list[dict[str, Any]]:
    """The documents that are held, by edition and document."""
    found = []
    for name in _names(store):
        with suppress(OSError, ValueError):  # landed just now
            found.append(json.loads(store.place.read(f"{_FOLDER}/{name}")))
    return sorted(found, key=lambda one: (one["edition"], one["document"]))


def _names(store: Store) -> list[str]:
    return [info.base_name for info in store.place.entries(_FOLDER) if info.is_file]


def _name(edition: str, document: str) -> str:
    """A file name made of the key: a Chinese title percent-encoded would be too long for one."""
    return hashlib.sha256(f"{edition}\0{document}".encode()).hexdigest()[:16] + ".json"
