"""The maxima of scores, from prose and from score ÷ 得分率."""

from __future__ import annotations

import pytest

from extractors.areas import Register
from extractors.records import Records, records
from tests.extractors.records.making import EDITION, column, extraction, pick, said, table


def _landed(*blocks: str, rate_of: float = 5, **more: str) -> Records:
    scores = (4.0, 3.5, 3.0, 2.2, 1.0, 0.5)
    cities = ("北京", "上海", "天津", "重庆", "广州", "深圳")
    rows = [
        f"{rank}|{city}|{score}|{100 * score / rate_of:.2f}%"
        for rank, (city, score) in enumerate(zip(cities, scores, strict=True), start=1)
    ]
    one = table(
        [
            column("排名", "rank"),
            column("城市", "stub", field="area"),
            column("网络建设得分", "value", field="score"),
            column("得分率", "value", field="rate", measure="rate"),
        ],
        rows,
        kind="ranking",
    )
    texts = [said(text, line) for line, text in enumerate(blocks, start=100)]
    return records(extraction(one, blocks=texts), EDITION, Register.load())


@pytest.mark.parametrize(
    ("prose", "rate_of", "landed", "found"),
    [
        # Said and implied alike; said only; implied only.
        ("网络建设平均得分1.6分（权重为5分）。", 5, 5.0, []),
        ("别的。", 5, 5.0, []),
        # What is printed lands, the contradiction is found at its line.
        ("网络建设平均得分1.6分（权重为10分）。", 5, 10.0, [("权重为10分", "5", 100)]),
    ],
)
def test_prose_and_scores_divided_by_rates_must_agree(prose, rate_of, landed, found):
    rows = _landed(prose, rate_of=rate_of)
    assert pick(rows["indicators"], "max_score", name="网络建设") == [landed]
    contradictions = pick(rows["findings"], "printed", "expected", "line", check="max-contradicted")
    assert contradictions == found


def test_two_sentences_that_contradict_each_other_are_found():
    rows = _landed("网络建设（权重为5分）。", "网络建设的权重为8分。")
    assert pick(rows["indicators"], "max_score", name="网络建设") == [5.0]
    assert pick(rows["findings"], "expected", "line", check="max-contradicted") == [("5", 101)]
