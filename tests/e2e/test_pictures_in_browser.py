"""Pictures as a browser draws them: every label is whole, and none lies on another."""

from __future__ import annotations

from itertools import combinations
from math import cos, sin

import pytest

from conftest import ROOT, run_mtool
from drawn_charts import CHARTS
from mtool.charts.vega import png, svg

TWO = ("--region", "Mopti", "--region", "Ségou")
SAMPLE = {
    "lines": ("--kind", "lines"),
    "lines-two": ("--kind", "lines", *TWO),
    "bars-two": ("--kind", "bars", *TWO),
    "bars-by-region": ("--by", "region"),
    "shares": ("--kind", "shares"),
    "shares-two": ("--kind", "shares", *TWO),
    "rest": ("--kind", "rest", *TWO),
    "multiples": ("--kind", "multiples"),
    "change": ("--kind", "change", *TWO),
    "map": ("--kind", "map"),
}
#: Texts with their boxes; what is drawn twice, as a rim and as ink, counts once.
BOXES = """() => {
  const shown = [...document.querySelectorAll('svg text')].filter(t => t.textContent.trim());
  const boxes = shown.map(t => { const b = t.getBoundingClientRect(), m = t.getScreenCTM();
    return {angle: Math.atan2(m.b, m.a), x: m.e, y: m.f, text: t.textContent, left: b.left, top: b.top, right: b.right, bottom: b.bottom}; });
  const keys = boxes.map(b => b.text + Math.round(b.left) + ' ' + Math.round(b.top));
  return boxes.filter((b, at) => keys.indexOf(keys[at]) === at);
}"""


def overlap(a: dict, b: dict) -> bool:
    """Whether two labels share more than the air around letters; slanted ones lie on parallels."""
    if a["angle"] and a["angle"] == b["angle"]:
        across, down = a["x"] - b["x"], a["y"] - b["y"]
        apart = across * sin(a["angle"]) - down * cos(a["angle"])
        along = across * cos(a["angle"]) + down * sin(a["angle"])
        return abs(apart) < 9 and abs(along) < 40
    wide = min(a["right"], b["right"]) - max(a["left"], b["left"])
    high = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
    return min(wide, high) > 3


def expect_labels_apart(page, drawn: str) -> None:
    """Every text is inside the picture; no two boxes share more than the air around letters."""
    page.set_content(f"<body style='margin:0'>{drawn}")
    frame = page.locator("svg").first.bounding_box()
    boxes = page.evaluate(BOXES)
    assert len(boxes) > 7
    clipped = [
        b["text"]
        for b in boxes
        if b["left"] < 0 or b["right"] > frame["width"] or b["bottom"] > frame["height"]
    ]
    assert clipped == []
    lying = [(a["text"], b["text"]) for a, b in combinations(boxes, 2) if overlap(a, b)]
    assert lying == []


@pytest.fixture(scope="module")
def sheet(browser):
    """A page to draw on."""
    page = browser.new_page(viewport={"width": 1000, "height": 1000})
    yield page
    page.close()


@pytest.mark.parametrize("name", CHARTS)
def test_labels_of_gaps_breaks_and_unfinished_periods_lie_apart(sheet, screenshots, name):
    """Whatever marks come together, each can be read."""
    (screenshots / f"chart-{name}.png").write_bytes(png(CHARTS[name]))
    expect_labels_apart(sheet, svg(CHARTS[name]))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", SAMPLE)
def test_labels_of_the_sample_lie_apart(sheet, screenshots, tmp_path, name, language):
    """Every kind of picture of the sample, in both languages."""
    words = ("--lang", language, "plot", "incidents", *SAMPLE[name], "-o")
    assert run_mtool(*words, tmp_path / "a.svg", cwd=ROOT).code == 0
    assert run_mtool(*words, screenshots / f"sample-{name}-{language}.png", cwd=ROOT).code == 0
    expect_labels_apart(sheet, (tmp_path / "a.svg").read_text("utf-8"))
