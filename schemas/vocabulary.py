"""The vocabulary: the words that published tables use, loaded from ``vocabulary.yaml``.

An edition with words of its own may add to it (`Vocabulary.extended`); the hash of what
was used goes into every landed document, so that a change of words is seen and replayed.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import yaml

_BLANKS = re.compile(r"\s+")
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]|[*※①-⑳]|(?:权重|满分).*$")
_MARKS = re.compile(r"[()\[\]、/·,]")
#: What describes the datasets or is hashed as words; it changes no row.
_NOT_FACTS = frozenset({"vocabulary.yaml", "fields.yaml", "datasets.yaml"})
#: Lists of `persons` that a document may add to; what a name looks like is not for it to say.
_PERSONS = ("name_headers", "contact_headers", "contact_words", "team_words", "posts")
#: What of a field's words only matching reads: the meaning is for people.
_NOT_PARSED = frozenset({"meaning", "terms"})
#: Words with which headers begin that say when, not what (as folded).
_TIME = re.compile(r"^(?:第[一二三四五六七八九十\d]+届)?(?:19|20)\d{2}(?:年度?)?")


def squeeze(text: str) -> str:
    """The text without any white space: how labels are written in the datasets."""
    return _BLANKS.sub("", text)


@lru_cache(maxsize=1)
def _simplified_forms() -> dict[int, int]:
    """Traditional Chinese characters -> simplified ones, one for one, by opencc."""
    from opencc import OpenCC

    forms = "".join(map(chr, range(0x4E00, 0xA000)))
    return {
        ord(one): ord(other)
        for one, other in zip(forms, OpenCC("t2s").convert(forms), strict=True)
        if one != other
    }


@lru_cache(maxsize=1)
def _has_traditional() -> Callable[[str], object]:
    """Whether a text has traditional characters; looking costs a tenth of translating."""
    return re.compile("[" + "".join(map(chr, _simplified_forms())) + "]").search


def simplify(text: str) -> str:
    """The text in simplified characters, of the same length; for matching, never for print."""
    return text.translate(_simplified_forms()) if _has_traditional()(text) else text


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """The text for comparing: compatibility and traditional forms folded, lower case, no
    white space."""
    return simplify(_BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold())


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What one field is called: whole headers, and terms with the weight of their evidence."""

    name: str
    role: str
    meaning: str
    aliases: frozenset[str]
    terms: Mapping[str, float]


@dataclass(frozen=True)
class Vocabulary:
    """The words, ready for look-up. ``data`` is the YAML as loaded.

    ``own`` are the words that one document adds, and ``stem`` the vocabulary it adds them to.
    """

    data: Mapping[str, Any] = field(repr=False)
    own: Mapping[str, Any] = field(default_factory=dict, repr=False)
    stem: Vocabulary | None = field(default=None, repr=False)

    @classmethod
    def load(cls, extra: Mapping[str, Any] | None = None) -> Vocabulary:
        """The vocabulary of the package, with the extra words of an edition if any.

        Raises ValueError as `extended` does.
        """
        base = _package_vocabulary()
        return base.extended(extra) if extra else base

    def extended(self, extra: Mapping[str, Any]) -> Vocabulary:
        """This vocabulary with more words; nothing is taken away.

        ``extra`` has ``fields`` (name -> aliases, terms; a new field also its role) and
        ``persons`` (name_headers, contact_headers … -> words). Raises ValueError, naming the
        key, for what is neither.
        """
        data = json.loads(json.dumps(self.data))
        own = _checked_words(extra, data["fields"])
        for name, words in own["fields"].items():
            known = data["fields"].setdefault(
                name, {"role": words.get("role"), "meaning": "", "aliases": [], "terms": {}}
            )
            known["aliases"] = [*known["aliases"], *words["aliases"]]
            known["terms"] = {**known.get("terms", {}), **words["terms"]}
        for name, listed in own["persons"].items():
            data["persons"][name] = [*data["persons"][name], *listed]
        return Vocabulary(data, own, self)

    @property
    def base(self) -> Vocabulary:
        """The vocabulary without the words that a document adds."""
        return self.stem.base if self.stem else self

    @cached_property
    def own_headers(self) -> Vocabulary:
        """The headers that a document adds, of fields and of persons, alone."""
        fields = self.own.get("fields", {})
        named = {name: {**words, "role": self.fields[name].role} for name, words in fields.items()}
        persons = self.own.get("persons", {})
        aliases = [word for name in _PERSONS[:2] for word in persons.get(name, [])]
        return Vocabulary({"fields": {**named, "person": {"role": "text", "aliases": aliases}}})

    @cached_property
    def own_persons(self) -> frozenset[str]:
        """The words by which a document has more withheld, each as ``list:word``."""
        persons = self.own.get("persons", {})
        return frozenset(f"{name}:{word}" for name, words in persons.items() for word in words)

    @cached_property
    def parsing_hash(self) -> str:
        """SHA-256 of what finding and assembling tables reads: all but the evidence of terms."""
        parsed = {name: words for name, words in self.data.items() if name != "fields"}
        fields = [
            [name, {key: value for key, value in words.items() if key not in _NOT_PARSED}]
            for name, words in self.data["fields"].items()
        ]
        text = json.dumps([parsed, fields], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256((text + _facts_digest()).encode()).hexdigest()

    @cached_property
    def hash(self) -> str:
        """SHA-256 of these words and of all other facts that rows are made with."""
        words = json.dumps(self.data, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256((words + _facts_digest()).encode()).hexdigest()

    @cached_property
    def fields(self) -> dict[str, FieldWords]:
        """Every field by name."""
        return {
            name: FieldWords(
                name,
                words["role"],
                words.get("meaning", ""),
                frozenset(fold(str(alias)) for alias in words.get("aliases", [])),
                {fold(str(term)): weight for term, weight in (words.get("terms") or {}).items()},
            )
            for name, words in self.data["fields"].items()
        }

    @cached_property
    def by_alias(self) -> dict[str, tuple[str, ...]]:
        """Folded alias -> the fields that it may mean (单位 is a unit or a body)."""
        found: dict[str, list[str]] = {}
        for name, words in self.fields.items():
            for alias in words.aliases:
                found.setdefault(alias, []).append(name)
        return {alias: tuple(names) for alias, names in found.items()}

    def fields_of(self, label: str) -> tuple[str, ...]:
        """The fields that a header may mean by its aliases: as printed, without what stands
        in brackets, and without the time it begins with."""
        return _fields_of(self, label)

    @cached_property
    def scheme_words(self) -> frozenset[str]:
        """Headers that only a scheme of indicators has, folded."""
        return frozenset(map(fold, self.words("scheme_words")))

    def words(self, *path: str) -> tuple[str, ...]:
        """A list of the vocabulary by its path, e.g. ``words("persons", "posts")``."""
        node: Any = self.data
        for key in path:
            node = node[key]
        return tuple(str(word) for word in node)

    @cached_property
    def common_characters(self) -> frozenset[str]:
        """The commonest characters of Chinese text, for telling a wrong decoding."""
        return frozenset(self.data["common_characters"].strip())


def _fields_of(vocabulary: Vocabulary, label: str) -> tuple[str, ...]:
    folded = fold(label)
    bare = _BRACKETS.sub("", folded)
    for candidate in (folded, _MARKS.sub("", folded), bare, _TIME.sub("", bare)):
        fields = vocabulary.by_alias.get(candidate)
        if fields:
            return fields
    return ()


def _checked_words(extra: Any, fields: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The words that a document adds, in the form of the vocabulary."""
    found: dict[str, dict[str, Any]] = {"fields": {}, "persons": {}}
    for part, value in _mapping(extra, "vocabulary").items():
        path = f"vocabulary.{part}"
        if part not in found:
            raise ValueError(f"{path}: a document adds to fields and persons, to nothing else")
        for name, words in _mapping(value, path).items():
            checked = _checked_field if part == "fields" else _checked_list
            found[part][name] = checked(name, words, fields, f"{path}.{name}")
    return found


def _checked_field(name: str, words: Any, fields: Mapping[str, Any], path: str) -> dict[str, Any]:
    words = _mapping(words, path)
    if unknown := sorted(set(words) - {"role", "meaning", "aliases", "terms"}):
        raise ValueError(f"{path}.{unknown[0]}: a field has aliases and terms")
    roles = sorted({str(field["role"]) for field in fields.values()})
    if name not in fields and words.get("role") not in roles:
        raise ValueError(
            f"{path}: no such field; there are {', '.join(fields)}, and a new one has a role "
            f"({', '.join(roles)})"
        )
    terms = _mapping(words.get("terms"), f"{path}.terms")
    if not all(type(weight) in (int, float) and 0 <= weight <= 1 for weight in terms.values()):
        raise ValueError(f"{path}.terms: words with weights from 0 to 1")
    return {**words, "aliases": _word_list(words.get("aliases"), f"{path}.aliases"), "terms": terms}


def _checked_list(name: str, words: Any, _: Mapping[str, Any], path: str) -> list[str]:
    if name not in _PERSONS:
        raise ValueError(f"{path}: no such list; there are {', '.join(_PERSONS)}")
    return _word_list(words, path)


def _mapping(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, Mapping | None):
        raise ValueError(  # noqa: TRY004  it is the words that are wrong, not a call
            f"{path}: names with values are wanted, not {value!r}"
        )
    return {str(name): one for name, one in (value or {}).items()}


def _word_list(value: Any, path: str) -> list[str]:
    """A list of words; YAML makes numbers, dates and truth of some, and null of none."""
    words = value if isinstance(value, list) else [] if value is None else None
    if words is None or any(isinstance(word, list | dict) or word is None for word in words):
        raise ValueError(f"{path}: a list of words is wanted, not {value!r}")
    return [str(word) for word in words]


@lru_cache(maxsize=1)
def _facts_digest() -> str:
    """SHA-256 of the YAML of units, measures and areas, in a fixed order."""
    folders = (files("schemas"), files("schemas").joinpath("areas"))
    facts = sorted(
        (path.name, path.read_bytes())
        for folder in folders
        for path in folder.iterdir()
        if path.name.endswith(".yaml") and path.name not in _NOT_FACTS
    )
    digest = hashlib.sha256()
    for name, data in facts:
        digest.update(name.encode() + b"\0" + data + b"\0")
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _package_vocabulary() -> Vocabulary:
    text = files("schemas").joinpath("vocabulary.yaml").read_text(encoding="utf-8")
    return Vocabulary(yaml.safe_load(text))
