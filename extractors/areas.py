"""Printed names to reference areas: exact, dated, and never guessed.

A name resolves where exactly one place, zone, country or body bears it in the edition's year;
otherwise the area is None and says why, with the candidates. How a name is read:

- Blanks are no part of a name (北 京), nor is the width of brackets. Traditional characters
  are tried only where the text as printed is unknown.
- A name may be printed after places it lies in, in full or short, with levels left out:
  广东省深圳市, 江苏苏州昆山市, 上海徐汇区. Every part must be a name, each inside the one before.
- An official name beats a usual form (凉山州), which beats a bare short name (凉山).
- An official name of several places (鼓楼区) is decided only by a place above it.
- A bare name means the highest level that bears it: 吉林 is the province, 大理 the prefecture
  and not its city. Where the column shows another level (see ``Register.context``) that one
  is meant, and in a table about 北京 朝阳 is its district. Two bearers of one level decide
  nothing, nor do a province and a place of the table's own province (河南 in 青海).
- Short names that are ordinary words (公安, 新建) mean a place only in a column of places, and
  names that local offices bear too (统计局) a body only in a column of central bodies.
- A year's register is the state at its end. A name that is unknown then but was in force
  when the year began (即墨市 in 2017) has the code of that time; a name of other years has
  none, and its successors are the candidates.
- A bare name that a higher level bore in the ten years before (莱芜 after 2018) may still mean
  it, so it means nothing. The same holds for usual forms that were another's official name.
- Groups of places (华东, 欧盟) are no areas: kind ``region`` and no code.
- Hong Kong, Macao and the world have HKG, MAC and WORLD everywhere. 台湾 is the province of
  GB/T 2260, and TWN in a column of countries or where it is printed as 中国台湾.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple, Self

from opencc import OpenCC
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from schemas.areas import FIRST_YEAR, Division, country_names, divisions, read_yaml
from schemas.units import half_width

Scope = Literal["country", "china", "body"]
Level = Literal["province", "prefecture", "county"]

#: How a place bears a name, best first.
FULL, USUAL, SHORT, LOCAL = range(4)

GRADES = ("official name", "usual form", "short name", "short name of a central body")

#: Levels from the top, for the rule of bare names.
RANKS = {
    "world": 0,
    "country": 0,
    "province": 1,
    "prefecture": 2,
    "county": 3,
    "zone": 4,
    "body": 5,
}

#: The levels of GB/T 2260, from the top.
DIVISIONS: tuple[Level, ...] = ("province", "prefecture", "county")

#: Longer texts are no names: 新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿克陶县 has 25 characters.
LONGEST_NAME = 32

#: How long a bare name keeps its higher meaning: yearbooks print series of ten years.
STALE_YEARS = 10

#: With fewer names than this a column shows nothing about itself.
ENOUGH_NAMES = 3
#: Share of the known names that must agree on what a column lists; the rest are totals,
#: and the odd place of another level in a list (five cities beside 31 provinces).
MOST = 0.8

#: What divisions of China end with; a text without such an ending is no misprint of one.
ENDINGS = ("省", "市", "区", "县", "州", "盟", "旗")

#: Provinces that stand in lists of provinces and in lists of cities alike.
MUNICIPALITIES = frozenset({"CN110000", "CN120000", "CN310000", "CN500000"})

#: Entries kept of resolved names; a document has some thousands.
CACHE_SIZE = 100_000

CHINA = "CHN"


@dataclass(frozen=True, slots=True)
class Area:
    """What a printed name means in its year.

    ``ref_area`` is None where the name has no meaning or several; ``candidates`` are then
    codes it might have, for a person, best first. ``kind`` is world, country, province,
    prefecture, county, zone, body, or region (which has no code). ``reason`` begins with a
    word that tells cases apart: of an answer ``official``, ``usual``, ``short``; of none
    ``unknown``, ``ambiguous``, ``dated``, ``word``, ``region``.
    """

    ref_area: str | None
    name: str | None
    kind: str | None
    parent: str | None
    candidates: tuple[str, ...]
    reason: str


class Context(NamedTuple):
    """What a column of names shows about every one of them; pass it on to ``resolve``."""

    scope: Scope | None = None
    within: str | None = None
    level: Level | None = None


@dataclass(slots=True, eq=False)
class Place:
    """Something with a code, under one name and parent. ``years`` is a mask from 1980.

    ``above`` are the codes it lies in, outermost first, the country left out for China.
    """

    code: str
    name: str
    kind: str
    above: tuple[str, ...]
    parent: str | None
    years: int
    identity: str | None = None
    after: tuple[str, ...] = ()


class Hit(NamedTuple):
    """A place that bears ``text``; ``above`` is the place printed before it, if any."""

    place: Place
    grade: int
    text: str
    above: str | None
    years: int


class Asked(NamedTuple):
    """A question to the register, the name squeezed; ``holders`` are the codes it is within."""

    text: str
    year: int | None
    holders: frozenset[str]
    scope: Scope | None
    level: Level | None


class Register:
    """Every place, zone, country and body, by its names. Build one with ``load``."""

    def __init__(self) -> None:
        """Read the register. Raises RegisterError where a package's data is missing."""
        self._names: dict[str, list[tuple[Place, int]]] = {}
        self._places: dict[str, list[Place]] = {}
        self._areas: dict[tuple[Any, ...], Area] = {}
        self._pools: dict[tuple[Any, ...], list[tuple[str, Place]]] = {}
        china, countries = read_yaml("china"), read_yaml("countries")
        self._nouns = frozenset(china["common_nouns"])
        self._words = frozenset(china["words"].split())
        self._city_words = frozenset(china["city_words"])
        self._regions = {
            name for groups in read_yaml("regions").values() for g in groups for name in g
        }
        self._country_column: dict[str, str] = countries["country_column"]
        self._several: dict[str, list[str]] = {**countries["ambiguous"], **china["ambiguous"]}
        found = divisions()
        self.last_year = FIRST_YEAR + max(d.years for d in found).bit_length() - 1
        self._every_year = (1 << (self.last_year - FIRST_YEAR + 1)) - 1
        self._add_divisions(found, china["shorts"], china["aliases"])
        self._add_zones(read_yaml("zones"))
        self._add_bodies(read_yaml("bodies"))
        self._add_countries(countries)
        self._alphabet = frozenset("".join(self._names))

    @classmethod
    @cache
    def load(cls) -> Self:
        """The register, read once a process (0.1 to 0.2 s, 17 MB)."""
        return cls()

    # --- building -----------------------------------------------------------------------

    def _add(self, place: Place, full: Iterable[str], *more: tuple[int, Iterable[str]]) -> None:
        """Enter a place under its names, each at the best grade it has."""
        self._places.setdefault(place.code, []).append(place)
        grades: dict[str, int] = {}
        for grade, names in ((FULL, full), *more):
            for name in names:
                if len(name) > 1:
                    grades.setdefault(name, grade)
        for name, grade in grades.items():
            self._names.setdefault(name, []).append((place, grade))

    def _add_divisions(
        self,
        found: Iterable[Division],
        shorts: dict[str, str],
        aliases: dict[str, list[str]],
    ) -> None:
        for division in found:
            short = shorts.get(division.code) or _short(division)
            above = tuple("CN" + code for code in division.parents)
            place = Place(
                code="CN" + division.code,
                name=division.name,
                kind=division.kind,
                above=above,
                parent=above[-1] if above else CHINA,
                years=division.years,
                identity=division.identity,
            )
            usual = (*_usual_forms(division.name, short), *aliases.get(division.code, ()))
            self._add(place, (division.name,), (USUAL, usual), (SHORT, (short,)))

    def _add_zones(self, zones: Iterable[dict[str, Any]]) -> None:
        for zone in zones:
            parents = (zone["parent"], *zone.get("also_in", ()))
            above = tuple(c for p in parents for c in (*self._above(p), p))
            place = Place(zone["code"], zone["name"], "zone", above, parents[0], self._span(zone))
            self._add(place, (zone["name"], *zone.get("aliases", ())))

    def _add_bodies(self, bodies: Iterable[dict[str, Any]]) -> None:
        for body in bodies:
            place = Place(body["code"], body["name"], "body", (), CHINA, self._span(body))
            full = (body["name"], *body.get("aliases", ()))
            self._add(place, full, (LOCAL, body.get("local", ())))

    def _add_countries(self, facts: dict[str, Any]) -> None:
        since, domestic = facts["since"], facts["domestic"]
        columns = {code: name for name, code in facts["country_column"].items()}
        for code, names in country_names():
            names = (*domestic.get(code, ()), *names)
            full = [half_width(name) for name in names]
            parent = CHINA if code in domestic and code != CHINA else None
            years = self._span({"from": since.get(code)})
            place = Place(code, names[0], "country", (), parent, years)
            self._add(place, (n for n in full if n != columns.get(code)))
        world = facts["world"]
        place = Place(world["code"], world["name"], "world", (), None, self._every_year)
        self._add(place, (world["name"], *world["aliases"]))
        for old in facts["former"]:
            years, after = self._span(old), tuple(old["after"])
            place = Place(old["code"], old["names"][0], "country", (), None, years, after=after)
            self._add(place, old["names"])

    def _span(self, entry: dict[str, Any]) -> int:
        """The mask of an entry's years, ``from`` and ``to`` included."""
        first = max((entry.get("from") or FIRST_YEAR) - FIRST_YEAR, 0)
        last = min(entry.get("to") or self.last_year, self.last_year) - FIRST_YEAR
        return self._every_year & (1 << last + 1) - (1 << first) if last >= first else 0

    def _above(self, code: str) -> tuple[str, ...]:
        return max(self._places[code], key=lambda place: place.years).above

    # --- resolving ----------------------------------------------------------------------

    def resolve(
        self,
        name: str,
        year: int | None = None,
        within: str | None = None,
        scope: Scope | None = None,
        level: Level | None = None,
    ) -> Area:
        """The area that a printed name means in a year.

        ``year`` outside the register (1980 to 2024) means the nearest year in it; without a
        year the name must have had one code throughout. ``within``, a code or a name, is the
        place that the table is about: it decides between places of one name and excludes
        none. ``scope`` and ``level`` say what the column lists; ``context`` finds them.
        """
        key = (name, year, within, scope, level)
        area = self._areas.get(key)
        if area is None:
            if len(self._areas) >= CACHE_SIZE:
                self._areas.clear()
            area = self._areas[key] = self._resolve(*key)
        return area

    def is_name(self, text: str, year: int | None = None) -> bool:
        """Whether a text is surely the name of an area, of one or of several.

        Ordinary words and short names of local offices are not.
        """
        text = squeeze(text)
        if not 1 < len(text) <= LONGEST_NAME or text in self._nouns or text in self._words:
            return False
        years = self._every_year if year is None else self._year(year) | self._year(year - 1)
        return text in self._several or any(h.grade < LOCAL for h in self._hits(text, years))

    def entity(self, ref_area: str, year: int | None = None) -> dict[str, str | None]:
        """The row of ``entities`` for a code, under the name it had in the year.

        ``valid_from`` and ``valid_to`` are years of code and name; None where they lie outside
        the register. Raises LookupError for a code that the register does not have.
        """
        if ref_area not in self._places:
            raise LookupError(f"no area has the code {ref_area}")
        place = self._at(ref_area, year)
        first, last = self._run(place, year)
        return {
            "ref_area": ref_area,
            "name": place.name,
            "kind": place.kind,
            "parent": place.parent,
            "valid_from": None if first == FIRST_YEAR else str(first),
            "valid_to": None if last == self.last_year else str(last),
        }

    def context(self, names: Iterable[str], year: int | None = None) -> Context:
        """What a column's names show together; nothing where fewer than three show it.

        ``scope`` needs half of the names known and most of those in one register.
        ``within`` is the smallest place that holds a bearer of every known name, two of
        which exist nowhere else. ``level`` is that of most names of one level only; a lower
        level needs a column without any higher one, since 吉林 among provinces is one.
        """
        texts = {squeeze(name) for name in names} - {""}
        years = self._every_year if year is None else self._year(year)
        known = {t: hits for t in texts if (hits := self._evidence(t, years))}
        scope = _scope(known.values(), len(texts))
        if scope != "china":
            return Context(scope)
        divided = [[h.place for h in hits if h.place.kind in DIVISIONS] for hits in known.values()]
        divided = [places for places in divided if places]
        within = self._holder(divided)
        totals = {within, *self._above(within)} if within else set()
        parts = [p for p in divided if all(place.code not in totals for place in p)]
        return Context(scope, within, _level(parts or divided))

    def _holder(self, divided: list[list[Place]]) -> str | None:
        """The smallest place that the context's rule allows; see ``context``."""
        counts: Counter[str] = Counter()
        only: Counter[str] = Counter()
        for places in divided:
            holders = [set(place.above) for place in places]
            counts.update(set().union(*holders))
            only.update(set.intersection(*holders))
        for code, count in sorted(counts.items(), key=lambda item: item[0], reverse=True):
            allowed = {code, *self._above(code)}
            others = sum(
                all(code not in place.above for place in places)
                and any(place.code in allowed for place in places)
                for places in divided
            )
            enough = count >= ENOUGH_NAMES and only[code] >= ENOUGH_NAMES - 1
            if enough and count + others == len(divided):
                return code
        return None

    def _evidence(self, text: str, years: int) -> list[Hit]:
        """The bearers of a text that is a name and nothing else."""
        if text in self._words or text in self._city_words or text in self._nouns:
            return []
        if not 1 < len(text) <= LONGEST_NAME:
            return []
        return [hit for hit in self._hits(text, years) if hit.grade < LOCAL]

    def _resolve(
        self,
        name: str,
        year: int | None,
        within: str | None,
        scope: Scope | None,
        level: Level | None,
    ) -> Area:
        text = squeeze(name)
        if not 1 < len(text) <= LONGEST_NAME:
            return _none("unknown: no name")
        holders = self._holders(within, year)
        asked = Asked(text, year, holders, scope, level)
        area = self._read(asked)
        if area is None and not self._alphabet.issuperset(text):
            asked = asked._replace(text=_simplify(text))
            area = self._read(asked) if asked.text != text else None
        return area or _none("unknown: nothing has this name", self._nearest(asked))

    def _holders(self, within: str | None, year: int | None) -> frozenset[str]:
        if within is None:
            return frozenset()
        if within in self._places:
            return frozenset({within})
        area = self.resolve(within, year)
        return frozenset({area.ref_area}) if area.ref_area else frozenset()

    def _read(self, asked: Asked) -> Area | None:
        if asked.text in self._regions:
            return Area(None, asked.text, "region", None, (), "region: a group of places")
        if not self._is_known(asked.text):
            return None
        return self._undated(asked) if asked.year is None else self._dated(asked, asked.year)

    def _is_known(self, text: str) -> bool:
        """Whether anything bore a text in any year; most labels of a document are no names."""
        special = text in self._several or text in self._country_column
        return special or bool(self._hits(text, self._every_year))

    def _dated(self, asked: Asked, year: int) -> Area | None:
        area = self._in_force(asked, year)
        if area is not None:
            return area
        others = self._hits(asked.text, self._every_year)
        others = [hit for hit in others if _in_scope(hit.place, asked.scope)]
        if not others:
            return None
        years = 0
        for hit in others:
            years |= hit.years
        spans = ", ".join(f"{first}–{last}" for first, last in _runs(years))
        return _none(f"dated: in force {spans}", self._successors(others, year))

    def _in_force(self, asked: Asked, year: int) -> Area | None:
        """The answer of one year: of its end, else of its beginning; None if unknown."""
        text, scope = asked.text, asked.scope
        if scope == "country" and text in self._country_column:
            return _area(self._at(self._country_column[text], year), "official name")
        if text in self._several:
            return _none("ambiguous: used of several places", tuple(self._several[text]))
        hits = [h for h in self._hits(text, self._year(year)) if _in_scope(h.place, scope)]
        if not hits:  # zones, bodies and countries are entered for every year they touch
            hits = self._hits(text, self._year(year - 1))
            hits = [h for h in hits if h.place.kind in DIVISIONS and scope != "country"]
        return self._choose(hits, asked, year) if hits else None

    def _undated(self, asked: Asked) -> Area | None:
        """The one code that a name had in every year that knows it."""
        found = [
            area
            for year in range(FIRST_YEAR, self.last_year + 1)
            if (area := self._in_force(asked, year)) is not None
        ]
        if not found:
            return None
        codes = dict.fromkeys(
            code for area in reversed(found) for code in (area.ref_area, *area.candidates) if code
        )
        last = found[-1]
        if len(codes) == 1 or last.ref_area is None:
            return last
        return _none("ambiguous: undated, and its code changed", tuple(codes))

    def _hits(self, text: str, years: int) -> list[Hit]:
        """Who bears a text in any of the years: as a name, else as names one in another."""
        found = [
            Hit(place, grade, text, None, place.years & years)
            for place, grade in self._names.get(text, ())
            if place.years & years
        ]
        return found or list(self._nested(text, years))

    def _nested(self, text: str, years: int) -> Iterator[Hit]:
        """Who bears a text as the last of several names, each in the one before."""
        for cut in range(2, len(text) - 1):
            heads = self._names.get(text[:cut])
            if not heads:
                continue
            for tail in self._hits(text[cut:], years):
                above, common = None, 0
                for head, _ in heads:
                    if head.years & tail.years and _holds(head, tail):
                        above = head.code if above != tail.place.parent else above
                        common |= head.years & tail.years
                if above:
                    yield tail._replace(above=tail.above or above, years=common)

    def _choose(self, hits: list[Hit], asked: Asked, year: int) -> Area:
        """One of the places that bear a text in the year, or none with the reason."""
        bare = all(hit.grade == SHORT for hit in hits)
        if bare and asked.level:
            hits = [hit for hit in hits if hit.place.kind == asked.level] or hits
        inside = [hit for hit in hits if not asked.holders.isdisjoint(hit.place.above)]
        rivals = [hit for hit in hits if hit not in inside and _is_rival(hit, asked)]
        if not inside and asked.scope is None and _is_mixed(hits):
            return _none("ambiguous: a country and a place in China", _codes(hits))
        hits = inside + rivals if inside else hits
        grade = min(hit.grade for hit in hits)
        hits = [hit for hit in hits if hit.grade == grade]
        if grade == SHORT and not (inside and rivals):
            top = min(RANKS[hit.place.kind] for hit in hits)
            hits = [hit for hit in hits if RANKS[hit.place.kind] == top]
        if len(codes := _codes(hits)) > 1:
            return _none(f"ambiguous: {len(codes)} places have this name", codes)
        if reason := self._forbidden(hits[0], asked):
            return _none(reason, codes)
        if grade in (USUAL, SHORT) and hits[0].place.kind != asked.level:
            holders = asked.holders if inside else frozenset()
            if stale := self._stale(hits[0], asked.text, year, holders):
                return stale
        decided = ", in the place before it" if hits[0].above else ", in the table's place"
        return _area(hits[0].place, GRADES[grade] + (decided if hits[0].above or inside else ""))

    def _forbidden(self, hit: Hit, asked: Asked) -> str | None:
        """Why the only bearer of a text may still not be what it means."""
        columns = asked.scope == "china" or asked.level is not None
        if hit.grade == LOCAL and asked.scope != "body":
            return "word: local offices have this name too"
        if hit.grade == SHORT and not columns:
            county = hit.place.kind == "county" and hit.text in self._words
            if county or hit.text in self._city_words:
                return "word: an ordinary word unless the column lists places"
        if hit.grade == FULL and hit.text in self._nouns:
            parent = {hit.place.parent}
            alone = hit.above is None and not (asked.level == "county" and asked.holders & parent)
            if alone or (hit.above is not None and hit.above != hit.place.parent):
                return "word: a common noun unless its city stands before it"
        return None

    def _stale(self, now: Hit, text: str, year: int, holders: frozenset[str]) -> Area | None:
        """What a name that is not official means where a better bearer had it until lately.

        Better is a higher level, or a place whose official name it was (东乡县 of 江西, until
        2016, before the usual form of 东乡族自治县). Within the table's place, if that decided.
        """
        before = 0
        for ago in range(1, STALE_YEARS + 1):
            before |= self._year(year - ago)
        better = [
            hit
            for hit in self._hits(text, before & ~self._year(year))
            if hit.place.kind in DIVISIONS
            and (hit.grade < now.grade or RANKS[hit.place.kind] < RANKS[now.place.kind])
            and hit.place.code != now.place.code
            and (not holders or not holders.isdisjoint(hit.place.above))
        ]
        if not better:
            return None
        opening = [hit for hit in better if hit.place.years & self._year(year - 1)]
        if len(_codes(opening)) == 1:
            return _area(opening[0].place, GRADES[opening[0].grade] + ", when the year began")
        codes = _codes([now, *better])
        return _none("ambiguous: another place had this name until lately", codes)

    def _successors(self, hits: list[Hit], year: int) -> tuple[str, ...]:
        """Codes in force in the year that a name of other years may have become (or been)."""
        now = self._year(year)
        old = min((hit.place for hit in hits), key=lambda place: self._distance(place, year))
        if old.after:
            return tuple(
                code for code in old.after if any(p.years & now for p in self._places[code])
            )
        same = [p for places in self._places.values() for p in places if _is_same(p, old)]
        namesakes = [
            p for p, _ in self._names.get(_strip(old.name), ()) if p.above[:1] == old.above[:1]
        ]
        return tuple(dict.fromkeys(p.code for p in (*same, *namesakes) if p.years & now))

    # --- years --------------------------------------------------------------------------

    def _known(self, year: int) -> int:
        """The year itself, or the nearest one in the register."""
        return min(max(year, FIRST_YEAR), self.last_year)

    def _year(self, year: int) -> int:
        """The mask of a year, or of the nearest one in the register."""
        return 1 << self._known(year) - FIRST_YEAR

    def _at(self, code: str, year: int | None) -> Place:
        """The place of a code in a year, or the one nearest to it in time."""
        places = self._places[code]
        if year is None:
            return max(places, key=lambda place: place.years)
        return min(places, key=lambda place: self._distance(place, year))

    def _distance(self, place: Place, year: int) -> int:
        """Years between a year and the nearest one that has the place."""
        known = self._known(year)
        gaps = (max(first - known, known - last, 0) for first, last in _runs(place.years))
        return min(gaps, default=self.last_year)

    def _run(self, place: Place, year: int | None) -> tuple[int, int]:
        """First and last year of a code under one name, around the year."""
        years = 0
        for same in self._places[place.code]:
            if same.name == place.name:
                years |= same.years
        near = self.last_year if year is None else self._known(year)
        return min(_runs(years), key=lambda run: max(run[0] - near, near - run[1], 0))

    # --- suggestions --------------------------------------------------------------------

    def _nearest(self, asked: Asked) -> tuple[str, ...]:
        """Codes of official names a misprint away, for a person; never an answer."""
        text = asked.text
        if asked.scope == "country":
            return _similar(text, self._official(("country",), asked.year))
        if not text.endswith(ENDINGS) or len(text) < 3:
            return ()
        pool = self._official(DIVISIONS, asked.year)
        for cut in range(len(text) - 2, 1, -1):
            years = self._every_year if asked.year is None else self._year(asked.year)
            heads = {hit.place.code for hit in self._hits(text[:cut], years)}
            if heads:
                inside = [entry for entry in pool if not heads.isdisjoint(entry[1].above)]
                return _similar(text[cut:], inside)
        return _similar(text, pool)

    def _official(self, kinds: Collection[str], year: int | None) -> list[tuple[str, Place]]:
        """Every official name of a year, with its place."""
        key = (kinds, year)
        if key not in self._pools:
            years = self._every_year if year is None else self._year(year)
            self._pools[key] = [
                (name, place)
                for name, bearers in self._names.items()
                for place, grade in bearers
                if grade == FULL and place.kind in kinds and place.years & years
            ]
        return self._pools[key]


def squeeze(text: str) -> str:
    """A printed name without blanks, brackets half-width."""
    return "".join(half_width(text).split())


def _usual_forms(name: str, short: str) -> tuple[str, ...]:
    """凉山州 and 凉山自治州 for 凉山彝族自治州; counties and banners likewise."""
    for ending in ("自治州", "自治县", "自治旗"):
        if name.endswith(ending):
            return short + ending[-1], short + ending
    return ()


def _short(division: Division) -> str:
    """The bare name; the register leaves 浦东新 of 浦东新区."""
    short = division.short
    return short[:-1] if division.name.endswith("新区") and short.endswith("新") else short


def _holds(head: Place, tail: Hit) -> bool:
    """Whether a place may be printed before another. The country stands before provinces and
    before official names only: 中国宝安 is a company."""
    if head.code == CHINA:
        in_china = tail.place.kind in DIVISIONS or tail.place.kind == "zone"
        return in_china and (tail.grade < SHORT or tail.place.kind == "province")
    return head.code in tail.place.above


def _is_rival(hit: Hit, asked: Asked) -> bool:
    """Whether a bare name of the table's own place may mean this one instead: the table's
    place itself, or a province beside it."""
    return hit.place.code in asked.holders or hit.place.kind == "province"


def _is_mixed(hits: Iterable[Hit]) -> bool:
    return len({hit.place.kind == "country" for hit in hits}) == 2


def _in_scope(place: Place, scope: Scope | None) -> bool:
    if scope is None:
        return True
    of_world = place.kind in ("country", "world")
    if scope == "country":
        return of_world
    return not of_world or CHINA in (place.code, place.parent)


def _scope(known: Collection[list[Hit]], names: int) -> Scope | None:
    """What most of a column's known names are."""
    counts: Counter[Scope] = Counter()
    for hits in known:
        kinds = {hit.place.kind for hit in hits}
        if kinds == {"body"}:
            counts["body"] += 1
        elif "country" not in kinds and "world" not in kinds:
            counts["china"] += 1
        elif kinds == {"country"} and any(_in_scope(hit.place, "china") for hit in hits):
            continue  # 中国 and 香港 stand in columns of both kinds
        elif kinds <= {"country", "world"}:
            counts["country"] += 1
    if not counts:
        return None
    scope, count = counts.most_common(1)[0]
    most = count >= MOST * counts.total() and 2 * count >= names
    return scope if most and count >= ENOUGH_NAMES else None


def _level(divided: Iterable[Collection[Place]]) -> Level | None:
    """The level of most names that have only one; see ``Register.context``."""
    counts: Counter[str] = Counter()
    for places in divided:
        kinds = {place.kind for place in places}
        if len(kinds) == 1 and not any(place.code in MUNICIPALITIES for place in places):
            counts.update(kinds)
    higher = 0
    for level in DIVISIONS:
        count = counts[level]
        if count >= ENOUGH_NAMES and count >= MOST * counts.total() and not higher:
            return level
        higher += count
    return None


def _is_same(place: Place, old: Place) -> bool:
    """Whether a place is an old one under another code or name, as far as the register knows."""
    return place.identity is not None and place.identity == old.identity and place.kind == old.kind


def _strip(name: str) -> str:
    return name[:-1] if len(name) > 2 else name


def _codes(hits: Iterable[Hit]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hit.place.code for hit in hits))


def _area(place: Place, reason: str) -> Area:
    return Area(place.code, place.name, place.kind, place.parent, (), reason)


def _none(reason: str, candidates: tuple[str, ...] = ()) -> Area:
    return Area(None, None, None, None, candidates, reason)


def _runs(years: int) -> list[tuple[int, int]]:
    """The unbroken spans of a mask, as first and last year."""
    runs: list[tuple[int, int]] = []
    for at in range(years.bit_length()):
        if years >> at & 1:
            year = FIRST_YEAR + at
            first = runs.pop()[0] if runs and runs[-1][1] == year - 1 else year
            runs.append((first, year))
    return runs


def _similar(text: str, pool: Collection[tuple[str, Place]]) -> tuple[str, ...]:
    """Codes of the names nearest to a text: one character off, two in names of four or more."""
    names = [name for name, _ in pool]
    found = process.extract(
        text,
        names,
        scorer=Levenshtein.distance,
        score_cutoff=1 if len(text) < 4 else 2,
        limit=5,
    )
    places = [place for _, place in pool]
    best = min((distance for _, distance, _ in found), default=0)
    return tuple(dict.fromkeys(places[at].code for _, d, at in found if d == best))


def _simplify(text: str) -> str:
    return str(_converter().convert(text))


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
