"""Made scans: a page with tables drawn from figures, then put through what a scanner does to it.

The page is drawn at ``DRAWN_DPI`` and brought down to the scan's resolution only after it was
skewed, so that its edges are as soft as a scanner's and no glyph has the pixels of another.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from extractors.model import Box

DRAWN_DPI = 600
A4 = (595.0, 842.0)

#: ``open`` has no rule at its left and right side, ``columns`` no rule between its rows.
Style = Literal["ruled", "open", "columns", "three-line", "unruled"]
Span = tuple[int, int, int, int]

SERIF = ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 2)
SANS = ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0)


@dataclass(frozen=True)
class Sheet:
    """A table to be drawn: ``rows`` with merged cells' texts at their top left."""

    rows: list[list[str]]
    spans: list[Span] = field(default_factory=list)
    headers: int = 1
    widths: list[float] | None = None
    style: Style = "ruled"


@dataclass(frozen=True)
class Line:
    """A line of print outside of tables; ``left`` None is centred."""

    text: str
    left: float | None = 60.0


@dataclass(frozen=True)
class Dirt:
    """What the scanner does. ``skew`` in degrees, ``turn`` in quarter turns counterclockwise."""

    skew: float = 0.0
    turn: int = 0
    dpi: int = 200
    grain: float = 6.0
    specks: float = 0.0005
    shade: float = 20.0
    blur: float = 0.6
    quality: int = 75
    seed: int = 1


CLEAN = Dirt(grain=0, specks=0, shade=0, blur=0.3, quality=95)


class Page:
    """A page that is filled from the top. Places are in points, as in the model."""

    def __init__(
        self,
        *,
        font: tuple[str, int] = SANS,
        size: float = 9.0,
        width: float = A4[0],
        height: float = A4[1],
    ) -> None:
        self.width, self.height, self.size = width, height, size
        self.scale = DRAWN_DPI / 72
        self.picture = Image.new("L", (round(width * self.scale), round(height * self.scale)), 255)
        self.pen = ImageDraw.Draw(self.picture)
        self.font = ImageFont.truetype(font[0], round(size * self.scale), index=font[1])
        self.down = 50.0

    def line(self, line: Line) -> None:
        length = self._length(line.text)
        left = (self.width - length) / 2 if line.left is None else line.left
        self._print(line.text, left, self.down)
        self.down += self.size * 1.8

    def sheet(self, sheet: Sheet, *, left: float = 50.0, leading: float = 1.9) -> Box:
        """Draws the table below what is there and gives its box."""
        columns = len(sheet.rows[0])
        widths = sheet.widths or [(self.width - 2 * left) / columns] * columns
        xs = [left + sum(widths[:i]) for i in range(columns + 1)]
        pitch = self.size * leading
        ys = [self.down + pitch * i for i in range(len(sheet.rows) + 1)]
        self._rules(sheet, xs, ys)
        covered = {
            (r, c): (r1, c1) for r0, c0, r1, c1 in sheet.spans for r in range(r0, r1 + 1)
            for c in range(c0, c1 + 1) if (r, c) == (r0, c0)
        }  # fmt: skip
        for r, row in enumerate(sheet.rows):
            for c, text in enumerate(row):
                r1, c1 = covered.get((r, c), (r, c))
                middle = (xs[c] + xs[c1 + 1]) / 2 - self._length(text) / 2
                self._print(text, middle, (ys[r] + ys[r1 + 1]) / 2 - self.size / 2)
        self.down = ys[-1] + pitch
        return (xs[0], ys[0], xs[-1], ys[-1])

    def _rules(self, sheet: Sheet, xs: list[float], ys: list[float]) -> None:
        if sheet.style == "unruled":
            return
        if sheet.style == "three-line":
            for y in (ys[0], ys[sheet.headers], ys[-1]):
                self._rule(xs[0], y, xs[-1], y)
            return
        owner = {
            (r, c): index for index, (r0, c0, r1, c1) in enumerate(sheet.spans)
            for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)
        }  # fmt: skip

        def one(a: tuple[int, int], b: tuple[int, int]) -> bool:
            return a in owner and owner[a] == owner.get(b)

        rows, columns = len(ys) - 1, len(xs) - 1
        for r in range(rows + 1):
            between = sheet.headers < r < rows
            for c in range(columns):
                if not one((r - 1, c), (r, c)) and not (between and sheet.style == "columns"):
                    self._rule(xs[c], ys[r], xs[c + 1], ys[r])
        for c in range(columns + 1):
            if sheet.style == "open" and c in (0, columns):
                continue
            for r in range(rows):
                if not one((r, c - 1), (r, c)):
                    self._rule(xs[c], ys[r], xs[c], ys[r + 1])

    def _rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        ends = [v * self.scale for v in (x0, y0, x1, y1)]
        self.pen.line(ends, fill=0, width=round(0.6 * self.scale))

    def _length(self, text: str) -> float:
        return self.font.getlength(text) / self.scale

    def _print(self, text: str, left: float, top: float) -> None:
        self.pen.text((left * self.scale, top * self.scale), text, fill=0, font=self.font)

    def scan(self, dirt: Dirt = CLEAN) -> np.ndarray:
        """The page as a scanner gives it, (height, width) uint8, at ``dirt.dpi``."""
        drawn = np.asarray(self.picture)
        h, w = drawn.shape
        turn = cv2.getRotationMatrix2D((w / 2, h / 2), dirt.skew, 1.0)
        turned = cv2.warpAffine(drawn, turn, (w, h), flags=cv2.INTER_LINEAR, borderValue=255)
        ratio = dirt.dpi / DRAWN_DPI
        size = (round(w * ratio), round(h * ratio))
        small = cv2.resize(turned, size, interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(np.rot90(_dirtied(small, dirt), dirt.turn))


def _dirtied(picture: np.ndarray, dirt: Dirt) -> np.ndarray:
    """Softened, shaded from one side, grained, specked black and white, and kept as a JPEG."""
    random = np.random.default_rng(dirt.seed)
    h, w = picture.shape
    made = picture.astype(np.float32)
    if dirt.blur:
        made = cv2.GaussianBlur(made, (0, 0), dirt.blur)
    # Ink is no blacker than 30 and paper no whiter than 240 on a scanner's glass.
    made = 30 + made * (210 / 255) - np.linspace(0, dirt.shade, w, dtype=np.float32)
    if dirt.grain:
        made += random.normal(0, dirt.grain, (h, w)).astype(np.float32)
    if dirt.specks:
        spots = random.random((h, w))
        made[spots < dirt.specks / 2] = 20
        made[spots > 1 - dirt.specks / 2] = 245
    clipped = np.clip(made, 0, 255).astype(np.uint8)
    packed = cv2.imencode(".jpg", clipped, [cv2.IMWRITE_JPEG_QUALITY, dirt.quality])[1]
    return cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)


CITIES = [
    "北京",
    "上海",
    "广州",
    "深圳",
    "杭州",
    "南京",
    "成都",
    "武汉",
    "西安",
    "重庆",
    "天津",
    "苏州",
    "长沙",
    "青岛",
    "宁波",
    "郑州",
    "无锡",
    "济南",
    "合肥",
    "福州",
    "厦门",
    "大连",
    "沈阳",
    "昆明",
    "哈尔滨",
    "长春",
    "南昌",
    "贵阳",
    "太原",
    "石家庄",
    "南宁",
    "兰州",
    "海口",
    "银川",
    "西宁",
    "乌鲁木齐",
    "呼和浩特",
    "拉萨",
]


def statistics_sheet(rows: int = 30, *, seed: int = 1, style: Style = "ruled") -> Sheet:
    """Eight columns under a header of two levels; 合计 is the sum of 城镇 and 农村."""
    random_ = random.Random(seed)
    header = [
        ["序号", "地区", "人口（万人）", "", "", "增速", "人均收入", "指数"],
        ["", "", "合计", "城镇", "农村", "（%）", "（元）", ""],
    ]
    spans = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4), (0, 7, 1, 7)]
    body = []
    for number in range(rows):
        town, land = random_.randint(101, 99999) / 100, random_.randint(1, 9999) / 100
        body.append([
            str(number + 1), CITIES[number % len(CITIES)], f"{town + land:.2f}", f"{town:.2f}",
            f"{land:.2f}", f"{random_.randint(-99, 199) / 10:.1f}",
            f"{random_.randint(8000, 91111):,}", f"{random_.randint(1, 1000) / 1000:.3f}",
        ])  # fmt: skip
    widths = [35.0, 65.0, 70.0, 70.0, 65.0, 55.0, 75.0, 60.0]
    return Sheet(header + body, spans, headers=2, widths=widths, style=style)


def ranking_sheet(rows: int = 30, *, seed: int = 1, style: Style = "ruled") -> Sheet:
    """Eight columns: rank, place, and six scores of which the first is in falling order."""
    random_ = random.Random(seed)
    header = [["排名", "城市", "总分", "经济", "创新", "环境", "开放", "宜居"]]
    score, body = 99.87, []
    for number in range(rows):
        parts = [f"{random_.randint(1000, 9999) / 100:.2f}" for _ in range(5)]
        body.append([str(number + 1), CITIES[number % len(CITIES)], f"{score:.2f}", *parts])
        score -= random_.randint(1, 199) / 100
    widths = [40.0, 75.0] + [63.0] * 6
    return Sheet(header + body, headers=1, widths=widths, style=style)
