"""Charts: what is in a specification is in its picture, and nothing is made up."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, run_mtool
from drawn_charts import CHARTS
from mtool.charts import Chart, Point, Series
from mtool.charts.hatches import fill, with_patterns
from mtool.charts.scale import spread
from mtool.charts.text import sparkline, sparklines, text_of
from mtool.charts.vega import png, specification, svg

SVG = "{http://www.w3.org/2000/svg}"
GAPPY = Chart(
    "lines",
    "Incidents <Mopti> & others",
    "number",
    (
        Series("Mopti", (Point("2019", 7), Point("2020", None), Point("2021", 0, breaks=True))),
        Series(
            "Ségou", (Point("2019", 6), Point("2020", 5, missing=2), Point("2021", 9, partial=True))
        ),
    ),
    "Source: a report.",
)


def texts(drawn: str) -> list[str]:
    return ["".join(e.itertext()) for e in ET.fromstring(drawn).iter(f"{SVG}text")]


@given(st.lists(st.none() | st.integers(0, 10**6), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_null_is_never_drawn_as_zero(values):
    """A missing figure is no point of a line, no block of a sparkline, and said in words."""
    points = tuple(Point(str(2000 + at), value) for at, value in enumerate(values))
    chart = Chart("lines", "t", "number", (Series("a", points),), "s")
    drawn = [
        row["value"]
        for layer in specification(chart)["vconcat"][0]["layer"]
        if layer["mark"]["type"] == "point"
        for row in layer["data"]["values"]
    ]
    assert sorted(drawn) == sorted(value for value in values if value is not None)
    drawn = sparkline(points)
    assert drawn.count("×") == values.count(None)
    assert drawn.count("▁") == values.count(0)
    assert chart.alt_text.count("no figure") == values.count(None)


def test_a_sparkline_shows_what_the_table_says_in_words():
    """New definitions, partial periods, missing addends and figures limited by words have marks."""
    points = (
        Point("2018", 8, breaks=True),
        Point("2019", 4, missing=1),
        Point("2020", 2, qualified=True),
        Point("2021", None, missing=2),
        Point("2022", 0.001, partial=True),
        Point("2023", 0),
    )
    assert sparkline(points) == "┆█▅?▃~×(▂)▁"


def test_sparklines_that_do_not_fit_are_left_out():
    """Eighty columns or none; and none for figures below zero, or where there is no figure."""
    months = tuple(Point(f"m{at}", at % 7) for at in range(61))
    (line,) = sparklines([Series("Mopti", months)], 84)
    assert len(line) == 84
    assert sparklines([Series("Mopti", months)], 80) == []
    none = Series("Gao", (Point("2021", None), Point("2022", None)))
    below = Series("Kidal", (Point("2021", -1), Point("2022", 1)))
    zero = Series("Kayes", (Point("2021", 0), Point("2022", 0)))
    assert sparklines([none, below, zero]) == ["Kayes  ▁▁  largest 0 (2021)"]


def test_alt_text_names_every_figure():
    """Whoever cannot see the picture is told all of it."""
    for said in (
        "2019 7",
        "2020 no figure",
        "2021 0 (the definition changes here)",
        "2021 9 (partial)",
    ):
        assert said in GAPPY.alt_text
    assert "2020 5 (figures missing: 2)" in GAPPY.alt_text


def test_svg_says_and_draws_what_the_chart_holds():
    """Names, marks of what is missing, and the source stand in the picture; alt text in desc."""
    tree = ET.fromstring(svg(GAPPY))
    assert tree.find(f"{SVG}title").text == GAPPY.title
    assert tree.find(f"{SVG}desc").text == GAPPY.alt_text
    said = texts(svg(GAPPY))
    assert {"Mopti", "Ségou", "5 +2?"} <= set(said)
    assert said.count("×") == 1
    assert any("Source: a report." in text for text in said)


def test_the_same_chart_gives_the_same_bytes():
    """Pictures can be compared byte by byte."""
    assert svg(GAPPY) == svg(GAPPY)
    assert png(GAPPY) == png(GAPPY)
    assert GAPPY.alt_text.encode() in png(GAPPY)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=8))
def test_labels_are_kept_apart(wanted):
    """No two labels stand nearer than their height."""
    places = sorted(spread(wanted, 16, 300))
    assert all(later - before >= 15.98 for before, later in pairwise(places))


def test_text_fits_and_marks_what_is_missing():
    """The terminal shows gaps, partial periods and definitions within 80 columns."""
    lines = text_of(GAPPY).splitlines()
    assert max(map(len, lines)) <= 80
    assert "2020   ×" in lines
    assert any(line.startswith("2021  ░") for line in lines)
    assert any(line.startswith("2021 ┆") for line in lines)


@pytest.mark.parametrize("kind", ["lines", "bars", "shares", "multiples", "change", "map"])
def test_every_kind_is_drawn_of_the_sample(kind, tmp_path):
    """Each kind of picture is written, with its source under it."""
    out = tmp_path / f"{kind}.svg"
    ran = run_mtool("plot", "incidents", "--kind", kind, "-o", out, cwd=ROOT)
    assert ran.code == 0, ran.err
    assert any("Source: Improvised mines in Mali" in text for text in texts(out.read_text("utf-8")))


@pytest.mark.parametrize("name", ["bars-four", "shares-three"])
def test_series_have_hatches_of_their_own(name):
    """In grey, too: no two series have the same drawing on their ground."""
    drawn = ET.fromstring(svg(CHARTS[name]))
    patterns = {p.get("id"): p for p in drawn.iter(f"{SVG}pattern")}
    used = {p.get("fill") for p in drawn.iter(f"{SVG}path")}
    series = CHARTS[name].series
    assert len({pattern_drawn(at) for at in range(len(series))}) == len(series)
    assert {f"url(#{own})" for own in patterns} <= used
    assert len(patterns) == 2 * (len(series) - 1)


def pattern_drawn(at: int) -> str:
    """What is drawn on the ground of a series, without its colours."""
    whole = with_patterns(f'<svg><path fill="{fill(at)}"/></svg>')
    return re.sub("#[0-9A-F]{6}|hatch[0-9]+", "", whole)


def test_a_share_of_zero_is_no_bar():
    """Nothing is drawn where nothing was counted, not even an edge."""
    chart = Chart(
        "shares", "t", "", (Series("a", (Point("1", 0),)), Series("b", (Point("1", 1),))), "s"
    )
    (stack, *_) = specification(chart)["vconcat"][0]["layer"]
    assert [row["name"] for row in stack["data"]["values"]] == ["b"]


def test_a_row_that_is_not_there_is_told_from_a_figure_that_is_missing():
    """No row, a row without a figure, and a zero have three marks, three words, and a legend."""
    points = (Point("1", 0), Point("2", None), Point("3", None, absent=True))
    chart = Chart("bars", "t", "number", (Series("a", points),), "s")
    assert "1 0; 2 no figure; 3 no row in the data" in chart.alt_text
    assert {"0", "×", "–"} <= set(texts(svg(chart)))
    assert any(
        "×: no figure, which is not zero; –: no row in the data" in t for t in texts(svg(chart))
    )
    assert text_of(chart).splitlines()[2:5] == ["1   0", "2   ×", "3   –"]


def test_map_shows_bamako_and_koulikoro_as_two(tmp_path):
    """A region without a row has a mark of its own, whatever its neighbour has."""
    out = tmp_path / "map.svg"
    run_mtool("plot", "incidents", "--kind", "map", "-o", out, cwd=ROOT)
    drawn = texts(out.read_text("utf-8"))
    assert {"Koulikoro20", "Bamako–", "Gao + Ménaka97", "Mopti228"} <= set(drawn)


def test_members_without_an_outline_of_their_own_are_told_under_the_map(workspace, tmp_path):
    """Figures of Gao and of Ménaka are not on the outline of both, which is not said to have no row."""
    rows = ["MLI,Gao,2021,5", "MLI,Ménaka,2021,", "MLI,Mopti,2021,7", "MLI,Kidal,2020,2"]
    (tmp_path / "t.csv").write_text("\n".join(["country,region,year,incidents", *rows]), "utf-8")
    run_mtool("ingest", tmp_path / "t.csv", cwd=workspace)
    out = tmp_path / "map.svg"
    ran = run_mtool("plot", "incidents", "--kind", "map", "-o", out, cwd=workspace)
    assert ran.code == 0, ran.err
    drawn = texts(out.read_text("utf-8"))
    assert {"Gao + Ménaka×", "Mopti7", "Tombouctou–"} <= set(drawn)
    assert any("for want of an outline: Gao 5; Ménaka no figure" in text for text in drawn)


def test_another_ending_is_refused(tmp_path):
    """The message says which endings there are."""
    ran = run_mtool("plot", "incidents", "-o", tmp_path / "a.jpg", cwd=ROOT)
    assert ran.code == 2
    assert ".svg or .png" in ran.err


def test_without_the_extra_the_message_names_it(monkeypatch):
    """A picture without vl-convert says what to install."""
    from mtool.errors import MissingExtra

    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    with pytest.raises(MissingExtra, match=r"mtool\[charts\]"):
        svg(GAPPY)


def test_regions_that_hold_each_other_have_no_rest(sample):
    """Shares that count a region twice are refused, not cut off at the whole."""
    regions = ("--region", "Mopti", "--region", "Mopti + Ségou")
    done = run_mtool("plot", "incidents", "--kind", "shares", *regions, cwd=sample)
    assert (done.code, "overlap" in done.err) == (2, True)
