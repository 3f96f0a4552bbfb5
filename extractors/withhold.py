"""Personal data: tables, lists and lines that must never land, found before anything does.

A person's telephone, mobile or mail, and lists of persons, are counted and dropped. The
test is on the side of caution for contacts (one mail address withholds a table) and asks
for two signs for lists of names, since names of cities look like names of persons.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cached_property

from extractors.model import Table
from extractors.periods import parse_period
from extractors.units import is_unit, split_label
from schemas.vocabulary import Vocabulary, fold, simplify, squeeze

_MAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
#: Telephones as they are set after compatibility forms are folded: an area code and seven or
#: eight digits, however they are parted, with or without the country's 86.
_LANDLINE = re.compile(
    r"(?<![\d.])(?:\+?86[-\s]*)?(?:\(\s*0\d{2,3}\s*\)\s*|(?:0\d{2,3}|(?<=86-)\d{2,3})[-—–−\s]\s*)"
    r"\d{3,4}[-\s]?\d{4}(?!\d)"
)
_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[-\s]*)?1[3-9]\d(?:[-\s]?\d{4}){2}(?![\d.])")

#: A mobile number that its setting gives away: with the country's number, or in groups.
_SET_MOBILE = re.compile(
    r"(?<![\d.])(?:\+86[-\s]*1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}|1[3-9]\d[-\s]\d{4}[-\s]\d{4})(?![\d.])"
)

#: So many persons' names in a row and nothing else are a list of persons.
NAMES_IN_A_ROW = 5

#: A longer line is prose.
LONGEST_NAMES = 40

#: No telephone and no mail address is shorter.
SHORTEST_CONTACT = 7

#: The share of a column that must be persons' names (or posts) for it to hold such.
MOST_OF_A_COLUMN = 0.8


class Withholding:
    """Tells personal data by the words of the vocabulary and by the shape of contacts."""

    def __init__(self, vocabulary: Vocabulary, is_place: Callable[[str], bool]) -> None:
        self.vocabulary = vocabulary
        self.is_place = is_place
        persons = vocabulary.data["persons"]
        self._surnames = frozenset(persons["surnames"])
        self._compound = tuple(persons["compound_surnames"])
        self._posts = tuple(persons["posts"])
        self._name_headers = frozenset(map(fold, persons["name_headers"]))
        self._contact_headers = frozenset(map(fold, persons["contact_headers"]))

    @cached_property
    def _team(self) -> re.Pattern[str]:
        persons = self.vocabulary.data["persons"]
        words = sorted(persons["team_words"], key=len, reverse=True)
        spaced = "|".join(r"\s*".join(map(re.escape, word)) for word in words)
        return re.compile(rf"^\s*(?:{spaced})\s*[:：]?")

    @cached_property
    def _contact(self) -> re.Pattern[str]:
        words = self.vocabulary.data["persons"]["contact_words"]
        return re.compile(rf"(?:{'|'.join(map(re.escape, words))})\s*(?:[:：]|为|是)")

    def is_contact(self, text: str) -> bool:
        """Whether a text holds a telephone number or a mail address of somebody."""
        folded = unicodedata.normalize("NFKC", text)
        if "@" in folded:
            return bool(_MAIL.search(folded))
        return bool(_LANDLINE.search(folded) or _MOBILE.search(folded))

    def is_withheld_line(self, text: str) -> bool:
        """Whether a line of prose is a contact or team line."""
        if not text or len(text) > 2000:
            return False
        if self.is_contact(text) or self._contact.search(text):
            return True
        return bool(self._team.match(text)) and len(text) <= 60 and "。" not in text

    def is_person(self, text: str) -> bool:
        """Whether a text has the shape of a Chinese person's name."""
        bare = squeeze(text)
        if not 2 <= len(bare) <= 4:
            return False
        if bare.startswith(self._compound):
            return len(bare) <= 4
        return bare[0] in self._surnames and len(bare) <= 3

    def is_withheld_table(self, table: Table) -> bool:
        """Whether a table holds contacts or is a list of persons."""
        labels = [fold(part) for column in table.columns for part in column.path]
        cells = [
            unicodedata.normalize("NFKC", cell.text)
            for row in table.rows
            for cell in row.cells
            if len(cell.text) >= SHORTEST_CONTACT
        ]
        if any("@" in text and _MAIL.search(text) for text in cells):
            return True
        if any(_LANDLINE.search(text) or _SET_MOBILE.search(text) for text in cells):
            return True
        mobiles = sum(bool(_MOBILE.search(text)) for text in cells)
        if mobiles and any(label in self._contact_headers for label in labels):
            return True
        if any(label in self._name_headers for label in labels):
            return True
        if any(self._holds_mobiles(table, column) for column in range(len(table.columns))):
            return True
        columns = range(len(table.columns))
        named = any(self._mostly(table, column, self.is_person) for column in columns)
        return named and any(self._mostly(table, column, self._is_post) for column in columns)

    def _holds_mobiles(self, table: Table, position: int) -> bool:
        """Whether a column is of mobile numbers, not of amounts that have eleven digits."""
        path = [simplify(part) for part in table.columns[position].path]
        if table.unit or any(parse_period(part) or split_label(part).unit for part in path):
            return False
        if any(self._mostly(table, column, is_unit) for column in range(len(table.columns))):
            return False
        return self._mostly(table, position, _MOBILE.fullmatch)

    def names_run(self, texts: list[str]) -> set[int]:
        """Positions of lines that belong to a run of persons' names, one or more a line."""
        found: set[int] = set()
        run: list[int] = []
        names: list[str] = []
        for position, text in enumerate([*texts, "。"]):
            if not text:
                continue
            on_line = self._names(text) if len(text) <= LONGEST_NAMES else []
            if on_line:
                run.append(position)
                names += on_line
                continue
            if len(names) >= NAMES_IN_A_ROW and self._are_persons(names):
                found.update(run)
            run, names = [], []
        return found

    def _are_persons(self, names: list[str]) -> bool:
        """Names of places look like names of persons; a list of them is none."""
        places = sum(self.is_place(name) for name in names)
        return places <= (1 - MOST_OF_A_COLUMN) * len(names)

    def _names(self, text: str) -> list[str]:
        """The persons' names that a line consists of; none where anything else is on it.

        A name of two characters is set with a blank in between to be as wide as three.
        """
        parts: list[str] = []
        for part in re.split(r"[、，,\s]+", text.strip()):
            if parts and len(part) == 1 and len(parts[-1]) == 1:
                parts[-1] += part
            else:
                parts.append(part)
        return parts if all(self.is_person(part) for part in parts) else []

    def _is_post(self, text: str) -> bool:
        return squeeze(text).endswith(self._posts)

    @staticmethod
    def _mostly(table: Table, column: int, test) -> bool:
        texts = [row.cells[column].text for row in table.rows if row.cells[column].text]
        return len(texts) >= 3 and sum(bool(test(t)) for t in texts) >= MOST_OF_A_COLUMN * len(
            texts
        )
