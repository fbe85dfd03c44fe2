"""The exported page in a real Chromium: accessible, self-contained, usable by keyboard alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conftest import ROOT, run_mtool

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

WIDTHS = (360, 1280)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    """The page of the repository's own sample in each language."""
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for language in ("en", "fr"):
        made[language] = folder / f"{language}.html"
        ended = run_mtool("--lang", language, "export", "html", "-o", made[language], cwd=ROOT)
        assert ended.code == 0, ended.err
    return made


@pytest.fixture(scope="module")
def short_pages(tmp_path_factory) -> dict[str, Path]:
    """A page of one dataset: every kind of element, with a tenth of the cells to look at."""
    folder = tmp_path_factory.mktemp("short")
    made = {}
    for language in ("en", "fr"):
        made[language] = folder / f"{language}.html"
        words = ("export", "html", "incidents", "-o", made[language], "--where", "admin1_code=ML05")
        assert run_mtool("--lang", language, *words, cwd=ROOT).code == 0
    return made


@pytest.fixture
def opened(browser):
    """Open a page; close what was opened."""
    contexts = []

    def open_page(path: Path, width: int = 1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


def expect_no_violation(page) -> None:
    found = axe.Axe().run(page, options=RULES).response
    assert len(found["passes"]) > 15
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found["violations"]] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_finds_nothing(opened, short_pages, language, scheme, width):
    """WCAG 2.2 AA as far as a program can tell."""
    expect_no_violation(opened(short_pages[language], width, color_scheme=scheme))


def test_axe_finds_nothing_on_the_whole_sample(opened, pages):
    """All datasets of the sample together: names stay unique, headings in order."""
    expect_no_violation(opened(pages["en"], 360))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_is_quiet_self_contained_and_fits(opened, pages, language, width):
    """Nothing in the console, nothing asked of the network, no sideways scrolling."""
    page = opened(pages[language], width)
    assert page.said == []
    assert page.asked == [pages[language].as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [("en", "light", 360), ("en", "dark", 1280), ("fr", "light", 1280), ("fr", "dark", 360)],
)
def test_pictures_to_look_at(opened, pages, screenshots, language, scheme, width):
    """Each section as a picture; none is empty, and none is wider than the screen."""
    page = opened(pages[language], width, color_scheme=scheme)
    for name in page.eval_on_selector_all("main > section", "all => all.map(s => s.id)"):
        section = page.locator(f"#{name}")
        box = section.bounding_box()
        assert box["width"] <= width and box["height"] > 100
        section.screenshot(path=screenshots / f"page-{language}-{scheme}-{width}-{name}.png")
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    page.screenshot(path=screenshots / f"page-{language}-{scheme}-{width}-top.png")


def focus_by_tab(page, wanted: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} is not reached by Tab")


def test_sorting_and_filtering_by_keyboard(opened, pages):
    """Tab, Enter and typing are enough; what happened is said to those who do not see it."""
    page = opened(pages["en"])
    rows = page.locator("#incidents-rows tbody tr:visible")
    before = rows.count()
    focus_by_tab(page, "#incidents-rows-filter")
    page.keyboard.type("segou 2021")
    assert rows.count() == 1
    status = page.locator("#incidents-rows-filter + [role=status]")
    assert status.inner_text() == f"Rows shown: 1 / {before}"
    for _ in range(len("segou 2021")):
        page.keyboard.press("Backspace")
    assert rows.count() == before
    focus_by_tab(page, "#incidents-rows th.number button")
    header = page.locator("#incidents-rows th.number")
    column = header.evaluate("cell => cell.cellIndex")
    figures = {}
    for direction in ("ascending", "descending"):
        page.keyboard.press("Enter")
        assert header.get_attribute("aria-sort") == direction
        texts = page.locator(f"#incidents-rows tbody td:nth-child({column + 1})").all_inner_texts()
        figures[direction] = [int(text) for text in texts if text]
    assert figures["ascending"] == sorted(figures["ascending"])
    assert figures["descending"] == sorted(figures["ascending"], reverse=True)
    assert max(figures["ascending"]) == 72


def test_the_first_tab_skips_to_the_content(opened, pages):
    """The skip link comes first, shows itself, and moves the focus."""
    page = opened(pages["en"])
    page.keyboard.press("Tab")
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_without_scripts_everything_is_there(opened, pages):
    """The words are the same, and no control is shown that would do nothing."""
    scripted, plain = opened(pages["en"]), opened(pages["en"], java_script_enabled=False)
    assert plain.locator("button, input").count() == 0
    assert plain.locator("tbody tr:visible").count() == scripted.locator("tbody tr").count()
    assert plain.get_by_text("Segou saw a doubling of incidents").first.is_visible()


def test_a_figure_leads_to_its_printed_cell(opened, pages):
    """The link of a row shows the very cell of the table as printed."""
    page = opened(pages["en"])
    row = page.locator("#incidents-rows tbody tr", has_text="Mopti").filter(has_text="2019")
    row.locator("a").click()
    assert page.locator(":target").inner_text() == "72"
    assert page.locator("tr:has(:target) td").first.inner_text() == "Mopti"


def test_every_link_leads_somewhere(opened, pages):
    """Each place that the page links to is on it, once."""
    page = opened(pages["en"])
    missing = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1))"
        ".filter(name => document.querySelectorAll('[id=\"' + name + '\"]').length !== 1)"
    )
    assert missing == []
    assert page.locator("a[href^='#at-']").count() > 40


def test_the_data_can_be_kept(opened, pages):
    """The link gives the same CSV as the command."""
    page = opened(pages["en"])
    with page.expect_download() as kept:
        page.locator("a[download='incidents.csv']").click()
    published = (ROOT / "data" / "clean" / "incidents.csv").read_bytes()
    assert Path(kept.value.path()).read_bytes() == published


def test_it_prints_on_a4(opened, pages, screenshots):
    """A few pages of A4 with nothing cut at the right."""
    page = opened(pages["en"])
    out = screenshots / "page-a4.pdf"
    page.pdf(path=out, prefer_css_page_size=True, print_background=True)
    subprocess.run(["pdftoppm", "-r", "60", "-png", out, out.with_suffix("")], check=True)
    told = subprocess.run(["pdfinfo", out], capture_output=True, text=True, check=True).stdout
    assert "A4" in told
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
