"""The patterns of schemas/formulas.yaml as regular expressions, and numbers in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from schemas.formulas import load_formulas

_FACTS = load_formulas()

#: Up to 15 digits: what a float keeps exactly.
DECIMAL = r"\d{1,15}(?:\.\d{1,15})?"
_NUMERAL = "零〇一二两三四五六七八九十百千"
_SLOTS = {
    "number": rf"(?:(?<![\d.]){DECIMAL}%?(?![\d.%])|(?<![{_NUMERAL}])[{_NUMERAL}]{{1,6}})",
    "count": rf"(?:(?<!\d)\d{{1,9}}(?!\d)|(?<![{_NUMERAL}])[{_NUMERAL}]{{1,6}})",
    "interval": rf"[\[(]{DECIMAL}%?,{DECIMAL}%?[\])]",
    "reference": r"[①-⑳]|\(\d{1,2}\)",
    # The act between 每 and the one (每新接入1个) is short and no measure word (每个).
    "act": rf"(?!{'|'.join(_FACTS.words['measure'])})[^,;。\n=]{{0,6}}?",
    "symbol": r"[A-Za-z]\d{0,2}(?![A-Za-z0-9])",
}
_TEXT = r"[^,;。\n=]"
#: Names are no longer than a line of print; without a bound a search is quadratic.
_MAX_SLOT = 120
_TOKEN = re.compile(r"\{(?P<word>\w+)(?P<maybe>\?)?\}|<(?P<slot>[a-z]\w*)(?P<empty>\*)?>|,")


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern with its synonyms and slots. Raises KeyError for a word that nobody listed."""
    made, begin = [], 0
    for token in _TOKEN.finditer(pattern):
        made.append(re.escape(pattern[begin : token.start()]))
        made.append(_piece(token))
        begin = token.end()
    made.append(re.escape(pattern[begin:]))
    return re.compile("".join(made))


def _piece(token: re.Match[str]) -> str:
    if word := token["word"]:
        choice = alternatives(_FACTS.words[word])
        if word == "measure":
            choice = f"(?P<{_free_name(token, 'measure')}>{choice[3:]}"
        return choice + (token["maybe"] or "")
    if slot := token["slot"]:
        held = _FACTS.slots.get(slot.rstrip("0123456789"))
        least = 0 if token["empty"] else 1
        text = f"{_TEXT}{{{least},{_MAX_SLOT}}}?"
        return f"(?P<{slot}>{_SLOTS[held] if held else text})"
    return ",?"


def _free_name(token: re.Match[str], name: str) -> str:
    """A group's name may stand once: the second {measure} is measure_2 by its place."""
    earlier = token.string[: token.start()].count(token[0].rstrip("?}"))
    return name if earlier == 0 else f"{name}_{earlier + 1}"


def alternatives(words: Iterable[str]) -> str:
    """A group of ``words``, which are to be given longest first."""
    return f"(?:{'|'.join(map(re.escape, words))})"


def whole(patterns: Iterable[str], text: str) -> re.Match[str] | None:
    """The first pattern that is all of ``text``."""
    matches = (compiled(pattern).fullmatch(text) for pattern in patterns)
    return next((match for match in matches if match), None)


def first(patterns: Iterable[str], text: str) -> re.Match[str] | None:
    """The first pattern that is found in ``text``."""
    matches = (compiled(pattern).search(text) for pattern in patterns)
    return next((match for match in matches if match), None)


@cache
def bounds_by_length() -> tuple[tuple[str, str], ...]:
    """(kind, pattern) of all bounds, the most plain text first: 不低于 before 低于."""
    pairs = [(kind, pattern) for kind, patterns in _FACTS.bounds.items() for pattern in patterns]
    return tuple(sorted(pairs, key=lambda pair: -len(_TOKEN.sub("", pair[1]))))


def count_of(text: str) -> int:
    """A count in digits or in words (三, 两, 十五)."""
    if text.isdecimal():
        return int(text)
    import cn2an  # 70 ms, which most formulas need not pay

    return int(cn2an.cn2an(text, "smart"))


def signalled(text: str) -> str | None:
    """The words of ``text`` that say something about a score, or None."""
    if whole(_FACTS.harmless, text):
        return None
    hits = (re.search(signal, text) for signal in _FACTS.signals)
    return next((hit[0] for hit in hits if hit), None)
