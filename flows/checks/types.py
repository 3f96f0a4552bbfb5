"""Whether a Python value fits a type of the field dictionary."""

from __future__ import annotations

import json
import math
from datetime import datetime
from numbers import Integral, Real
from typing import Any

from schemas.fields import FieldType

_INT64 = range(-(2**63), 2**63)


def fits(value: Any, field_type: FieldType) -> bool:
    """Whether a value can land in a column of this type without being changed."""
    match field_type:
        case "string":
            return _is_text(value)
        case "json":
            return _is_text(value) and _is_json(value)
        case "bool":
            return isinstance(value, bool)
        case "int64":
            return (
                isinstance(value, Integral) and not isinstance(value, bool) and int(value) in _INT64
            )
        case "float64":
            return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
        case "timestamp":
            return isinstance(value, datetime) and value.tzinfo is not None


def _is_text(value: Any) -> bool:
    """A text that UTF-8 can hold: half of a surrogate pair is none."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True
