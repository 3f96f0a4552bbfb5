"""What findings say: the severity of each check and its words, from ``findings.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

import yaml

from schemas.checks import CHECKS
from schemas.fields import DictionaryError

FindingSeverity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A check of what the source says: its stable code, severity and words."""

    code: str
    severity: FindingSeverity
    zh: str
    en: str


def load_findings(data: Mapping[str, Mapping[str, Any]]) -> Mapping[str, FindingKind]:
    """The checks as loaded from YAML; raises `DictionaryError`."""
    return MappingProxyType({code: _kind(code, entry) for code, entry in data.items()})


def _kind(code: str, entry: Mapping[str, Any]) -> FindingKind:
    if entry.get("severity") not in get_args(FindingSeverity):
        raise DictionaryError(
            f"finding {code}: severity must be one of {get_args(FindingSeverity)}"
        )
    missing = [language for language in ("zh", "en") if not str(entry.get(language) or "").strip()]
    if missing:
        raise DictionaryError(f"finding {code}: give its words in {missing[0]}")
    severity = cast(FindingSeverity, entry["severity"])
    return FindingKind(code, severity, str(entry["zh"]), str(entry["en"]))


def _package_findings() -> Mapping[str, FindingKind]:
    text = files("schemas").joinpath("findings.yaml").read_text(encoding="utf-8")
    return load_findings(yaml.safe_load(text))


#: Every check by its code.
FINDINGS: Mapping[str, FindingKind] = _package_findings()


def words_of(code: str) -> dict[str, str]:
    """What a finding of this check says, as ``{"zh", "en"}``.

    A check of landed data is worded by what passes. Both words are the code itself where an
    older release has a check that is no more.
    """
    if code in FINDINGS:
        return {"zh": FINDINGS[code].zh, "en": FINDINGS[code].en}
    if code in CHECKS:
        return {"zh": f"不满足：{CHECKS[code].zh}", "en": f"not so: {CHECKS[code].meaning}"}
    return {"zh": code, "en": code}
