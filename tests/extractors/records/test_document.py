"""The row of documents: the sidecar's word, simple facts, the accounting."""

from __future__ import annotations

import json

import pytest

from extractors.records import EditionContext
from tests.extractors.records.making import SHA, column, said, table


def document(landed, *blocks, **sidecar):
    edition = EditionContext("t-t-2016", 2016, "test.txt", "某某协会", sidecar)
    one = table([column("城市", "stub"), column("总分", "value")], ["南京|1", "无锡|2"])
    return landed(one, blocks=blocks, edition=edition)["documents"][0]


def test_identity(landed):
    row = document(landed)
    assert (row["edition"], row["document"], row["document_sha256"]) == (
        "t-t-2016",
        "test.txt",
        SHA,
    )
    assert (row["name"], row["title"], row["publisher"]) == ("test.txt", "测试报告", "某某协会")
    assert (row["edition_year"], row["revision"], row["media_type"]) == (2016, 1, "text/plain")


def test_the_sidecar_goes_before_the_document(landed):
    row = document(
        landed,
        said("某办发〔2016〕1号", 3),
        said("2016年5月6日", 5),
        title="另一标题",
        document_number="某发〔2016〕9号",
        published="2016-07",
        revision=2,
    )
    assert (row["title"], row["document_number"]) == ("另一标题", "某发〔2016〕9号")
    assert (row["published"], row["revision"]) == ("2016-07", 2)


def test_facts_from_the_text(landed):
    row = document(
        landed,
        said("某办发〔2016〕12号", 3),
        said("二〇一六年十一月二十二日", 7),
        said("ISBN 978-7-000-00000-1", 9),
        said("按照《关于测试的通知》（某厅函 [2015] 7号）执行", 200),
    )
    assert row["document_number"] == "某办发〔2016〕12号"
    assert row["published"] == "2016-11-22"
    assert json.loads(row["facts"]) == {
        "isbn": ["978-7-000-00000-1"],
        "dates": [{"date": "2016-11-22", "kind": "dated", "line": 7}],
        "cited_numbers": ["某厅函〔2015〕7号"],
    }


@pytest.mark.parametrize("text", ["2016年", "2016年5月6日发布通知", "今天是2016年5月6日"])
def test_a_date_inside_a_sentence_or_a_year_is_no_date_of_publication(landed, text):
    assert document(landed, said(text, 5))["published"] is None


def test_two_dates_decide_nothing(landed):
    row = document(landed, said("2016年5月6日", 5), said("2016年5月9日", 6))
    assert row["published"] is None


def test_a_number_cited_in_a_sentence_has_only_its_issuer(landed):
    row = document(landed, said("一是为贯彻落实某办发〔2016〕47号文件", 400))
    assert json.loads(row["facts"])["cited_numbers"] == ["某办发〔2016〕47号"]
    assert row["document_number"] is None


def test_the_accounting_counts_rows_and_lines(landed):
    accounting = json.loads(document(landed)["accounting"])
    assert accounting["tables"] == {"t10": {"recovered": 2}}
    assert accounting["lines"] == {"cell": 5, "prose": 3}


def test_a_document_that_nobody_describes_is_published_by_who_signs_it(landed):
    blocks = [said("青禾市统计局", 40), said("青禾市大数据局", 41), said("2016年5月6日", 42)]
    one = table([column("城市", "stub"), column("总分", "value")], ["南京|1", "无锡|2"])
    edition = EditionContext("t-t-2016", 2016, "test.txt")
    row = landed(one, blocks=blocks, edition=edition)["documents"][0]
    assert (row["publisher"], row["published"]) == ("青禾市统计局", "2016-05-06")
    assert json.loads(row["facts"])["issuers"] == ["青禾市统计局", "青禾市大数据局"]
