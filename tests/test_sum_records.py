"""What a record of sums holds: figures, gaps, words of limit, conditions, keys; in both scanners."""

from __future__ import annotations

import pandas as pd
import pytest

from mtool.engines.sums import (
    SMALL,
    Question,
    Record,
    Running,
    Sums,
    Tally,
    row_records,
    speaks_of,
    sum_file,
    sum_lines,
)
from mtool.engines.sums_arrow import sum_batches
from mtool.errors import UnreadableInput

DTYPES = {
    "region": "str",
    "day": "datetime64[s]",
    "open": "boolean",
    "killed": "Int64",
    "area": "Float64",
    "value_status": "str",
    "qualifier": "str",
}
HEADER = "region,day,open,killed,area,value_status,qualifier"
both = pytest.mark.parametrize("scan", [sum_lines, sum_batches])


@pytest.fixture
def published(tmp_path):
    """A published dataset of the lines given."""

    def write(*lines):
        path = tmp_path / "a.csv"
        path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
        return path

    return write


def asked(*keys, measures=("killed",), dtypes=DTYPES, **more):
    return Question(keys, measures, dtypes, **more)


def told(records):
    return [(*r.subject.values(), r.rows, r.sums["killed"]) for r in records]


@both
def test_rows_of_a_subject_are_put_together_in_the_order_of_subjects(scan, published):
    """Null comes first; rows are counted with and without figures."""
    path = published("Mopti,,,3,,,", ",,,1,,,", "Gao,,,,,,", "Mopti,,,4,,,")
    assert told(scan(path, asked("region"))) == [
        (None, 1, Sums(1, 1, 0, 0)),
        ("Gao", 1, Sums(None, 0, 0, 0)),
        ("Mopti", 2, Sums(7, 2, 0, 0)),
    ]


@both
def test_gaps_count_where_a_status_speaks_of_the_measure(scan, published):
    """A status of another measure, and a status beside a figure, are no gap."""
    path = published(
        "Gao,,,,,not_reported,",
        "Gao,,,,,killed=not_known,",
        "Gao,,,,2,area=not_known,",
        "Gao,,,5,,not_reported,",
        "Gao,,,,,,",
    )
    assert told(scan(path, asked("region"))) == [("Gao", 5, Sums(5, 1, 2, 0))]


@both
def test_limits_are_counted_row_by_row(scan, published):
    """`at_least` of the row or of the measure."""
    path = published(
        "Gao,,,1,,,at_least", "Gao,,,1,,,killed=about", "Gao,,,1,,,area=about", "Gao,,,1,,,"
    )
    assert told(scan(path, asked("region"))) == [("Gao", 4, Sums(4, 4, 0, 2))]


@both
def test_a_dataset_without_words_has_no_gaps_and_no_limits(scan, published):
    """Its schema has neither a status nor a qualifier."""
    dtypes = {name: DTYPES[name] for name in ("region", "killed")}
    records = scan(published("Gao,,,1,,,at_least", "Gao,,,,,,"), asked("region", dtypes=dtypes))
    assert told(records) == [("Gao", 2, Sums(1, 1, 0, 0))]


@both
@pytest.mark.parametrize(
    ("figures", "total"),
    [
        (["0.1", "0.2"], 0.3),
        (["0.25", "0.75"], 1),
        (["-0.5"], -0.5),
        (["-0.5", "-1.5", "1"], -1),
        (["2", "3"], 5),
        (["0"], 0),
        (["1e12", "0.25"], 1000000000000.25),
    ],
)
def test_fractions_are_added_to_a_billionth(scan, published, figures, total):
    """A whole sum is an int, whatever it is made of."""
    path = published(*(f"Gao,,,,{figure},," for figure in figures))
    (record,) = scan(path, asked("region", measures=("area",)))
    found = record.sums["area"].total
    assert (found, type(found)) == (total, type(total))


@both
@pytest.mark.parametrize(
    ("column", "text", "rows"),
    [
        ("region", "Gao", 1),
        ("region", "=Gao", 1),
        ("region", "gao", 0),
        ("region", "", 0),
        ("killed", "7", 2),
        ("killed", "7.0", 2),
        ("killed", "seven", 0),
        ("killed", "0", 0),
        ("open", "true", 2),
        ("open", "TRUE", 2),
        ("open", "false", 1),
        ("day", "2022-03-01", 1),
        ("day", "2022-03", 0),
    ],
)
def test_a_condition_reads_a_cell_as_its_type_does(scan, published, column, text, rows):
    """Numbers as numbers, text as it reads without its guard, truth in any case; empty is nothing."""
    path = published(
        "Gao,2022-03-01,true,7,,,", "'=Gao,2022-03-02,false,7,,,", ",,true,,,,", "Kidal,,,8,,,"
    )
    assert sum(r.rows for r in scan(path, asked("region", where=((column, text),)))) == rows


@both
def test_every_condition_must_hold(scan, published):
    """Two conditions keep what fulfils both."""
    path = published("Gao,,true,7,,,", "Gao,,false,7,,,", "Kidal,,true,7,,,")
    where = (("region", "Gao"), ("open", "true"))
    assert told(scan(path, asked("region", where=where))) == [("Gao", 1, Sums(7, 1, 0, 0))]


@both
def test_keys_read_as_they_were_and_can_be_cut(scan, published):
    """Guards come off text, not off days; days are cut to months; empty is null."""
    path = published(
        "'=Gao,2022-03-01,,1,,,", "'=Gao,2022-03-31,,2,,,", "''Gao,2022-04-01,,3,,,", "-x,,,4,,,"
    )
    assert told(scan(path, asked("region", "day", cut={"day": 7}))) == [
        ("'Gao", "2022-04", 1, Sums(3, 1, 0, 0)),
        ("-x", None, 1, Sums(4, 1, 0, 0)),
        ("=Gao", "2022-03", 2, Sums(3, 2, 0, 0)),
    ]


def test_only_text_is_guarded():
    """Numbers, days and truth are not."""
    assert asked("region").guarded == {"region", "value_status", "qualifier"}


def test_columns_are_read_once_each():
    """Keys, measures, conditions, and the words of status and limit where there are any."""
    question = asked("region", "killed", where=(("open", "true"), ("region", "Gao")))
    assert question.columns == ["region", "killed", "open", "value_status", "qualifier"]
    assert asked("region", dtypes={"region": "str"}).columns == ["region", "killed"]


@pytest.mark.parametrize(
    ("words", "measure", "speaks"),
    [
        (None, "killed", False),
        ("", "killed", False),
        ("not_known", "killed", True),
        ("killed=range", "killed", True),
        ("injured=range", "killed", False),
        ("injured=range; killed=about", "killed", True),
        ("not_killed=range", "killed", False),
    ],
)
def test_words_speak_of_a_measure(words, measure, speaks):
    """By its whole name, or of all where they name none."""
    assert speaks_of(words, measure) is speaks


def test_a_changed_file_is_told_by_its_path_and_what_is_wrong(published):
    """Columns taken out are listed."""
    path = published()
    path.write_text("region,open\nGao,true\n", encoding="utf-8")
    with pytest.raises(UnreadableInput) as refused:
        sum_lines(path, asked("region"))
    assert str(refused.value).startswith(f"{path}: no column killed, value_status, qualifier; ")
    assert "not as mtool wrote it: derive it again with mtool run --force" in str(refused.value)


def test_a_word_among_the_figures_is_told_by_its_line(published):
    """The second row stands on line 3; a row cut short is found too."""
    for line in ("Gao,,,many,,,", "Gao,,"):
        path = published("Gao,,,1,,,", line)
        with pytest.raises(UnreadableInput, match=r"a\.csv: line 3: "):
            sum_lines(path, asked("region"))


def test_an_empty_file_is_not_as_mtool_wrote_it(tmp_path):
    """It has no header."""
    path = tmp_path / "a.csv"
    path.touch()
    with pytest.raises(UnreadableInput, match="no column region, killed"):
        sum_lines(path, asked("region"))


def test_a_small_file_needs_neither_pandas_nor_pyarrow(published, monkeypatch):
    """Up to the limit line by line; beyond it, and Parquet, by batches."""
    batched = []
    monkeypatch.setattr(
        "mtool.engines.sums_arrow.sum_batches", lambda path, question: batched.append(path) or []
    )
    path = published("Gao,,,1,,,")
    assert told(sum_file(path, asked("region"))) == [("Gao", 1, Sums(1, 1, 0, 0))]
    monkeypatch.setattr("mtool.engines.sums.SMALL", path.stat().st_size)
    assert told(sum_file(path, asked("region"))) == [("Gao", 1, Sums(1, 1, 0, 0))]
    monkeypatch.setattr("mtool.engines.sums.SMALL", path.stat().st_size - 1)
    assert sum_file(path, asked("region")) == []
    monkeypatch.setattr("mtool.engines.sums.SMALL", SMALL)
    assert sum_file(path.rename(path.with_suffix(".parquet")), asked("region")) == []
    assert len(batched) == 2


def test_tallies_of_parts_merge_into_that_of_the_whole():
    """Figures, gaps, limits and rows; subjects of one part only are kept."""
    whole = Tally(asked("region", measures=("area",)))
    for value in (1.5, 2.75):
        part = Tally(whole.question)
        (running,) = part.of(("Gao",), 2)
        running.add(value)
        running.missing, running.limited = 3, 4
        whole.merge(part)
    other = Tally(whole.question)
    other.of(("Kidal",), 1)
    whole.merge(other)
    assert whole.records() == [
        Record({"region": "Gao"}, 4, {"area": Sums(4.25, 2, 6, 8)}),
        Record({"region": "Kidal"}, 1, {"area": Sums(None, 0, 0, 0)}),
    ]


def test_nothing_added_is_null_not_zero():
    """A measure without a figure."""
    assert Running().sums() == Sums(None, 0, 0, 0)


def test_a_typed_frame_gives_a_record_per_row():
    """Days as ISO text, null and empty text null, the position as text; measures as Python numbers."""
    frame = pd.DataFrame(
        {
            "region": pd.Series(["Gao", None, ""], dtype="str"),
            "day": pd.to_datetime(pd.Series(["2022-03-01", None, "2022-12-31"])),
            "killed": pd.Series([3, None, None], dtype="Int64"),
            "area": pd.Series([0.5, None, 2.0], dtype="Float64"),
            "value_status": pd.Series([None, "killed=not_known", None], dtype="str"),
            "qualifier": pd.Series(["at_least", None, "area=about"], dtype="str"),
        }
    )
    first, second, third = row_records(frame, ["killed", "area"])
    assert first.subject == {
        "region": "Gao",
        "day": "2022-03-01",
        "killed": "3",
        "area": "0.5",
        "value_status": None,
        "qualifier": "at_least",
        "row": "0",
    }
    assert first.sums == {"killed": Sums(3, 1, 0, 1), "area": Sums(0.5, 1, 0, 1)}
    assert (second.subject["region"], second.subject["day"], second.subject["row"]) == (
        None,
        None,
        "1",
    )
    assert second.sums == {"killed": Sums(None, 0, 1, 0), "area": Sums(None, 0, 0, 0)}
    assert (third.subject["region"], third.subject["day"]) == (None, "2022-12-31")
    assert third.sums == {"killed": Sums(None, 0, 0, 0), "area": Sums(2, 1, 0, 1)}
    assert [record.rows for record in (first, second, third)] == [1, 1, 1]
