"""The vocabulary: the words that published tables use, loaded from ``vocabulary.yaml``.

An edition with words of its own may add to it (`Vocabulary.extended`); the hash of what
was used goes into every landed document, so that a change of words is seen and replayed.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
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


def simplify(text: str) -> str:
    """The text in simplified characters, of the same length; for matching, never for print."""
    return text.translate(_simplified_forms())


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
    """The words, ready for look-up. ``data`` is the YAML as loaded."""

    data: Mapping[str, Any] = field(repr=False)

    @classmethod
    def load(cls, extra: Mapping[str, Any] | None = None) -> Vocabulary:
        """The vocabulary of the package, with the extra words of an edition if any."""
        base = _package_vocabulary()
        return base.extended(extra) if extra else base

    def extended(self, extra: Mapping[str, Any]) -> Vocabulary:
        """This vocabulary with more aliases and terms; nothing is taken away."""
        data = json.loads(json.dumps(self.data))
        for name, words in (extra.get("fields") or {}).items():
            known = data["fields"].setdefault(
                name,
                {"role": words.get("role", "value"), "meaning": "", "aliases": [], "terms": {}},
            )
            known["aliases"] = [*known["aliases"], *words.get("aliases", [])]
            known["terms"] = {**known.get("terms", {}), **words.get("terms", {})}
        return Vocabulary(data)

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
