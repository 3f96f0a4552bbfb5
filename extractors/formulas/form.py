"""The JSON form of a formula, both ways. docs/formulas.md describes it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from extractors.formulas.model import (
    KINDS,
    MAX_DEPTH,
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
    fault,
    plain,
    walk,
)

#: Raised when the meaning of a form changes.
VERSION = 1

_INTERVAL = re.compile(r"(?P<open>[\[(])(?P<low>[^,\[\]()]*),(?P<high>[^,\[\]()]*)(?P<close>[\])])")


def to_json(formula: Formula) -> dict[str, Any]:
    """The form of ``formula``; empty members are left out."""
    form: dict[str, Any] = {
        "version": VERSION,
        "text": formula.text,
        "name": formula.name,
        "score": _form(formula.score),
        "parts": {label: _form(part) for label, part in formula.parts.items()},
        "inputs": [_quantity_form(quantity) for quantity in formula.inputs],
        "remarks": list(formula.remarks),
        "notes": list(formula.notes),
    }
    return {key: value for key, value in form.items() if value not in (None, {}, [])}


def _quantity_form(quantity: Quantity) -> dict[str, str]:
    pairs = (
        ("name", quantity.name),
        ("kind", quantity.kind),
        ("unit", quantity.unit),
        ("meaning", quantity.meaning),
    )
    return {key: value for key, value in pairs if value is not None}


def _form(node: Expression) -> Any:
    match node:
        case Number():
            value = plain(node.value)
            return {"percent": value} if node.percent else value
        case Input():
            return {"input": node.name}
        case Part():
            return {"part": node.label}
        case Add():
            return {"add": [_form(term) for term in node.terms]}
        case Negate():
            return {"negate": _form(node.of)}
        case Multiply():
            return {"multiply": [_form(factor) for factor in node.factors]}
        case Divide():
            return {"divide": [_form(node.dividend), _form(node.divisor)]}
        case Min():
            return {"min": [_form(item) for item in node.of]}
        case Max():
            return {"max": [_form(item) for item in node.of]}
        case Total():
            key = "mean" if node.mean else "sum"
            counted = {} if node.count is None else {"count": node.count}
            return {key: _form(node.of), **counted}
        case Within():
            return {"within": str(node.interval), "of": _form(node.of)}
        case If():
            return {
                "if": _form(node.condition),
                "then": _form(node.then),
                "else": _form(node.otherwise),
            }
        case Grades():
            steps = [[str(interval), plain(score)] for interval, score in node.steps]
            rest = {} if node.otherwise is None else {"else": plain(node.otherwise)}
            return {"grades": steps, "of": _form(node.of), **rest}
        case Choice():
            options = {option: plain(score) for option, score in node.options}
            return {"choice": options, "of": _form(node.of)}


def from_json(form: Mapping[str, Any]) -> Formula:
    """Rebuild a formula, checking all of it.

    Raises FormulaError (bad_form): another version, an unknown operation, an input that is
    not declared, a part that is not defined or defined by itself, over `MAX_DEPTH` levels.
    """
    if not isinstance(form, Mapping) or form.get("version") != VERSION:
        _refuse(f"a form of version {VERSION} is needed")
    parts = form.get("parts", {})
    if not isinstance(parts, Mapping):
        _refuse("parts: label -> expression is needed")
    formula = Formula(
        text=_text(form.get("text")),
        score=_expression(form.get("score")),
        parts={_text(label): _expression(part) for label, part in parts.items()},
        inputs=tuple(_quantity(item) for item in _list(form.get("inputs", []))),
        name=None if form.get("name") is None else _text(form["name"]),
        remarks=tuple(map(_text, _list(form.get("remarks", [])))),
        notes=tuple(map(_text, _list(form.get("notes", [])))),
    )
    _check(formula)
    return formula


def _check(formula: Formula) -> None:
    found = fault(formula.score, formula.parts)
    if found is not None:
        _refuse(": ".join(found))
    kinds = {quantity.name: quantity.kind for quantity in formula.inputs}
    for expression in (formula.score, *formula.parts.values()):
        for _, node in walk(expression):
            if isinstance(node, Input) and node.name not in kinds:
                _refuse(f"{node.name} is not among the inputs")
            if isinstance(node, Choice) and kinds[node.of.name] != "choice":
                _refuse(f"{node.of.name} is no choice")
            condition = node.condition if isinstance(node, If) else None
            if isinstance(condition, Input) and kinds.get(condition.name) != "yes_no":
                _refuse(f"{condition.name} is no yes/no input")


def _quantity(form: Any) -> Quantity:
    if not isinstance(form, Mapping) or form.get("kind", "number") not in KINDS:
        _refuse(f"an input with a kind of {', '.join(KINDS)} is needed")
    unit, meaning = form.get("unit"), form.get("meaning")
    return Quantity(
        name=_text(form.get("name")),
        kind=form.get("kind", "number"),
        unit=None if unit is None else _text(unit),
        meaning=None if meaning is None else _text(meaning),
    )


def _expression(form: Any, level: int = 1) -> Expression:
    if level > MAX_DEPTH:
        _refuse(f"over {MAX_DEPTH} levels")
    if isinstance(form, (int, float)) and not isinstance(form, bool):
        return Number(_float(form))
    if not isinstance(form, Mapping):
        _refuse(f"an expression is needed, not {type(form).__name__}")
    for key, build in _BUILDERS.items():
        if key in form:
            return build(form, level + 1)
    _refuse(f"unknown operation: {', '.join(map(str, form))[:80]}")


def _several(form: Any, level: int, least: int = 1) -> tuple[Expression, ...]:
    items = _list(form)
    if len(items) < least:
        _refuse(f"at least {least} operand(s) are needed")
    return tuple(_expression(item, level) for item in items)


def _divide(form: Mapping[str, Any], level: int) -> Divide:
    operands = _several(form["divide"], level, least=2)
    if len(operands) != 2:
        _refuse("divide: two operands are needed")
    return Divide(*operands)


def _total(form: Mapping[str, Any], level: int) -> Total:
    mean = "mean" in form
    count = form.get("count")
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 1):
        _refuse("count: a whole number from 1 is needed")
    return Total(_expression(form["mean" if mean else "sum"], level), count, mean)


def _if(form: Mapping[str, Any], level: int) -> If:
    condition = _expression(form["if"], level)
    if not isinstance(condition, (Input, Within)):
        _refuse("if: an input or a within is needed")
    then, otherwise = _expression(form.get("then"), level), _expression(form.get("else"), level)
    return If(condition, then, otherwise)


def _grades(form: Mapping[str, Any], level: int) -> Grades:
    pairs = [_list(step) for step in _list(form["grades"])]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        _refuse("grades: pairs of interval and score are needed")
    rest = form.get("else")
    return Grades(
        of=_expression(form.get("of"), level),
        steps=tuple((_interval(where), _float(score)) for where, score in pairs),
        otherwise=None if rest is None else _float(rest),
    )


def _choice(form: Mapping[str, Any], level: int) -> Choice:
    of, options = _expression(form.get("of"), level), form["choice"]
    if not isinstance(of, Input) or not isinstance(options, Mapping) or not options:
        _refuse("choice: outcome -> score, of an input, is needed")
    return Choice(of, tuple((_text(option), _float(score)) for option, score in options.items()))


_BUILDERS: Mapping[str, Callable[[Mapping[str, Any], int], Expression]] = {
    "percent": lambda form, level: Number(_float(form["percent"]), percent=True),
    "input": lambda form, level: Input(_text(form["input"])),
    "part": lambda form, level: Part(_text(form["part"])),
    "add": lambda form, level: Add(_several(form["add"], level)),
    "negate": lambda form, level: Negate(_expression(form["negate"], level)),
    "multiply": lambda form, level: Multiply(_several(form["multiply"], level)),
    "divide": _divide,
    "min": lambda form, level: Min(_several(form["min"], level)),
    "max": lambda form, level: Max(_several(form["max"], level)),
    "sum": _total,
    "mean": _total,
    "within": lambda form, level: Within(
        _expression(form.get("of"), level), _interval(form["within"])
    ),
    "if": _if,
    "grades": _grades,
    "choice": _choice,
}


def _interval(form: Any) -> Interval:
    found = _INTERVAL.fullmatch(_text(form))
    if found is None:
        _refuse(f"no interval: {form[:40]}")
    bounds = [_bound(found["low"]), _bound(found["high"])]
    return Interval(bounds[0], bounds[1], found["open"] == "[", found["close"] == "]")


def _bound(text: str) -> float | None:
    try:
        return _float(float(text)) if text else None
    except ValueError:
        _refuse(f"no bound: {text[:40]}")


def _float(form: Any) -> float:
    if isinstance(form, bool) or not isinstance(form, (int, float)):
        _refuse(f"a number is needed, not {type(form).__name__}")
    try:
        number = float(form)
    except OverflowError:
        _refuse("a number is too large")
    if not math.isfinite(number):
        _refuse("a finite number is needed")
    return number


def _text(form: Any) -> str:
    if not isinstance(form, str):
        _refuse(f"a text is needed, not {type(form).__name__}")
    return form


def _list(form: Any) -> list[Any]:
    if not isinstance(form, list):
        _refuse(f"a list is needed, not {type(form).__name__}")
    return form


def _refuse(detail: str) -> NoReturn:
    raise FormulaError("bad_form", detail)
