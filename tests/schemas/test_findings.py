"""The codes of findings, their severities and their words."""

from __future__ import annotations

import re

import pytest

from schemas.fields import DictionaryError
from schemas.findings import FINDINGS, load_findings

KIND = {"severity": "warning", "zh": "不符", "en": "it does not fit"}


def test_codes_are_kebab_case_and_have_words_in_both_languages():
    for code, kind in FINDINGS.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert re.search(r"[一-鿿]", kind.zh) and kind.en.isascii()


def test_what_the_source_got_wrong_keeps_no_row_out():
    assert {kind.severity for kind in FINDINGS.values()} <= {"warning", "info"}


@pytest.mark.parametrize("wrong", [{"severity": "bad"}, {"zh": ""}, {"en": None}])
def test_a_kind_without_severity_or_words_is_refused(wrong):
    assert load_findings({"a-b": KIND})["a-b"].en == KIND["en"]
    with pytest.raises(DictionaryError):
        load_findings({"a-b": {**KIND, **wrong}})
