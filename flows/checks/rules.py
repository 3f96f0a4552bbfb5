"""Which expectation is put to which frame: made from the field dictionary, as plain data.

Nothing here needs Great Expectations, so that the rules can be listed, documented and
tested without its import.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from schemas.checks import CHECKS
from schemas.datasets import DATASETS, Dataset
from schemas.fields import Field

#: The column with a row's place in its frame, by which a failing row is found again. It is
#: in no dataset.
ROW_ID = "row_id"

#: Columns that say which document a row is of. They hold one value in all rows, which
#: `document-one` compares with the document's own, so only `documents` checks them.
IDENTITY = ("edition", "document", "document_sha256")


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation: its check, its class in Great Expectations and its arguments.

    ``expected`` says in words what passes. ``column`` is the column that a failure is
    about, None for a whole row or frame.
    """

    check: str
    expectation: str
    arguments: Mapping[str, Any] = field(hash=False)
    expected: str
    column: str | None = None


@cache
def shape_rules(name: str) -> tuple[Rule, ...]:
    """What has to hold before a dataset's values can be looked at: columns, count, types."""
    dataset = DATASETS[name]
    rules = [
        Rule(
            "columns-set",
            "ExpectTableColumnsToMatchSet",
            {"column_set": [*dataset.columns, ROW_ID], "exact_match": True},
            f"the columns {', '.join(dataset.columns)} and no others",
        )
    ]
    if dataset.per_document:
        least, most = dataset.per_document
        rules.append(
            Rule(
                "row-count",
                "ExpectTableRowCountToBeBetween",
                {"min_value": least, "max_value": most},
                f"{least} row" if least == most else f"{least} to {most} rows",
            )
        )
    rules.append(
        Rule(
            "value-type",
            # One expectation for all columns: each costs 5 ms, however few the rows are.
            "ExpectRowsToFitTypes",
            {
                "column_list": list(dataset.columns),
                "field_types": [meaning.type for meaning in dataset.fields.values()],
                "ignore_row_if": "never",
            },
            "values of their fields' types",
        )
    )
    return tuple(rules)


@cache
def value_rules(name: str) -> tuple[Rule, ...]:
    """What has to hold for a dataset's values: key, nulls, codes, bounds, forms."""
    dataset = DATASETS[name]
    return (*_key_rules(dataset), *_field_rules(dataset))


def _key_rules(dataset: Dataset) -> Iterator[Rule]:
    for column in dataset.columns:
        if column in dataset.required and not _identical(dataset, column):
            check = "key-null" if column in dataset.key else "value-null"
            yield Rule(
                check, "ExpectColumnValuesToNotBeNull", {"column": column}, "a value", column
            )
    unique = f"no other row with its {', '.join(dataset.key)}"
    if len(dataset.key) == 1:
        column = dataset.key[0]
        yield Rule("key-unique", "ExpectColumnValuesToBeUnique", {"column": column}, unique, column)
        return
    yield Rule(
        "key-unique",
        "ExpectCompoundColumnsToBeUnique",
        # Rows with a null in their key are compared too: a null is a value there.
        {"column_list": list(dataset.key), "ignore_row_if": "never"},
        unique,
    )


def _field_rules(dataset: Dataset) -> Iterator[Rule]:
    for column, meaning in dataset.fields.items():
        if not _identical(dataset, column):
            yield from _one_field(column, meaning)


def _identical(dataset: Dataset, column: str) -> bool:
    return column in IDENTITY and dataset.name != "documents"


def _one_field(column: str, meaning: Field) -> Iterator[Rule]:
    if meaning.codes:
        yield Rule(
            "code-known",
            "ExpectColumnValuesToBeInSet",
            {"column": column, "value_set": list(meaning.codes)},
            f"one of {', '.join(meaning.codes)}",
            column,
        )
    if meaning.minimum is not None or meaning.maximum is not None:
        yield Rule(
            "value-range",
            "ExpectColumnValuesToBeBetween",
            {"column": column, "min_value": meaning.minimum, "max_value": meaning.maximum},
            _between(meaning.minimum, meaning.maximum),
            column,
        )
    if meaning.pattern is not None:
        yield Rule(
            "value-pattern",
            "ExpectColumnValuesToMatchRegex",
            {"column": column, "regex": f"^(?:{meaning.pattern})$"},
            f"a text of the form {meaning.pattern}",
            column,
        )


def _between(least: float | None, most: float | None) -> str:
    if most is None:
        return f"at least {least:g}"
    return f"at most {most:g}" if least is None else f"from {least:g} to {most:g}"


def _flag(check: str, column: str) -> Rule:
    """A rule on a view's column of answers, true where the check's meaning holds."""
    return Rule(
        check,
        "ExpectColumnValuesToBeInSet",
        {"column": column, "value_set": [True]},
        CHECKS[check].meaning,
        column,
    )


def _at_least(check: str, column: str, other: str) -> Rule:
    """A rule that a number is not below another one of its row."""
    return Rule(
        check,
        "ExpectColumnPairValuesAToBeGreaterThanB",
        {"column_A": column, "column_B": other, "or_equal": True},
        CHECKS[check].meaning,
        column,
    )


def _view_rules() -> Mapping[str, tuple[Rule, ...]]:
    shift, weight = CHECKS["column-shift"].thresholds, CHECKS["weight-range"].thresholds
    return {
        "identities": (_flag("document-one", "same"),),
        "belonging": (_flag("table-known", "table_known"),),
        "sizes": (
            _flag("table-empty", "has_cells"),
            *(_at_least("table-size", count, f"last_{count}") for count in ("rows", "columns")),
            Rule(
                "row-empty",
                "ExpectColumnPairValuesToBeEqual",
                {"column_A": "rows", "column_B": "cell_rows"},
                CHECKS["row-empty"].meaning,
                "rows",
            ),
        ),
        "places": (_flag("cell-known", "cell_known"),),
        "observed": (_flag("indicator-known", "indicator_known"),),
        "numberless": (_flag("value-explained", "explained"),),
        "shifts": tuple(
            Rule(
                "column-shift",
                "ExpectColumnValuesToBeBetween",
                {"column": column, "max_value": shift[threshold]},
                CHECKS["column-shift"].meaning,
                column,
            )
            for column, threshold in (("misplaced_share", "row_share"), ("swapped", "swapped"))
        ),
        "ranks": (
            Rule(
                "rank-integer",
                "ExpectColumnValuesToNotBeNull",
                {"column": "rank"},
                "a whole number, as the other ranks of the column are",
                "rank",
            ),
        ),
        "scores": (_at_least("score-max", "max_score", "obs_value"),),
        "weights": (
            Rule(
                "weight-range",
                "ExpectColumnValuesToBeBetween",
                {
                    "column": "weight",
                    "min_value": weight["lowest"],
                    "max_value": weight["highest"],
                },
                _between(weight["lowest"], weight["highest"]) + " percent",
                "weight",
            ),
        ),
    }


#: The rules of every derived frame of `flows.checks.views`, by the frame's name. That of
#: ``sums`` hangs on how many parts a total has: see `sum_rules`.
VIEW_RULES: Mapping[str, tuple[Rule, ...]] = _view_rules()


@cache
def sum_rules(parts: int) -> tuple[Rule, ...]:
    """The rule of the ``sums`` frame with this many columns of parts."""
    columns = ["total", "tolerance", *(f"part_{number}" for number in range(1, parts + 1))]
    return (
        Rule(
            "parts-total",
            "ExpectPartsToAddUpToTotal",
            {"column_list": columns},
            CHECKS["parts-total"].meaning,
            "total",
        ),
    )
