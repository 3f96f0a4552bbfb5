"""The checks of landed data, loaded from ``checks.yaml``: severities, meanings, thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

import yaml

from schemas.fields import DictionaryError

#: What happens where a check fails; ``refuse`` keeps the whole document out.
CheckSeverity = Literal["refuse", "error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its stable code, what a failure does, what passes (``meaning`` in English, ``zh``
    in Chinese), and its thresholds."""

    code: str
    severity: CheckSeverity
    zh: str
    meaning: str
    thresholds: Mapping[str, float]


def load_checks(data: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Check]:
    """The checks as loaded from YAML; raises `DictionaryError`."""
    return MappingProxyType({code: _check(code, entry) for code, entry in data.items()})


def _check(code: str, entry: Mapping[str, Any]) -> Check:
    if entry.get("severity") not in get_args(CheckSeverity):
        raise DictionaryError(f"check {code}: severity must be one of {get_args(CheckSeverity)}")
    if not str(entry.get("zh") or "").strip():
        raise DictionaryError(f"check {code}: give its words in zh")
    thresholds = entry.get("thresholds") or {}
    bare = [name for name, threshold in thresholds.items() if not threshold.get("reason")]
    if bare:
        raise DictionaryError(f"check {code}: give threshold {bare[0]} its reason")
    return Check(
        code=code,
        severity=cast(CheckSeverity, entry["severity"]),
        zh=str(entry["zh"]),
        meaning=" ".join(str(entry["meaning"]).split()),
        thresholds=MappingProxyType(
            {name: float(threshold["value"]) for name, threshold in thresholds.items()}
        ),
    )


def _package_checks() -> Mapping[str, Check]:
    text = files("schemas").joinpath("checks.yaml").read_text(encoding="utf-8")
    return load_checks(yaml.safe_load(text))


#: Every check by its code.
CHECKS: Mapping[str, Check] = _package_checks()
