"""The results of the checks to look at: all of them, in both languages, without a network."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from flows.checks import results
from flows.checks.page import to_html
from flows.store import Store
from tests.flows.desk import Desk, score_table

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A document whose third score is above the maximum."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    scores = {"深圳市": 76.5, "广州市": 75.1, "成都市": 170.2, "武汉市": 69.0}
    text = f"2018年评估\n\n{score_table(scores, caption=f'表1 得分{HOSTILE}')}"
    sidecar = {"edition": "some_press-cities-2018", "year": 2018, "title": HOSTILE}
    assert desk.ingest(desk.put("a&b.txt", text, **sidecar))[0].state == "landed"
    return desk


class _Page(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.text = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "data", "action")]

    def handle_data(self, data):
        self.text.append(data)


def test_every_outcome_of_a_release_is_written_as_json_and_page(desk, tmp_path):
    written = results.write(Store(desk.curated), str(tmp_path / "new" / "checks"))
    found = json.loads((tmp_path / "new" / "checks" / "checks.json").read_text(encoding="utf-8"))
    assert found["release"] == Store(desk.curated).newest().release
    [document] = found["documents"]
    outcomes = document["expectations"]
    assert [one["number"] for one in outcomes] == list(range(1, len(outcomes) + 1))
    assert len(outcomes) > 50 and {one["status"] for one in outcomes} == {"passed", "failed"}
    [failed] = [one for one in outcomes if one["check"] == "score-max" and one["failed"]]
    assert (failed["severity"], failed["failed"], failed["rows"]) == ("warning", 1, 4)
    assert [one["line"] for one in document["findings"] if one["check"] == "score-max"] == [7]

    page = _Page((tmp_path / "new" / "checks" / "index.html").read_text(encoding="utf-8"))
    text = " ".join(page.text)
    assert written["html"].endswith("index.html")
    assert page.tags.count("tr") >= len(outcomes) + len(document["findings"])
    for one in document["findings"]:
        assert one["finding_id"] in text
    for words in found["checks"].values():
        assert words["zh"] in text and words["en"] in text


def test_the_page_fetches_nothing_and_runs_nothing(desk):
    html = to_html(results.results(Store(desk.curated)))
    page = _Page(html)
    assert not page.links and not {"script", "link", "img", "iframe"} & set(page.tags)
    assert not re.search(r"url\(|@import|https?://", html)
    assert "default-src 'none'" in html and "a&amp;b.txt" in html
    assert HOSTILE not in html and "&lt;script&gt;" in html


def test_a_store_without_a_release_has_an_empty_page(tmp_path):
    found = results.results(Store(tmp_path / "curated"))
    assert found == {"release": None, "checks": {}, "documents": []}
    assert "</html>" in to_html(found)
