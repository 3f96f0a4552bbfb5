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

#: One character before the sign will do, so that a long line costs no more than its length.
_MAIL = re.compile(r"[\w.+-]\s?@\s?[\w-]+(?:\.[\w-]+)+")
#: Telephones as they are set after compatibility forms are folded: an area code and seven or
#: eight digits, however they are parted, with or without the country's 86.
_LANDLINE = re.compile(
    r"(?<![\d.])(?:\+?86[-\s]*)?(?:\(\s*0\d{2,3}\s*\)\s*|(?:0\d{2,3}|(?<=86-)\d{2,3})[-—–−\s]\s*)"
    r"\d{3,4}[-\s]?\d{4}(?!\d)"
)
_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[-\s]*)?1[3-9]\d(?:[-\s]?\d{4}){2}(?![\d.])")

#: A number to call that its setting gives away, which no amount has: with the country's
#: number, in groups, of a service line, or behind the name of a messenger.
_SET_NUMBER = re.compile(
    r"(?<![\d.])(?:"
    r"\+86[-\s]*1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}"
    r"|1[3-9]\d([-\s.])\d{4}\1\d{4}"
    r"|\+86[-\s]+0?\d{2,3}[-\s]+\d{3,4}[-\s]?\d{4}"
    r"|\+?86[-\s]*\(\s*0?\d{2,3}\s*\)[-\s]*\d{3,4}[-\s]?\d{4}"
    r"|[48]00-(?:\d{3}-?\d{4}|\d{4}-?\d{3})"
    r")(?!\d|\.\d)"
    r"|QQ(?:\s*[号群]码?)?\s*:\s*\d{5,11}(?!\d)"
    r"|(?:微信号?|WeChat)\s*:\s*[a-z][\w-]{5,}",
    re.IGNORECASE,
)

#: What every contact has one of, as printed: seven digits with at most one sign that parts
#: numbers among them; a sign of mail or of the name of a messenger (QQ, 微信, WeChat); or a
#: compatibility form that may fold into such a sign or a digit. Hardly a cell of a table has
#: any, and no more is asked of one that has none.
_PARTED = r"[-\s.－﹣．﹒․]?"
_SEVEN_DIGITS = re.compile(rf"\d\d\d(?:{_PARTED}\d{{4}}|\d{_PARTED}\d{{3}})")
_SIGN = re.compile(
    "[@QqWw²³¹¼-¾\u02b0-\u02b8\u1d2c-\u1dbf\u2070-\u209f\u2100-\u218f\u2460-\u24ff\u3200-\u33ff\ua7f1-\ua7f9"
    "\ufe6b\uff10-\uff19\uff20-\uff3a\uff41-\uff5a"
    "\U00010780-\U000107ba\U0001d400-\U0001d7ff\U0001f100-\U0001f2ff\U0001fbf0-\U0001fbf9]"
)

#: A telephone without its area code: a number like any other but for what heads it.
_LOCAL = re.compile(r"\d{3,4}[-\s]?\d{4}")

#: The word that stands right behind a number.
_BEHIND = re.compile(r"\s*([^\W\d_]+)")

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
        self._post_headers = frozenset(map(fold, persons["post_headers"]))

    @cached_property
    def _team(self) -> re.Pattern[str]:
        persons = self.vocabulary.data["persons"]
        words = sorted(map(simplify, persons["team_words"]), key=len, reverse=True)
        spaced = "|".join(r"\s*".join(map(re.escape, word)) for word in words)
        return re.compile(rf"^\s*(?:{spaced})\s*[:：]?")

    @cached_property
    def _contact(self) -> re.Pattern[str]:
        words = map(simplify, self.vocabulary.data["persons"]["contact_words"])
        return re.compile(rf"(?:{'|'.join(map(re.escape, words))})\s*(?:[:：]|为|是)")

    def is_contact(self, text: str) -> bool:
        """Whether a text holds a telephone number or a mail address of somebody."""
        if not _may_hold_contact(text):
            return False
        folded = unicodedata.normalize("NFKC", text)
        return bool(_MOBILE.search(folded)) or _shows_contact(folded)

    def is_personal(self, text: str) -> bool:
        """Whether a label or a cell holds a contact: not a bare number, which may be an amount."""
        if not _may_hold_contact(text):
            return False
        folded = unicodedata.normalize("NFKC", text)
        return _shows_contact(folded) or _names_mobile(folded)

    def is_withheld_label(self, text: str) -> bool:
        """Whether a caption, a header or a title is a contact or holds one."""
        return self.is_personal(text) or bool(self._contact.search(simplify(text)))

    def is_withheld_line(self, text: str) -> bool:
        """Whether a line of prose is a contact or team line."""
        if not text:
            return False
        plain = simplify(text)
        if self.is_contact(text) or self._contact.search(plain):
            return True
        return len(text) <= 60 and "。" not in text and bool(self._team.match(plain))

    def is_person(self, text: str) -> bool:
        """Whether a text has the shape of a Chinese person's name."""
        bare = simplify(squeeze(text))
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
            if _may_hold_contact(cell.text)
        ]
        if any(_shows_contact(text) or _names_mobile(text) for text in cells):
            return True
        mobiles = sum(bool(_MOBILE.search(text)) for text in cells)
        if mobiles and any(label in self._contact_headers for label in labels):
            return True
        if any(label in self._name_headers for label in labels):
            return True
        if any(self._holds_mobiles(table, column) for column in range(len(table.columns))):
            return True
        if any(self._holds_local_numbers(table, column) for column in range(len(table.columns))):
            return True
        return self._lists_posts(table, labels)

    def _lists_posts(self, table: Table, labels: list[str]) -> bool:
        """Whether a table has a column of persons and says which posts they hold."""
        columns = range(len(table.columns))
        if any(label in self._post_headers for label in labels):
            return any(
                self._mostly(table, column, self.is_person, least=1)
                and self._are_persons(self._texts(table, column))
                for column in columns
            )
        named = any(self._mostly(table, column, self.is_person, least=2) for column in columns)
        return named and any(
            self._mostly(table, column, self._is_post, least=2) for column in columns
        )

    def _holds_local_numbers(self, table: Table, position: int) -> bool:
        """Whether a column that is headed as one of contacts is of numbers to call."""
        path = table.columns[position].path
        if any(parse_period(simplify(part)) for part in path):
            return False
        heads = {re.split(r"[(（]", fold(part))[0] for part in path}
        return bool(heads & self._contact_headers) and self._mostly(
            table, position, _LOCAL.fullmatch, least=1
        )

    def _holds_mobiles(self, table: Table, position: int) -> bool:
        """Whether a column is of mobile numbers, not of amounts that have eleven digits."""
        if not self._mostly(table, position, _MOBILE.fullmatch):
            return False
        path = [simplify(part) for part in table.columns[position].path]
        if table.unit or any(parse_period(part) or split_label(part).unit for part in path):
            return False
        columns = range(len(table.columns))
        return not any(self._mostly(table, column, is_unit) for column in columns)

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
        return simplify(squeeze(text)).endswith(self._posts)

    @staticmethod
    def _mostly(table: Table, column: int, test, least: int = 3) -> bool:
        texts = Withholding._texts(table, column)
        if len(texts) < least:
            return False
        passed = len(texts)
        for text in texts:  # nearly every column is another one: the first cells tell
            passed -= not test(text)
            if passed < MOST_OF_A_COLUMN * len(texts):
                return False
        return True

    @staticmethod
    def _texts(table: Table, column: int) -> list[str]:
        """The cells of a column that are not blank."""
        return [row.cells[column].text for row in table.rows if row.cells[column].text]


def _may_hold_contact(text: str) -> bool:
    """Whether a text, as printed, has what every contact has."""
    if len(text) < SHORTEST_CONTACT:
        return False
    return bool(_SEVEN_DIGITS.search(text) or _SIGN.search(text)) or "微信" in text


def _shows_contact(folded: str) -> bool:
    """Whether a text holds a contact that cannot be an amount."""
    if "@" in folded and _MAIL.search(folded):
        return True
    return bool(_LANDLINE.search(folded) or _SET_NUMBER.search(folded))


def _names_mobile(folded: str) -> bool:
    """Whether a mobile number stands among words, and not before a unit as an amount does."""
    if not any(map(str.isalpha, folded)):
        return False
    for found in _MOBILE.finditer(folded):
        behind = _BEHIND.match(folded, found.end())
        if not (behind and is_unit(behind[1])):
            return True
    return False
