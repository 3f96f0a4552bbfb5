"""Who issued a document: its red head, cover, imprint, signature and title.

A body is named in full on one of them and in short on another (洛阳市发展改革委): such names are
one body, and the longer is kept. Bodies of one place (a red head of two) are never joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from extractors.facts.text import Line, cover, head
from schemas.facts import fact_words

#: A name of a body: Chinese, with the title of a work (《…年鉴》编委会) or a place in brackets.
_NAME = re.compile(r"[\u3400-\u9fff《》()·“”A-Za-z]{3,40}")

#: Shorter names with a long ending (王学会) may be persons'; with a short one (教育部) they are
#: as short as this.
_SHORTEST = 3

_LABEL = re.compile(r"^([\u3400-\u9fff]{1,6}):(.+)$")
_SEPARATORS = re.compile(r"[、,;，；]")
_TITLE_SPLIT = re.compile(r"关于|印发|转发")


@dataclass(slots=True)
class Bodies:
    """``issuers`` in the order in which they are printed; ``roles`` is role -> names."""

    issuers: list[str] = field(default_factory=list)
    roles: dict[str, list[str]] = field(default_factory=dict)


def bodies_of(
    lines: Sequence[Line], title: str | None, signed: Sequence[tuple[str, ...]]
) -> Bodies:
    """The bodies that issued a document; ``signed`` are those above its dates."""
    found = Bodies()
    imprint = _imprint(lines, found)
    front = [line for line in cover(lines) if line.number not in imprint]
    places = [*_covers(front, found), *signed, _of_title(title or "")]
    for names in places:
        _add(found.issuers, names)
    for role in ("issuer", "compiler", "supervisor", "organiser"):
        if not found.issuers:
            _add(found.issuers, tuple(found.roles.get(role, ())))
    return found


def bodies_in(text: str) -> tuple[str, ...]:
    """The bodies of a line that names bodies and nothing else; () for any other line.

    Blanks part names and stand inside of them: a name goes on until it ends like one.
    """
    names: list[str] = []
    held = ""
    for piece in text.split():
        if names and not held and piece in _endings():
            names[-1] += piece
            continue
        held += piece
        if is_body(held):
            names.append(held)
            held = ""
    return () if held else tuple(names)


@lru_cache(maxsize=4096)
def is_body(name: str) -> bool:
    """Whether a text is the name of a body by its form."""
    words = fact_words()
    if not _NAME.fullmatch(name) or name.startswith(words.no_body_starts):
        return False
    if any(word in name for word in words.no_body_words):
        return False
    ending = next((word for word in words.body_endings if name.endswith(word)), None)
    if ending is not None:
        return len(name) > max(_SHORTEST, len(ending)) or name == "国务院"
    return name.endswith(words.short_endings)


def _endings() -> frozenset[str]:
    words = fact_words()
    return frozenset(words.body_endings + words.short_endings)


def _covers(front: Sequence[Line], found: Bodies) -> Iterator[tuple[str, ...]]:
    """The bodies of each run of lines of the cover, and their roles."""
    run: list[str] = []
    for line in front:
        role, text = _role_behind(line.text)
        names = bodies_in(text)
        if role and names:
            _enter(found, role, names)
        if names:
            run += names
        elif line.bare not in fact_words().red_head:
            yield tuple(run)
            run = []
    yield tuple(run)


def _role_behind(text: str) -> tuple[str | None, str]:
    """(role, text without the word): 工业和信息化部 主管, 某某委员会 文件."""
    words = fact_words()
    for word in words.red_head:
        if text.endswith(word):
            return None, text.removesuffix(word).rstrip()
    for word, role in words.roles.items():
        shorter = text.removesuffix(word).rstrip()
        # 电子工业出版社 is a press, and not a body that 出版社.
        if shorter != text and bodies_in(shorter) and not is_body("".join(text.split())):
            return role, shorter
    return ("press" if text.endswith("出版社") else None), text


def _imprint(lines: Sequence[Line], found: Bodies) -> set[int]:
    """Enter the bodies behind a label (主管：…), and the ones on the lines right below; which
    lines they stand on."""
    role, last = None, 0
    entered: set[int] = set()
    for line in head(lines):
        label = _LABEL.match(line.bare)
        if label:
            role = fact_words().roles.get(label[1])
            names: Iterable[str] = _SEPARATORS.split(label[2])
        else:
            names = bodies_in(line.text) if line.number == last + 1 else ()
        names = tuple(name for name in names if is_body(name))
        last = line.number
        if role and names:
            _enter(found, role, names)
            entered.add(line.number)
        else:
            role = None
    return entered


def _of_title(title: str) -> tuple[str, ...]:
    """某某市财政局 in 某某市财政局关于…的通知."""
    start = _TITLE_SPLIT.split(title, maxsplit=1)
    return bodies_in(start[0]) if len(start) > 1 else ()


def _enter(found: Bodies, role: str, names: tuple[str, ...]) -> None:
    _add(found.roles.setdefault(role, []), names)


def _add(known: list[str], names: tuple[str, ...]) -> None:
    """Add the names of one place; a name that is short for a known one, or the other way, joins it."""
    before = list(known)
    for name in names:
        same = next((one for one in before if _is_same(one, name)), None)
        if same is None:
            if name not in known:
                known.append(name)
        elif len(name) > len(same) and name not in known:
            known[known.index(same)] = name


def _is_same(one: str, other: str) -> bool:
    """Whether the shorter name leaves out characters of the longer, keeping its start or its end."""
    short, long = sorted((one, other), key=len)
    letters = iter(long)
    if not all(letter in letters for letter in short):
        return False
    return long[:2] == short[:2] or long.endswith(short[-4:])
