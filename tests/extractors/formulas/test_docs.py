"""The examples of docs/formulas.md are what the code gives."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from extractors.formulas import parse_formula

_PAGE = Path(__file__).resolve().parents[3] / "docs" / "formulas.md"
_FORMS = [
    json.loads(block)
    for block in re.findall(r"```json\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
]


def test_there_are_three() -> None:
    assert len(_FORMS) == 3


@pytest.mark.parametrize("form", _FORMS, ids=lambda form: form["text"][:12])
def test_example(form: dict[str, object]) -> None:
    result = parse_formula(str(form["text"]))
    assert result.formula is not None, result.reason
    assert result.formula.to_json() == form
