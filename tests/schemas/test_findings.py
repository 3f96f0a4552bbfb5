"""The codes of findings, their severities and their words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from extractors.model import PAGE_NOT_READ
from schemas.checks import CHECKS
from schemas.fields import DictionaryError
from schemas.findings import FINDINGS, load_findings, words_of

ROOT = Path(__file__).resolve().parents[2]

KIND = {"severity": "warning", "zh": "不符", "en": "it does not fit"}


def test_codes_are_kebab_case_and_have_words_in_both_languages():
    for code, kind in FINDINGS.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert re.search(r"[一-鿿]", kind.zh) and kind.en.isascii()


def test_what_the_source_got_wrong_keeps_no_row_out():
    kept_out = {code for code, kind in FINDINGS.items() if kind.severity == "error"}
    assert kept_out == {"table-cut", "page-not-read"}  # what the reading itself doubts


def _emitted() -> set[str]:
    """The codes in our source with which a `Doubt` is made: its ``check``, or what a function
    that makes one is given first."""
    makers = {"Doubt", "at_cell", "at_line", "finding"}
    codes = set()
    for path in (*(ROOT / "extractors").rglob("*.py"), *(ROOT / "flows").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            if call.func.id not in makers:
                continue
            named = [word.value for word in call.keywords if word.arg in ("check", "code")]
            codes |= {
                value.value
                for value in (*named, *call.args[:1])
                if isinstance(value, ast.Constant) and isinstance(value.value, str)
            }
    return codes


def test_every_code_that_a_finding_is_made_with_has_words():
    emitted = _emitted()
    assert {"table-cut", "rank-value", "area-unresolved", "indicator-count"} <= emitted
    assert emitted | {PAGE_NOT_READ} <= FINDINGS.keys() | CHECKS.keys()


def test_the_words_of_a_code_are_in_both_languages():
    for code in (*FINDINGS, *CHECKS):
        words = words_of(code)
        assert re.search(r"[一-鿿]", words["zh"]) and words["en"].isascii()
    assert words_of("gone-by-now") == {"zh": "gone-by-now", "en": "gone-by-now"}


@pytest.mark.parametrize("wrong", [{"severity": "bad"}, {"zh": ""}, {"en": None}])
def test_a_kind_without_severity_or_words_is_refused(wrong):
    assert load_findings({"a-b": KIND})["a-b"].en == KIND["en"]
    with pytest.raises(DictionaryError):
        load_findings({"a-b": {**KIND, **wrong}})
