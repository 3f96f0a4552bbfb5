"""Expectations of ours, in the form that Great Expectations takes. Import late: 2.3 s.

Each is a metric (which rows hold) and a class that names it; defining them registers them.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    MulticolumnMapMetricProvider,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)

from flows.checks.types import fits
from schemas.fields import FieldType

_MULTICOLUMN_DOMAIN = (
    "batch_id",
    "table",
    "column_list",
    "row_condition",
    "condition_parser",
    "ignore_row_if",
)


class RowsFitTypes(MulticolumnMapMetricProvider):
    """Value by value in a column of Python objects; a typed column has been through this."""

    condition_metric_name = "multicolumn_values.fit_types"
    condition_domain_keys = _MULTICOLUMN_DOMAIN
    condition_value_keys = ("field_types",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls, column_list: pd.DataFrame, field_types: list[FieldType], **_: Any
    ) -> pd.Series:
        answer = np.ones(len(column_list), dtype=bool)
        for (_name, column), field_type in zip(column_list.items(), field_types, strict=True):
            if column.dtype == object:
                answer &= [value is None or fits(value, field_type) for value in column]
        return pd.Series(answer, index=column_list.index)


class ExpectRowsToFitTypes(MulticolumnMapExpectation):
    """Expect every value that is not null to fit its column's type in the dictionary."""

    field_types: list[str]
    map_metric: ClassVar[str] = "multicolumn_values.fit_types"
    success_keys: ClassVar[tuple[str, ...]] = ("field_types", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "field_types")


class PartsAddUpToTotal(MulticolumnMapMetricProvider):
    """Total, tolerance, then the parts; a part that a row does not have is null."""

    condition_metric_name = "multicolumn_values.parts_add_up_to_total"
    condition_domain_keys = _MULTICOLUMN_DOMAIN
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series:
        total, tolerance = column_list.iloc[:, 0], column_list.iloc[:, 1]
        return (total - column_list.iloc[:, 2:].sum(axis=1)).abs() <= tolerance


class ExpectPartsToAddUpToTotal(MulticolumnMapExpectation):
    """Expect a row's parts to add up to its total within the row's own tolerance.

    The built-in sum expectation takes only one constant total for all rows.
    """

    map_metric: ClassVar[str] = "multicolumn_values.parts_add_up_to_total"
    args_keys: ClassVar[tuple[str, ...]] = ("column_list",)


#: The classes that a rule may name besides those of Great Expectations.
OURS = {cls.__name__: cls for cls in (ExpectRowsToFitTypes, ExpectPartsToAddUpToTotal)}
