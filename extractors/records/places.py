"""The places of one document: resolved once a name, remembered for the entities.

Where rows and table name no place, the context does: the caption, then the headings from
the innermost, then the country of a national publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from extractors.areas import Area, Context, Register
from extractors.records.labels import bare_caption, squeeze, take_period
from schemas.measures import measure_words

#: A column that shows nothing.
NOTHING = Context()

#: The longest name of a place at the start of a caption (a county of an autonomous
#: prefecture of an autonomous region, written in full, has about 25 characters).
LONGEST_NAME = 26

#: What a place's name ends with where it is no country and no province. Without such an
#: ending a caption that begins with 大同 or 安康 may well be no place.
PLACE_ENDINGS = (
    "省",
    "市",
    "自治区",
    "自治州",
    "州",
    "盟",
    "地区",
    "特别行政区",
    "区",
    "县",
    "旗",
    "兵团",
)


#: A mark behind a name that refers to a note: 桂林市①, 南宁市*, 柳州市[1], 北海市（注）, 贵港市1).
NOTE_MARK = re.compile(
    r"(?:[*※＊†‡#＃\u00b9\u00b2\u00b3\u2070-\u2079\u2460-\u2473]+"
    r"|[\[［(（]\s*(?:注\s*)?\d{0,2}\s*[\]］)）]|\d{1,2}[)）])+$"
)


@dataclass(slots=True)
class Places:
    """Resolution in the edition's year. ``used`` holds every code that a row got."""

    register: Register
    year: int | None
    used: dict[str, None] = field(default_factory=dict)
    _columns: dict[frozenset[str], Context] = field(default_factory=dict)
    _starts: dict[str, tuple[Area, str] | None] = field(default_factory=dict)

    def find(self, name: str, shown: Context = NOTHING, within: str | None = None) -> Area:
        """The area of a name; ``ref_area`` is None where it has none or several.

        ``shown`` is what its column shows; ``within`` is a place known to hold it, else the
        one that the column shows.
        """
        where = (self.year, within or shown.within, shown.scope, shown.level)
        found = self.register.resolve(name, *where)
        bare = NOTE_MARK.sub("", name)
        if found.ref_area or bare == name or not bare:
            return found
        marked = self.register.resolve(bare, *where)
        return marked if marked.ref_area else found

    def column(self, names: tuple[str, ...]) -> Context:
        """What a column of names shows about each of them, whatever their order."""
        key = frozenset(names)
        shown = self._columns.get(key)
        if shown is None:
            shown = self._columns[key] = self.register.context(key, self.year)
        return shown

    def is_name(self, text: str) -> bool:
        """Whether a text is surely a name of the register, of one place or of several."""
        return self.register.is_name(text, self.year)

    def use(self, area: Area | None) -> str | None:
        """Remember the area for the entities, and give its code."""
        if area is None or area.ref_area is None:
            return None
        self.used.setdefault(area.ref_area)
        return area.ref_area

    def at_start(self, text: str) -> tuple[Area, str] | None:
        """The place that a caption or heading begins with (北京市信息化发展概况), and its name."""
        if text not in self._starts:
            self._starts[text] = self._at_start(text)
        return self._starts[text]

    def _at_start(self, text: str) -> tuple[Area, str] | None:
        _, bare = take_period(bare_caption(text))
        for length in range(min(LONGEST_NAME, len(bare)), 1, -1):
            name = bare[:length]
            area = self.find(name)
            if (
                area.ref_area
                and area.kind != "body"
                and (name.endswith(PLACE_ENDINGS) or _is_top(area.ref_area))
            ):
                return area, name
        return None

    def context(self, texts: Iterable[str]) -> Area | None:
        """The place that the first of the texts names, at its start or as the whole country."""
        for text in texts:
            if found := self.at_start(text):
                return found[0]
            if is_national(text):
                return self.country()
        return None

    def country(self) -> Area | None:
        """The country of national statistics, if the register has it."""
        area = self.find(measure_words().national_place)
        return area if area.ref_area else None


def is_national(text: str) -> bool:
    """Whether a text speaks of the country as a whole (全国, 我国)."""
    squeezed = squeeze(text)
    return any(word in squeezed for word in measure_words().national_words)


def _is_top(ref_area: str) -> bool:
    """A country, or a province (GB/T 2260 codes of provinces end in four zeros)."""
    return not ref_area.startswith("CN") or ref_area.endswith("0000")
