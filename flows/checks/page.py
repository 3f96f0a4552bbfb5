"""The outcomes of expectations as one HTML page, in Chinese and English.

The page is whole in itself: no script, no picture, no font, nothing that is fetched. Its own
policy forbids a browser to fetch anything, whatever a document's text may say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

#: What the page says around the data: Chinese, English.
_WORDS = {
    "title": ("检查结果", "Results of the checks"),
    "release": ("发布", "release"),
    "documents": ("文件", "Documents"),
    "overview": ("各项检查", "Checks"),
    "expectations": ("期望", "Expectations"),
    "findings": ("问题", "Findings"),
    "check": ("检查", "check"),
    "severity": ("严重程度", "severity"),
    "meaning": ("含义", "meaning"),
    "status": ("结果", "outcome"),
    "checked": ("检查对象", "checked"),
    "expected": ("期望", "expected"),
    "rows": ("检查行数", "rows checked"),
    "failed": ("不符行数", "rows failed"),
    "observed": ("实际情况", "found"),
    "failing": ("不符文件数", "documents failing"),
    "found": ("问题数", "findings"),
    "id": ("编号", "id"),
    "place": ("位置", "place"),
    "printed": ("原文", "printed"),
    "evidence": ("依据", "evidence"),
    "none": ("无", "none"),
    "passed": ("通过", "passed"),
    "not_passed": ("不符", "failed"),
}

_STATUS = {"passed": "passed", "failed": "not_passed"}

_SEVERITIES = {
    "refuse": "拒收 refuse", "error": "错误 error", "warning": "警告 warning", "info": "提示 info",
}  # fmt: skip

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, "Noto Sans CJK SC", sans-serif; }
body { max-width: 80rem; margin: 0 auto; padding: 1rem; }
h1 small, h2 small, th small { color: GrayText; font-weight: normal; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.2rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem;
  border-bottom: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); overflow-wrap: anywhere; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
details { margin: .4rem 0; } summary { cursor: pointer; }
.failed { font-weight: 600; } code { font-size: .9em; }
"""


def to_html(results: Mapping[str, Any]) -> str:
    """The page of what `flows.checks.results.results` gives."""
    documents = results["documents"]
    title = f"{_said('title')} · {_said('release')} {_text(results['release'])}"
    body = [
        f"<h1>{title}</h1>",
        f"<h2>{_said('overview')}</h2>",
        _overview(results["checks"], documents),
        f"<h2>{_said('documents')}</h2>",
        *(_document(one, results["checks"]) for one in documents),
    ]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="zh-Hans"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{' / '.join(_WORDS['title'])}</title>",
            f"<style>{_STYLE}</style></head><body>",
            *body,
            "</body></html>\n",
        ]
    )


def _overview(
    checks: Mapping[str, Mapping[str, str]], documents: Sequence[Mapping[str, Any]]
) -> str:
    """A row a check: how many documents and rows fail it, how many findings it has."""
    failing, failed, found = Counter[str](), Counter[str](), Counter[str]()
    for document in documents:
        wrong = [one for one in document["expectations"] if one["status"] != "passed"]
        failing.update({one["check"] for one in wrong})
        for one in wrong:
            failed[one["check"]] += one["failed"]
        found.update(one["check"] for one in document["findings"])
    rows = [
        [
            _code(code),
            _both(words),
            _count(failing[code]),
            _count(failed[code]),
            _count(found[code]),
        ]
        for code, words in sorted(checks.items(), key=lambda item: (-found[item[0]], item[0]))
    ]
    return _table(("check", "meaning", "failing", "failed", "found"), rows)


def _document(one: Mapping[str, Any], checks: Mapping[str, Mapping[str, str]]) -> str:
    """A document's outcomes, what failed first; open where something did."""
    outcomes = sorted(one["expectations"], key=lambda outcome: outcome["status"] == "passed")
    wrong = sum(outcome["status"] != "passed" for outcome in outcomes)
    counts = (
        f"{_said('passed')} {len(outcomes) - wrong}, {_said('not_passed')} {wrong}, "
        f"{_said('findings')} {len(one['findings'])}"
    )
    state = " open" if wrong or one["findings"] else ""
    name = f"<strong>{_text(one['document'])}</strong> {_text(one['title'])}"
    return "\n".join(
        [
            f"<details{state}><summary>{name} <small>{_text(one['edition'])}</small>",
            f"— {counts}</summary>",
            f"<h3>{_said('findings')}</h3>",
            _findings(one["findings"], checks),
            f"<details><summary>{_said('expectations')}: {len(outcomes)}</summary>",
            _expectations(outcomes, checks),
            "</details></details>",
        ]
    )


def _expectations(
    outcomes: Iterable[Mapping[str, Any]], checks: Mapping[str, Mapping[str, str]]
) -> str:
    rows = []
    for one in outcomes:
        place = one["view"] + (f".{one['column']}" if one["column"] else "")
        rows.append(
            [
                f'<td class="{_text(one["status"])}">{_said(_STATUS[one["status"]])}</td>',
                _cell(_SEVERITIES[one["severity"]]),
                _code(one["check"]),
                _both(checks[one["check"]]),
                _code(place),
                _cell(one["expected"]),
                _count(one["rows"]),
                _count(one["failed"]),
                _cell(one["observed"]),
            ]
        )
    names = ("status", "severity", "check", "meaning", "checked", "expected", "rows", "failed")
    return _table((*names, "observed"), rows)


def _findings(
    findings: Iterable[Mapping[str, Any]], checks: Mapping[str, Mapping[str, str]]
) -> str:
    rows = [
        [
            _code(one["finding_id"]),
            _cell(_SEVERITIES[one["severity"]]),
            _code(one["check"]),
            _both(checks[one["check"]]),
            _cell(_place(one)),
            _cell(one["printed"]),
            _cell(one["expected"]),
            _cell(one["evidence"]),
        ]
        for one in findings
    ]
    names = ("id", "severity", "check", "meaning", "place", "printed", "expected", "evidence")
    return _table(names, rows)


def _place(one: Mapping[str, Any]) -> str:
    named = (("table_id", ""), ("row_number", "行"), ("column_number", "列"))
    parts = [f"{word} {one[name]}".strip() for name, word in named if one[name]]
    parts += [f"{name} {one[name]}" for name in ("page", "line") if one[name]]
    return ", ".join(parts)


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return f"<p>{_said('none')}</p>"
    head = "".join(f"<th>{_said(name)}</th>" for name in names)
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _said(name: str) -> str:
    zh, en = _WORDS[name]
    return f'{zh} <small lang="en">{en}</small>'


def _both(words: Mapping[str, str]) -> str:
    return f'<td>{_text(words["zh"])}<br><small lang="en">{_text(words["en"])}</small></td>'


def _cell(value: Any) -> str:
    return f"<td>{_text(value)}</td>"


def _code(value: Any) -> str:
    return f"<td><code>{_text(value)}</code></td>"


def _count(value: int) -> str:
    return f'<td class="number">{value}</td>'


def _text(value: Any) -> str:
    return "" if value is None else escape(str(value))
