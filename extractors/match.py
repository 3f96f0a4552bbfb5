"""Matching headers: which field every column holds, on what evidence, how surely.

Three kinds of evidence are weighed. What the values look like decides the role where they
are plain (a column counting 1, 2, 3 beside falling scores is a rank, whatever its header
says); an alias of the vocabulary names the field; the terms of a longer header, cut by a
private jieba tokenizer fed with the vocabulary, do so where no alias fits. Where words and
values disagree the column keeps the role of its values, its confidence falls, and the
disagreement is reported.
"""

from __future__ import annotations

import itertools
import logging
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from extractors.layouts.fragment import VALUE_KINDS
from extractors.model import Column, Doubt, Table, TableKind
from extractors.periods import parse_period
from extractors.units import is_unit, split_label
from extractors.values import kind_of, parse_value
from schemas.vocabulary import Vocabulary, fold, simplify, squeeze

#: A column is numeric where at least this share of its filled cells are values.
MOSTLY = 0.6

#: The share of distinct texts above which a column tells its rows apart.
TELLING = 0.95

#: Evidence of terms below this names no field.
LEAST_TERM = 0.5

#: Below this confidence a column is reported as doubtful.
SURE = 0.7

_SPLIT_NUMBER = re.compile(r"[（(\[【].*?[)）\]】]")


@dataclass(frozen=True, slots=True)
class Look:
    """What the values of a column look like; shares are of its filled cells."""

    filled: int
    values: float
    integers: float
    decimals: float
    percents: float
    units: float
    years: float
    distinct: float
    counting: bool
    areas: float
    blank_share: float


@dataclass(frozen=True, slots=True)
class Word:
    """What a header's words say: the fields an alias names, or one that its terms do."""

    aliases: tuple[str, ...]
    term: str | None
    weight: float


class Matcher:
    """Matches the columns of tables with one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, is_area: Callable[[str], bool]) -> None:
        self.vocabulary = vocabulary
        self.is_area = is_area
        self._words: dict[str, Word] = {}
        self._before: Table | None = None

    def match(self, table: Table, doubts: list[Doubt]) -> None:
        """Set the role, field, unit, maximum, period and confidence of every column."""
        looks = [self._look(table, position) for position in range(len(table.columns))]
        words = [self._word(column) for column in table.columns]
        for position, column in enumerate(table.columns):
            self._label(table, column, looks[position])
            self._decide(table, position, looks, words)
        for panel in sorted({column.panel for column in table.columns}):
            self._choose_stub(table, panel, looks, words)
        self._settle_serials(table)
        self._as_before(table, looks, words)
        table.kind = kind_of_table(table, self.vocabulary)
        table.group = group_of(table.caption)
        for position, column in enumerate(table.columns, start=1):
            if column.confidence < SURE:
                doubts.append(
                    Doubt(
                        "column-unclear",
                        "warning",
                        table.line,
                        table.page,
                        None,
                        0,
                        position,
                        printed="/".join(column.path) or None,
                        evidence=column.reason,
                    )
                )

    def knows(self, column: Column) -> bool:
        """Whether the vocabulary says anything of a column's header."""
        word = self._word(column)
        return bool(word.aliases or word.term)

    # ------------------------------------------------------------ evidence

    def _look(self, table: Table, position: int) -> Look:
        texts = [row.cells[position].text for row in table.rows if row.kind != "section"]
        filled = [text for text in texts if text]
        if not filled:
            return Look(0, 0, 0, 0, 0, 0, 0, 0, False, 0, 1.0)
        kinds = Counter(kind_of(text) for text in filled)
        count = len(filled)
        missing = kinds["missing"]
        values = sum(n for kind, n in kinds.items() if kind in VALUE_KINDS)
        texts_only = values - missing == 0 and kinds["text"] > 0
        if texts_only:
            values = 0
        whole = kinds["integer"] + kinds["rank_like"]
        sample = [] if values * 2 > count else _sample(filled)
        return Look(
            filled=count,
            values=values / count,
            integers=(whole + (missing if whole else 0)) / count,
            decimals=kinds["decimal"] / count,
            percents=kinds["percent"] / count,
            units=sum(is_unit(simplify(text)) for text in sample) / len(sample) if sample else 0.0,
            years=kinds["year"] / count,
            distinct=len(set(filled)) / count,
            counting=whole * 2 > count and _counts(filled),
            areas=sum(self.is_area(text) for text in sample) / len(sample) if sample else 0.0,
            blank_share=1 - count / len(texts),
        )

    def _word(self, column: Column) -> Word:
        label = column.path[-1] if column.path else ""
        if label not in self._words:
            self._words[label] = self._read_word(label)
        word = self._words[label]
        if not word.aliases and len(column.path) > 1:
            joined = "".join(column.path)
            if joined not in self._words:
                self._words[joined] = self._read_word(joined)
            if self._words[joined].aliases:
                return self._words[joined]
        return word

    def _read_word(self, label: str) -> Word:
        aliases = self.vocabulary.fields_of(label)
        if aliases:
            return Word(aliases, None, 1.0)
        label = simplify(label)
        return Word((), *self._term(split_label(label).name or label))

    def _term(self, name: str) -> tuple[str | None, float]:
        """The field whose terms fit a header best; a term at the end of it counts most."""
        folded = fold(name)
        if not folded:
            return None, 0.0
        scores: dict[str, float] = {}
        tokens: tuple[str, ...] | None = None
        for field_name, words in self.vocabulary.fields.items():
            for term, weight in words.terms.items():
                if term not in folded:
                    continue
                if folded.endswith(term):
                    found = weight
                else:
                    tokens = tokens if tokens is not None else tuple(cut(self.vocabulary, folded))
                    found = 0.6 * weight if term in tokens else 0.3 * weight
                scores[field_name] = max(scores.get(field_name, 0.0), found)
        if not scores:
            return None, 0.0
        best = max(scores, key=lambda key: (scores[key], key))
        return (best, scores[best]) if scores[best] >= LEAST_TERM else (None, scores[best])

    def _label(self, table: Table, column: Column, look: Look) -> None:
        """Unit, maximum and period that the header itself states."""
        for part in column.path:
            label = split_label(simplify(part))
            column.unit = label.unit.text if label.unit else column.unit
            if label.max_score is not None:
                column.max_score = label.max_score
            column.period = parse_period(simplify(part)) or column.period
        if (
            column.unit is None
            and column.path
            and is_unit(simplify(column.path[-1]))
            and (len(column.path) > 1 and look.values > MOSTLY)
        ):
            column.unit = column.path[-1]
        if column.unit is None and look.percents > MOSTLY:
            column.unit = "%"

    # ------------------------------------------------------------ roles

    def _decide(
        self, table: Table, position: int, looks: Sequence[Look], words: Sequence[Word]
    ) -> None:
        column, look, word = table.columns[position], looks[position], words[position]
        roles = {self.vocabulary.fields[name].role: name for name in reversed(word.aliases)}
        if look.filled == 0:
            self._blank_column(column, word, roles)
        elif look.values >= MOSTLY:
            self._numeric(table, position, looks, roles, word)
        elif look.years >= MOSTLY:
            _set(column, "period", "year", 0.95, "its values are years")
        else:
            self._textual(column, look, roles, word)

    def _blank_column(self, column: Column, word: Word, roles: dict[str, str]) -> None:
        if roles:
            role, name = next(iter(roles.items()))
            _set(column, role, name, 0.75, "a known header over a blank column")
        elif word.term:
            name = word.term
            _set(column, self.vocabulary.fields[name].role, name, 0.7, "a blank column, by terms")
        else:
            _set(column, "text", "text", 0.7, "a blank column")

    def _numeric(
        self,
        table: Table,
        position: int,
        looks: Sequence[Look],
        roles: dict[str, str],
        word: Word,
    ) -> None:
        column, look = table.columns[position], looks[position]
        term_role = self.vocabulary.fields[word.term].role if word.term else None
        whole = look.integers >= MOSTLY
        if ("rank" in roles or term_role == "rank") and whole:
            sure = 0.98 if "rank" in roles else 0.9
            _set(column, "rank", "rank", sure, "a rank by its header, whole numbers")
        elif ("serial" in roles or term_role == "serial") and whole:
            _set(column, "serial", "serial", 0.95, "a running number by its header")
        elif "period" in roles and whole and _are_years(table, position):
            _set(column, "period", "year", 0.97, "years by header and values")
        elif (
            look.counting
            and not roles
            and not word.term
            and not (column.period or column.unit)
            and self._first_counting(table, position, looks)
        ):
            if not column.path or self._left_of_stub(table, position, looks):
                _set(column, "serial", "serial", 0.9, "it counts the rows")
            else:
                _set(column, "value", "value", 0.65, "counts, or a number for every row")
        elif "value" in roles:
            _set(column, "value", roles["value"], 0.97, "a value by header and numbers")
        elif "text" in roles and _are_codes(table, position):
            _set(column, "text", "text", 0.92, "words by its header, its numbers are codes")
        elif roles:
            named = next(iter(roles))
            self._disagreement(column, f"the header means {named}, its values are numbers")
        elif term_role == "value":
            name = word.term if word.weight >= LEAST_TERM else "value"
            _set(column, "value", name or "value", 0.93, "a value by the terms of its header")
        elif column.path:
            name = "rate" if look.percents >= MOSTLY else "value"
            _set(column, "value", name, 0.9, "numbers under a header of their own")
        else:
            _set(column, "value", "value", 0.6, "numbers without a header")

    @staticmethod
    def _disagreement(column: Column, reason: str) -> None:
        _set(column, "value", "value", 0.55, reason)

    @staticmethod
    def _first_counting(table: Table, position: int, looks: Sequence[Look]) -> bool:
        """Whether no column before it in its panel counts too."""
        panel = table.columns[position].panel
        return not any(
            looks[p].counting for p in range(position) if table.columns[p].panel == panel
        )

    @staticmethod
    def _left_of_stub(table: Table, position: int, looks: Sequence[Look]) -> bool:
        """Whether the texts right of it in its panel tell more rows apart than those left of it."""
        panel = table.columns[position].panel
        left = right = 0.0
        for other, look in enumerate(looks):
            text = look.values < MOSTLY and look.years < MOSTLY and look.units < MOSTLY
            if table.columns[other].panel != panel or not text:
                continue
            if other < position:
                left = max(left, look.distinct * look.filled)
            else:
                right = max(right, look.distinct * look.filled)
        return right > left

    def _textual(self, column: Column, look: Look, roles: dict[str, str], word: Word) -> None:
        if look.units >= 0.75 and ("unit" in roles or not roles or "stub" in roles):
            _set(column, "unit", "unit", 0.97 if "unit" in roles else 0.88, "its values are units")
        elif "stub" in roles:
            name = roles["stub"]
            if name == "entity" and look.areas >= MOSTLY:
                name = "area"
            _set(column, "stub", name, 0.97, "a stub by its header, text")
        elif "class" in roles:
            _set(column, "class", "class", 0.95, "a class by its header, text")
        elif "text" in roles:
            _set(column, "text", "text", 0.95, "words by header and values")
        elif "unit" in roles:
            _set(column, "text", "text", 0.75, "单位 over values that are no units")
        elif roles and ({"rank", "value"} & set(roles)):
            _set(column, "text", "text", 0.5, "the header means numbers, its values are text")
        elif word.term:
            role = self.vocabulary.fields[word.term].role
            role = role if role in ("stub", "class", "text") else "text"
            name = word.term if role != "text" else "text"
            _set(column, role, name, 0.85, "by the terms of its header")
        elif look.areas >= 0.7:
            _set(column, "stub", "area", 0.92, "its values are places")
        else:
            _set(column, "text", "text", 0.8, "text under a header nobody has listed")

    # ------------------------------------------------------------ the stub

    def _choose_stub(
        self, table: Table, panel: int, looks: Sequence[Look], words: Sequence[Word]
    ) -> None:
        """One stub a panel: the known one with most distinct texts; the rest classes."""
        inside = [p for p, column in enumerate(table.columns) if column.panel == panel]
        stubs = [p for p in inside if table.columns[p].role == "stub"]
        texts = [p for p in inside if table.columns[p].role in ("text", "class", "period")]
        has_values = any(table.columns[p].role == "value" for p in inside)
        if self._lists_of_names(table, inside, looks, words):
            return
        if self._stub_of_two_levels(table, inside, looks):
            return
        if not stubs:
            candidates = [p for p in texts if looks[p].filled] or []
            candidates = [p for p in candidates if table.columns[p].role != "class"] or candidates
            if not candidates:
                return
            best = max(candidates, key=lambda p: (looks[p].distinct > 0.5, -p))
            column = table.columns[best]
            if has_values or len(candidates) == 1 or words[best].term or looks[best].areas > MOSTLY:
                name = (
                    "area"
                    if looks[best].areas >= MOSTLY
                    else (
                        "indicator"
                        if column.role == "period" or looks[best].distinct < 1
                        else "entity"
                    )
                )
                _set(
                    column,
                    "stub",
                    name,
                    0.9 if has_values else 0.8,
                    "the only text its rows can be told by",
                )
            else:
                _set(column, "stub", "entity", 0.75, "the first text of a list")
            return
        if len(stubs) == 1:
            self._prefer_telling_text(table, stubs[0], texts, looks, words, has_values)
            return
        best = max(
            stubs,
            key=lambda p: (
                looks[p].distinct > 0.9,
                _rank_of_field(table.columns[p]) if has_values else 0,
                -p,
            ),
        )
        for p in stubs:
            if p == best:
                continue
            column = table.columns[p]
            grouped = has_values or column.field == "area"
            _set(
                column,
                "class" if grouped else "text",
                "class" if grouped else "entity",
                min(column.confidence, 0.9),
                "a second stub: where or what group the row is in",
            )

    @staticmethod
    def _prefer_telling_text(
        table: Table,
        stub: int,
        texts: Sequence[int],
        looks: Sequence[Look],
        words: Sequence[Word],
        has_values: bool,
    ) -> None:
        """Rows are told by the text that tells them apart: a province that comes again beside
        names under an unknown header is where they are, not what they are."""
        if not has_values or looks[stub].distinct > TELLING:
            return
        better = [
            p
            for p in texts
            if looks[p].distinct > TELLING
            and not words[p].aliases
            and table.columns[p].role == "text"
        ]
        if not better:
            return
        name = "area" if looks[better[0]].areas >= MOSTLY else "entity"
        _set(table.columns[better[0]], "stub", name, 0.9, "the text that tells its rows apart")
        _set(table.columns[stub], "class", "class", 0.9, "places that come again: where it is")

    def _lists_of_names(
        self, table: Table, inside: Sequence[int], looks: Sequence[Look], words: Sequence[Word]
    ) -> bool:
        """A rank and several columns of names (one an edition): every name column a list."""
        names = [
            p
            for p in inside
            if looks[p].values < MOSTLY
            and table.columns[p].role in ("stub", "text")
            and looks[p].filled
        ]
        others = [p for p in inside if p not in names]
        if len(names) < 2 or any(table.columns[p].role not in ("rank", "serial") for p in others):
            return False
        if any(words[p].aliases for p in names) or not others:
            return False
        if not all(table.columns[p].period or looks[p].areas >= MOSTLY for p in names):
            return False
        for p in names:
            _set(
                table.columns[p],
                "text",
                "area" if looks[p].areas >= MOSTLY else "entity",
                0.92,
                "a list of names of its own, by the rank beside it",
            )
        return True

    @staticmethod
    def _stub_of_two_levels(table: Table, inside: Sequence[int], looks: Sequence[Look]) -> bool:
        """Two text columns before numbers, the first carried down: both are the stub."""
        if len(inside) < 4:
            return False
        first, second = inside[0], inside[1]
        if looks[first].values >= MOSTLY or looks[second].values >= MOSTLY:
            return False
        if any(table.columns[p].role not in ("value", "rank") for p in inside[2:]):
            return False
        if not any(row.cells[first].filled for row in table.rows) or looks[second].units > MOSTLY:
            return False
        for p in (first, second):
            _set(table.columns[p], "stub", "indicator", 0.9, "a stub of two levels")
        return True

    def _is_ranking(self, caption: str | None) -> bool:
        """Whether a caption calls its table a ranking."""
        folded = fold(caption or "")
        return any(term in folded for term in self.vocabulary.fields["rank"].terms)

    def _settle_serials(self, table: Table) -> None:
        """A running number beside scores that fall with it is a rank."""
        scores = [
            p
            for p, column in enumerate(table.columns)
            if column.role == "value" and column.field in ("total", "score", "value", "rate")
        ]
        for position, column in enumerate(table.columns):
            if column.role != "serial":
                continue
            own = [p for p in scores if table.columns[p].panel == column.panel]
            if own and self._is_ranking(table.caption):
                _set(column, "rank", "rank", 0.9, "a running number; the caption says ranking")
            elif any(_falls(table, position, p) for p in own):
                _set(column, "rank", "rank", 0.9, "a running number in step with falling scores")

    def _as_before(self, table: Table, looks: Sequence[Look], words: Sequence[Word]) -> None:
        """Under the header of the table before, a rank by its values alone is one here too.

        A part of a ranking does not begin with 1, and its own values tell nothing.
        """
        before, self._before = self._before, table
        if before is None or [c.path for c in before.columns] != [c.path for c in table.columns]:
            return
        for position, column in enumerate(table.columns):
            above, word = before.columns[position], words[position]
            if (
                column.role == "value"
                and above.role in ("rank", "serial")
                and column.path
                and not (word.aliases or word.term)
                and looks[position].integers >= MOSTLY
            ):
                _set(column, above.role, above.role, 0.85, "as in the table above, same header")


def kind_of_table(table: Table, vocabulary: Vocabulary) -> TableKind:
    """What a table is, by the roles of its columns."""
    columns = table.columns
    labels = [part for column in columns for part in column.path]
    values = [column for column in columns if column.role == "value"]
    ranked = any(column.role == "rank" for column in columns)
    scheme = {fold(word) for word in vocabulary.words("scheme_words")}
    hits = {fold(_SPLIT_NUMBER.sub("", label)) for label in labels}
    named = sum(any(word in label for word in scheme) for label in hits)
    if not values and named >= 2:
        return "scheme"
    if max((column.panel for column in columns), default=0) > 0:
        return "comparison"
    if not values:
        return "ranking" if ranked else "list"
    if _is_correlation(table):
        return "correlation"
    scored = [c for c in values if c.field in ("total", "score") or c.max_score is not None]
    if ranked:
        points = [column for column in values if column.field != "rate"]
        return "scores" if len(points) >= 3 else "ranking"
    return "scores" if scored and len(scored) * 2 > len(values) else "statistics"


def _is_correlation(table: Table) -> bool:
    """Whether the rows are named as the columns are."""
    across = [fold("".join(c.path)) for c in table.columns if c.role == "value"]
    down = {fold(row.cells[0].value) for row in table.rows}
    return len(across) >= 3 and sum(label in down for label in across) >= 0.8 * len(across)


@lru_cache(maxsize=1024)
def group_of(caption: str | None) -> str | None:
    """The group of entities that an enumerated caption names: 3、地市得分排名(前30强)： → 地市."""
    if not caption:
        return None
    text = re.sub(
        r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*|(?:图表|附表|附件|表)\s*[\d一二三四五六七八九十]*\s*[:：]?\s*)",
        "",
        caption.strip(),
    )
    if text == caption.strip():
        return None
    text = squeeze(text)
    text = re.sub(r"[（(]\s*前\s*\d+\s*[强名位]?\s*[)）]", "", text)
    text = re.sub(r"[：:\s]+$", "", text)
    text = re.sub(
        r"(?:得分|总分|综合)?(?:排名|排行榜?|排序|名单|得分)(?:前\s*\d+\s*[强名位])?(?:情况|表)?$|前\d+[强名位]$",
        "",
        text,
    )
    return text.strip() or None


def _set(column: Column, role: str, name: str, confidence: float, reason: str) -> None:
    column.role = role  # type: ignore[assignment]
    column.field, column.confidence, column.reason = name, confidence, reason


def _sample(texts: list[str]) -> list[str]:
    """At most sixteen texts, evenly from the whole column."""
    step = max(1, len(texts) // 16)
    return texts[::step][:16]


def _counts(texts: list[str]) -> bool:
    """Whether whole numbers count on from one row to the next."""
    numbers = [int(text) for text in texts if text.isdecimal() and len(text) < 6]
    if len(numbers) < 2 or numbers[0] not in (0, 1):
        return False
    steps = [b - a for a, b in itertools.pairwise(numbers)]
    return sum(0 <= step <= 3 for step in steps) >= 0.9 * len(steps) and numbers[-1] > 1


def _are_years(table: Table, position: int) -> bool:
    texts = [row.cells[position].text for row in table.rows if row.cells[position].text]
    return all(text.isdecimal() and 1900 <= int(text) <= 2100 for text in texts)


def _are_codes(table: Table, position: int) -> bool:
    """Whole numbers of one length, six digits or more, name things; they measure nothing."""
    texts = [row.cells[position].text for row in table.rows if row.cells[position].text]
    lengths = {len(text) for text in texts}
    return len(lengths) == 1 and min(lengths) >= 6 and all(text.isdecimal() for text in texts)


def _rank_of_field(column: Column) -> int:
    return {"area": 3, "entity": 2, "indicator": 1}.get(column.field or "", 0)


def _falls(table: Table, position: int, other: int) -> bool:
    """Whether a column falls (or stays) wherever the running number goes up."""
    numbers = [
        number
        for row in table.rows
        if row.cells[position].text
        and (number := parse_value(row.cells[other].text).number) is not None
    ]
    if len(numbers) < 3 or numbers[0] == numbers[-1]:
        return False
    rises = sum(b > a for a, b in itertools.pairwise(numbers))
    return rises <= 0.02 * len(numbers)


@lru_cache(maxsize=1)
def _tokenizer(vocabulary_hash: str, words: tuple[str, ...]):
    """A jieba tokenizer of our own, fed with the vocabulary at high frequency.

    Its cache lies in a private directory: the one in the shared temporary directory is
    trusted by jieba as it is, whoever wrote it.
    """
    import jieba

    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    with tempfile.TemporaryDirectory(prefix="rankbook-jieba-") as private:
        tokenizer.tmp_dir = private
        tokenizer.initialize()
    for word in words:
        tokenizer.add_word(word, freq=1_000_000)
    return tokenizer


def cut(vocabulary: Vocabulary, text: str) -> list[str]:
    """The words of a header."""
    words = sorted(
        {term for field in vocabulary.fields.values() for term in field.terms}
        | {alias for field in vocabulary.fields.values() for alias in field.aliases}
    )
    return list(_tokenizer(vocabulary.hash, tuple(words)).cut(squeeze(text)))
