"""The value of a formula for given inputs, by walking its data: nothing is ever executed.

Everything is computed in fractions of the decimals as they are written, so that a share of
0.95 is in [95%,100%) and 0.1 + 0.2 is not above 0.3.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

from extractors.formulas.model import (
    Add,
    Choice,
    Divide,
    Expression,
    Formula,
    FormulaError,
    Grades,
    If,
    Input,
    Interval,
    Max,
    Min,
    Multiply,
    Negate,
    Number,
    Part,
    Quantity,
    Total,
    Within,
    walk,
)
from extractors.formulas.normal import name_key

#: What an input may be, by its kind; see `Quantity`.
Given = bool | int | float | str | Collection[object]


def evaluate(formula: Formula, inputs: Mapping[str, Given]) -> float:
    """The score that ``formula`` gives for ``inputs`` by name; what it does not name is ignored.

    Widths and blanks in the names do not matter. A count may be given as the set of what is
    counted, a list input as a list of numbers (a single number is a list of one), a share as
    a fraction.

    Raises FormulaError: missing_input (all that are missing are named), bad_input,
    division_by_zero, no_grade (a value that no interval holds), overflow.
    """
    return _as_float(_Evaluation(formula, _values(formula.inputs, inputs)).score())


def _values(quantities: Sequence[Quantity], inputs: Mapping[str, Given]) -> dict[str, _Value]:
    given = {name_key(name): value for name, value in inputs.items()}
    missing = [quantity.name for quantity in quantities if name_key(quantity.name) not in given]
    if missing:
        raise FormulaError("missing_input", "; ".join(missing))
    return {item.name: _value(item, given[name_key(item.name)]) for item in quantities}


_Value = Fraction | bool | str | tuple[Fraction, ...]


def _value(quantity: Quantity, given: Given) -> _Value:
    name = quantity.name
    match quantity.kind:
        case "yes_no":
            if isinstance(given, bool):
                return given
            raise FormulaError("bad_input", f"{name}: true or false is needed, not {given!r}")
        case "choice":
            if isinstance(given, str):
                return name_key(given)
            raise FormulaError("bad_input", f"{name}: the name of an outcome is needed")
        case "list":
            if isinstance(given, Sequence) and not isinstance(given, str):
                return tuple(_number(name, item) for item in given)
            return (_number(name, given),)
        case "count":
            return _count(name, given)
        case "points":
            return _not_negative(name, _number(name, given))
        case _:
            return _number(name, given)


def _count(name: str, given: Given) -> Fraction:
    number = _number(name, len(given) if isinstance(given, AbstractSet) else given)
    if number.denominator != 1:
        raise FormulaError("bad_input", f"{name}: a whole number is needed, not {given!r}")
    return _not_negative(name, number)


def _not_negative(name: str, number: Fraction) -> Fraction:
    if number < 0:
        raise FormulaError("bad_input", f"{name}: below zero")
    return number


def _number(name: str, given: object) -> Fraction:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not math.isfinite(given):
        raise FormulaError("bad_input", f"{name}: a finite number is needed, not {given!r}")
    return _exact(given)


def _exact(number: float) -> Fraction:
    """The decimal that the float was written as, not its binary neighbour."""
    return Fraction(repr(float(number))) if isinstance(number, float) else Fraction(number)


def _as_float(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        raise FormulaError("overflow", "the score is larger than a float can hold") from None


def contains(interval: Interval, number: Fraction) -> bool:
    """Whether ``number`` lies in ``interval``, its closed bounds included."""
    if interval.low is not None:
        low = _exact(interval.low)
        if number < low or (number == low and not interval.low_closed):
            return False
    if interval.high is None:
        return True
    high = _exact(interval.high)
    return number < high or (number == high and interval.high_closed)


@dataclass(slots=True)
class _Evaluation:
    formula: Formula
    values: Mapping[str, _Value]
    known: dict[str, Fraction] = field(default_factory=dict)

    def score(self) -> Fraction:
        return self.of(self.formula.score)

    def of(self, node: Expression) -> Fraction:
        match node:
            case Number():
                return _exact(node.value) / (100 if node.percent else 1)
            case Input():
                return self._input(node)
            case Part():
                return self._part(node.label)
            case Add():
                return sum(map(self.of, node.terms), Fraction(0))
            case Negate():
                return -self.of(node.of)
            case Multiply():
                return math.prod(map(self.of, node.factors), start=Fraction(1))
            case Divide():
                return self._divide(node)
            case Min():
                return min(map(self.of, node.of))
            case Max():
                return max(map(self.of, node.of))
            case Total():
                return self._total(node)
            case Within():
                return Fraction(contains(node.interval, self.of(node.of)))
            case If():
                return self.of(node.then if self._holds(node.condition) else node.otherwise)
            case Grades():
                return self._grade(node)
            case Choice():
                return self._choice(node)

    def _input(self, node: Input) -> Fraction:
        value = self.values[node.name]
        if isinstance(value, bool) or not isinstance(value, Fraction):
            raise FormulaError("bad_input", f"{node.name}: one number is needed")
        return value

    def _part(self, label: str) -> Fraction:
        if label not in self.known:
            self.known[label] = self.of(self.formula.parts[label])
        return self.known[label]

    def _divide(self, node: Divide) -> Fraction:
        divisor = self.of(node.divisor)
        if divisor == 0:
            names = [item.name for _, item in walk(node.divisor) if isinstance(item, Input)]
            raise FormulaError("division_by_zero", " ".join(names) or "the divisor")
        return self.of(node.dividend) / divisor

    def _holds(self, condition: Input | Within) -> bool:
        if isinstance(condition, Within):
            return contains(condition.interval, self.of(condition.of))
        return bool(self.values[condition.name])

    def _grade(self, node: Grades) -> Fraction:
        value = self.of(node.of)
        for interval, score in node.steps:
            if contains(interval, value):
                return _exact(score)
        if node.otherwise is None:
            raise FormulaError("no_grade", f"no grade holds {float(value)}")
        return _exact(node.otherwise)

    def _choice(self, node: Choice) -> Fraction:
        chosen = cast(str, self.values[node.of.name])
        for option, score in node.options:
            if name_key(option) == chosen:
                return _exact(score)
        options = ", ".join(option for option, _ in node.options)
        raise FormulaError("bad_input", f"{node.of.name}: {chosen} is none of {options}")

    def _total(self, node: Total) -> Fraction:
        lists = self._lists(node.of)
        lengths = {len(values) for values in lists.values()}
        if len(lengths) != 1 or lengths == {0}:
            raise FormulaError("bad_input", f"lists of one length are needed: {', '.join(lists)}")
        length = lengths.pop()
        if node.count is not None and length != node.count:
            raise FormulaError("bad_input", f"{', '.join(lists)}: {node.count} are needed")
        rows = (
            _Evaluation(self.formula, {**self.values, **{n: v[row] for n, v in lists.items()}})
            for row in range(length)
        )
        total = sum((row.of(node.of) for row in rows), Fraction(0))
        return total / length if node.mean else total

    def _lists(self, node: Expression) -> dict[str, tuple[Fraction, ...]]:
        names = [item.name for _, item in walk(node) if isinstance(item, Input)]
        values = {name: self.values[name] for name in names}
        return {name: value for name, value in values.items() if isinstance(value, tuple)}
