"""Two editions, two sources: matched on keys, differences explained, nothing subtracted silently."""

from __future__ import annotations

import json

import openpyxl
import pytest

from conftest import run_mtool
from mtool.compare import Side, compare
from mtool.errors import UsageError
from tables import derived, table


def side(name, rows, header=("Region", "2021", "2022"), title="Incidents in Mali"):
    return Side(name, derived(table(list(header), rows, title)).frames)


def statuses(compared):
    return {(f.area, f.period): f.status for f in compared.figures}


def test_a_revised_figure_is_the_only_difference():
    """The same table with one figure changed."""
    a = side("a", [["Mopti", "33", "35"], ["Segou", "12", "21"]])
    b = side("b", [["Ségou", "12", "22"], ["Mopti", "33", "35"]])
    compared = compare(a, b)
    assert not compared.equal
    (changed,) = [f for f in compared.figures if f.status != "equal"]
    assert (changed.area, changed.period, changed.difference) == ("Ségou", "2022", 1)
    assert changed.ratio == pytest.approx(22 / 21)


def test_the_order_of_sides_only_turns_the_sign():
    """B against A is A against B, negated."""
    a, b = side("a", [["Mopti", "1", "5"]]), side("b", [["Mopti", "2", "5"]])
    there, back = compare(a, b), compare(b, a)
    assert [f.difference for f in there.figures] == [-f.difference for f in back.figures]


def test_a_composite_equals_the_sum_of_its_members():
    """Gao with Ménaka against Gao and Ménaka apart."""
    whole = side("a", [["Gao (includes Menaka)", "10", "6"]])
    apart = side("b", [["Gao", "7", "4"], ["Ménaka", "3", "1"]])
    for compared in (compare(whole, apart), compare(apart, whole)):
        assert [(f.period, f.status) for f in compared.figures] == [
            ("2021", "equal"),
            ("2022", "different"),
        ]
        assert "members are summed" in compared.figures[1].why


def test_one_member_alone_is_not_compared_with_its_composite():
    """Gao alone is no Gao with Ménaka."""
    compared = compare(
        side("a", [["Gao (includes Menaka)", "10", "6"]]), side("b", [["Gao", "7", "4"]])
    )
    assert sorted(f.status for f in compared.figures) == ["only_a", "only_a", "only_b", "only_b"]


def test_unlike_definitions_are_labelled():
    """A difference between mines and any IED is no error, and says so."""
    a = side("a", [["Mopti", "33", "35"]], title="Incidents with AP mines in Mali")
    b = side("b", [["Mopti", "80", "90"]], title="IED incidents in Mali")
    assert all("unlike definitions: ap_mine against ied" in f.why for f in compare(a, b).figures)


def test_a_missing_figure_is_never_zero():
    """Not reported on one side is a figure that only the other has."""
    compared = compare(side("a", [["Mopti", "N/R", "0"]]), side("b", [["Mopti", "0", "0"]]))
    assert [f.status for f in compared.figures] == ["only_b", "equal"]
    assert "A says not_reported" in compared.figures[0].why


def test_tolerance_allows_small_differences():
    """In the figure's own unit."""
    a, b = side("a", [["Mopti", "10", "20"]]), side("b", [["Mopti", "11", "20"]])
    assert compare(a, b, tolerance=1).equal
    assert not compare(a, b, tolerance=0.5).equal


def test_nothing_in_common_is_wrong_use():
    """Incidents cannot be compared with staff."""
    staff = side("b", [["MAG", "3"]], ("Operator", "Total staff"), "Staff in Mali, 2022")
    with pytest.raises(UsageError, match="nothing to compare"):
        compare(side("a", [["Mopti", "1", "2"]]), staff)


REPORT = (
    "Mali incidents\n\nIncidents fell in Mopti from 2021 to 2022.\n\n"
    "Table 1: Incidents by region\n\nRegion\t2021\t2022\nMopti\t35\t33\nSegou\t12\t21\nTotal\t47\t54\n"
)


@pytest.fixture
def editions(tmp_path):
    """Two editions: in the second Mopti rises, so that the total and the sentence are wrong."""
    old, new = tmp_path / "mali_old.txt", tmp_path / "mali_new.txt"
    old.write_text(REPORT)
    new.write_text(REPORT.replace("35\t33", "35\t36"))
    return old, new


def test_verdicts_that_flip_are_told(editions):
    """The control total and the claim that the new figure breaks."""
    done = run_mtool("compare", *editions, "--format", "json")
    assert done.code == 1
    flips = {f["rule"]: (f["a"], f["b"]) for f in json.loads(done.out)["flips"]}
    assert flips["control_total_row"] == ("supported", "contradicted")
    assert flips["claim_trend"] == ("supported", "contradicted")


@pytest.mark.parametrize("output", ["table", "json", "csv", "html", "md"])
def test_equal_editions_are_exit_0_in_every_format(editions, output):
    """As diff does."""
    assert run_mtool("compare", editions[0], editions[0], "--format", output).code == 0


def test_a_comparison_as_a_workbook(editions, tmp_path):
    """Differences are coloured, formula-like text is text."""
    out = tmp_path / "compared.xlsx"
    assert run_mtool("compare", *editions, "-o", out).code == 1
    sheet = openpyxl.load_workbook(out)["Comparison"]
    colours = {row[9].value: row[0].fill.fgColor.rgb for row in sheet.iter_rows(min_row=5)}
    assert colours["different"] != colours["equal"]


def test_editions_of_a_source_by_name(workspace, editions):
    """SOURCE@EDITION, from data/clean."""
    old, new = editions
    report = workspace / "mali.txt"
    for path, day in ((old, "2022-11"), (new, "2023-11")):
        report.write_text(path.read_text())
        run_mtool("ingest", report, "-w", workspace)
        for passport in (workspace / "data" / "raw").glob("*.yaml"):
            text = passport.read_text()
            if "published" not in text:
                edition = next(line for line in text.splitlines() if "  edition:" in line)
                passport.write_text(text.replace(edition, f"  published: {day}"))
    run_mtool("run", "-w", workspace)
    done = run_mtool("compare", "mali@2022-11", "mali@2023-11", "-w", workspace)
    assert done.code == 1, done.err
    assert "1 different, 3 equal" in done.err
    assert "edition 2022-11 against 2023-11" in " ".join(done.out.split())
    wrong = run_mtool("compare", "mali@2022", "mali@2023-11", "-w", workspace)
    assert (wrong.code, "did you mean" in wrong.err) == (2, True)
