"""The field dictionary and the datasets made from it."""

from __future__ import annotations

import re
from typing import get_args

import pyarrow as pa
import pytest

from schemas.checks import CHECKS, CheckSeverity, load_checks
from schemas.datasets import DATASETS, arrow_schema, columns, load_datasets
from schemas.fields import FIELDS, DictionaryError, FieldType, load_fields

#: The columns that the contract fixes, as it writes them: dropping or renaming one needs a
#: new version of the contract.
CONTRACT = """
documents: name title publisher document_number published edition_year media_type revision facts
tables: table_id caption kind group unit rows columns page line confidence
cells: table_id row_number column_number row_label column_label value_printed value_filled page line
  bbox
observations: table_id row_number column_number row_label column_label ref_area indicator measure
  breakdown time_period value_printed obs_value qualifier obs_status unit_measure unit_mult max_score
rankings: table_id row_number column_number list time_period row_label ref_area rank_printed rank score
indicators: indicator name parent level kind weight weight_base max_score definition formula
  formula_parsed data_requirement data_source changed
crosswalk: indicator other_edition other_indicator relation evidence
entities: ref_area name kind parent valid_from valid_to
findings: table_id row_number column_number check severity printed expected evidence page line
quarantine: table_id row_number reason expectation printed page line
releases: release published_at editions versions code_version contract_version
"""

#: Datasets that the contract does not fix.
BESIDES = {"corrections", "expectations"}

#: What every row carries that says which document it is of.
SIGNATURE = {"edition", "document", "document_sha256"}


def contract() -> dict[str, list[str]]:
    entries = re.findall(r"^(\w+):((?:.*\n)(?:  .*\n)*)", CONTRACT, re.MULTILINE)
    return {name: names.split() for name, names in entries}


def test_the_datasets_are_those_of_the_contract() -> None:
    assert [name for name in DATASETS if name not in BESIDES] == list(contract())


@pytest.mark.parametrize(("dataset", "names"), contract().items(), ids=contract())
def test_every_contract_column_is_in_its_dataset(dataset: str, names: list[str]) -> None:
    assert len(names) > 4
    assert set(names) <= set(columns(dataset))


@pytest.mark.parametrize("dataset", DATASETS)
def test_rows_say_which_document_they_are_of(dataset: str) -> None:
    signed = dataset not in ("entities", "releases")
    assert SIGNATURE <= set(columns(dataset)) if signed else not SIGNATURE & set(columns(dataset))


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_key_is_required_or_says_that_its_null_is_a_value(dataset: str) -> None:
    null_is_a_value = {"crosswalk": {"indicator", "other_indicator"}, "entities": {"valid_from"}}
    optional = set(DATASETS[dataset].key) - DATASETS[dataset].required
    assert optional == null_is_a_value.get(dataset, set())


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_a_field_says_what_it_means(field) -> None:
    assert field.type in get_args(FieldType)
    assert re.fullmatch(r"[A-Z].*\.", field.meaning), "one English sentence"
    assert ". " not in field.meaning, "one sentence, not two"
    assert all(re.search(r"[\u4e00-\u9fff]", label) for label in field.labels)


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_a_number_has_a_unit_and_a_text_has_none(field) -> None:
    number = field.type in ("int64", "float64")
    measured = number or field.name == "bbox" or field.type == "timestamp"
    assert (field.unit is not None) == measured


def test_every_entry_of_the_dictionary_is_some_column() -> None:
    used = {field.name for dataset in DATASETS.values() for field in dataset.fields.values()}
    assert used == set(FIELDS)


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_arrow_schema_has_types_nulls_and_meanings(dataset: str) -> None:
    schema = arrow_schema(dataset)
    assert tuple(schema.names) == columns(dataset)
    for field in schema:
        meaning = DATASETS[dataset].fields[field.name]
        assert field.nullable == (field.name not in DATASETS[dataset].required)
        assert field.metadata[b"meaning"].decode() == meaning.meaning


def test_arrow_types_follow_the_dictionary() -> None:
    assert arrow_schema("observations").field("obs_value").type == pa.float64()
    assert arrow_schema("observations").field("row_number").type == pa.int64()
    assert arrow_schema("documents").field("facts").type == pa.string()
    assert arrow_schema("releases").field("published_at").type == pa.timestamp("us", tz="UTC")


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        ("ref_area", "CN440300", True),
        ("ref_area", "CHN", True),
        ("ref_area", "ZONE_BINHAI", True),
        ("ref_area", "CN4403", False),
        ("ref_area", "深圳市", False),
        ("time_period", "2016", True),
        ("time_period", "2017-S1", True),
        ("time_period", "2016/2017", True),
        ("time_period", "2016-11", True),
        ("time_period", "2016年", False),
        ("time_period", "2016-2017", False),
        ("edition", "中国社科院-智慧城市-2015", True),
        ("edition", "a b-c-2015", False),
        ("edition", "a/b-2015", False),
        ("document", "../a.txt", False),
        ("document", "a\nb.txt", False),
        ("published", "2015-11", True),
        ("published", "2015-13", False),
    ],
)
def test_patterns(name: str, text: str, fits: bool) -> None:
    assert (re.fullmatch(FIELDS[name].pattern or "", text) is not None) is fits


GOOD = {"type": "string", "meaning": "A thing.", "labels": ["物"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "text"}, "type must be one of"),
        ({"meaning": ""}, "give it a meaning"),
        ({"labels": []}, "at least one label"),
        ({"maximum": 3}, "unknown key maximum"),
        ({"pattern": "("}, "bad pattern"),
        ({"pattern": "(a|b)"}, "bad pattern"),
    ],
)
def test_a_wrong_entry_is_named(change: dict, message: str) -> None:
    assert load_fields({"thing": GOOD})["thing"].label == "物"
    with pytest.raises(DictionaryError, match=f"field thing: .*{message}"):
        load_fields({"thing": GOOD | change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fields": ["thing", "other"]}, "no field other"),
        ({"fields": ["thing", "thing"]}, "column thing stands twice"),
        ({"key": ["other"]}, "no column: other"),
        ({"required": ["other"]}, "no column: other"),
    ],
)
def test_a_wrong_dataset_is_named(change: dict, message: str) -> None:
    good = {"meaning": "a thing", "fields": ["thing"], "key": ["thing"], "required": ["thing"]}
    fields = load_fields({"thing": GOOD})
    assert load_datasets({"things": good}, fields)["things"].columns == ("thing",)
    with pytest.raises(DictionaryError, match=f"dataset things: .*{message}"):
        load_datasets({"things": good | change}, fields)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_check_has_a_stable_code_a_severity_and_a_meaning(check) -> None:
    assert re.fullmatch(FIELDS["check"].pattern, check.code)
    assert check.severity in get_args(CheckSeverity)
    assert check.meaning


def test_a_threshold_without_a_reason_is_refused() -> None:
    bare = {"meaning": "m", "zh": "义", "severity": "error", "thresholds": {"share": {"value": 1}}}
    with pytest.raises(DictionaryError, match="give threshold share its reason"):
        load_checks({"some-check": bare})


def test_a_severity_of_its_own_is_refused() -> None:
    with pytest.raises(DictionaryError, match="check some-check: severity"):
        load_checks({"some-check": {"meaning": "m", "zh": "义", "severity": "fatal"}})
