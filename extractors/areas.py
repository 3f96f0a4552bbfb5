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
  is meant. Two bearers of the same level decide nothing.
- Short names that are ordinary words (公安, 新建) mean a place only in a column of places, and
  統計局-like names of offices a central body only in a column of central bodies.
- A year's register is the state at its end. A name that is unknown then but was in force
  when the year began (即墨市 in 2017) has the code of that time; a name of other years has
  none, and its successors are the candidates.
- A bare name that a higher level bore in the ten years before (莱芜 after 2018) may still mean
  it, so it means nothing.
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

from schemas.areas import FIRST_YEAR, Division, country_names, divisions, read_yaml
from schemas.units import half_width

Scope = Literal["country", "china", "body"]
Level = Literal["province", "prefecture", "county"]

#: How a place bears a name, best first.
FULL, USUAL, SHORT, LOCAL = range(4)

#: Levels from the top, for the rule of bare names.
RANKS = {"world": 0, "country": 0, "province": 1, "prefecture": 2, "county": 3, "zone": 4, "body": 5}

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
    """A place that bears a text; ``above`` is the printed place before it, if any."""

    place: Place
    grade: int
    above: str | None
    years: int


class Register:
    """Every place, zone, country and body, by its names. Build one with ``load``."""

    def __init__(self) -> None:
        """Read the register. Raises RegisterError where a package's data is missing."""
        self._names: dict[str, list[tuple[Place, int]]] = {}
        self._places: dict[str, list[Place]] = {}
        self._areas: dict[tuple[Any, ...], Area] = {}
        china, countries = read_yaml("china"), read_yaml("countries")
        self._nouns = frozenset(china["common_nouns"])
        self._words = frozenset(china["words"].split())
        self._city_words = frozenset(china["city_words"])
        self._regions = {name for groups in read_yaml("regions").values() for g in groups for name in g}
        self._country_column: dict[str, str] = countries["country_column"]
        self._several: dict[str, list[str]] = countries["ambiguous"]
        found = divisions()
        self.last_year = FIRST_YEAR + max(d.years for d in found).bit_length() - 1
        self._every_year = (1 << (self.last_year - FIRST_YEAR + 1)) - 1
        self._add_divisions(found, china["aliases"])
        self._add_zones(read_yaml("zones"))
        self._add_bodies(read_yaml("bodies"))
        self._add_countries(countries)
        self._alphabet = frozenset("".join(self._names))

    @classmethod
    @cache
    def load(cls) -> Self:
        """The register, read once a process (0.15 s)."""
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

    def _add_divisions(self, found: Iterable[Division], aliases: dict[str, list[str]]) -> None:
        for division in found:
            above = tuple("CN" + code for code in division.parents)
            place = Place(
                "CN" + division.code,
                division.name,
                division.kind,
                above,
                above[-1] if above else CHINA,
                division.years,
                division.identity,
            )
            usual = (*_usual_forms(division), *aliases.get(division.code, ()))
            self._add(place, (division.name,), (USUAL, usual), (SHORT, (_short(division),)))

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
            full = [half_width(n) for n in (*domestic.get(code, ()), *names)]
            parent = CHINA if code in domestic and code != CHINA else None
            years = self._span({"from": since.get(code)})
            place = Place(code, full[0], "country", (), parent, years)
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
        divided = [hits for hits in known.values() if hits[0].place.kind in RANKS]
        divided = [[h for h in hits if h.place.code.startswith("CN")] for hits in divided]
        divided = [hits for hits in divided if hits]
        return Context(scope, _holder(divided), _level(divided))

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
        context = _Asked(text, year, holders, scope, level)
        area = self._read(context)
        if area is None and not self._alphabet.issuperset(text):
            simplified = _simplify(text)
            if simplified != text:
                area = self._read(context._replace(text=simplified))
        return area or _none("unknown: nothing has this name", self._nearest(context))

    def _holders(self, within: str | None, year: int | None) -> frozenset[str]:
        if within is None:
            return frozenset()
        if within in self._places:
            return frozenset({within})
        area = self.resolve(within, year)
        return frozenset({area.ref_area}) if area.ref_area else frozenset()

    def _read(self, asked: _Asked) -> Area | None:
        if asked.text in self._regions:
            return Area(None, asked.text, "region", None, (), "region: a group of places")
        return self._undated(asked) if asked.year is None else self._dated(asked, asked.year)

    def _dated(self, asked: _Asked, year: int) -> Area | None:
        area = self._in_force(asked, year)
        if area is not None:
            return area
        others = self._hits(asked.text, self._every_year)
        others = [hit for hit in others if _in_scope(hit.place, asked.scope)]
        if not others:
            return None
        spans = sorted({self._run_of(hit.place.years & hit.years) for hit in others})
        printed = ", ".join(f"{a}–{b}" if a != b else f"{a}" for a, b in spans)
        return _none(f"dated: in force {printed}", self._successors(others, year))

    def _in_force(self, asked: _Asked, year: int) -> Area | None:
        """The answer of one year: of its end, else of its beginning; None if unknown."""
        text, scope = asked.text, asked.scope
        if scope == "country" and text in self._country_column:
            return _area(self._at(self._country_column[text], year), "official name")
        if text in self._several and scope in (None, "country"):
            return _none("ambiguous: several countries", tuple(self._several[text]))
        for years in (self._year(year), self._year(year - 1)):
            hits = [h for h in self._hits(text, years) if _in_scope(h.place, scope)]
            if hits:
                return self._choose(hits, asked, year)
        return None

    def _undated(self, asked: _Asked) -> Area | None:
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
            Hit(place, grade, None, place.years & years)
            for place, grade in self._names.get(text, ())
            if place.years & years
        ]
        return found or list(self._nested(text, years))

    def _nested(self, text: str, years: int) -> Iterator[Hit]:
        for cut in range(2, len(text) - 1):
            heads = self._names.get(text[:cut])
            if not heads:
                continue
            for tail in self._hits(text[cut:], years):
                for head, _ in heads:
                    common = head.years & tail.years
                    if common and (head.code in tail.place.above or _is_country(head, tail.place)):
                        yield Hit(tail.place, tail.grade, tail.above or head.code, common)
                        break

    def _choose(self, hits: list[Hit], asked: _Asked, year: int) -> Area:
        """One of the places that bear a text in the year, or none with the reason."""
        if asked.scope is None and len({hit.place.kind == "country" for hit in hits}) == 2:
            return _none("ambiguous: a country and a Chinese place", _codes(hits))
        grade = min(hit.grade for hit in hits)
        hits = [hit for hit in hits if hit.grade == grade]
        inside = [h for h in hits if not asked.holders.isdisjoint(h.place.above)]
        if inside:
            hits = inside + [h for h in hits if h.place.code in asked.holders]
        if grade == SHORT:
            hits = _at_level(hits, asked.level, bool(inside))
        if len({hit.place.code for hit in hits}) > 1:
            return _none(f"ambiguous: {len(hits)} bear this name", _codes(hits))
        reason = self._forbidden(hits[0], asked)
        if reason:
            return _none(reason, _codes(hits))
        if grade == SHORT and hits[0].place.kind != asked.level:
            stale = self._stale(asked.text, hits[0].place, year)
            if stale:
                return stale
        words = ("official name", "usual form", "short name", "short name of a central body")
        printed = ", in the place printed before it" if hits[0].above else ""
        decided = ", in the table's place" if inside and not printed else ""
        return _area(hits[0].place, words[grade] + printed + decided)

    def _forbidden(self, hit: Hit, asked: _Asked) -> str | None:
        """Why the only bearer of a text may still not be what it means."""
        columns = asked.scope == "china" or asked.level is not None
        tail = asked.text if hit.above is None else _tail(hit.place, asked.text)
        if hit.grade == LOCAL and asked.scope != "body":
            return "word: local offices have this name too"
        if hit.grade == SHORT and not columns:
            county = hit.place.kind == "county" and tail in self._words
            if county or tail in self._city_words:
                return "word: an ordinary word unless the column lists places"
        if hit.grade == FULL and tail in self._nouns:
            parent = {hit.place.parent}
            alone = hit.above is None and not (asked.level == "county" and asked.holders & parent)
            if alone or (hit.above is not None and hit.above != hit.place.parent):
                return "word: a common noun unless its city stands before it"
        return None

    def _stale(self, text: str, place: Place, year: int) -> Area | None:
        """What a bare name means where a higher level bore it until not long ago."""
        before = sum({self._year(year - ago) for ago in range(1, STALE_YEARS + 1)})
        above = [
            hit
            for hit in self._hits(text, before & ~self._year(year))
            if hit.place.kind != "country" and RANKS[hit.place.kind] < RANKS[place.kind]
        ]
        if not above:
            return None
        opening = [hit.place for hit in above if hit.place.years & self._year(year - 1)]
        if len(opening) == 1:
            return _area(opening[0], "short name, in force when the year began")
        codes = (place.code, *_codes(above))
        return _none("ambiguous: a higher level bore this name until recently", codes)

    def _successors(self, hits: list[Hit], year: int) -> tuple[str, ...]:
        """Codes in force in the year that a name of other years may have become."""
        now = self._year(year)
        codes = dict.fromkeys(
            code for h in hits for code in h.place.after if self._places[code][-1].years & now
        )
        old = [hit.place for hit in hits if hit.place.kind in ("province", "prefecture", "county")]
        for wanted in ("code", "identity", "short"):
            for place in old:
                codes.update(dict.fromkeys(self._become(place, wanted, now)))
        return tuple(codes)

    def _become(self, place: Place, by: str, now: int) -> Iterator[str]:
        if by == "code":
            yield from (p.code for p in self._places[place.code] if p.years & now)
        elif by == "identity":
            for places in self._places.values():
                yield from (p.code for p in places if p.years & now and p.identity == place.identity)
        else:
            short = _strip(place.name)
            for other, _ in self._names.get(short, ()):
                if other.years & now and other.code[:4] == place.code[:4]:
                    yield other.code

    # --- years --------------------------------------------------------------------------

    def _year(self, year: int) -> int:
        """The mask of a year, of the nearest one in the register outside it."""
        return 1 << min(max(year, FIRST_YEAR), self.last_year) - FIRST_YEAR

    def _at(self, code: str, year: int | None) -> Place:
        """The place of a code in a year, or the one nearest to it in time, later years last."""
        places = self._places[code]
        if year is None:
            return max(places, key=lambda place: place.years)
        wanted = self._year(year).bit_length()
        return min(places, key=lambda p: min(abs(wanted - bit) for bit in _bits(p.years)))

    def _run(self, place: Place, year: int | None) -> tuple[int, int]:
        """First and last year of a code under one name, around the year."""
        years = 0
        for same in self._places[place.code]:
            if same.name == place.name:
                years |= same.years
        wanted = (years if year is None else self._year(year)).bit_length()
        bits = sorted(_bits(years))
        near = min(bits, key=lambda bit: abs(bit - wanted))
        first = last = near
        while first - 1 in bits:
            first -= 1
        while last + 1 in bits:
            last += 1
        return FIRST_YEAR + first - 1, FIRST_YEAR + last - 1

    def _run_of(self, years: int) -> tuple[int, int]:
        return FIRST_YEAR + min(_bits(years)) - 1, FIRST_YEAR + years.bit_length() - 1

    # --- suggestions --------------------------------------------------------------------

    def _nearest(self, asked: _Asked) -> tuple[str, ...]:
        """Codes of names one misprint away, for a person; never an answer."""
        years = self._every_year if asked.year is None else self._year(asked.year)
        if asked.scope == "country":
            return self._similar(asked.text, years, lambda place: place.kind == "country")
        if not asked.text.endswith(ENDINGS) or len(asked.text) < 3:
            return ()
        for cut in range(len(asked.text) - 2, 1, -1):
            heads = {hit.place.code for hit in self._hits(asked.text[:cut], years)}
            if heads:
                rest = asked.text[cut:]
                return self._similar(rest, years, lambda p: not heads.isdisjoint(p.above))
        return self._similar(asked.text, years, lambda place: place.kind in ("prefecture", "county"))
