"""A page with a bar chart: values, names and axis labels in rows and columns, and no table."""

from __future__ import annotations

import io
from random import Random

from reportlab.pdfgen.canvas import Canvas

from tests.pdf.by_reportlab import register_font
from tests.pdf.page import A4, MARGIN

BARS = 14
HEIGHT = 260.0


def chart_page(seed: int = 0) -> bytes:
    """A PDF of one page: bars with their values above and slanted names below, a grid behind."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    font = register_font()
    left, base, step = MARGIN + 30, 420.0, (A4[0] - 2 * MARGIN - 30) / BARS
    canvas.setFont(font, 11)
    canvas.drawCentredString(A4[0] / 2, base + HEIGHT + 40, "图 8 各地区综合指数")
    canvas.setLineWidth(0.4)
    canvas.setStrokeColorRGB(0.7, 0.7, 0.7)
    canvas.setFont(font, 8)
    for tick in range(0, 101, 20):
        height = base + HEIGHT * tick / 100
        canvas.line(left, height, A4[0] - MARGIN, height)
        canvas.drawRightString(left - 6, height - 3, f"{tick}.00")
    rng = Random(seed)
    for bar in range(BARS):
        value = 100 - 5 * bar - rng.random() * 4
        x = left + bar * step
        canvas.setFillColorRGB(0.3, 0.5, 0.8)
        canvas.rect(x + step * 0.2, base, step * 0.6, HEIGHT * value / 100, fill=1, stroke=0)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.drawCentredString(x + step / 2, base + HEIGHT * value / 100 + 4, f"{value:.2f}")
        canvas.saveState()
        canvas.translate(x + step / 2, base - 8)
        canvas.rotate(-90)
        canvas.drawString(0, -3, f"地区{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[bar]}")
        canvas.restoreState()
    canvas.showPage()
    canvas.save()
    return stream.getvalue()
