"""Arithmetic with Chinese names: a small grammar, read by an LALR parser without recursion.

A name is the text between operators. It may hold brackets of its own (社区(村)总数), begin
with a digit (4G用户数), and contain a scale (1:500) or a code (L1P1-A1). Two quantities side
by side without an operator are refused, not multiplied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args

from extractors.formulas.model import (
    MAX_DEPTH,
    Add,
    Divide,
    Expression,
    Input,
    Multiply,
    Negate,
    Number,
    Total,
    walk,
)
from extractors.formulas.wording import DECIMAL

#: Characters of the text that a reason shows.
_SHOWN = 30

_HAN = "一-鿿"
_SIGN = r"[^\s+\-×\/()\[\],;。=<>Σ√∏∫^%:!?\\]"
#: A letter of a name; : and % only as in 1:500 and 90%以上医院数.
_LETTER = rf"(?:{_SIGN}|(?<=\d):(?=\d)|(?<=\d)%(?=[{_HAN}]))"
#: Blanks are left between Latin letters and digits only.
_BLANK = r"(?:(?<=[A-Za-z0-9]) (?=[A-Za-z0-9]))"
#: A bracket within a name; one with a slash only where the name goes on behind it.
_GROUP = rf"(?:\([^()+×=]*\)(?={_SIGN})|\((?:[^()+×=\/]|\([^()+×=\/]*\))*\))"
_CODE = r"[A-Z]+\d+(?:[A-Z]+\d+)*(?:-[A-Z]+\d+)+"
#: A name may begin with a bracket, (乡镇)街道数, if no computation stands in it.
_FRONT = rf"\([^()+×=\/\-]*[{_HAN}][^()+×=\/\-]*\)(?={_SIGN})"

_GRAMMAR = rf"""
start: sum
sum: MINUS? product ((PLUS | MINUS) product)*
product: atom ((TIMES | OVER) atom)*
?atom: PERCENT -> percent
     | NUMBER -> number
     | NAME -> name
     | SYMBOL -> name
     | "(" sum ")"
     | "[" sum "]"
     | "Σ" atom -> total

PLUS: "+"
MINUS: "-"
TIMES: "×"
OVER: "/"
SYMBOL.3: /[A-Za-z]\d{{0,2}}(?!{_LETTER})/
PERCENT.2: /{DECIMAL}%(?![{_HAN}])/
NUMBER.2: /{DECIMAL}(?!{_LETTER}|%)/
NAME.1: /(?:{_CODE}|{_FRONT}|{_SIGN})(?:{_LETTER}|{_GROUP}|{_BLANK})*/
"""

_WORD = re.compile(r"[^\W\d_]")


class NoArithmetic(ValueError):
    """The text is no arithmetic; the message says from where."""


@v_args(inline=True)
class _Build(Transformer[Token, Expression]):
    """Expressions from the bottom up, while the text is read."""

    def start(self, expression: Expression) -> Expression:
        return expression

    def number(self, token: Token) -> Expression:
        return Number(float(token))

    def percent(self, token: Token) -> Expression:
        return Number(float(token[:-1]), percent=True)

    def name(self, token: Token) -> Expression:
        return Input(str(token))

    def total(self, of: Expression) -> Expression:
        return Total(of)

    def sum(self, *items: Expression | Token) -> Expression:
        terms: list[Expression] = []
        sign = "+"
        for item in items:
            if isinstance(item, Token):
                sign = str(item)
            else:
                terms.append(Negate(item) if sign == "-" else item)
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def product(self, *items: Expression | Token) -> Expression:
        factors: list[Expression] = []
        sign = "×"
        for item in items:
            if isinstance(item, Token):
                sign = str(item)
            elif sign == "/":
                factors = [Divide(_product(factors), item)]
            else:
                factors.append(item)
        return _product(factors)


def _product(factors: list[Expression]) -> Expression:
    return factors[0] if len(factors) == 1 else Multiply(tuple(factors))


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Build())


def _expected(error: UnexpectedInput) -> Iterable[str]:
    return error.accepts or error.expected if isinstance(error, UnexpectedToken) else ()


def parse(text: str) -> Expression:
    """The expression of ``text``, every name an `Input`.

    Raises NoArithmetic where the text is none, or is nested over `MAX_DEPTH` levels.
    """
    try:
        # With a transformer in the parser what comes back is not lark's tree.
        expression = cast(Expression, _parser().parse(text))
    except UnexpectedInput as error:
        # At the end of the text lark gives -1.
        if isinstance(error, UnexpectedToken) and error.token.type == "$END":
            raise NoArithmetic("the text ends within the computation") from None
        place = error.pos_in_stream if error.pos_in_stream is not None else len(text)
        rest = text[place:] if place >= 0 else ""
        missing = "an operator" if "TIMES" in _expected(error) else "a quantity"
        where = f"before {rest[:_SHOWN]!r}" if rest else "at the end"
        raise NoArithmetic(f"{missing} is missing {where}") from None
    for level, node in walk(expression):
        if level > MAX_DEPTH:
            raise NoArithmetic(f"nested over {MAX_DEPTH} levels")
        if isinstance(node, Input) and not _WORD.search(node.name):
            raise NoArithmetic(f"{node.name[:_SHOWN]!r} is neither a number nor a name")
    return expression
