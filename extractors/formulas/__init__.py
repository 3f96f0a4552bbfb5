"""Scoring formulas as data: read from print, kept as JSON, evaluated on named inputs.

    result = parse_formula("得分=30%×(甲/乙)×100")
    evaluate(result.formula, {"甲": 1, "乙": 2})        # 15.0

See docs/formulas.md for the JSON form.
"""

from extractors.formulas.evaluation import evaluate
from extractors.formulas.model import Formula, FormulaError, ParseResult, Quantity, Reason
from extractors.formulas.parsing import parse_formula

__all__ = [
    "Formula",
    "FormulaError",
    "ParseResult",
    "Quantity",
    "Reason",
    "evaluate",
    "parse_formula",
]
