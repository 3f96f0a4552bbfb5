"""From the printed text of a formula to its data.

A text is a main definition and those of its sub-scores. Each is arithmetic, with exceptions
behind it, or criteria in words. Words about the score that nothing reads refuse the formula:
a score computed without them would be wrong and look right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from extractors.formulas import arithmetic
from extractors.formulas.criteria import Criteria, cap_of, has_points, maxima
from extractors.formulas.evaluation import evaluate
from extractors.formulas.model import (
    MAX_TEXT,
    Divide,
    Expression,
    Formula,
    If,
    Input,
    Interval,
    Min,
    Multiply,
    Number,
    ParseResult,
    Part,
    Reason,
    Total,
    Within,
    fault,
    replaced,
    walk,
)
from extractors.formulas.normal import masked, nesting, segments, split
from extractors.formulas.register import Refused, Register
from extractors.formulas.wording import compiled, count_of, signalled, whole
from schemas.formulas import load_formulas

_FACTS = load_formulas()

#: Brackets in brackets. Print has three; what has more than this was not printed.
MAX_NESTING = 50

_BREAKS = ",;。\n"
_DEFINES = re.compile(r"(?<![<>=])=(?!=)")
_OPERATES = re.compile(r"[×/+Σ(=-]")
#: What no condition in words looks like: a front such as A/B测试 may still be one.
_COMPUTES = re.compile(r"×|Σ|\([^()]*/|\)/|^\d")
_LABEL = re.compile(r"[A-Za-z]\d{0,2}")
_BLANK = " ,;。、\n"
_ZERO = Interval(0.0, 0.0, True, True)


def parse_formula(text: str | None, requirement: str | None = None) -> ParseResult:
    """Read a formula. Never raises: a text that gives none comes back with its `Reason`.

    ``requirement`` is what the same row says about the data. Only maxima are taken from it
    (每实现1种得20分,最高得分100, where the formula has …×20); each one taken is a note.
    """
    printed, besides = (text or "").strip(), (requirement or "").strip()
    if len(printed) > MAX_TEXT or len(besides) > MAX_TEXT:
        detail = f"{max(len(printed), len(besides))} characters, {MAX_TEXT} at most"
        return ParseResult(None, Reason("too_long", detail))
    if nesting(printed) > MAX_NESTING:
        return ParseResult(None, Reason("too_deep", f"brackets over {MAX_NESTING} levels deep"))
    try:
        return ParseResult(_Reading(printed, besides).formula())
    except Refused as refused:
        return ParseResult(None, Reason(refused.code, refused.detail))


@dataclass(slots=True)
class _Reading:
    """One text being read. ``parts`` fills up with b1 … bn and what the text itself computes."""

    text: str
    requirement: str = ""
    register: Register = field(default_factory=Register)
    parts: dict[str, Expression] = field(default_factory=dict)

    def formula(self) -> Formula:
        found = segments(self.text)
        if not found.main:
            raise Refused("no_formula", "no text")
        labels = [label for label, _ in found.parts]
        name, score = self._segment(found.main, "", labels)
        for label, body in found.parts:
            self.parts[label] = self._segment(body, label, labels)[1]
        self._check_labels(score, labels)
        for each, limit in maxima(self.requirement):
            score = self._limited(score, each, limit)
        score = self._gated(_with_parts(score, {name: name for name in self.parts}))
        faulty = fault(score, self.parts)
        if faulty is not None:
            raise Refused(*faulty)
        return Formula(
            text=self.text,
            score=score,
            parts=self.parts,
            inputs=self.register.finished((score, *self.parts.values())),
            name=name,
            remarks=tuple(self.register.remarks),
            notes=tuple(self.register.notes),
        )

    def _check_labels(self, score: Expression, labels: Sequence[str]) -> None:
        """b2 is no quantity where b1 is defined and b2 is not."""
        letters = {label[0] for label in labels}
        for name in _names(score):
            if _LABEL.fullmatch(name) and name[0] in letters and name not in self.parts:
                raise Refused("undefined_part", f"{name} is used and not defined")

    def _limited(self, score: Expression, each: float, limit: float) -> Expression:
        """The one product of a quantity and ``each`` points, up to ``limit``."""

        def counts(node: Expression) -> bool:
            match node:
                case Multiply(factors=(Input(), Number(value=points, percent=False))):
                    return points == each
            return False

        expressions = {"": score, **self.parts}
        found = [
            (label, node)
            for label, expression in expressions.items()
            for _, node in walk(expression)
            if counts(node)
        ]
        if len(found) != 1:
            return score
        label, product = found[0]
        capped = Min((product, Number(limit)))
        expressions[label] = replaced(
            expressions[label], lambda node: capped if node == product else None
        )
        self.register.notes.append(f"the maximum of {limit:g} is from the data requirement")
        self.parts.update((label, expressions[label]) for label in self.parts)
        return expressions[""]

    def _segment(
        self, text: str, label: str, labels: Sequence[str]
    ) -> tuple[str | None, Expression]:
        """The name and the expression that ``text`` defines; what it defines besides is a part.

        Of several definitions in one text (覆盖率=…, 覆盖率得分=…) the one that no other uses
        is meant.
        """
        statements = _statements(text)
        names = {name: self._free(name, label) for name, _ in statements if name}
        known = {name: Part(part) for name, part in names.items()} if len(statements) > 1 else {}
        parts = {label: label for label in labels}
        read: list[tuple[str | None, Expression]] = []
        for name, body in statements:
            others = {other: part for other, part in known.items() if other != name}
            expression = self._body(name, body, label, others)
            renamed = {other: part.label for other, part in others.items()}
            read.append((name, _with_parts(expression, {**parts, **renamed})))
        if len(read) == 1:
            return read[0]
        used = {node.label for _, of in read for _, node in walk(of) if isinstance(node, Part)}
        meant = [item for item in read if names.get(item[0] or "") not in used]
        if len(meant) != 1:
            which = ", ".join(name or "?" for name, _ in meant) or "none"
            raise Refused("unread_text", f"of several definitions which is the score: {which}")
        for name, expression in read:
            if name and names[name] in used:
                self.parts[names[name]] = expression
        return meant[0]

    def _free(self, name: str, label: str) -> str:
        return f"{label}:{name}" if name in self.parts else name

    def _body(
        self, name: str | None, text: str, label: str, known: Mapping[str, Expression]
    ) -> Expression:
        """Arithmetic where the text begins with it, criteria otherwise."""
        end = re.search(f"[{_BREAKS}]", masked(text))
        front, rest = (text[: end.start()], text[end.start() :]) if end else (text, "")
        in_words = has_points(text)
        try:
            expression = _computed(arithmetic.parse(front))
        except arithmetic.NoArithmetic as failed:
            if in_words and not _COMPUTES.search(front):
                return self._criteria(text, label, known)
            code = "syntax" if _OPERATES.search(text) else "no_formula"
            raise Refused(code, str(failed)) from None
        computed = not isinstance(expression, Input)
        if computed and any(map(has_points, _names(expression))):
            raise Refused("unread_text", f"points within a computation: {front[:60]!r}")
        if not computed:
            if in_words:
                return self._criteria(text, label, known)
            if not name and not label:
                raise Refused("no_formula", f"{front[:60]!r} names a quantity, no computation")
        elif in_words and not _COMPUTES.search(front) and name is None:
            return self._criteria(text, label, known)  # 是否有A/B测试,有得50分
        if name and _graded_behind(rest):
            return self._graded(name, expression, rest, label)
        return self._excepted(expression, rest, label)

    def _graded(self, name: str, expression: Expression, rest: str, label: str) -> Expression:
        """完成率=完成数/任务数,完成率不低于95%得20分: the grades of what was just computed."""
        part = self._free(name, label)
        graded = Criteria(self.register, label, {name: Part(part)}).read(rest)
        if not any(node == Part(part) for _, node in walk(graded)):
            raise Refused("unread_text", rest[:60])
        self.parts[part] = expression
        return graded

    def _criteria(self, text: str, label: str, known: Mapping[str, Expression]) -> Expression:
        text, gates = _taken(text, "gate")
        text, part_gates = _taken(text, "gate_part")
        self.register.gates += [(label, gate["circled"]) for gate in gates]
        expression = Criteria(self.register, label, known).read(text)
        for gate in part_gates:
            item = self.register.item(label, gate["circled"])
            expression = If(item, expression, Number(0.0))
        return expression

    def _gated(self, score: Expression) -> Expression:
        for label, mark in self.register.gates:
            score = If(self.register.item(label, mark), score, Number(0.0))
        return score

    # -- what stands behind arithmetic

    def _excepted(self, expression: Expression, rest: str, label: str) -> Expression:
        """``expression`` with the exceptions, caps and meanings that ``rest`` states."""
        rest, _ = _taken(rest, "zero_else")
        rest, caps = _taken(rest, "ratio_cap")
        zeros = []
        for rule in ("zero_full", "zero_none", "zero_points"):
            rest, found = _taken(rest, rule)
            zeros += [(rule, match) for match in found]
        plain = expression
        for cap in caps:
            expression = self._ratio_capped(expression, cap)
        left = []
        for sentence in split(rest, ";。\n"):
            expression, remark = self._remarked(expression, sentence)
            left += remark
        for rule, match in zeros:
            expression = self._at_zero(expression, plain, rule, match, label)
        self.register.remarks += left
        return expression

    def _remarked(self, expression: Expression, sentence: str) -> tuple[Expression, list[str]]:
        left = []
        for piece in split(sentence, ","):
            limit = cap_of(piece)
            meaning = whole(_FACTS.meaning, piece.strip(_BLANK))
            if limit is not None:
                expression = Min((expression, Number(limit)))
            elif meaning is not None:
                self.register.meanings[meaning["symbol"]] = meaning["text"]
            else:
                left.append(piece)
        remark = _plain_name(",".join(left)).strip(_BLANK + ":")
        if signal := signalled(remark):
            raise Refused("unread_text", f"{signal!r} in {remark[:60]!r}")
        return expression, [remark] if remark else []

    def _ratio_capped(self, expression: Expression, cap: re.Match[str]) -> Expression:
        """比率如超过1则按1取值: every ratio of the expression, as the text names none."""
        held = cap.groupdict()
        limit = _value(held["b"])
        ratios = [node for _, node in walk(expression) if isinstance(node, Divide)]
        if not ratios or ("a" in held and _value(held["a"]) != limit):
            raise Refused("unread_text", cap[0][:60])
        return replaced(
            expression,
            lambda node: Min((node, Number(limit))) if isinstance(node, Divide) else None,
        )

    def _at_zero(
        self,
        expression: Expression,
        plain: Expression,
        rule: str,
        match: re.Match[str],
        label: str,
    ) -> Expression:
        """What the score is where a divisor is zero."""
        held = match.groupdict()
        if held.get("symbol") not in (None, label):
            raise Refused("unread_text", match[0][:60])
        quantity = match["quantity"].strip(_BLANK)
        ratio = self._ratio_over(plain, quantity, match[0])
        value = 0.0
        if rule == "zero_full":
            value = _full_mark(plain, ratio)
        elif rule == "zero_points":
            value = _value(match["n"])
        return If(Within(ratio.divisor, _ZERO), Number(value), expression)

    def _ratio_over(self, expression: Expression, quantity: str, rule: str) -> Divide:
        """The division whose divisor ``quantity`` names, exactly or in other words."""
        ratios = [node for _, node in walk(expression) if isinstance(node, Divide)]
        if any(isinstance(node, Total) for _, node in walk(expression)):
            raise Refused("unread_text", f"{rule[:60]!r} for one of several")
        exact = [ratio for ratio in ratios if quantity in _names(ratio.divisor)]
        if not exact and ratios:
            general = quantity in _FACTS.divisor
            exact = [ratio for ratio in ratios if general or _alike(ratio.divisor, quantity)]
            self.register.notes.append(f"{quantity}: read as the divisor")
        if len(exact) != 1:
            raise Refused("unread_text", f"{quantity!r} is no divisor in {rule[:60]!r}")
        return exact[0]


def _graded_behind(rest: str) -> bool:
    """Whether points follow that are neither a maximum nor an exception."""
    for rule in ("zero_else", "ratio_cap", "zero_full", "zero_none", "zero_points"):
        rest, _ = _taken(rest, rule)
    return any(has_points(piece) and cap_of(piece) is None for piece in split(rest, _BREAKS))


def _statements(text: str) -> list[tuple[str | None, str]]:
    """(name, text) of each definition in ``text``; without any `=`, one without a name."""
    cuts: list[tuple[int, int]] = []
    hidden = masked(text)
    for found in _DEFINES.finditer(hidden):
        begin = max(hidden.rfind(sign, 0, found.start()) for sign in _BREAKS + ":") + 1
        name = text[begin : found.start()]
        if not name.startswith(_FACTS.not_defining) and (not cuts or begin > cuts[-1][1]):
            cuts.append((begin, found.start()))
    if not cuts:
        return [(None, text)]
    ends = [begin for begin, _ in cuts[1:]] + [len(text)]
    statements: list[tuple[str | None, str]] = [
        (_plain_name(text[begin:at]), text[at + 1 : end].rstrip(_BLANK))
        for (begin, at), end in zip(cuts, ends, strict=True)
    ]
    before = text[: cuts[0][0]].strip(_BLANK + ":")
    if before and (signal := signalled(before)):
        raise Refused("unread_text", f"{signal!r} in {before[:60]!r}")
    return statements


def _plain_name(text: str) -> str:
    for word in _FACTS.words["introducing"]:
        text = text.removeprefix(word)
    return text.strip(_BLANK)


def _taken(text: str, rule: str) -> tuple[str, list[re.Match[str]]]:
    """``text`` without what the patterns of ``rule`` find, and what they found."""
    found = []
    for pattern in _FACTS.rules[rule]:
        while match := compiled(pattern).search(text):
            found.append(match)
            text = f"{text[: match.start()]}\n{text[match.end() :]}"
    return text, found


def _computed(expression: Expression) -> Expression:
    """Names that are themselves a computation (三个分项分数之和) as what they compute."""
    return replaced(
        expression, lambda node: _computed_name(node.name) if isinstance(node, Input) else None
    )


def _computed_name(name: str) -> Expression | None:
    for kind in ("sum", "mean"):
        if found := whole(_FACTS.quantities[kind], name):
            return _total(found, mean=kind == "mean")
    if whole(_FACTS.quantities["single"], name):
        return Total(Input(name[1:]), count=1)
    if found := whole(_FACTS.quantities["ratio"], name):
        return Divide(Input(found["text"]), Input(found["text2"]))
    return None


def _total(found: re.Match[str], mean: bool) -> Total:
    held = found.groupdict()
    one = found[0][0] in _FACTS.words["this"]
    count = count_of(held["k"]) if held.get("k") else 1 if one else None
    return Total(Input(found["text"].removesuffix("的")), count, mean)


def _with_parts(expression: Expression, labels: Mapping[str, str]) -> Expression:
    """Inputs that the text defines become references to their definition."""

    def part(node: Expression) -> Expression | None:
        return Part(labels[node.name]) if isinstance(node, Input) and node.name in labels else None

    return replaced(expression, part)


def _names(expression: Expression) -> list[str]:
    return [node.name for _, node in walk(expression) if isinstance(node, Input)]


def _alike(divisor: Expression, quantity: str) -> bool:
    """Whether one name has all the letters of the other: 举报事件 and 环境事件举报数量."""
    names = [set(name) for name in _names(divisor)]
    return any(name <= set(quantity) or set(quantity) <= name for name in names)


def _full_mark(expression: Expression, ratio: Divide) -> float:
    """The score with ``ratio`` at 1. Refused where it depends on more than the ratio."""
    full = replaced(expression, lambda node: Number(1.0) if node == ratio else None)
    if _names(full) or any(isinstance(node, Part) for _, node in walk(full)):
        raise Refused("unread_text", "a full mark that depends on other quantities")
    return evaluate(Formula("", full), {})


def _value(text: str) -> float:
    return evaluate(Formula("", arithmetic.parse(text)), {})
