"""What each rule says of rows written down by hand: the same without pandas and on frames."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from mtool.engines.failures import as_word, whole_if_so
from mtool.errors import UsageError
from mtool.model import Finding, Locator, Report
from mtool.schemas import load_schema
from mtool.tidy.columns import Columns, as_frame
from mtool.validate import (
    FEW_ROWS,
    grouped,
    nothing_to_validate,
    validate_frame,
    validate_rows,
)

BASE = {
    "location_code": "MLI",
    "reference_period_start": "2022-01-01",
    "reference_period_end": "2022-12-31",
    "source_id": "a",
    "edition": "2023",
    "source_ref": "a[t1]",
}
STAFF = BASE | {"operator": "MAG", "role": "all", "sex": "all"}
EVENT = {name: BASE[name] for name in ("location_code", "source_id", "edition", "source_ref")}


def place(at, column):
    return Locator(line=at, cell=column)


def judged(schema, *rows):
    """Every finding of some rows, which frames and plain columns must agree on."""
    kept = list(schema.columns)
    columns = Columns({name: [row.get(name) for row in rows] for name in kept}, len(rows))
    plain = validate_rows(columns, schema, place)
    frame = validate_frame(as_frame(columns, schema), schema, place=place)
    assert list(plain.report) == list(frame.report)
    assert (plain.unsound, plain.report.checked) == (frame.unsound, frame.report.checked)
    pd.testing.assert_frame_equal(plain.frame, frame.frame)
    return list(plain.report)


def told(findings, *names):
    """Of each finding: rule, row, blamed column, and more."""
    return [
        (f.rule, f.locator.line, f.locator.cell, *(getattr(f, n) for n in names)) for f in findings
    ]


@pytest.fixture
def own(tmp_path):
    """A schema of the columns given."""

    def schema(columns, **more):
        tree = {"schema_type": "dataframe", "name": "own", "columns": columns, **more}
        path = tmp_path / "own.yaml"
        path.write_text(json.dumps(tree))
        return load_schema(str(path))

    return schema


# Rules between columns of a row


def figures(name, *rows):
    schema = load_schema(name)
    return judged(
        schema, *({**BASE, "source_cell": f"B{at}", **row} for at, row in enumerate(rows))
    )


def area(region, **more):
    printed = {"admin1_name": region, "provider_admin1_name": region, "device_type": "any"}
    return printed | {"sex": "all", "age_group": "all", "civilian_status": "all"} | more


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [("2022-12-31", "2022-01-01", True), ("2022-01-01", "2022-01-01", False)],
)
def test_a_period_may_end_on_the_day_it_starts(start, end, wrong):
    """But not before it; the end is blamed."""
    row = area("Mopti", incidents=1, reference_period_start=start, reference_period_end=end)
    found = figures("incidents", row)
    expected = [("period_in_order", 0, "reference_period_end", "2022-01-01")] if wrong else []
    assert told(found, "value") == expected


@pytest.mark.parametrize(
    ("known", "start", "wrong"),
    [
        ({"edition": "2022"}, "2022-12-31", False),
        ({"edition": "2022"}, "2023-01-01", True),
        ({"edition": "2022-02"}, "2022-02-28", False),
        ({"edition": "2022-02"}, "2022-03-01", True),
        ({"edition": "2024-02"}, "2024-02-29", False),
        ({"edition": "2022-02-10"}, "2022-02-10", False),
        ({"edition": "2022-02-10"}, "2022-02-11", True),
        ({"edition": "2024", "as_of": "2022-06"}, "2022-07-01", True),
        ({"edition": "2022", "as_of": "2024"}, "2023-01-01", False),
    ],
)
def test_nothing_is_reported_before_it_happened(known, start, wrong):
    """A date of a year or month means its last day; `as_of` is better known than the edition."""
    row = area(
        "Mopti", incidents=1, reference_period_start=start, reference_period_end="2025-01-01"
    )
    found = figures("incidents", {**row, **known})
    expected = [("period_before_publication", 0, "reference_period_start", start, "source")]
    assert told(found, "value", "class_") == (expected if wrong else [])


def events(*rows):
    return judged(
        load_schema("events"),
        *(
            {**EVENT, "event_id": str(at), "source_cell": f"B{at}", **r}
            for at, r in enumerate(rows)
        ),
    )


def test_an_event_is_not_reported_before_its_day():
    """On the day itself it may be; one without a day is not judged."""
    day = {"device_type": "any", "killed": 1, "edition": "2022-02-10"}
    found = events(
        {**day, "event_date": "2022-02-11"}, {**day, "event_date": "2022-02-10"}, {**day}
    )
    assert [f for f in told(found) if f[0] == "event_before_publication"] == [
        ("event_before_publication", 0, "event_date")
    ]


@pytest.mark.parametrize(
    ("latitude", "longitude", "outside"),
    [
        (17.0, -4.0, False),
        (-17.0, -4.0, True),
        (17.0, 40.0, True),
        (17.0, -40.0, True),
        (60.0, -4.0, True),
        (None, 40.0, True),
        (60.0, None, True),
        (17.0, None, False),
        (None, None, False),
    ],
)
def test_coordinates_lie_inside_the_country(latitude, longitude, outside):
    """Either of them alone can be outside; an unknown country has no bounds."""
    row = {"event_date": "2022-01-01", "latitude": latitude, "longitude": longitude}
    rules = [f.rule for f in events(row)]
    assert ("inside_country" in rules) is outside
    assert "inside_country" not in [f.rule for f in events({**row, "location_code": "XXX"})]


def test_the_edge_of_a_country_is_inside():
    """Its own bounds, to the last digit."""
    from mtool.checks import country_bounds

    west, south, east, north = country_bounds()["MLI"]
    corners = [(south, west), (south, east), (north, west), (north, east)]
    rows = [{"event_date": "2022-01-01", "latitude": y, "longitude": x} for y, x in corners]
    assert "inside_country" not in [f.rule for f in events(*rows)]


def test_a_row_without_a_figure_says_why():
    """Zero is a figure; a status is a reason."""
    found = figures(
        "casualties",
        area("Mopti"),
        area("Gao", killed=0),
        area("Kayes", value_status="not_reported"),
    )
    assert told(found, "value", "class_") == [
        ("missing_says_why", 0, "value_status", None, "structure")
    ]


def test_casualties_are_killed_and_injured():
    """Above and below; not where one of the three is missing."""
    found = figures(
        "casualties",
        area("Mopti", killed=3, injured=4, casualties=8),
        area("Gao", killed=3, injured=4, casualties=6),
        area("Kayes", killed=3, injured=4, casualties=7),
        area("Ségou", killed=3, casualties=9),
        area("Kidal", injured=3, casualties=9),
        area("Sikasso", killed=1, injured=1),
    )
    assert told(found, "value", "stated", "computed", "difference") == [
        ("casualties_are_killed_and_injured", 0, "casualties", "8", 8, 7, 1),
        ("casualties_are_killed_and_injured", 1, "casualties", "6", 6, 7, -1),
    ]
    assert found[0].message == (
        "Mopti: 8 casualties, 7 killed and injured together; expected casualties = killed + "
        "injured, where all three are given"
    )
    assert found[0].verdict == "contradicted"


def test_parts_are_no_larger_than_the_area_released():
    """Given parts together; missing ones count nothing, and equal is allowed."""
    found = figures(
        "land_release",
        area("Mopti", area_cancelled_m2=1000.5, area_reduced_m2=600.0, area_released_m2=1500.0),
        area("Gao", area_cancelled_m2=1.0, area_cleared_m2=2.0, area_released_m2=3.0),
        area("Kayes", area_released_m2=3.0),
        area("Ségou", area_cancelled_m2=9.0),
        area("Kidal", area_cleared_m2=4.0, area_released_m2=3.0, operator="MAG"),
    )
    rule = "parts_within_released"
    found = [f for f in found if f.rule == rule]
    assert told(found, "stated", "computed", "difference") == [
        (rule, 0, "area_released_m2", 1600.5, 1500, 100.5),
        (rule, 4, "area_released_m2", 4, 3, 1),
    ]
    assert isinstance(found[1].difference, int)
    assert found[0].message.startswith(
        "Mopti: 1,600.5 m² cancelled, reduced and cleared together, 1,500 m² released; expected "
    )
    assert found[1].message.startswith("MAG: 4 m² cancelled")


def test_hazardous_areas_are_no_larger_than_the_contaminated_area():
    """Suspected and confirmed together."""
    rule = "hazardous_areas_within_contaminated"
    found = figures(
        "contamination",
        area("Mopti", sha_area_m2=2.0, cha_area_m2=2.0, contaminated_area_m2=3.0),
        area("Gao", sha_area_m2=2.0, contaminated_area_m2=2.0),
        area("Kayes", contaminated_area_m2=2.0),
        area("Ségou", cha_area_m2=4.0),
    )
    assert told([f for f in found if f.rule == rule], "stated", "computed") == [
        (rule, 0, "contaminated_area_m2", 4, 3)
    ]


# Rules of rows together


def staff(*rows):
    found = figures(
        "staffing", *({**STAFF, "source_cell": f"B{at}", **r} for at, r in enumerate(rows))
    )
    return [f for f in found if f.rule != "duplicate_key"]


def test_women_are_no_more_than_staff_of_their_role():
    """Per role and operator; as many as all is allowed, and a missing figure bounds nothing."""
    found = staff(
        {"staff": 5, "role": "operational"},
        {"staff": 6, "role": "operational", "sex": "female"},
        {"staff": 5, "role": "managerial"},
        {"staff": 5, "role": "managerial", "sex": "female"},
        {"staff": 6, "role": "managerial", "sex": "female", "operator": "DCA"},
        {"role": "support", "value_status": "not_known"},
        {"staff": 9, "role": "support", "sex": "female"},
        {"staff": 9, "role": "support", "sex": "male", "operator": "HI"},
    )
    rule = "women_within_staff"
    assert told(found, "value", "stated", "computed") == [(rule, 1, "staff", "6", 6, 5)]
    assert found[0].message == (
        "MAG: 6 women, 5 staff; expected no more women than staff in the same role"
    )


@pytest.mark.parametrize("numbers", [(3, 7), (7, 3), (None, 7)])
def test_the_larger_of_two_figures_for_all_bounds_the_women(numbers):
    """Whichever comes first, and where one is missing."""
    rows = [
        {"staff": number, "role": "operational", "value_status": "not_known"} for number in numbers
    ]
    assert not [
        f
        for f in staff(*rows, {"staff": 7, "role": "operational", "sex": "female"})
        if f.rule == "women_within_staff"
    ]
    (found,) = [
        f
        for f in staff(*rows, {"staff": 8, "role": "operational", "sex": "female"})
        if f.rule == "women_within_staff"
    ]
    assert (found.stated, found.computed) == (8, 7)


def test_people_in_single_roles_are_no_more_than_in_all():
    """Women against women, everybody against everybody, each operator by itself."""
    found = staff(
        {"staff": 9},
        {"staff": 6, "role": "operational"},
        {"staff": 4, "role": "managerial"},
        {"staff": 2, "sex": "female"},
        {"staff": 1, "role": "operational", "sex": "female"},
        {"staff": 2, "role": "managerial", "sex": "female"},
        {"staff": 1, "operator": "DCA"},
        {"staff": 1, "operator": "DCA", "role": "operational"},
        {"role": "support", "operator": "DCA", "value_status": "not_known"},
    )
    assert told(found, "stated", "computed", "difference") == [
        ("roles_within_staff", 0, "staff", 10, 9, 1),
        ("women_in_roles_within_women", 3, "staff", 3, 2, 1),
    ]
    assert found[0].message.startswith("MAG: 10 staff in single roles together, 9 staff; expected")


def test_roles_without_a_figure_for_all_are_not_judged():
    """Nor is a figure for all without roles, nor one that is missing."""
    assert not staff({"staff": 6, "role": "operational"}, {"staff": 9, "role": "managerial"})
    assert not staff({"staff": 6})
    assert not staff({"value_status": "not_known"}, {"staff": 9, "role": "managerial"})


# Cells


def column(dtype, nullable=True, unique=False, **checks):
    found = {"dtype": dtype, "nullable": nullable, "unique": unique}
    return found | ({"checks": checks} if checks else {})


CELLS = [
    ("Int64", {"greater_than": 3}, [2, 3], [4], "more than 3"),
    ("Int64", {"greater_than_or_equal_to": 3}, [2], [3, 4], "3 or more"),
    ("Int64", {"less_than": 3}, [3, 4], [2], "less than 3"),
    ("Int64", {"less_than_or_equal_to": 3}, [4], [2, 3], "3 or less"),
    ("Int64", {"equal_to": 3}, [2, 4], [3], "3"),
    ("Int64", {"not_equal_to": 3}, [3], [2, 4], "anything but 3"),
    ("Int64", {"in_range": {"min_value": 2, "max_value": 4}}, [1, 5], [2, 3, 4], "a value from"),
    (
        "Int64",
        {"in_range": {"min_value": 2, "max_value": 4, "include_min": False, "include_max": False}},
        [1, 2, 4, 5],
        [3],
        "a value from",
    ),
    ("Int64", {"isin": [1, 2]}, [3], [1, 2], "one of 1, 2"),
    ("Int64", {"notin": [1, 2]}, [1, 2], [3], "none of 1, 2"),
    ("str", {"str_matches": "b+"}, ["ab", "a"], ["b", "ba"], "text that matches b+"),
    ("str", {"str_contains": "b+"}, ["a"], ["ab", "ba"], "text that contains b+"),
    ("str", {"str_startswith": "b"}, ["ab"], ["ba"], "text that starts with b"),
    ("str", {"str_endswith": "b"}, ["ba"], ["ab"], "text that ends with b"),
    ("str", {"str_length": {"exact_value": 2}}, ["a", "abc"], ["ab"], "text of the length"),
    ("str", {"str_length": {"min_value": 2}}, ["a"], ["ab", "abc"], "text of the length"),
    ("str", {"str_length": {"max_value": 2}}, ["abc"], ["a", "ab"], "text of the length"),
    (
        "str",
        {"str_length": {"min_value": 2, "max_value": 2}},
        ["a", "abc"],
        ["ab"],
        "text of the length",
    ),
    (
        "str",
        {"in_vocabulary": "sex"},
        ["women"],
        ["female"],
        "a code of the vocabulary sex",
    ),
    ("str", {"known_country": {}}, ["ML"], ["MLI"], "an ISO 3166-1 alpha-3 country code"),
    ("Float64", {"less_than": 1.5}, [1.5, 2.25], [1.25], "less than 1.5"),
    ("boolean", {"equal_to": True}, ["false"], ["true"], "True"),
    ("datetime64[ns]", {"greater_than": "2020-01-31"}, ["2020-01-31"], ["2020-02-01"], "more than"),
]


@pytest.mark.parametrize(("dtype", "checks", "wrong", "right", "expected"), CELLS)
def test_a_check_of_a_column_fails_at_its_cells(own, dtype, checks, wrong, right, expected):
    """Every wrong cell is one finding with its value; null is never wrong."""
    schema = own({"n": column(dtype, **checks)})
    found = judged(schema, *({"n": value} for value in (*wrong, None, *right, wrong[0])))
    (rule,) = checks
    rows = [*range(len(wrong)), len(wrong) + 1 + len(right)]
    values = [str(value) for value in (*wrong, wrong[0])]
    if dtype == "boolean":
        values = [value.capitalize() for value in values]
    assert told(found, "value") == [
        (rule, row, "n", value) for row, value in zip(rows, values, strict=True)
    ]
    assert found[0].message.startswith(f"n: {values[0]!r}; expected {expected}")
    assert all(f.severity == "error" and f.class_ == "structure" for f in found)
    assert found[0].suggestion


@pytest.mark.parametrize(
    ("dtype", "wrong", "right", "expected"),
    [
        ("Int64", ["many", "1.5"], ["1", " 2", "1,000"], "a whole number"),
        ("Float64", ["many"], ["1.5", "2"], "a number"),
        ("boolean", ["maybe"], ["true", "0"], "true or false"),
        ("datetime64[ns]", ["31/12/2020", "2021-02-29"], ["2020-12-31"], "a date (YYYY-MM-DD)"),
    ],
)
def test_a_cell_of_the_wrong_type_is_null_and_named(own, dtype, wrong, right, expected):
    """With what was expected; it is not called empty too."""
    schema = own({"n": column(dtype, nullable=False)})
    found = judged(schema, *({"n": text} for text in (*right, *wrong)))
    assert told(found, "value", "message", "suggestion") == [
        ("type", at, "n", text, f"n: {text!r} is not {expected}", f"write {expected}")
        for at, text in enumerate(wrong, start=len(right))
    ]


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_an_empty_cell_is_found_where_there_must_be_a_value(own, empty):
    """Beside a wrong one in the same column, each is one finding."""
    schema = own({"n": column("Int64", nullable=False), "m": column("Int64")})
    found = judged(schema, {"n": "x", "m": "1"}, {"n": empty, "m": empty}, {"n": "3", "m": "y"})
    assert told(found, "message") == [
        ("type", 0, "n", "n: 'x' is not a whole number"),
        ("type", 2, "m", "m: 'y' is not a whole number"),
        ("not_null", 1, "n", "n: expected a value; the cell is empty"),
    ]
    assert found[2].suggestion == "fill the cell in"


def test_every_finding_says_how_to_mend_it(own):
    """Duplicates in words of their own; a check in plain ones."""
    schema = own({"n": column("Int64", unique=True, less_than=9)}, unique=["n"])
    found = judged(schema, {"n": 1}, {"n": 1}, {"n": 9})
    cures = {f.rule: f.suggestion for f in found}
    assert cures == {
        "duplicate": "take one of the two rows out",
        "duplicate_key": "take one of the rows out, or tell them apart (two tables of different "
        "definition need different constants in the passport)",
        "less_than": "correct the cell",
    }


def test_findings_come_by_type_then_by_rule_and_column(own):
    """Types in the order of columns; rules by name, their columns by name; rows in order."""
    schema = own(
        {
            "b": column("Int64", less_than=5, greater_than=0),
            "a": column("Int64", less_than=5),
        }
    )
    found = judged(schema, {"b": "9", "a": "x"}, {"b": "y", "a": "9"}, {"b": "-1", "a": "8"})
    assert told(found) == [
        ("type", 1, "b"),
        ("type", 0, "a"),
        ("greater_than", 2, "b"),
        ("less_than", 1, "a"),
        ("less_than", 2, "a"),
        ("less_than", 0, "b"),
    ]


# Keys


def test_a_value_that_stands_twice_is_found_at_both(own):
    """Three times, at all three; null never."""
    schema = own({"n": column("Int64", unique=True)})
    found = judged(schema, *({"n": value} for value in (7, None, 8, 7, None, 7)))
    assert told(found, "value", "message") == [
        ("duplicate", row, "n", "7", "n: '7'; expected a value that stands once")
        for row in (0, 3, 5)
    ]


def test_a_key_that_stands_twice_names_the_other_row(own):
    """The first of the others; a key of nothing but nulls is none, null beside a value is one."""
    schema = own({"a": column("str"), "b": column("Int64")}, unique=["a", "b"])
    rows = [
        ("x", 1),
        ("x", 2),
        (None, None),
        ("x", 1),
        (None, None),
        ("x", 1),
        (None, 3),
        (None, 3),
    ]
    found = judged(schema, *({"a": a, "b": b} for a, b in rows))
    assert [(f.locator.line, f.message) for f in found] == [
        (row, f"the same key as {place(other, '').in_source()}: expected one row per a, b")
        for row, other in [(0, 3), (3, 0), (5, 0), (6, 7), (7, 6)]
    ]
    assert {f.rule for f in found} == {"duplicate_key"}
    assert found[0].value is None
    assert found[0].suggestion.startswith("take one of the rows out")


def test_the_other_row_of_another_file_is_named_with_its_path(own):
    """Within a file the place is enough."""
    schema = own({"a": column("str")}, unique=["a"])
    columns = Columns({"a": ["x", "x"]}, 2)

    def in_files(at, column):
        return Locator(path=("one.csv", "two.csv")[at], line=5)

    found = validate_rows(columns, schema, in_files).report
    assert [f.message for f in found] == [
        "the same key as two.csv, line 5: expected one row per a",
        "the same key as one.csv, line 5: expected one row per a",
    ]


# The report


def test_a_report_counts_what_was_checked(own):
    """Types, nulls, values, keys, rules; of no rows, nothing."""
    schema = own(
        {"a": column("str", nullable=False, greater_than="A"), "b": column("Int64", unique=True)}
    )
    checked = validate_rows(Columns({"a": ["x"], "b": [1]}, 1), schema, place).report.checked
    assert (checked.tables, checked.rows, checked.checks) == (1, 1, 5)
    checked = validate_rows(Columns({"a": [], "b": []}, 0), schema, place).report.checked
    assert (checked.tables, checked.rows, checked.checks) == (1, 0, 0)


def test_rows_of_structure_findings_are_unsound_and_others_are_not():
    """A contradiction of the source leaves its row sound."""
    schema = load_schema("casualties")
    rows = [
        {**BASE, **area("Mopti", killed=1, injured=1, casualties=3), "source_cell": "B1"},
        {**BASE, **area("Gao", killed="x", injured=1), "source_cell": "B2"},
    ]
    columns = Columns({n: [row.get(n) for row in rows] for n in schema.columns}, 2)
    assert validate_rows(columns, schema, place).unsound == {1}


def test_many_rows_are_checked_as_a_frame(own):
    """Beyond the limit; the findings are the same, at the limit too."""
    schema = own({"n": column("Int64", greater_than=0)})
    for length in (FEW_ROWS, FEW_ROWS + 1):
        values = [1] * (length - 1) + [0]
        checked = validate_rows(Columns({"n": values}, length), schema, place)
        assert told(checked.report, "value") == [("greater_than", length - 1, "n", "0")]
        assert checked.rows == length
        assert list(checked.frame["n"]) == values


def test_nothing_to_validate_has_no_rows_and_its_report():
    """An empty frame, and nothing unsound."""
    report = Report((Finding("no_rows", "structure", "error", "none"),))
    checked = nothing_to_validate(report)
    assert (checked.rows, checked.report, checked.unsound) == (0, report, frozenset())
    assert checked.frame.empty


def test_a_frame_without_a_required_column_is_refused(own):
    """The first one, by name; optional columns may be absent."""
    schema = own(
        {"a": column("str"), "b": {**column("str"), "required": False}, "c": column("str")}
    )
    with pytest.raises(UsageError) as refused:
        validate_frame(pd.DataFrame({"b": ["x"]}), schema)
    assert str(refused.value) == "the rows have no column 'a', which own requires"
    assert validate_frame(pd.DataFrame({"a": ["x"], "c": ["y"]}), schema).report.valid


@pytest.mark.parametrize(
    ("cell", "ref", "found"),
    [
        ("B4", "a[t2]", ("B4", None, "t2")),
        ("n=B4; m=C4", "a[t2]", ("B4", None, "t2")),
        ("m=C4; n=D4", "a[t2]", ("D4", None, "t2")),
        ("m=C4; k=D4", "a[t2]", ("C4", None, "t2")),
        ("line 7, column 2", "a", (None, 7, None)),
        ("line 7, column 2", "a[x][t3]", (None, 7, "t3")),
    ],
)
def test_a_finding_stands_at_the_cell_of_its_measure(own, cell, ref, found):
    """Of several cells the measure's own, else the first; the table comes from the reference."""
    text = column("str")
    schema = own({"n": column("Int64", greater_than=0), "source_cell": text, "source_ref": text})
    frame = pd.DataFrame(
        {"n": ["1", "0"], "source_cell": ["A1", cell], "source_ref": ["a[t9]", ref]}
    )
    for path in ("b.csv", ""):
        (finding,) = validate_frame(frame, schema, path).report
        where = finding.locator
        assert (where.cell, where.line, where.table, where.path) == (*found, path or None)


def test_a_frame_without_cells_names_its_file_alone(own):
    """There is nothing else to say."""
    schema = own({"n": column("Int64", greater_than=0)})
    (finding,) = validate_frame(pd.DataFrame({"n": ["0"]}), schema, "b.csv").report
    assert finding.locator == Locator(path="b.csv")
    (finding,) = validate_frame(pd.DataFrame({"n": ["0"]}), schema).report
    assert finding.locator == Locator()


def test_findings_are_grouped_for_people_by_severity_rule_and_file():
    """In order of first appearance."""

    def finding(rule, severity, path, line):
        return Finding(rule, "structure", severity, "", Locator(path=path, line=line))

    one = finding("type", "error", "a.csv", 1)
    two = finding("type", "warning", "a.csv", 2)
    three = finding("type", "error", "a.csv", 3)
    four = finding("type", "error", None, 4)
    five = finding("not_null", "error", "a.csv", 5)
    groups = grouped([one, two, three, four, five])
    assert list(groups.items()) == [
        (("error", "type", "a.csv"), [one, three]),
        (("warning", "type", "a.csv"), [two]),
        (("error", "type", ""), [four]),
        (("error", "not_null", "a.csv"), [five]),
    ]


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (-0.0, "0.0"),
        (0, "0"),
        (1.5, "1.5"),
        (-2.0, "-2.0"),
        ("x", "x"),
        (True, "True"),
        (pd.Timestamp("2022-03-01 12:00"), "2022-03-01"),
        (pd.Timestamp("2022-03-01").date(), "2022-03-01"),
    ],
)
def test_a_value_is_said_as_people_write_it(value, word):
    """Days as ISO days; no minus zero."""
    assert as_word(value) == word


@pytest.mark.parametrize(("number", "whole"), [(3.0, 3), (3.5, 3.5), (4, 4), (-2.0, -2)])
def test_whole_numbers_are_said_without_a_point(number, whole):
    """As ints."""
    found = whole_if_so(number)
    assert (found, type(found)) == (whole, type(whole))
