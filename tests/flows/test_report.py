"""`report`: a site that opens from disk, whose links hold, and that fetches nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from shutil import which
from typing import Any
from urllib.parse import unquote

import pytest
from reportlab.platypus import SimpleDocTemplate, Table
from websockets.sync.client import connect

from flows.report import site
from flows.report.errors import ReportError
from flows.report.sheets import LONGEST
from flows.report.source import Source
from flows.steps import Batch
from flows.store import Store
from tests.flows.desk import Desk, score_table

CITIES = [
    "深圳市", "广州市", "成都市", "武汉市", "杭州市", "南京市", "西安市", "宁波市", "青岛市", "济南市",
]  # fmt: skip
PLACES = "表1 各地总分"
HOSTILE = '<script>alert("x")</script>&lt;img src="https://example.org/x.png">'
#: No page may be larger.
MOST_BYTES = 2_000_000

TEXT = (
    "2018年某某城市发展评估报告\n\n表1 城市得分\n排名\t城市\t得分(100)\n"
    "1\t深圳市\t76.5\n2\t广州市\t75.1\n3.5\t成都市\t70.2\n4\t武汉市\t171.0\n5\t杭州市\t65.1\n"
    "6\t南京市\t64.0\n\n联系人：王某某 电话：010-00000000\n\n"
    f"表2 城市说明\n城市\t说明\n深圳市\t{HOSTILE}\n广州市\t{'长' * 3 * LONGEST}\n成都市\t无\n"
)


@dataclass
class Page(HTMLParser):
    """The ids, the links and whatever could be fetched of a page."""

    ids: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    fetched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.tags.add(tag)
        if "id" in said:
            self.ids.append(said["id"] or "")
        if tag == "a":
            self.links.append((said.get("class") or "", said["href"] or ""))
        for name, value in attrs:
            is_own = tag == "a" or (value or "").startswith("#")
            if name in ("src", "href", "xlink:href", "srcset", "data", "action") and not is_own:
                self.fetched.append(f"{tag} {name}={value}")
            if name.startswith("on"):
                self.fetched.append(f"{tag} {name}")


def _page(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _landed(folder: Path) -> Desk:
    """Two editions of a ranking, with findings, a quarantined row, a contact and hostile text."""
    desk = Desk(folder)
    old = score_table({city: 80.0 - n for n, city in enumerate(CITIES)}, PLACES)
    scores = {city: 90.5 - n for n, city in enumerate(reversed(CITIES))}
    paths = [
        desk.put("old.txt", old, edition="some_press-places-2017", year=2017),
        desk.put(
            "new.txt", score_table(scores, PLACES), edition="some_press-places-2018", year=2018
        ),
        desk.put("report.txt", TEXT, edition="some_press-cities-2018", year=2018),
    ]
    assert {one.state for one in desk.ingest(*paths)} == {"landed"}
    return desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Desk:
    return _landed(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def out(desk) -> Path:
    folder = desk.folder / "site"
    written = site.write(desk.curated, desk.raw, str(folder))
    assert written.editions == 3 and written.index == str(folder / "index.html")
    return folder


def _pages(out: Path) -> dict[Path, Page]:
    return {path.resolve(): _page(path) for path in sorted(out.rglob("*.html"))}


def _print_table(path: Path) -> None:
    """A ruled table on a page of a PDF, its texts in ASCII."""
    rows = [
        ["rank", "city", "score"],
        *([str(n), f"place {n}", f"{90 - n}.5"] for n in range(1, 9)),
    ]
    table = Table(rows, style=[("GRID", (0, 0), (-1, -1), 1, "black")])
    SimpleDocTemplate(str(path), invariant=True).build([table])


def _page_of(out: Path, text: str) -> Path:
    """The page of the table that has a text in its heading."""
    [found] = [
        path
        for path in out.rglob("*-l*.html")
        if re.search(f"<h1>[^<]*{text}", path.read_text(encoding="utf-8"))
    ]
    return found


def test_every_link_leads_to_a_place_of_the_site(out):
    pages = _pages(out)
    assert sum(len(page.links) for page in pages.values()) > 50
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), path
        for _, href in page.links:
            file, _, anchor = href.partition("#")
            target = (path.parent / unquote(file)).resolve() if file else path
            assert target in pages, (path, href)
            assert not anchor or anchor in pages[target].ids, (path, href)


def test_every_page_is_reached_from_the_overview(out):
    pages = _pages(out)
    seen, waiting = set(), [(out / "index.html").resolve()]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            files = [href.partition("#")[0] for _, href in pages[path].links]
            waiting += [(path.parent / file).resolve() for file in files if file]
    assert seen == pages.keys()


def test_a_page_fetches_nothing_and_runs_nothing(out):
    for path, page in _pages(out).items():
        assert not page.fetched, path
        assert not page.tags & {"script", "link", "img", "iframe", "object", "embed", "form"}, path
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in text and "@import" not in text and "url(http" not in text


def test_a_finding_leads_from_its_cell_and_its_list_to_the_line_it_is_about(out, desk):
    [finding] = [one for one in desk.rows("findings") if one["check"] == "score-max"]
    path = _page_of(out, "城市得分")
    text = path.read_text(encoding="utf-8")
    assert f'id="{finding["finding_id"]}"' in text
    links = [href for kind, href in _page(path).links if "finding" in kind or "flag" in kind]
    assert links.count(f"#L{finding['line']}") >= 2
    [line] = re.findall(rf'<li id="L{finding["line"]}".*?</li>', text, re.DOTALL)
    assert "4\t武汉市\t171.0" in line and f'href="#{finding["finding_id"]}"' in line
    cell = f'id="r{finding["row_number"]}c{finding["column_number"]}" class="{finding["severity"]}"'
    assert cell in text


def test_a_quarantined_row_is_marked_with_its_reason(out, desk):
    [row] = desk.rows("quarantine")
    text = _page_of(out, "城市得分").read_text(encoding="utf-8")
    assert f'<tr id="r{row["row_number"]}" class="quarantined">' in text
    assert row["expectation"] in text


def test_columns_show_what_they_were_taken_for_and_how_surely(out, desk):
    [table] = [one for one in desk.rows("tables") if one["caption"] == "表1 城市得分" and (
        one["document"] == "report.txt")]  # fmt: skip
    text = _page_of(out, "城市得分").read_text(encoding="utf-8")
    for column in json.loads(table["column_fields"]):
        taken = column["field"] or column["role"]
        shown = f'{taken} <span class="confidence[^"]*"[^>]*>{int(column["confidence"] * 100)}%'
        assert re.search(shown, text), column


def test_what_a_document_prints_stays_text(out):
    text = _page_of(out, "城市说明").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(" in text and "&amp;lt;img" in text
    assert "<script" not in text and "<img" not in text


def test_a_long_text_is_cut_and_says_so(out):
    text = _page_of(out, "城市说明").read_text(encoding="utf-8")
    assert "长" * LONGEST in text and "长" * (LONGEST + 1) not in text
    assert f"… (+{2 * LONGEST})" in text


def test_a_withheld_line_shows_nothing(out):
    for path in out.rglob("*"):
        assert path.is_dir() or "010-00000000" not in path.read_text(encoding="utf-8"), path
        assert path.is_dir() or "王某某" not in path.read_text(encoding="utf-8"), path


def test_only_a_line_with_a_contact_has_no_text(desk):
    [row] = [row for row in desk.rows("documents") if row["document"] == "report.txt"]
    source = Source.of(Batch.open(desk.raw, desk.curated, dry_run=True), row)
    lines = TEXT.splitlines()
    told = {line.number: line.text for line in source.lines(range(1, len(lines) + 1))}
    held = [number for number, text in told.items() if text is None]
    assert held == [n for n, text in enumerate(lines, 1) if "010-" in text]
    assert told[3] == "表1 城市得分"


def test_a_ranking_is_drawn_with_its_distribution_and_against_the_last_edition(out, desk):
    [table] = [one for one in desk.rows("tables") if one["edition"] == "some_press-places-2018"]
    [path] = out.rglob(f"{table['table_id']}.html")
    text = path.read_text(encoding="utf-8")
    assert text.count("<svg") == 1 and "Distribution of the total" in text
    assert "rank in some_press-places-2017" in text
    assert "深圳市 1→10" in text  # a text of the picture, in the reader's fonts
    [before] = [one for one in desk.rows("tables") if one["edition"] == "some_press-places-2017"]
    [path] = out.rglob(f"{before['table_id']}.html")
    assert "Rank against the last edition" not in path.read_text(encoding="utf-8")


def _scored(desk: Desk, name: str, total: Callable[[int], float]) -> str:
    """The page of a table of two groups of scores, and a total that may be their sum."""
    rows = "".join(
        f"{n}\t{city}\t{30 - n}.5\t{20 - n}\t{40 - n}\t{total(n)}\n"
        for n, city in enumerate(CITIES, 1)
    )
    head = "排名\t城市\t基础建设\t政务服务\t产业经济\t总分\n"
    path = desk.put(f"{name}.txt", f"表1 {name}\n{head}{rows}", edition=f"p-{name}-2018", year=2018)
    assert [one.state for one in desk.ingest(path)] == ["landed"]
    site.write(desk.curated, desk.raw, str(desk.folder / "site"))
    return _page_of(desk.folder / "site", name).read_text(encoding="utf-8")


def test_the_parts_of_the_top_are_drawn_only_where_they_add_up_to_the_total(tmp_path):
    desk = Desk(tmp_path)
    text = _scored(desk, "sums", lambda n: 90.5 - 3 * n)
    assert "Parts of the top 10" in text and text.count("政务服务") > 1
    text = _scored(desk, "weighted", lambda n: 50.5 - 2 * n)
    assert "Distribution of the total" in text and "Parts of the top" not in text


def test_a_table_of_pages_shows_the_page_and_the_box_of_its_lines(tmp_path):
    desk = Desk(tmp_path)
    (tmp_path / "raw").mkdir()
    path = tmp_path / "raw" / "print.pdf"
    _print_table(path)
    path.with_name("print.pdf.yaml").write_text("edition: p-print-2018\nyear: 2018\n")
    assert [one.state for one in desk.ingest(str(path))] == ["landed"]
    site.write(desk.curated, desk.raw, str(tmp_path / "site"))
    cells = desk.rows("cells")
    [page] = (tmp_path / "site").rglob("*-l*.html")
    text = page.read_text(encoding="utf-8")
    for cell in cells:
        assert f'title="{cell["bbox"]}">{cell["value_printed"]}' in text
    [line] = re.findall(rf'<li id="L{cells[0]["line"]}".*?</li>', text, re.DOTALL)
    left, top = (round(x) for x in json.loads(cells[0]["bbox"])[:2])
    assert re.search(rf">1 \[{left}, {top}, \d+, \d+\]<", line)


def test_the_command_says_where_the_first_page_is(desk, tmp_path):
    called = [
        sys.executable,
        "-m",
        "flows.cli",
        "report",
        "--curated",
        desk.curated,
        "--raw",
        desk.raw,
    ]

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*called, *more], capture_output=True, text=True, check=False)

    done = run("--out", str(tmp_path / "site"), "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert Path(answer["index"]).exists() and answer["largest"] < MOST_BYTES
    assert run().returncode == 2
    assert run("--out", str(tmp_path / "more"), "--release", "x").returncode == 2
    assert not (tmp_path / "more").exists()


def test_the_overview_counts_findings_by_check_and_severity(out, desk):
    text = (out / "index.html").read_text(encoding="utf-8")
    for row in desk.rows("findings"):
        assert f"<code>{row['check']}</code>" in text
    assert f"{len(desk.rows('cells')):,}" in text and Store(desk.curated).newest().release in text


def test_a_long_table_is_cut_into_sheets_below_the_limit(tmp_path):
    desk = Desk(tmp_path)
    rows = "\n".join(f"{n}\t第{n}处\t{'&' * 500}\t{n % 97}.5" for n in range(1, 2501))
    path = desk.put(
        "long.txt", f"表1 各处情况\n序号\t名称\t说明\t数值\n{rows}\n", edition="p-long-2018"
    )
    assert [one.state for one in desk.ingest(path)] == ["landed"]
    written = site.write(desk.curated, desk.raw, str(tmp_path / "site"))
    assert written.pages > 4 and written.largest < MOST_BYTES
    pages = _pages(tmp_path / "site")
    shown = [one for page in pages.values() for one in page.ids if re.fullmatch(r"r\d+", one)]
    assert sorted(shown, key=lambda one: int(one[1:])) == [f"r{n}" for n in range(1, 2501)]
    test_every_link_leads_to_a_place_of_the_site(tmp_path / "site")


def test_a_site_is_the_same_twice_and_replaces_only_an_older_one(out, desk, tmp_path):
    again = tmp_path / "again"
    site.write(desk.curated, desk.raw, str(again))
    first = {path.relative_to(out): path.read_bytes() for path in out.rglob("*.*")}
    assert {path.relative_to(again): path.read_bytes() for path in again.rglob("*.*")} == first
    manifest = again / "report.json"
    said = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**said, "files": [*said["files"], "gone.html"]}))
    (again / "gone.html").write_text("of the older report")
    (again / "mine.txt").write_text("a reader's own")
    site.write(desk.curated, desk.raw, str(again))
    assert (again / "mine.txt").exists() and not (again / "gone.html").exists()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("not a report")
    with pytest.raises(ReportError, match="no report"):
        site.write(desk.curated, desk.raw, str(tmp_path / "other"))
    with pytest.raises(ReportError, match="it has"):
        site.write(desk.curated, desk.raw, str(again), "20000101T000000.000000Z")


def test_tables_without_their_bytes_are_shown_without_lines_and_links_hold(desk, tmp_path):
    site.write(desk.curated, str(tmp_path / "nothing"), str(tmp_path / "site"))
    text = _page_of(tmp_path / "site", "城市得分").read_text(encoding="utf-8")
    assert "its lines cannot be shown" in text and "171.0" in text
    assert "4\t武汉市\t171.0" not in text
    test_every_link_leads_to_a_place_of_the_site(tmp_path / "site")


class Browser:
    """A headless Chromium, driven by its own protocol; pages run no script."""

    def __init__(self, profile: Path) -> None:
        found = which("chromium")
        assert found, "Debian's chromium is missing: apt-get install chromium"
        self._process = subprocess.Popen(
            [found, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
             "--window-size=1400,900", f"--user-data-dir={profile}", "about:blank"],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._ids = count(1)
        self._socket = connect(self._address(profile / "DevToolsActivePort"), max_size=None)
        self._session: str | None = None
        [target] = [
            one for one in self.call("Target.getTargets")["targetInfos"] if one["type"] == "page"
        ]
        attached = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        self.call("Emulation.setScriptExecutionDisabled", value=True)

    def _address(self, file: Path) -> str:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            if file.exists() and len(lines := file.read_text().split()) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            time.sleep(0.1)
        raise AssertionError("chromium does not start")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        session = {"sessionId": self._session} if self._session else {}
        self._socket.send(json.dumps({"id": number, "method": method, "params": params, **session}))
        while True:
            said = json.loads(self._socket.recv(timeout=60))
            if said.get("id") == number:
                assert "error" not in said, said
                return said["result"]

    def value(self, expression: str) -> Any:
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, expression: str) -> None:
        deadline = time.monotonic() + 30
        while not self.value(expression):
            assert time.monotonic() < deadline, expression
            time.sleep(0.05)

    def open(self, path: Path) -> None:
        self.call("Page.navigate", url=path.resolve().as_uri())
        self.until(
            f"document.readyState == 'complete' && location.href == {json.dumps(path.resolve().as_uri())}"
        )

    def click(self, selector: str) -> None:
        """A click of the mouse in the middle of an element."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.value(f"{found}.scrollIntoView({{block: 'center'}})")
        box = self.value(
            f"(b => [b.x + b.width / 2, b.y + b.height / 2])({found}.getClientRects()[0])"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call(
                "Input.dispatchMouseEvent",
                type=kind,
                x=box[0],
                y=box[1],
                button="left",
                clickCount=1,
            )

    def is_in_view(self, identity: str) -> bool:
        """Whether what a person sees at the middle of an element is the element."""
        return bool(self.value(
            f"(e => {{const b = e.getBoundingClientRect(), y = b.y + b.height / 2;"
            "return e.contains(document.elementFromPoint(b.x + 20, y))})"
            f"(document.getElementById({json.dumps(identity)}))"
        ))  # fmt: skip

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(timeout=30)


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def tall(tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    """The page of a table that is longer than a window, and a finding near its end."""
    desk = Desk(tmp_path_factory.mktemp("tall"))
    rows = "".join(
        f"{n}\t{'171.0' if n == 290 else 100 - n / 10}\t第{n}处\n" for n in range(1, 301)
    )
    path = desk.put("tall.txt", f"表1 得分\n排名\t得分(100)\t名称\n{rows}", edition="p-tall-2018")
    assert [one.state for one in desk.ingest(path)] == ["landed"]
    site.write(desk.curated, desk.raw, str(desk.folder / "site"))
    [finding] = [one for one in desk.rows("findings") if one["check"] == "score-max"]
    return _page_of(desk.folder / "site", "得分"), finding


@pytest.mark.parametrize("link", ["#{id} a.finding", "#r290c2 a.flag"])
def test_a_click_on_a_finding_brings_its_source_line_into_view(browser, tall, link):
    path, finding = tall
    line, link = f"L{finding['line']}", link.format(id=finding["finding_id"])
    browser.open(path)
    assert line == "L292" and not browser.is_in_view(line)
    browser.click(link)
    browser.until(f"location.hash == '#{line}'")
    browser.until(f"document.querySelector(':target')?.id == '{line}'")
    assert browser.is_in_view(line)
    assert "171.0" in browser.value(f"document.getElementById('{line}').innerText")


def test_the_keyboard_reaches_the_content_first_and_shows_where_it_is(browser, out):
    browser.open(out / "index.html")
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="Tab", windowsVirtualKeyCode=9)
    browser.until("document.activeElement.className == 'skip'")
    assert browser.value("document.activeElement.getBoundingClientRect().x >= 0")
    assert browser.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"
