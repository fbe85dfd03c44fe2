"""Published layouts of feeds and forms: what each golden file becomes, and what speaks against it."""

from __future__ import annotations

import csv
import os
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import run_mtool
from golden_documents import REGENERATE
from mtool.layouts import folded, known_layouts, layout_findings, recognise
from mtool.layouts.forms import form_of, overlay_form
from mtool.layouts.hxl import rule_of_tag, tags_of
from mtool.model import Note, RawTable, Row, Source
from mtool.sources.files import read_document

GOLDEN = Path(__file__).parent / "golden" / "feeds"
#: The day that every golden file is of: an edition of its own would change with each checkout.
OF_JUNE = 1_748_736_000
DERIVED = ("passport.yaml", "events.csv", "conflict_counts.csv", "casualties.csv", "findings.csv")


def input_of(case: Path) -> Path:
    return next(path for path in case.iterdir() if path.name not in DERIVED)


@pytest.mark.parametrize("case", sorted(GOLDEN.iterdir()), ids=lambda case: case.name)
def test_golden(case, workspace):
    """The passport inferred, the rows published and the findings are those beside the input."""
    raw = workspace.parent / input_of(case).name
    shutil.copy(input_of(case), raw)
    os.utime(raw, (OF_JUNE, OF_JUNE))
    run_mtool("ingest", raw, "-w", workspace)
    folder = workspace / "data"
    found = {"passport.yaml": (folder / "raw" / f"{raw.name}.passport.yaml").read_text("utf-8")}
    found |= {
        name: (folder / "clean" / name).read_text("utf-8")
        for name in DERIVED
        if (folder / "clean" / name).is_file()
    }
    if REGENERATE:
        for name in DERIVED:
            (case / name).unlink(missing_ok=True)
        for name, text in found.items():
            (case / name).write_text(text, "utf-8")
    expected = {p.name: p.read_text("utf-8") for p in case.iterdir() if p.name in DERIVED}
    assert found == expected


def table_of(header, rows=(), notes=()):
    body = [Row(tuple(row), at) for at, row in enumerate(rows, start=2)]
    return RawTable("t1", tuple(header), body, notes=tuple(notes))


@pytest.mark.parametrize("layout", known_layouts().values(), ids=lambda layout: layout.name)
def test_a_layout_is_known_by_its_header_in_any_order_and_case(layout):
    """Neither the order of columns nor capitals nor blanks hide a layout; its schema has its columns."""
    header = [name.upper().replace("_", " ") for name in layout.columns]
    random.Random(4).shuffle(header)
    words = {"inter1": "Rebel group"} if layout.name.endswith("2024") else {}
    row = tuple(words.get(folded(name), "1") for name in header)
    assert recognise(table_of(header), [row]).name == layout.name
    from mtool.schemas import load_schema

    columns = set(load_schema(layout.schema).columns)
    derived = {"area", "admin2", "country", "period", "year", "month", "ignore", "measure"}
    for rule in layout.columns.values():
        assert rule.get("column", "measure") in columns | derived
        assert rule.get("measure") in columns | {None}


@given(st.data())
def test_any_columns_gone_or_new_are_named(data):
    """Whatever is taken from the header of a layout or added to it, the finding names each."""
    layout = known_layouts()["acled_events_2023"]
    names = list(layout.columns)
    gone = data.draw(st.sets(st.sampled_from(sorted(set(names) - layout.essential)), max_size=5))
    header = [name for name in names if name not in gone]
    new = data.draw(
        st.lists(st.from_regex(r"new_[a-z]{1,6}", fullmatch=True), unique=True, max_size=3)
    )
    for name in new:
        header.insert(data.draw(st.integers(0, len(header))), name)
    said = [f for f in layout_findings(table_of(header), layout.name) if f.rule == "layout_columns"]
    assert len(said) == bool(gone or new)
    for name in (*gone, *new):
        assert name in said[0].message


def test_a_licence_that_is_a_table_does_not_hold_up_the_data(workspace, tmp_path):
    """Terms in rows and columns on the first sheet are set aside with their reason."""
    from openpyxl import load_workbook
    from openpyxl.worksheet.table import Table

    name = "mali_political_violence_events_and_fatalities_by_month-year.xlsx"
    book = load_workbook(GOLDEN / "acled-monthly" / name)
    licence = book["Licensing"]
    licence.delete_rows(1, licence.max_row)
    licence.append(("Term", "Text", "Where"))
    for word in ("Licence", "Citation", "Contact", "Caveat"):
        licence.append((word, f"Invented words on the {word}", "on the web"))
    licence.add_table(Table(displayName="Terms", ref="A1:C5"))
    book.save(tmp_path / name)
    assert run_mtool("ingest", tmp_path / name, "-w", workspace).code == 0
    passport = (workspace / "data" / "raw" / f"{name}.passport.yaml").read_text("utf-8")
    assert "text beside the data of ACLED's monthly counts on HDX" in passport


def test_an_incident_table_with_events_and_fatalities_is_not_acleds():
    """Words that ACLED uses too make no layout of somebody else's report."""
    header = ("Country", "Region", "Month", "Year", "Events", "Fatalities", "Injured")
    assert recognise(table_of(header), []) is None


def test_zero_and_one_casualties_are_no_choices(workspace, tmp_path):
    """A group of counts that happen to be 0 and 1 is not taken for a multiple choice."""
    header = ["date_of_accident", "region", "victims/killed", "victims/injured", "_id", "_uuid"]
    form = form_of(header)
    cells = dict(zip(header, [["2024-01-01"], ["Gao"], ["0"], ["1"], ["7"], ["u"]], strict=True))
    rules = {key: {"column": "ignore"} for key in header} | {
        "victims/killed": {"measure": "killed"},
        "victims/injured": {"measure": "injured"},
    }
    overlay_form(form, header, cells, rules)
    assert rules["victims/killed"] == {"measure": "killed"}
    assert rules["victims/injured"] == {"measure": "injured"}


def test_choices_without_their_question_are_read_once(workspace, tmp_path):
    """Where a form exports only one column per choice, the devices of a row are still all there."""
    file = tmp_path / "kobo_mali.csv"
    file.write_text(
        "date_of_accident,region,device_type/ap_mine,device_type/uxo,killed,_id,_uuid\n"
        "2024-01-01,Gao,1,1,1,7,u-7\n2024-01-02,Mopti,0,1,0,8,u-8\n2024-01-03,Mopti,0,0,0,9,u-9\n"
    )
    assert run_mtool("ingest", file, "-w", workspace).code == 0
    with (workspace / "data" / "clean" / "events.csv").open(newline="") as lines:
        rows = {row["event_id"]: row["device_type"] for row in csv.DictReader(lines)}
    assert rows == {"u-7": "ap_mine; uxo", "u-8": "uxo", "u-9": ""}


def test_a_word_of_a_form_is_declared_in_the_passport(workspace):
    """`codes` says what a form's own word means; then the source is published."""
    raw = workspace.parent / "odk_mali.csv"
    shutil.copy(GOLDEN / "odk-central" / raw.name, raw)
    assert run_mtool("ingest", raw, "-w", workspace).code == 1
    passport = workspace / "data" / "raw" / "odk_mali.csv.passport.yaml"
    text = passport.read_text("utf-8")
    declared = "    codes:\n      device_type:\n        device_type:\n          other: unknown\n"
    passport.write_text(text.replace("    constants:", f"{declared}    constants:"), "utf-8")
    assert run_mtool("run", "-w", workspace).code == 0
    assert ",unknown," in (workspace / "data" / "clean" / "events.csv").read_text("utf-8")


def test_casualties_of_a_form_by_sex_alone_wait(workspace, tmp_path):
    """Parts are never added up by themselves: without a total, a person decides."""
    file = tmp_path / "kobo_mali.csv"
    file.write_text(
        "date_of_accident,region,men_killed,women_killed,_id,_uuid\n2024-01-01,Gao,1,2,7,u-7\n"
    )
    done = run_mtool("ingest", file, "-w", workspace)
    assert done.code == 1 and "needs_review" in done.out
    passport = (workspace / "data" / "raw" / "kobo_mali.csv.passport.yaml").read_text("utf-8")
    assert "no column counts killed of all people" in passport


@pytest.mark.parametrize(
    ("written", "wrong", "said"),
    [
        (
            "layout: acled_weekly",
            "layout: acled_wekly",
            "no layout 'acled_wekly'; known: acled_events",
        ),
        ("span: week", "span: month", "span 'month'; expected week"),
    ],
)
def test_a_misspelt_word_of_a_layout_is_refused(workspace, written, wrong, said):
    """What a person wrote into the passport is either understood or named."""
    raw = workspace.parent / "weekly.csv"
    shutil.copy(GOLDEN / "acled-weekly" / raw.name, raw)
    assert run_mtool("ingest", raw, "-w", workspace).code == 0
    passport = workspace / "data" / "raw" / "weekly.csv.passport.yaml"
    text = passport.read_text("utf-8")
    assert written in text
    passport.write_text(text.replace(written, wrong), "utf-8")
    done = run_mtool("run", "-w", workspace)
    assert done.code == 2 and said in done.out + done.err


def test_a_feed_that_drops_a_used_column_stops(workspace):
    """A known passport, a later file: what is not used may go and is named, what is used may not."""
    raw = workspace / "data" / "raw" / "mali_events.csv"
    shutil.copy(GOLDEN / "acled-events-2023" / raw.name, raw)
    assert run_mtool("run", "-w", workspace).code == 0
    text = raw.read_text("utf-8")
    raw.write_text(text.replace("source_scale", "scale_of_source", 1), "utf-8")
    done = run_mtool("run", "-w", workspace)
    assert (
        done.code == 0 and "source_scale is gone, scale_of_source stands in its place" in done.out
    )
    raw.write_text(text.replace("fatalities", "deaths", 1), "utf-8")
    done = run_mtool("run", "-w", workspace)
    assert done.code == 1 and "layout_drift" in done.out and "'deaths' new" in done.out
    assert "kept the last good rows of: mali_events" in done.err


def test_a_repeat_in_its_own_file_waits(workspace, tmp_path):
    """Rows of a repeat are people, not events: they wait, whatever their columns are called."""
    file = tmp_path / "mali-victims.csv"
    file.write_text("sex,killed,PARENT_KEY,KEY\nmale,1,uuid:1,uuid:1/1\nfemale,0,uuid:1,uuid:1/2\n")
    done = run_mtool("ingest", file, "-w", workspace)
    assert done.code == 1 and "schema_undecided" in done.out


@pytest.mark.parametrize(
    ("tag", "rule"),
    [
        ("#country +code", {"column": "location_code"}),
        ("#adm1+name", {"column": "area"}),
        ("#adm2 +v_pcode +code", {"column": "admin2_code"}),
        ("#adm1_id", {"column": "admin1_code"}),
        ("#date+start", {"column": "reference_period_start"}),
        ("#date +occurred", {"column": "event_date"}),
        ("#event+id", {"column": "event_id"}),
        (
            "#affected +killed +f +children",
            {"measure": "killed", "sex": "female", "age_group": "child"},
        ),
        ("#affected+injured", {"measure": "injured"}),
        ("#org", {"column": "operator"}),
        ("#geo+lon", {"column": "longitude"}),
        ("#indicator+value+num", None),
        ("#x_unheard_of", None),
    ],
)
def test_a_tag_says_what_its_column_is(tag, rule):
    """Tags of HXL 1.1 and of its drafts; a tag that mtool does not know leaves it to the words."""
    assert rule_of_tag(tag) == rule


@pytest.mark.parametrize("tag", ["#affected", "#idp_num", "#population+f", "#inneed", "#aff_num"])
def test_people_who_are_no_casualties_are_left_for_a_reason(tag):
    """People affected, displaced or in need are never taken for people hurt."""
    rule = rule_of_tag(tag)
    assert rule["column"] == "ignore" and tag in rule["reason"]


def test_tags_of_another_width_are_no_evidence():
    """A row of tags that does not fit the header says nothing about its columns."""
    assert tags_of(table_of(["a", "b"], notes=[Note("HXL", "#adm1")])) == ()


def test_a_real_hxl_table_of_another_field(shared, workspace):
    """Old tags, French months, odd blanks: the months are periods, and the people are no casualties."""
    file = shared / "reference" / "hxl" / "mali-population-movements.csv"
    document = read_document(file, Source("real", path=file.name))
    assert len(document.tables[0].rows) == 21
    assert run_mtool("ingest", file, "-w", workspace).code == 1
    passport = (workspace / "data" / "raw" / f"{file.name}.passport.yaml").read_text("utf-8")
    assert "Date: period" in passport
    assert "HXL says displaced people (#idp_num)" in passport
    assert "candidates" not in passport
