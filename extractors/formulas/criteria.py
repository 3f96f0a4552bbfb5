"""Points given in words: grades, yes/no, so many for each, lists of items, caps.

A text is read as conditions, each followed by its points (不低于95%时20分). What a condition
is decides the patterns of schemas/formulas.yaml; conditions that belong together (the grades
of one quantity, 设立 and 未设立) become one expression, and the expressions are added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from extractors.formulas.model import (
    Add,
    Choice,
    Expression,
    Grades,
    If,
    Input,
    Interval,
    Kind,
    Max,
    Min,
    Multiply,
    Negate,
    Number,
    Within,
)
from extractors.formulas.normal import masked, segments, split
from extractors.formulas.register import Refused, Register
from extractors.formulas.wording import (
    DECIMAL,
    alternatives,
    bounds_by_length,
    compiled,
    count_of,
    first,
    signalled,
    whole,
)
from schemas.formulas import load_formulas

_FACTS = load_formulas()
_POINTS = _FACTS.points
_VERBS = tuple(sorted((*_POINTS.gain, *_POINTS.lose, *_POINTS.cap), key=len, reverse=True))
_UNIT = rf"{_POINTS.unit}(?!{alternatives(_POINTS.not_before)})"
_MEASURE = alternatives(_FACTS.words["measure"])
_TAKEN = rf"(?:{alternatives(_FACTS.words['taken'])}(?=[,;。、\n)]|$))?"

#: 得20分, 可得满分40分, 最高减2分, 最高100 (without 分, if no measure word follows), 不得分.
_PHRASE = re.compile(
    rf"(?P<words>{alternatives(_VERBS)}{{0,3}})为?(?P<number>{DECIMAL}){_UNIT}{_TAKEN}"
    rf"|(?P<cap>{alternatives(_POINTS.cap)})为?(?P<bare>{DECIMAL})(?![\d.%]|{_MEASURE})"
    rf"|(?P<none>{alternatives(_POINTS.none)})"
    rf"|(?P<full>{alternatives(_POINTS.full)})"
)
_CAP = re.compile(alternatives(_POINTS.cap))
_LOSE = re.compile(alternatives(_POINTS.lose))
_SOME_POINTS = re.compile(rf"\d{_UNIT}|{alternatives((*_POINTS.none, *_POINTS.full))}")
_ITEM = re.compile(rf"\((?P<inside>[^()]*\d{_UNIT}[^()]*)\)")
_ITEM_POINTS = re.compile(
    rf"(?P<cap>{alternatives(_POINTS.cap)})?{alternatives(_POINTS.gain)}?"
    rf"(?P<number>{DECIMAL}){_UNIT}(?:,(?P<rest>.*))?",
    re.DOTALL,
)
_MARK = re.compile(r"[①-⑳]")
_ITEM_FRONT = re.compile(r".*[①-⑳;。\n:\[(\0]", re.DOTALL)
_HEADER = re.compile(r"(?P<header>[^,;:。]*?)(?<!\d):(?!\d)")
_ITEM_PLACES = re.compile(r"\0[\0、,和及 ]*")
_INTRODUCING = re.compile(rf"(?:{alternatives(_FACTS.words['introducing'])},?)")
_NEGATION = alternatives(_FACTS.negations)
_NOTHING = re.compile(alternatives(_FACTS.nothing))
_EVERYTHING = re.compile(rf"(?P<subject>.*?){alternatives(_FACTS.everything)}(?!{_NEGATION})")
_EDGES = ",、的时 "

#: The longest seen has 15. Grouping them takes the square of their number.
MAX_CONDITIONS = 200

#: What an outcome is called: 支持, 有且运行中. Longer words are a criterion of their own.
_MAX_OUTCOME = 12


def has_points(text: str) -> bool:
    """Whether ``text`` gives points in words."""
    return bool(_SOME_POINTS.search(text) or _PHRASE.search(masked(text)))


def cap_of(text: str) -> float | None:
    """The maximum that ``text`` states and nothing else: 最高得分100, 满分为30分."""
    found = _PHRASE.fullmatch(text.strip(" ,"))
    if found is None or not (found["cap"] or _CAP.search(found["words"] or "")):
        return None
    return None if _LOSE.search(found["words"] or "") else float(found["number"] or found["bare"])


def maxima(text: str) -> list[tuple[float, float]]:
    """(points for each, maximum) of the sentences that state just these two."""
    found = []
    for sentence in split(segments(text).main, ";。\n") if text else ():
        phrases = list(_PHRASE.finditer(masked(sentence)))
        if len(phrases) != 2 or not first(_FACTS.for_each, sentence[: phrases[0].start()]):
            continue
        each, limit = phrases
        if each["words"] in _POINTS.gain and cap_of(limit[0]) is not None:
            found.append((float(each["number"]), float(limit["number"] or limit["bare"])))
    return found


@dataclass(frozen=True, slots=True)
class _Clause:
    """A condition and its points. ``last`` is the condition behind its last comma."""

    condition: str
    last: str
    head: str
    points: float
    capped: bool
    lost: bool
    sentence: int

    @property
    def value(self) -> float:
        return -self.points if self.lost else self.points


@dataclass(frozen=True, slots=True)
class _Group:
    expression: Expression
    sentence: int
    #: What is counted and the points for each, of a so-many-for-each.
    counted: Input | None = None
    each: float = 0.0


_Read = tuple[Expression, int]


@dataclass(slots=True)
class Criteria:
    """One text of criteria, read into one expression.

    ``label`` is the part that it defines, ``known`` the quantities that the text itself
    computes before (覆盖率=…), ``prefix`` the item in whose brackets the text stands.
    """

    register: Register
    label: str
    known: Mapping[str, Expression] = field(default_factory=dict)
    prefix: str = ""
    _header: str = ""
    _groups: list[_Group] = field(default_factory=list)
    _clauses: list[_Clause] = field(default_factory=list)

    def read(self, text: str) -> Expression:
        """Raises Refused where words about the score are left over."""
        conditions = len(_SOME_POINTS.findall(text))
        if conditions > MAX_CONDITIONS:
            raise Refused("too_long", f"{conditions} conditions, {MAX_CONDITIONS} at most")
        for number, sentence in enumerate(split(text, ";。\n")):
            self._sentence(sentence, number)
        self._combine()
        if not self._groups:
            raise Refused("unread_text", f"no criterion is read in {text[:60]!r}")
        return _sum([group.expression for group in self._groups])

    # -- sentences into clauses

    def _sentence(self, sentence: str, number: int) -> None:
        found = _HEADER.match(masked(sentence))
        if found:
            self._header = sentence[: found.end("header")].strip(_EDGES)
            sentence = sentence[found.end() :]
        if _ITEM.search(sentence):
            sentence = self._items(sentence, number)
        begin = 0
        for phrase in _PHRASE.finditer(masked(sentence)):
            condition = sentence[begin : phrase.start()].strip(",、 \0")
            self._clauses.append(_clause(condition, phrase, number))
            begin = phrase.end()
        self._remark(sentence[begin:])

    def _remark(self, text: str) -> None:
        """What is left over may say nothing about the score."""
        text = _ITEM_PLACES.sub("…", _MARK.sub("", text)).strip(" ,;。、()[]\n…")
        if not text:
            return
        if signal := signalled(text):
            raise Refused("unread_text", f"{signal!r} in {text[:60]!r}")
        self.register.remarks.append(text)

    # -- items: 网站(4分)、广播(3分)

    def _items(self, sentence: str, number: int) -> str:
        """Take the items out of ``sentence``; what is left is read like any other."""
        self._combine()  # What stands before is complete.
        left, begin = "", 0
        for item in _ITEM.finditer(sentence):
            before = sentence[begin : item.start()]
            front = _ITEM_FRONT.match(before)
            name = before[front.end() if front else 0 :].strip(",、和及 ")
            left += (before[: front.end()] if front else "") + "\0"
            expression = self._item(name or self._header, item["inside"])
            self._groups.append(_Group(expression, number))
            mark = [*_MARK.finditer(sentence[: item.start()])][-1:]
            if mark and isinstance(expression, If) and isinstance(expression.condition, Input):
                key = (self.label, mark[0][0])
                self.register.marked.setdefault(key, []).append(expression.condition)
            begin = item.end()
        return left + sentence[begin:]

    def _item(self, name: str, inside: str) -> Expression:
        name = self.prefix + name
        found = _ITEM_POINTS.fullmatch(inside)
        if found is None or found["rest"]:
            rest = found["rest"] if found else inside
            nested = Criteria(self.register, self.label, self.known, prefix=name).read(rest)
            return Min((nested, Number(float(found["number"])))) if found else nested
        points = float(found["number"])
        return If(self._criterion(name, "yes_no"), Number(points), Number(0.0))

    # -- clauses into expressions

    def _combine(self) -> None:
        clauses, self._clauses = self._clauses, []
        _check_signs(clauses)
        place = 0
        readers: tuple[Callable[[list[_Clause]], _Read | None], ...] = (
            self._each,
            self._compared,
            self._numbered,
            self._ranked,
            self._either,
            self._single,
        )
        while place < len(clauses):
            clause = clauses[place]
            if self._cap(clause):
                place += 1
                continue
            for reader in readers:
                if made := reader(clauses[place:]):
                    break
            else:
                raise Refused("unread_text", f"{clause.condition[:60]!r} has points and no reading")
            expression, used = made
            counted = _counted(expression)
            self._groups.append(_Group(expression, clause.sentence, *counted))
            place += used

    def _cap(self, clause: _Clause) -> bool:
        """最高100分 after what it limits; in a sentence of its own, everything so far."""
        whole_text = clause.condition in ("", *_FACTS.words["whole"])
        reached = None if whole_text else whole(_FACTS.reached, clause.condition)
        if not clause.capped or not (whole_text or reached):
            return False
        same = [group for group in self._groups if group.sentence == clause.sentence]
        if reached:
            same = same[-1:] or self._groups[-1:]
        limited = same or self._groups
        if not limited:
            raise Refused("unread_text", f"a maximum of {clause.points:g} of nothing")
        limit = _limited(limited, clause, count_of(reached["k"]) if reached else None)
        at = self._groups.index(limited[0])
        self._groups = [group for group in self._groups if group not in limited]
        self._groups.insert(at, limit)
        return True

    def _each(self, clauses: list[_Clause]) -> _Read | None:
        """每实现1种得20分, 实现1项得25分: a count times the points."""
        clause = clauses[0]
        found = first(_FACTS.for_each, clause.last)
        if found is None and not _several_numbers(clauses):
            found = first(_FACTS.for_one, clause.last)
        if found is None:
            return None
        last = clause.last
        front = last[: found.start()]
        middle = found[0][: found.start("measure") - found.start()]
        act = next((word for word in _FACTS.acts if word in middle), "")
        act = found["act"] if "act" in found.groupdict() else act
        name = (front + act + last[found.end() :]).strip(_EDGES)
        if name in ("", *_FACTS.acts):
            name = clause.head or self.prefix or self._header or name
        elif clause.head.endswith("的"):
            name = clause.head + name
        if clause.head not in name:
            self._remark(clause.head)
        counted = self._criterion(name, "count", found["measure"])
        product = Multiply((counted, Number(clause.points)))
        return (Negate(product) if clause.lost else product), 1

    def _compared(self, clauses: list[_Clause]) -> _Read | None:
        """Grades of one quantity: 不低于95%时20分,介于[90%,95%)时15分."""
        bounds = _first_bound(clauses[0].last)
        if bounds is None:
            return None
        subject = bounds.subject or clauses[0].head or self._header
        steps = [(bounds, clauses[0].value)]
        used = 1
        for clause in clauses[1:]:
            following = _first_bound(clause.last)
            if following is None or following.subject not in ("", subject, bounds.subject):
                break
            steps.append((following, clause.value))
            used += 1
        if used == 1 and bounds.rest.strip(_EDGES):
            return None  # One bound amid other words is a criterion: 面积超过5公顷的公园建成.
        rest = _rest_of_grades(clauses[used:])
        otherwise = rest.otherwise
        if used == 1 and not rest.used:
            otherwise = 0.0
            self.register.notes.append(f"{subject}: 0 where {clauses[0].last} does not hold")
        kind: Kind = "share" if bounds.percent else "count" if bounds.measure else "number"
        if bounds.subject:
            self._remark(clauses[0].head)
        graded = self._graded(subject, kind, bounds.measure)
        intervals = _disjoint([(step.interval, score) for step, score in steps] + rest.steps)
        self._note_shared(subject, [step.interval for step, _ in steps], intervals)
        return Grades(graded, intervals, otherwise), used + rest.used

    def _graded(self, subject: str, kind: Kind, unit: str | None) -> Expression:
        """A quantity that the text computes itself, by its name or the end of it."""
        if subject in self.known:
            return self.known[subject]
        ends = [of for name, of in self.known.items() if name.endswith(subject) and subject]
        if len(ends) == 1:
            return ends[0]
        if not subject:
            subject = self.prefix or self.label
        if not subject:
            raise Refused("unread_text", "grades of nothing that is named")
        return self.register.quantity(subject, kind, unit)

    def _numbered(self, clauses: list[_Clause]) -> _Read | None:
        """均支持得20分,2家支持得10分,1家支持得5分,均不支持得0分: grades of a count."""
        numbers = [_exact_number(clause.last) for clause in clauses]
        everything = _EVERYTHING.match(clauses[0].last)
        first_number = 1 if everything else 0
        used = first_number
        while used < len(clauses) and numbers[used] is not None:
            used += 1
        if used - first_number < (1 if everything else 2):
            return None
        exact = [number for number in numbers[first_number:used] if number is not None]
        steps = [
            (Interval(float(n.count), float(n.count), True, True), clause.value)
            for n, clause in zip(exact, clauses[first_number:used], strict=True)
        ]
        if everything:
            most = max(n.count for n in exact)
            above = Interval(float(most), None, low_closed=False)
            steps.insert(0, (above, clauses[0].value))
            self.register.notes.append(f"{clauses[0].last}: read as more than {most}")
        rest = _rest_of_grades(clauses[used:])
        before = everything["subject"] if everything else exact[0].subject
        subject = clauses[0].head or before or self._header or self.prefix
        counted = self._criterion(subject, "count", exact[0].measure)
        return Grades(counted, tuple(steps + rest.steps), rest.otherwise), used + rest.used

    def _ranked(self, clauses: list[_Clause]) -> _Read | None:
        """评定等级,优秀得10分,良好得8分: one of several outcomes."""
        subject = clauses[0].head or self._header
        if not any(word in subject for word in _FACTS.ranked):
            return None
        options = [clauses[0]]
        for clause in clauses[1:]:
            if clause.head or clause.capped or len(clause.last) > _MAX_OUTCOME:
                break
            options.append(clause)
        if len(options) < 2 or not all(option.last for option in options):
            return None
        chosen = self._criterion(subject, "choice")
        named = tuple((option.last.strip(_EDGES), option.value) for option in options)
        return Choice(chosen, named), len(options)

    def _either(self, clauses: list[_Clause]) -> _Read | None:
        """是否设立…,设立得50分,未设立得0分: a yes/no criterion, in either order."""
        if len(clauses) < 2 or clauses[0].capped or clauses[1].capped:
            return None
        one, other = clauses[:2]
        subject = one.head or self._header or self.prefix or one.last
        if other.head or not one.last or not other.last:
            return None
        if _denies(other.last, one.last):
            yes, no = one.value, other.value
        elif _denies(one.last, other.last):
            yes, no, subject = other.value, one.value, one.head or self._header or other.last
        else:
            return None
        criterion = self._criterion(subject.strip(_EDGES), "yes_no")
        return If(criterion, Number(yes), Number(no)), 2

    def _single(self, clauses: list[_Clause]) -> _Read | None:
        """划定“三区三线”,得25分: points where the criterion holds. 最高减0.5分: up to so many."""
        clause = clauses[0]
        if clause.points == 0 or not clause.condition:
            return None
        if clause.head and not clause.capped and _same_sentence(clauses):
            # A subject and several outcomes: whether they add or exclude each other is not said.
            return None
        if clause.capped:
            decided = self._criterion(clause.condition.strip(_EDGES), "points")
            most = Min((decided, Number(clause.points)))
            return (Negate(most) if clause.lost else most), 1
        criterion = self._criterion(clause.condition.strip(_EDGES), "yes_no")
        return If(criterion, Number(clause.value), Number(0.0)), 1

    def _criterion(self, name: str, kind: Kind, unit: str | None = None) -> Input:
        if self.prefix and not name.startswith(self.prefix):
            name = self.prefix + name
        return self.register.criterion(name, kind, self.label, unit)

    def _note_shared(
        self,
        subject: str,
        printed: list[Interval],
        steps: tuple[tuple[Interval, float], ...],
    ) -> None:
        for before, (after, _) in zip(printed, steps, strict=False):
            if before.high_closed and not after.high_closed and before.high == after.high:
                self.register.notes.append(f"{subject}: {before.high:g} is in the grade above")


def _check_signs(clauses: list[_Clause]) -> None:
    """不低于8%得10分,每低1个百分点扣2分 takes points off those that it gave: not read."""
    for clause in clauses:
        given = (c for c in clauses if c.sentence == clause.sentence and not c.lost and c.points)
        if clause.lost and any(given):
            raise Refused("unread_text", "points given and taken in one sentence")


def _clause(condition: str, phrase: re.Match[str], sentence: int) -> _Clause:
    if phrase["full"]:
        raise Refused("unread_text", f"{phrase[0]!r} without a maximum")
    condition = _INTRODUCING.sub("", condition, count=1) if condition else condition
    last = (split(condition, ",") or [""])[-1]
    words = phrase["words"] or phrase["cap"] or ""
    return _Clause(
        condition=condition,
        last=last.strip(" ,、"),
        head=condition[: len(condition) - len(last)].strip(" ,、") if last else "",
        points=float(phrase["number"] or phrase["bare"] or 0),
        capped=bool(_CAP.search(words)),
        lost=bool(_LOSE.search(_CAP.sub("", words))),
        sentence=sentence,
    )


def _sum(expressions: list[Expression]) -> Expression:
    return expressions[0] if len(expressions) == 1 else Add(tuple(expressions))


def _counted(expression: Expression) -> tuple[Input | None, float]:
    inner = expression.of if isinstance(expression, Negate) else expression
    match inner:
        case Multiply(factors=(Input() as counted, Number(value=each))):
            return counted, each
    return None, 0.0


def _limited(groups: list[_Group], clause: _Clause, reached: int | None) -> _Group:
    """``groups`` up to the points of ``clause``, or down to them where points are taken."""
    total = _sum([group.expression for group in groups])
    limit = Number(clause.value)
    last = groups[-1]
    if isinstance(total, (Min, Max)) and total.of[-1] == limit:
        return last  # 满分100分,最高100分: said twice.
    capped: Expression = Max((total, limit)) if clause.lost else Min((total, limit))
    if reached is not None and last.counted is not None and last.each * reached != clause.points:
        # 每类20分, 3类及以上得满分100: the third brings more than its own 20.
        enough = Within(last.counted, Interval(float(reached), None))
        capped = If(enough, limit, capped)
    return _Group(capped, groups[0].sentence, last.counted, last.each)


@dataclass(frozen=True, slots=True)
class _Bound:
    subject: str
    interval: Interval
    rest: str
    percent: bool
    measure: str | None


def _first_bound(text: str) -> _Bound | None:
    for closed, pattern in _FACTS.chained.items():
        if found := compiled(pattern).fullmatch(text):
            low, high = found["a"], found["b"]
            interval, percent = _between({"interval": f"{closed[0]}{low},{high}{closed[1]}"})
            return _Bound(found["text"], interval, "", percent, None)
    bound = _last_bound(text)
    return bound and _both(_last_bound(_without_and(bound.subject)), bound)


def _last_bound(text: str) -> _Bound | None:
    """The bound behind which no other number stands."""
    for kind, pattern in bounds_by_length():
        for found in compiled(pattern).finditer(text):
            rest = text[found.end() :]
            if not re.search(r"\d", rest):
                return _bound(kind, found, text[: found.start()].strip(_EDGES + "为在"), rest)
    return None


def _without_and(text: str) -> str:
    return text.removesuffix(next(filter(text.endswith, _FACTS.and_words), ""))


def _both(one: _Bound | None, other: _Bound) -> _Bound:
    """超过80%不足90%: two bounds of one quantity, one from each side."""
    if one is None or one.rest.strip(_EDGES):
        return other
    low, high = sorted((one.interval, other.interval), key=lambda bound: bound.low is None)
    if low.high is not None or high.low is not None or low.low is None or high.high is None:
        return other
    interval = Interval(low.low, high.high, low.low_closed, high.high_closed)
    percent = one.percent and other.percent
    return _Bound(one.subject, interval, other.rest, percent, other.measure)


def _bound(kind: str, found: re.Match[str], subject: str, rest: str) -> _Bound:
    held = found.groupdict()
    measure = next((held[key] for key in held if key.startswith("measure") and held[key]), None)
    if kind == "between":
        interval, percent = _between(held)
    else:
        number, percent = _number(held["n"])
        interval = {
            "at_least": Interval(number, None),
            "above": Interval(number, None, low_closed=False),
            "at_most": Interval(None, number, high_closed=True),
            "below": Interval(None, number),
        }[kind]
    return _Bound(subject, interval, rest, percent, measure)


def _between(held: Mapping[str, str | None]) -> tuple[Interval, bool]:
    if printed := held.get("interval"):
        low, high = printed[1:-1].split(",")
        closed = (printed[0] == "[", printed[-1] == "]")
    else:
        low, high, closed = held["a"] or "", held["b"] or "", (True, True)
    (bottom, _), (top, percent) = _number(low), _number(high)
    if percent and not low.endswith("%"):
        bottom = float(Decimal(str(bottom)) / 100)  # 90-95%
    if bottom > top:
        raise Refused("unread_text", f"from {low} to {high}")
    return Interval(bottom, top, *closed), percent


def _number(text: str) -> tuple[float, bool]:
    """A number, 95% as 0.95, and whether it is a percentage."""
    if text.endswith("%"):
        return float(Decimal(text[:-1]) / 100), True
    return (float(text) if text[0].isdecimal() else float(count_of(text))), False


def _disjoint(steps: list[tuple[Interval, float]]) -> tuple[tuple[Interval, float], ...]:
    """Grades without overlaps, whatever order they are printed in.

    90%以上, 60%以上 means that the second ends where the first begins; a bound that two
    grades include (60%以上, 60%以下) belongs to the grade above it.
    """
    lows = [(step.low, step.low_closed) for step, _ in steps if step.low is not None]
    return tuple((_cut(step, lows), score) for step, score in steps)


def _cut(step: Interval, lows: list[tuple[float, bool]]) -> Interval:
    if step.low is not None and step.high is None:
        above = [(low, closed) for low, closed in lows if low > step.low]
        if above:
            high, closed = min(above)
            return Interval(step.low, high, step.low_closed, not closed)
    if step.high_closed and step.high != step.low and (step.high, True) in lows:
        return Interval(step.low, step.high, step.low_closed, False)
    return step


@dataclass(frozen=True, slots=True)
class _Rest:
    """What follows the grades: 其他不得分 is everything else, 未开展的 a count of zero."""

    otherwise: float | None = None
    steps: list[tuple[Interval, float]] = field(default_factory=list)
    used: int = 0


def _rest_of_grades(clauses: list[_Clause]) -> _Rest:
    if not clauses or clauses[0].capped:
        return _Rest()
    last, value = clauses[0].last.strip(_EDGES), clauses[0].value
    if last in _FACTS.others:
        return _Rest(otherwise=value, used=1)
    if _NOTHING.match(last) and not clauses[0].head:
        return _Rest(steps=[(Interval(0.0, 0.0, True, True), value)], used=1)
    return _Rest()


@dataclass(frozen=True, slots=True)
class _ExactNumber:
    count: int
    measure: str
    subject: str


def _exact_number(text: str) -> _ExactNumber | None:
    found = first(_FACTS.exactly, text)
    if found is None or first(_FACTS.for_each, text):
        return None
    return _ExactNumber(count_of(found["k"]), found["measure"], text[: found.start()])


def _several_numbers(clauses: list[_Clause]) -> bool:
    return len(clauses) > 1 and all(_exact_number(clause.last) for clause in clauses[:2])


def _denies(text: str, other: str) -> bool:
    """Whether ``text`` is the denial of ``other``: 未设立 and 设立, 没有 and 有且运行中."""
    negation = re.match(_NEGATION, text)
    if negation is None or re.match(_NEGATION, other):
        return False
    core = text[negation.end() :].strip(_EDGES)
    return core == "" or core in other or other in core or text in ("没有", "无", "否")


def _same_sentence(clauses: list[_Clause]) -> bool:
    """Whether another outcome of the same subject follows."""
    following = clauses[1] if len(clauses) > 1 else None
    return (
        following is not None
        and following.sentence == clauses[0].sentence
        and not following.capped
        and not following.head
        and len(following.last) <= _MAX_OUTCOME
    )
