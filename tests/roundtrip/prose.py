"""Chinese prose around tables: made of words of our own, full of numbers, and no table.

Every line is something that reports print and that a careless reader takes for a table:
contents pages with leader dots or tabs, lists, figure captions, number-laden sentences,
front matter, bibliographies, signature blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from tests.roundtrip import words
from tests.roundtrip.layouts import BLANK, Labels, Printed, display_width

PROSE: Labels = ("prose",)
#: A heading may be taken for the caption of what follows; it is no cell either way.
HEADING: Labels = ("prose", "caption")
#: Contents pages and lists of figures: anything that is not of a data table.
CONTENTS: Labels = ("prose", "furniture", "note", "caption")
#: A contact line is withheld; the heading over it may be.
CONTACT: Labels = ("withheld",)


def sentence(rng: Random) -> str:
    """A sentence that ends with 。; most carry numbers."""
    return rng.choice(_SENTENCES)(rng)


def _result(rng: Random) -> str:
    city = rng.choice(words.places().cities).full
    return (
        f"{rng.randint(2008, 2019)}年，{city}的{words.score_name(rng)}达到"
        f"{rng.randint(100, 9900) / 100:.2f}分，比上年提高{rng.randint(1, 90) / 10}个百分点，"
        f"居全国第{rng.randint(1, 60)}位。"
    )


def _amount(rng: Random) -> str:
    return (
        f"全年{words.amount_name(rng)}完成{rng.randint(10, 99999):,}亿元，"
        f"同比增长{rng.randint(1, 40)}.{rng.randint(0, 9)}%，"
        f"其中{words.count_name(rng)}超过{rng.randint(2, 90)}万。"
    )


def _call(rng: Random) -> str:
    return (
        f"要以{rng.choice(words.FIELDS)}为重点，推动{rng.choice(words.FIELDS)}与"
        f"{rng.choice(words.FIELDS)}深度融合，不断改善{rng.choice(words.GROUPS)}。"
    )


def _compare(rng: Random) -> str:
    first, second = rng.sample(words.REGIONS, 2)
    return (
        f"从分布看，{first}地区平均得分为{rng.randint(100, 990) / 10}分，得分率为"
        f"{rng.randint(100, 990) / 10}%，{second}地区仅为{rng.randint(100, 990) / 10}分"
        f"（见表{rng.randint(1, 30)}）。"
    )


def _named(rng: Random) -> str:
    names = "、".join(place.full for place in rng.sample(words.places().cities, 4))
    return f"{names}等{rng.randint(5, 200)}个城市参加了本次评估。"


_SENTENCES: Sequence[Callable[[Random], str]] = (_result, _amount, _call, _compare, _named)


def paragraph(rng: Random, wrap: int | None) -> list[Printed]:
    """One to five sentences on one line, or wrapped at ``wrap`` columns with an indent."""
    text = "".join(sentence(rng) for _ in range(rng.randint(1, 5)))
    if wrap is None:
        return [Printed(rng.choice(("", "", "　　")) + text, PROSE)]
    return [Printed(line, PROSE) for line in wrapped("    " + text, wrap)]


def wrapped(text: str, columns: int) -> list[str]:
    """Lines of at most ``columns`` columns; closing punctuation never begins a line."""
    lines, line = [], ""
    for letter in text:
        if display_width(line + letter, 2) > columns and letter not in "，。、；）":
            lines.append(line)
            line = ""
        line += letter
    return [*lines, line]


def heading(rng: Random, number: int) -> Printed:
    numeral = "一二三四五六七八九十"[(number - 1) % 10]
    title = rng.choice(words.FIELDS) + rng.choice(
        ("总体情况", "主要特点", "评估结果", "发展形势", "对策建议")
    )
    style = rng.choice(("{c}、{t}", "（{c}）{t}", "第{c}章  {t}", "{n}. {t}", "{n}.1 {t}", "{t}"))
    return Printed(style.format(c=numeral, n=number, t=title), HEADING)


def figure(rng: Random, number: int) -> list[Printed]:
    """The caption of a figure that the text layer does not show."""
    style = rng.choice(("图{n} {t}", "图 {n} {t}", "图表 {n} {t}"))
    title = f"{rng.randint(2010, 2019)}年{words.score_name(rng)}" + rng.choice(
        ("分布图", "趋势图", "分析图")
    )
    return [BLANK, Printed(style.format(n=number, t=title), HEADING), BLANK]


def bullet_list(rng: Random) -> list[Printed]:
    style = rng.choice(("（{n}）{t}", "{n}. {t}", "{n}、{t}", "● {t}", "— {t}", "{n}.\t{t}"))
    count = rng.randint(2, 6)
    return [Printed(style.format(n=at, t=sentence(rng)), PROSE) for at in range(1, count + 1)]


def front_matter(rng: Random) -> list[Printed]:
    """Key and value lines of an official notice."""
    year = rng.randint(2010, 2019)
    texts = (
        f"索 引 号：000000000/{year}-{rng.randint(1, 99999):05d}",
        f"发文字号：示发〔{year}〕{rng.randint(1, 300)}号",
        f"发布机构：{words.body(rng)}",
        f"发布日期：{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
    )
    return [Printed(text, HEADING) for text in texts]


def contents(rng: Random) -> list[Printed]:
    """A contents page or a list of figures with dots, tabs or blanks before the page."""
    heads = rng.choice((("目 录",), ("目录",), ("图表目录",), ("CONTENTS 目录",)))
    leader = rng.choice(
        ("........", "……………… ", "\t", "\t- {p} -", "  . . . . . . . . . .  ", "·······")
    )
    lines = [Printed(text, HEADING) for text in heads]
    page = 1
    for number in range(1, rng.randint(5, 25)):
        page += rng.randint(0, 4)
        title = heading(rng, number).text if heads[0] != "图表目录" else figure(rng, number)[1].text
        tail = leader.format(p=page) if "{p}" in leader else f"{leader}{page}"
        lines.append(Printed(title + tail, CONTENTS))
    return lines


def bibliography(rng: Random) -> list[Printed]:
    lines = [Printed("参考文献", HEADING)]
    for number in range(1, rng.randint(3, 9)):
        year = rng.randint(2001, 2019)
        lines.append(
            Printed(
                f"[{number}] {words.body(rng)}. {words.report_title(rng)}[R]. {year}({number}): "
                f"{rng.randint(1, 60)}-{rng.randint(61, 99)}.",
                PROSE,
            )
        )
    return lines


def signature(rng: Random, indent: int) -> list[Printed]:
    """Who signs and when, and now and then whom to call (nobody: the numbers are made up)."""
    margin = " " * indent
    year = rng.randint(2010, 2019)
    date = f"{year}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    lines = [Printed(margin + words.body(rng), HEADING), Printed(margin + date, HEADING)]
    if rng.random() < 0.3:
        lines.append(Printed("联系电话：010-00000000", CONTACT))
        lines.append(Printed("电子邮箱：name@example.org", CONTACT))
    return lines


def prose(rng: Random, wrap: int | None, number: int) -> list[Printed]:
    """A piece of prose between two tables; it ends with a sentence."""
    lines: list[Printed] = []
    if rng.random() < 0.4:
        lines.append(heading(rng, number))
    if rng.random() < 0.15:
        lines += figure(rng, number)
    if rng.random() < 0.25:
        lines += bullet_list(rng)
    for _ in range(rng.randint(1, 3)):
        lines += paragraph(rng, wrap)
    return lines
