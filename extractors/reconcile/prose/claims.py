"""What a paragraph says of a column: means, rates, extremes, spreads, gaps and counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from extractors.reconcile.prose.paragraphs import Paragraph
from extractors.reconcile.prose.series import Group
from extractors.reconcile.sheets import Number

#: ``gap`` is a group's rate less that of all; ``between`` the rates of two groups.
Kind = Literal["mean", "rate", "max", "min", "range", "quartiles", "gap", "between", "count"]

_NUMBER = r"\d+(?:\.\d+)?"
_UNIT = r"(?:分|%|个百分点|个点)?"
_RUN = rf"(?P<run>{_NUMBER}{_UNIT}(?:(?:和|与|及|以及|、){_NUMBER}{_UNIT})*)"

#: What may stand between the word for a statistic and its number: 最高分北京为, 平均得分仅为.
_LINK = r"(?P<link>[^\d,。;:()高低超近约均余不差]{0,9}):?"

_STATISTICS = re.compile(
    r"(?P<gap>(?:低于|高于|高出|超过)(?:国家|全国|总体|整体)?平均(?:水平|得分率|分|水)?的?)"
    r"|(?P<rate>(?:平均)?得分率)"
    r"|(?P<mean>平均(?!水平|每)(?:得分|分数|成绩|分值|分|值|指数)?|均值)"
    r"|(?P<max>最高(?:得分|分|值)?)|(?P<min>最低(?:得分|分|值)?)"
    r"|(?P<quartiles>四分位差)|(?P<range>分差|极差)|(?P<between>相差(?:近|约|了|只|仅)*)"
    r"|(?P<score>(?:得分|成绩)(?=均?为|达|在))"
)
#: No claim but one of a count goes without one of these.
_HINTS = ("平均", "得分率", "最高", "最低", "四分位差", "分差", "极差", "相差", "均值")
_CLAIM = re.compile(rf"{_LINK}{_RUN}(?P<after>[^\d]{{0,2}})")

#: A name with its number in brackets: 智慧管理(40.55%).
_BRACKETED = re.compile(rf"\((?:(?P<word>四分位差|得分率|平均分|均值)[为是]?)?({_NUMBER})(%?)分?\)")

#: What follows a number that is a bound or counts something else.
_NOT_EXACT = ("以上", "以下", "左右", "多", "余", "倍", "名", "个城", "位")

_SENTENCES = re.compile(r"[^。;!?]+")
_WHOLE = ("全国", "总体", "整体", "各城市", "样本", "国家", "所有")
#: Words of a subject that is a group, one nobody knows where no known name stands beside it.
_SUBJECT = re.compile(r"城市|地区|区域|省|市|县|个国家|名的|其中")
#: A number of another edition, which no table of this one gives.
_EARLIER = re.compile(r"(?:去年|上年|上届|往届|往年|前年|同期)(?!相?比)的?")
#: What follows them is what a subject is compared with: 直辖市显著高于省会城市.
_COMPARED = re.compile(r"高于|低于|超过|优于|不及|落后于|领先于|多于|少于|比")
_COUNT = re.compile(r"(?P<before>\d{1,4})个$|^[^,。;\d]{0,10}?(?:有|共|为|计)(?P<behind>\d{1,4})个")


@dataclass(frozen=True, slots=True)
class Claim:
    """A number of the text, what it is said to be, and of which groups (none: of all).

    ``name`` is the indicator that the text names right beside it.
    """

    kind: Kind
    value: Number
    offset: int
    groups: tuple[str, ...] = ()
    name: str | None = None
    years: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str


class Reader:
    """Reads claims, knowing the names of indicators and groups that a document has."""

    def __init__(self, names: Sequence[str], groups: Mapping[str, Group]) -> None:
        self._names = _any_of(names)
        self._groups = _any_of(list(groups))

    def names_in(self, text: str) -> list[str]:
        """The names of indicators in a text, in order."""
        return [match.group() for match in self._names.finditer(text)] if self._names else []

    def claims(self, paragraph: Paragraph) -> list[Claim]:
        """All claims of a paragraph, in order."""
        found: list[Claim] = []
        text = paragraph.text
        counted = "个" in text and self._groups is not None and self._groups.search(text)
        if not counted and not any(word in text for word in _HINTS):
            return found
        for sentence in _SENTENCES.finditer(text):
            found.extend(self._of_sentence(sentence.group(), sentence.start()))
        return found

    def _of_sentence(self, text: str, start: int) -> Iterator[Claim]:
        if not any(word in text for word in _HINTS):
            if "个" in text:
                yield from _counts(text, start, _tokens(self._groups, text))
            return
        groups = _tokens(self._groups, text)
        names = _tokens(self._names, text)
        years = tuple(re.findall(r"(?<!\d)(?:19|20)\d{2}(?=年)", text))
        yield from self._bracketed(text, start, names, years)
        yield from _counts(text, start, groups)
        end = 0
        held: tuple[str, ...] | None = ()
        for word in _STATISTICS.finditer(text):
            match = _CLAIM.match(text, word.end())
            kind = word.lastgroup
            if word.start() < end or match is None or kind is None:
                continue
            if _EARLIER.search(text, max(text.rfind(",", 0, word.start()), end), word.start()):
                continue
            near = _last_run(_subjects(groups, text, end, word.start()), text)
            named = _named(names, text, word.start())
            said = () if named else _subject(text[end : word.start()], names, end, held, kind)
            held = near or said
            if kind == "score":
                held, end = None, match.end("run")
            if held is None or text.startswith(_NOT_EXACT, match.end("run")):
                continue
            claims = list(_of_run(kind, match, start, held, named, years))
            yield from claims
            if claims:
                end = match.end("run")

    def _bracketed(
        self, text: str, start: int, names: Sequence[_Token], years: tuple[str, ...]
    ) -> Iterator[Claim]:
        for token in names:
            match = _BRACKETED.match(text, token.end)
            if not match:
                continue
            word = match["word"]
            kind: Kind
            if word == "四分位差":
                kind = "quartiles"
            elif match[3] and (word == "得分率" or "得分率" in text):
                kind = "rate"
            elif word:
                kind = "mean"
            else:
                continue
            yield Claim(kind, _number(match[2]), start + match.start(2), (), token.text, years)


def _any_of(words: Sequence[str]) -> re.Pattern[str] | None:
    ordered = sorted(set(words), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None


def _tokens(pattern: re.Pattern[str] | None, text: str) -> list[_Token]:
    if pattern is None:
        return []
    return [_Token(match.start(), match.end(), match.group()) for match in pattern.finditer(text)]


def _subjects(groups: Sequence[_Token], text: str, start: int, end: int) -> list[_Token]:
    """The groups between two places of a sentence that are no objects of a comparison."""
    found = []
    for token in groups:
        if start <= token.start < end:
            clause = text[max(text.rfind(",", start, token.start), start) : token.start]
            if not _COMPARED.search(clause):
                found.append(token)
    return found


def _subject(
    between: str,
    names: Sequence[_Token],
    start: int,
    held: tuple[str, ...] | None,
    kind: str,
) -> tuple[str, ...] | None:
    """What is spoken of where no group is named: all, as before, or something unknown (None)."""
    if kind == "gap":
        return held
    if kind in ("max", "min", "range", "quartiles"):
        return held or ()
    clause = between[between.rfind(",") + 1 :]
    for token in names:
        if token.start >= start:
            between = between.replace(token.text, "", 1)
    if any(word in clause for word in _WHOLE):
        return ()
    return None if _SUBJECT.search(between) else held


_JOINED = re.compile(r"(?:地区|城市|区域|市)?(?:、|与|和|及|以及)(?:[一二三四五六七八九十两]个)?")


def _last_run(tokens: Sequence[_Token], text: str) -> tuple[str, ...]:
    """The last groups that are joined by 、 and 和: 东北、西北地区."""
    run: list[str] = []
    behind: _Token | None = None
    for token in reversed(tokens):
        if behind is not None and not _JOINED.fullmatch(text[token.end : behind.start]):
            break
        run.append(token.text)
        behind = token
    return tuple(reversed(run))


def _named(names: Sequence[_Token], text: str, at: int) -> str | None:
    """The indicator named right before the word for a statistic."""
    before = [token for token in names if token.end <= at]
    if not before:
        return None
    between = text[before[-1].end : at]
    return before[-1].text if _BESIDE.fullmatch(between) else None


_BESIDE = re.compile(r"(?:指标|建设|水平)?的?(?:整体|全国|总体)?,?")


def _of_run(
    kind: str,
    match: re.Match[str],
    start: int,
    groups: tuple[str, ...],
    name: str | None,
    years: tuple[str, ...],
) -> Iterator[Claim]:
    """The claims of 14.2分和14.7分: one number is of all groups, several are one each."""
    numbers = list(re.finditer(_NUMBER, match["run"]))
    first = start + match.start("run")
    if kind in ("max", "min", "range", "quartiles") and "%" in match["run"]:
        return
    if kind == "mean" and "%" in match["run"]:
        kind = "rate"
    if kind == "rate" and "%" not in match["run"]:
        return
    if kind == "between" and len(groups) != 2:
        kind = "range"
        if "%" in match["run"] or "百分点" in match["run"] or "百分点" in match["after"]:
            return
    if len(numbers) > 1 and len(numbers) != len(groups):
        return
    for place, number in enumerate(numbers):
        of = groups if len(numbers) == 1 else (groups[place],)
        yield Claim(kind, _number(number.group()), first + number.start(), of, name, years)  # type: ignore[arg-type]


def _counts(text: str, start: int, groups: Sequence[_Token]) -> Iterator[Claim]:
    """27个省会城市; 华东地区入评城市有57个; 华北、东北地区入评城市有28个."""
    for place, token in enumerate(groups):
        before = _COUNT.search(text[max(token.start - 5, 0) : token.start])
        if before and before["before"]:
            offset = start + max(token.start - 5, 0) + before.start("before")
            yield Claim("count", _number(before["before"]), offset, (token.text,))
        behind = _COUNT.search(text[token.end : token.end + 18])
        if behind and behind["behind"] and not text[token.end :].startswith(("、", "与", "和")):
            run = _last_run(groups[: place + 1], text)
            offset = start + token.end + behind.start("behind")
            yield Claim("count", _number(behind["behind"]), offset, run)


def _number(text: str) -> Number:
    decimals = len(text.partition(".")[2])
    return Number(float(text), 0.5 * 10.0**-decimals, text)
