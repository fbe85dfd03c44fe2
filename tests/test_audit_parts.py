"""Parts and wholes, percentages and series of tables."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from audit_tables import contradicted, table
from mtool.auditing.evidence import read_evidence
from mtool.auditing.figures import read_figures
from mtool.auditing.parts import check_parts
from mtool.auditing.percentages import check_percentages
from mtool.auditing.report import audit_document
from mtool.auditing.series import check_series
from mtool.model import Document, Finding, RawTable, Source


def parts(text: str) -> list[Finding]:
    return list(check_parts(read_figures(table(text))).findings)


def series(text: str) -> list[Finding]:
    document = Document(Source("x"), "text/plain", (table(text),))
    return check_series(read_evidence(document)[0])[0]


def percentages(text: str) -> list[Finding]:
    return check_percentages(read_figures(table(text)))[0]


STAFF = (
    "Operator|Total staff|Women employed|Managerial staff|Women in managerial posts"
    "|Operational staff|Women in operational posts\n"
)


def test_women_by_role_cannot_exceed_the_women_employed() -> None:
    """Roles are disjoint: 4 + 5 women are more than 6."""
    found = contradicted(parts(STAFF + "MAG|20|6|8|4|12|5"))
    assert [(f.stated, f.computed, f.difference) for f in found] == [(9, 6, 3)]
    assert found[0].class_ == "source"


def test_a_part_above_its_whole_is_contradicted() -> None:
    """More women than staff cannot be."""
    found = contradicted(parts("Operator|Total staff|Women employed\nA|20|26\nB|9|9"))
    assert [(f.rule, f.stated, f.computed) for f in found] == [("part_above_whole", 26, 20)]


@pytest.mark.parametrize("words", ["of which women", "dont femmes", "including refugees"])
def test_of_which_is_bounded_by_the_row_before(words: str) -> None:
    """`of which` makes a subset in any language."""
    found = contradicted(parts(f"Item|Number\nStaff|20\n{words}|21"))
    assert [(f.stated, f.computed) for f in found] == [(21, 20)]


def test_killed_and_injured_are_all_casualties() -> None:
    """A casualty is killed or injured; there is no third kind."""
    text = "Area|Killed|Injured|Casualties\nA|2|3|5\nB|4|4|9"
    assert [(f.stated, f.computed) for f in contradicted(parts(text))] == [(8, 9)]


def test_men_women_and_unknown_are_all_adults() -> None:
    """With the unknown counted, nobody is left out."""
    rows = "Adults|95\nMen|24\nWomen|3\nUnknown|{}\nChildren|17\nBoys|16\nGirls|1"
    assert contradicted(parts("Group|2017\n" + rows.format(68))) == []
    assert len(contradicted(parts("Group|2017\n" + rows.format(60)))) == 1


def test_categories_that_need_not_cover_everyone_are_information() -> None:
    """Civilians and soldiers may be fewer than all, which is no contradiction."""
    found = parts("Category|2016\nAll casualties|114\nCivilians|31\nMilitary|82")
    assert [(f.verdict, f.severity) for f in found] == [("unverifiable", "info")]


def test_a_missing_part_leaves_the_bound() -> None:
    """What is not reported may be anything down to zero."""
    text = "Area|Killed|Injured|Casualties\nA|N/R|3|5\nB|N/R|13|9"
    found = parts(text)
    assert [f.verdict for f in found if "Killed + Injured" in f.message] == [
        "unverifiable",
        "contradicted",
    ]


def test_shares_of_a_total_are_recomputed_at_their_precision() -> None:
    """25 of 80 is 31 %, not 32 %."""
    text = "Region|Incidents|Share (%)\nA|25|{}\nB|30|38\nC|25|31\nTotal|80|100"
    assert percentages(text.format(31)) == []
    found = percentages(text.format(36))
    assert [(f.rule, f.stated) for f in found] == [("percentage", 36), ("percentages_sum", 100)]


def test_a_column_of_changes_is_recomputed() -> None:
    """A change in percent follows from the two years beside it."""
    text = "Region|2020|2021|Change (%)\nA|50|60|20\nB|30|33|12\nC|20|25|25\nD|80|100|25"
    assert [(f.stated, f.computed) for f in percentages(text)] == [(12, 10)]


def test_averages_are_recomputed() -> None:
    """Deminers per team follow from deminers and teams."""
    text = "Operator|Deminers|Teams|Average per team\nA|60|5|12\nB|30|3|10\nC|44|4|13"
    assert [(f.stated, f.computed) for f in percentages(text)] == [(13, 11)]


def test_a_percentage_that_follows_from_nothing_is_left_alone() -> None:
    """A rate of something the table does not show cannot be recomputed."""
    assert percentages("Region|Incidents|% of villages\nA|25|7\nB|30|52\nC|25|9") == []


def test_a_change_put_into_words_in_a_cell_is_computed() -> None:
    """16 % from 114 to 133 is 16.7 %."""
    text = "Label|2017\nTotal|133\nChange|{}% increase from 114\nKilled|30\nInjured|103"

    def found(percent: int) -> list[tuple[str, str | None]]:
        report = audit_document(Document(Source("x"), "text/csv", (table(text.format(percent)),)))
        return [(f.rule, f.verdict) for f in report if f.rule == "percentage"]

    assert found(16) == [("percentage", "contradicted")]
    assert found(17) == [("percentage", "supported")]


def test_a_cumulative_figure_cannot_fall() -> None:
    """All casualties ever are never fewer than a year before."""
    found = series("Year|Cumulative casualties\n2018|140\n2019|133\n2020|150")
    assert [(f.rule, f.stated) for f in found] == [("series_cumulative_falls", 133)]


def test_a_cumulative_figure_grows_by_the_year_s_own() -> None:
    """290 and 167 more are 457, not 467."""
    text = "Year|Casualties since 2006|Casualties\n2013|146|68\n2014|290|144\n2015|467|167\n2016|581|114"
    found = series(text)
    assert [(f.stated, f.computed) for f in found if f.rule == "series_cumulative"] == [(467, 457)]


def test_a_lost_decimal_mark_shows_as_a_power_of_ten() -> None:
    """Ten times the years around it is a warning with the figure that would fit."""
    found = series("Region|2018|2019|2020|2021\nA|500|5,200|510|400\nB|30|31|12|10")
    assert [(f.rule, f.severity, f.suggestion) for f in found] == [
        ("series_power_of_ten", "warning", "520")
    ]


def test_two_rows_with_the_same_figures_may_be_a_copy() -> None:
    """Identical rows are a warning, never a contradiction."""
    found = series("Region|2018|2019|2020\nA|30|33|12\nB|30|33|12")
    assert [(f.rule, f.severity) for f in found] == [("series_repeated_row", "warning")]


def test_killed_and_injured_that_changed_places() -> None:
    """The growth of all killed is each year the figure of the injured."""
    text = (
        "Year|Cumulative killed|Cumulative injured|Killed|Injured\n"
        "2014|20|50|9|4\n2015|25|62|12|5\n2016|28|80|18|3\n2017|34|91|11|6"
    )
    found = series(text)
    assert "series_swapped" in {f.rule for f in found}


def editions(shared: Path) -> dict[str, list[dict[str, str]]]:
    by_edition: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (shared / "reference" / "mali_casualties_by_edition.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            by_edition[row["id"]].append(row)
    return by_edition


def edition_tables(rows: list[dict[str, str]]) -> list[RawTable]:
    """One label-value list for the edition, and one with its groups kept."""
    year = rows[0]["data_year"]
    grouped = "\n".join(f"{r['group']}|{r['label']}|{r['value']}" for r in rows)
    plain = [r for r in rows if r["group"] not in ("all_known_since_2006", "outcome_prev")]
    flat = "\n".join(f"{r['label']}|{r['value']}" for r in plain)
    title = f"Casualties in {year}"
    return [table(f"Group|Label|Value\n{grouped}", title), table(f"Label|Value\n{flat}", title)]


def test_the_latest_of_five_real_editions_contradicts_itself_twice(shared: Path) -> None:
    """Its categories are more people than there were, and 16 % is no +16.7 %."""
    found = {}
    for edition, rows in editions(shared).items():
        for number, made in enumerate(edition_tables(rows)):
            report = audit_document(Document(Source("x"), "text/csv", (made,)))
            found[edition, number] = [(f.stated, f.computed) for f in contradicted(list(report))]
    latest = [found.pop(("MLI-2018ed", 0)), found.pop(("MLI-2018ed", 1))]
    assert [sorted(pairs) for pairs in latest] == [[(16, 16.6667), (154, 133)]] * 2
    assert set(map(tuple, found.values())) == {()}


def test_cumulative_figures_of_real_editions(shared: Path) -> None:
    """One of five yearly editions adds ten casualties that no year had."""
    lines = ["Year|All known casualties since 2006|Casualties in the year"]
    for rows in editions(shared).values():
        value = {(r["group"], r["label"]): r["value"] for r in rows}
        lines.append(
            f"{rows[0]['data_year']}|{value['all_known_since_2006', 'total']}|{value['annual', 'total']}"
        )
    found = contradicted(series("\n".join(lines)))
    assert [(f.stated, f.computed, f.difference) for f in found] == [(467, 457, 10)]
