"""What a scoring formula is, once it is read: an expression over named quantities.

A `Formula` is plain immutable data. It has one expression for the score, the sub-scores
(b1 … bn) that the expression names, and the inputs that somebody has to supply. The JSON
form is in docs/formulas.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

#: Longer than any formula seen by a factor of 15; what is longer is a page, not a formula.
MAX_TEXT = 10_000

#: Levels of an expression, sub-scores unfolded. Printed formulas reach 8; the interpreter's
#: stack holds some 400 levels of `evaluate`.
MAX_DEPTH = 100

#: Nodes of a formula: a text of MAX_TEXT characters cannot name more.
MAX_NODES = MAX_TEXT


class FormulaError(ValueError):
    """A formula could not be evaluated or rebuilt. ``code`` is stable, the text is for people.

    Codes: missing_input, bad_input, division_by_zero, no_grade, overflow, bad_form.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers between two bounds; None is no bound. Shares are fractions: 95% is 0.95."""

    low: float | None
    high: float | None
    low_closed: bool = True
    high_closed: bool = False

    def __str__(self) -> str:
        front, back = "[" if self.low_closed else "(", "]" if self.high_closed else ")"
        return f"{front}{_bound(self.low)},{_bound(self.high)}{back}"


def _bound(number: float | None) -> str:
    return "" if number is None else repr(plain(number))


def plain(number: float) -> int | float:
    """100 rather than 100.0, as it was printed."""
    whole = number.is_integer() and abs(number) < 2**53
    return int(number) if whole else number


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number; with ``percent``, 30 stands for 0.3."""

    value: float
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """A quantity by its printed name without blanks; the same name twice is one quantity."""

    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-score that the formula itself defines (b1)."""

    label: str


@dataclass(frozen=True, slots=True)
class Add:
    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Negate:
    of: Expression


@dataclass(frozen=True, slots=True)
class Multiply:
    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Divide:
    dividend: Expression
    divisor: Expression


@dataclass(frozen=True, slots=True)
class Min:
    of: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Max:
    of: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """Sum (or mean) of ``of`` over the elements of the list inputs in it (Σ, 三个分项之和).

    ``count`` is how many elements the text says there are.
    """

    of: Expression
    count: int | None = None
    mean: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """The condition that ``of`` lies in ``interval``."""

    of: Expression
    interval: Interval


@dataclass(frozen=True, slots=True)
class If:
    """``then`` where the condition holds; a condition is a yes/no input or a `Within`."""

    condition: Input | Within
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Grades:
    """The score of the first interval that holds ``of``; None in ``otherwise`` is an error."""

    of: Expression
    steps: tuple[tuple[Interval, float], ...]
    otherwise: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The score of one of several named outcomes (优秀, 良好 …)."""

    of: Input
    options: tuple[tuple[str, float], ...]


Expression = (
    Number
    | Input
    | Part
    | Add
    | Negate
    | Multiply
    | Divide
    | Min
    | Max
    | Total
    | Within
    | If
    | Grades
    | Choice
)

#: number: any; share: a fraction (0.95); count: a whole number or a set; points: points that
#: an assessor decides; yes_no: a truth value; list: a number for each of several; choice: a text.
Kind = Literal["number", "share", "count", "points", "yes_no", "list", "choice"]
KINDS: tuple[Kind, ...] = ("number", "share", "count", "points", "yes_no", "list", "choice")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An input to supply. ``unit`` is the printed measure word, ``meaning`` what n stands for."""

    name: str
    kind: Kind = "number"
    unit: str | None = None
    meaning: str | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that evaluates.

    ``name`` is what the text computes (分项分数), ``remarks`` are sentences that say nothing
    about the score, ``notes`` are readings in which there was a choice.
    """

    text: str
    score: Expression
    parts: Mapping[str, Expression] = field(default_factory=dict)
    inputs: tuple[Quantity, ...] = ()
    name: str | None = None
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The JSON form, as plain dicts and lists."""
        from extractors.formulas.form import to_json

        return to_json(self)

    @staticmethod
    def from_json(form: Mapping[str, Any]) -> Formula:
        """Rebuild from the JSON form. Raises FormulaError (bad_form) on anything else."""
        from extractors.formulas.form import from_json

        return from_json(form)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a text has no formula.

    Codes: too_long, too_deep, no_formula (it says no way to compute), syntax (arithmetic that
    is not well formed), unread_text (words about the score that no pattern reads),
    undefined_part, circular, two_kinds (a name is used as two things).
    """

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class ParseResult:
    """Exactly one of the two is set."""

    formula: Formula | None
    reason: Reason | None = None


def children(expression: Expression) -> tuple[Expression, ...]:
    """The expressions directly below."""
    match expression:
        case Number() | Input() | Part():
            return ()
        case Add(terms=several) | Multiply(factors=several) | Min(of=several) | Max(of=several):
            return several
        case Divide():
            return (expression.dividend, expression.divisor)
        case If():
            return (expression.condition, expression.then, expression.otherwise)
        case Negate() | Total() | Within() | Grades() | Choice():
            return (expression.of,)


def walk(expression: Expression) -> Iterator[tuple[int, Expression]]:
    """Every node with its level from 1, without recursion: also what is too deep."""
    waiting = [(1, expression)]
    while waiting:
        level, node = waiting.pop()
        yield level, node
        waiting.extend((level + 1, child) for child in reversed(children(node)))


def fault(score: Expression, parts: Mapping[str, Expression]) -> tuple[str, str] | None:
    """What keeps a formula from being evaluated safely: (code, detail), or None.

    Codes: too_deep, undefined_part, circular.
    """
    named = {"": score, **parts}
    nodes = 0
    uses: dict[str, dict[str, int]] = {}
    depth: dict[str, int] = {}
    for label, expression in named.items():
        uses[label], depth[label] = {}, 0
        for level, node in walk(expression):
            nodes += 1
            depth[label] = max(depth[label], level)
            if depth[label] > MAX_DEPTH or nodes > MAX_NODES:
                return "too_deep", f"over {MAX_DEPTH} levels or {MAX_NODES} nodes"
            if isinstance(node, Part):
                if node.label not in parts:
                    return "undefined_part", f"{node.label} is used and not defined"
                uses[label][node.label] = max(level, uses[label].get(node.label, 0))
    return _unfolded(uses, depth)


def _unfolded(
    uses: Mapping[str, Mapping[str, int]], depth: Mapping[str, int]
) -> tuple[str, str] | None:
    """Depth with the sub-scores in place; those whose own sub-scores are known come first."""
    full: dict[str, int] = {}
    open_labels = set(uses)
    while open_labels:
        ready = {label for label in open_labels if uses[label].keys() <= full.keys()}
        if not ready:
            return "circular", "defined by each other: " + ", ".join(sorted(open_labels - {""}))
        for label in ready:
            below = (level + full[part] for part, level in uses[label].items())
            full[label] = max(depth[label], *below) if uses[label] else depth[label]
            if full[label] > MAX_DEPTH:
                return "too_deep", f"over {MAX_DEPTH} levels, sub-scores unfolded"
        open_labels -= ready
    return None


def replaced(
    expression: Expression, change: Callable[[Expression], Expression | None]
) -> Expression:
    """``expression`` with every node for which ``change`` gives another; from the top down,
    and not within what was given. Recursive: at most `MAX_DEPTH` levels."""
    if (other := change(expression)) is not None:
        return other

    def again(node: Expression) -> Expression:
        return replaced(node, change)

    match expression:
        case Add():
            return Add(tuple(map(again, expression.terms)))
        case Multiply():
            return Multiply(tuple(map(again, expression.factors)))
        case Min():
            return Min(tuple(map(again, expression.of)))
        case Max():
            return Max(tuple(map(again, expression.of)))
        case Negate():
            return Negate(again(expression.of))
        case Divide():
            return Divide(again(expression.dividend), again(expression.divisor))
        case Total() | Grades() | Within():
            return replace(expression, of=again(expression.of))
        case If():
            return If(expression.condition, again(expression.then), again(expression.otherwise))
        case Number() | Input() | Part() | Choice():
            return expression
