"""Named rules that a schema's YAML may call, each vectorised over a column or a frame.

A rule returns one boolean per row: true where the row passes or the rule does not apply.
Nothing is compared with the clock, so that deriving again gives the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.model import FindingClass

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Rule:
    """A named check. `figures` gives the stated and computed number of each row, where there are.

    `fits` makes the test of one word that a rule of a column consists of. `needs` are the columns
    that a frame rule reads; it is `grouped` where rows are judged together. `column` is the one whose cell a frame rule blames; empty for the row. `says` puts both numbers
    into words.
    """

    name: str
    passes: Callable[..., pd.Series]
    expected: str
    cure: str
    class_: FindingClass = "structure"
    argument: str = ""
    of_frame: bool = False
    column: str = ""
    says: str = ""
    figures: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    fits: Callable[..., Callable[[str], bool]] | None = None
    needs: tuple[str, ...] = ()
    grouped: bool = False


RULES: dict[str, Rule] = {}


def _rule(rule: Rule) -> None:
    RULES[rule.name] = rule


# Columns ------------------------------------------------------------------------------------


def _word_rule(
    name: str,
    fits: Callable[..., Callable[[str], bool]],
    words: tuple[str, str],
    argument: str = "",
) -> Rule:
    """A rule that each distinct text of a column is judged by; `words`: what is expected, the cure."""

    def passes(texts: pd.Series, *given: str) -> pd.Series:
        fitting = fits(*given)
        return texts.map({text: fitting(text) for text in texts.dropna().unique()}).astype(bool)

    return Rule(name, passes, *words, argument=argument, fits=fits)


def _known_country() -> Callable[[str], bool]:
    return frozenset(_countries().values()).__contains__


@cache
def _countries() -> dict[str, str]:
    """ISO 3166-1: code of two letters → of three; out of pycountry's list, which loads slowly."""
    found = find_spec("pycountry")
    for folder in (found and found.submodule_search_locations) or ():
        listed = Path(folder) / "databases" / "iso3166-1.json"
        if listed.is_file():
            countries = json.loads(listed.read_text(encoding="utf-8"))["3166-1"]
            return {country["alpha_2"]: country["alpha_3"] for country in countries}
    import pycountry

    return {country.alpha_2: country.alpha_3 for country in pycountry.countries}


def _known_area_code() -> Callable[[str], bool]:
    """P-codes begin with the letters of their country; those of a known country must exist."""
    return _area_code_exists


@cache
def _area_code_exists(code: str) -> bool:
    from mtool.areas import load_areas

    countries = _countries()
    country = countries.get(code[:2].upper()) or next(
        (c for c in countries.values() if c == code[:3].upper()), ""
    )
    if not country:
        return False
    areas = load_areas(country)
    return areas.gazetteer != "areas file" or areas.by_code(code) is not None


def _in_vocabulary(name: str) -> Callable[[str], bool]:
    from mtool.schemas import load_vocabulary

    return _each_word(load_vocabulary(name).__contains__)


def _known_qualifier() -> Callable[[str], bool]:
    import re
    import typing

    from mtool.printed_numbers import Qualifier

    plain = set(typing.get_args(Qualifier)) - {"range"}
    ends = re.compile(r"-?[0-9.]+\.\.-?[0-9.]+")
    return _each_word(lambda word: word in plain or bool(ends.fullmatch(word)))


def _each_word(fits: Callable[[str], bool]) -> Callable[[str], bool]:
    """True where the word fits; of `killed=not_known; injured=range`, where each one does."""
    return lambda text: all(fits(part.rpartition("=")[2]) for part in text.split("; "))


def _partial_date() -> Callable[[str], bool]:
    import re
    from datetime import date

    shape = re.compile(r"[12][0-9]{3}(-(0[1-9]|1[0-2])(-[0-3][0-9])?)?")

    def fits(text: str) -> bool:
        if not shape.fullmatch(text):
            return False
        try:
            return bool(date.fromisoformat((text + "-01-01")[:10]))
        except ValueError:
            return False

    return fits


for _column_rule in (
    _word_rule(
        "known_country",
        _known_country,
        ("an ISO 3166-1 alpha-3 country code, such as MLI", "write the three-letter code"),
    ),
    _word_rule(
        "known_area_code",
        _known_area_code,
        ("a P-code of the country's areas file", "see: mtool areas list"),
    ),
    _word_rule(
        "in_vocabulary",
        _in_vocabulary,
        (
            "a code of the vocabulary {name}",
            "use a code listed in schemas/vocabularies/{name}.csv, or say under `codes` of the table "
            "in the passport which one a word means",
        ),
        argument="name",
    ),
    _word_rule(
        "known_qualifier",
        _known_qualifier,
        (
            "at_least, more_than, at_most, less_than, about, or a range as 60000..88000",
            "use one of these words",
        ),
    ),
    _word_rule(
        "partial_date",
        _partial_date,
        ("a date as YYYY, YYYY-MM or YYYY-MM-DD", "write the date so, at the precision known"),
    ),
):
    _rule(_column_rule)


# Frames: dates and missing figures ------------------------------------------------------------


def last_day(dates: pd.Series) -> pd.Series:
    """The last day that a date of any precision can mean; null where it is null."""
    import pandas as pd

    months = dates.str.len() == 7
    years = dates.str.len() == 4
    padded = dates.mask(months, dates + "-01").mask(years, dates + "-12-31")
    days = pd.to_datetime(padded, format="%Y-%m-%d", errors="coerce")
    return days.mask(months, days + pd.offsets.MonthEnd(0))


def _period_in_order(frame: pd.DataFrame) -> pd.Series:
    return ~(frame["reference_period_end"] < frame["reference_period_start"])


def _period_before_publication(frame: pd.DataFrame) -> pd.Series:
    known = frame["as_of"].fillna(frame["edition"])
    return ~(frame["reference_period_start"] > last_day(known))


def _event_before_publication(frame: pd.DataFrame) -> pd.Series:
    known = frame["as_of"].fillna(frame["edition"])
    return ~(frame["event_date"] > last_day(known))


NOT_FIGURES = ("latitude", "longitude", "population_exposure")


def _missing_says_why(frame: pd.DataFrame) -> pd.Series:
    """A row whose figures are all null says why; a row with every figure says nothing."""
    figures = frame.select_dtypes(["Int64", "Float64"]).drop(
        columns=[c for c in NOT_FIGURES if c in frame]
    )
    return figures.notna().any(axis=1) | frame["value_status"].notna()


# Frames: parts and wholes ---------------------------------------------------------------------

STAFF_GROUP = [
    "source_id",
    "edition",
    "location_code",
    "operator",
    "reference_period_start",
    "reference_period_end",
]


def _matched(rows: pd.DataFrame, figures: pd.Series, group: list[str]) -> pd.Series:
    """For each row, the figure of its group; null where there is none.

    Not by `DataFrame.join`, which takes a key that is not there for a null one.
    """
    named = figures.rename("_figure").reset_index()
    found = rows.reset_index(names="_row").merge(named, on=group, how="left")
    return found.set_index("_row")["_figure"]


def _staff_figures(
    frame: pd.DataFrame, group: list[str], part: pd.Series, whole: pd.Series
) -> pd.DataFrame:
    """Per whole-row: stated, the sum of its parts; computed, the whole. Null where either is."""
    parts = frame[part].groupby(group, dropna=False)["staff"].sum(min_count=1)
    wholes = frame.loc[whole, [*group, "staff"]]
    stated = _matched(wholes, parts, group)
    return stated.to_frame("stated").assign(computed=wholes["staff"])


def _women_and_staff(frame: pd.DataFrame) -> pd.DataFrame:
    group = [*STAFF_GROUP, "role"]
    wholes = frame[frame["sex"] == "all"].groupby(group, dropna=False)["staff"].max()
    women = frame.loc[frame["sex"] == "female", [*group, "staff"]]
    computed = _matched(women, wholes, group)
    return women[["staff"]].rename(columns={"staff": "stated"}).assign(computed=computed)


def _women_in_roles(frame: pd.DataFrame) -> pd.DataFrame:
    women = frame["sex"] == "female"
    everybody = frame["role"] == "all"
    return _staff_figures(frame, STAFF_GROUP, women & ~everybody, women & everybody)


def _roles_and_staff(frame: pd.DataFrame) -> pd.DataFrame:
    both = frame["sex"] == "all"
    everybody = frame["role"] == "all"
    return _staff_figures(frame, STAFF_GROUP, both & ~everybody, both & everybody)


def _killed_and_injured(frame: pd.DataFrame) -> pd.DataFrame:
    return (
        frame[["casualties"]]
        .rename(columns={"casualties": "stated"})
        .assign(computed=frame["killed"] + frame["injured"])
    )


def _parts_of_released(frame: pd.DataFrame) -> pd.DataFrame:
    parts = frame[["area_cancelled_m2", "area_reduced_m2", "area_cleared_m2"]]
    return (
        parts.sum(axis=1, min_count=1).to_frame("stated").assign(computed=frame["area_released_m2"])
    )


def _parts_of_contaminated(frame: pd.DataFrame) -> pd.DataFrame:
    parts = frame[["sha_area_m2", "cha_area_m2"]]
    return (
        parts.sum(axis=1, min_count=1)
        .to_frame("stated")
        .assign(computed=frame["contaminated_area_m2"])
    )


def _at_most(
    figures: Callable[[pd.DataFrame], pd.DataFrame],
) -> Callable[[pd.DataFrame], pd.Series]:
    def passes(frame: pd.DataFrame) -> pd.Series:
        compared = figures(frame)
        above = (compared["stated"] > compared["computed"]).fillna(False)
        return ~above.reindex(frame.index, fill_value=False).astype(bool)

    return passes


def _equal(figures: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[pd.DataFrame], pd.Series]:
    def passes(frame: pd.DataFrame) -> pd.Series:
        compared = figures(frame)
        return ~(compared["stated"] != compared["computed"]).fillna(False).astype(bool)

    return passes


# Frames: places -------------------------------------------------------------------------------


@cache
def country_bounds() -> dict[str, tuple[float, float, float, float]]:
    """Country → west, south, east, north in degrees, from schemas/areas/bounds.csv."""
    import csv

    from mtool.shipped import shipped_schemas

    with (shipped_schemas() / "areas" / "bounds.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["location_code"]: tuple(float(row[k]) for k in ("west", "south", "east", "north"))  # type: ignore[misc]
            for row in csv.DictReader(lines)
        }


def _inside_country(frame: pd.DataFrame) -> pd.Series:
    import pandas as pd

    sides = pd.DataFrame.from_dict(
        country_bounds(), orient="index", columns=["west", "south", "east", "north"]
    ).reindex(frame["location_code"])
    sides.index = frame.index
    outside = (
        (frame["longitude"] < sides["west"])
        | (frame["longitude"] > sides["east"])
        | (frame["latitude"] < sides["south"])
        | (frame["latitude"] > sides["north"])
    )
    return ~outside.fillna(False).astype(bool)


for _frame_rule in (
    Rule(
        "period_in_order",
        _period_in_order,
        "a period that ends on or after the day it starts",
        "swap the two dates or correct the year",
        of_frame=True,
        needs=("reference_period_start", "reference_period_end"),
        column="reference_period_end",
    ),
    Rule(
        "period_before_publication",
        _period_before_publication,
        "a period that starts before the source was published",
        "correct the year, or `published` or `as_of` in the passport",
        "source",
        of_frame=True,
        needs=("as_of", "edition", "reference_period_start"),
        column="reference_period_start",
    ),
    Rule(
        "event_before_publication",
        _event_before_publication,
        "an event on or before the day the source was published",
        "correct the date, or `published` or `as_of` in the passport",
        "source",
        of_frame=True,
        needs=("as_of", "edition", "event_date"),
        column="event_date",
    ),
    Rule(
        "missing_says_why",
        _missing_says_why,
        "a figure, or a value_status that says why there is none",
        "give value_status: not_reported, not_known, not_applicable or suppressed",
        of_frame=True,
        needs=("value_status",),
        column="value_status",
    ),
    Rule(
        "women_within_staff",
        _at_most(_women_and_staff),
        "no more women than staff in the same role",
        "ask the operator; acknowledge the finding if it stays as printed",
        "source",
        of_frame=True,
        needs=(*STAFF_GROUP, "role", "sex", "staff"),
        grouped=True,
        column="staff",
        says="{stated} women, {computed} staff",
        figures=_women_and_staff,
    ),
    Rule(
        "women_in_roles_within_women",
        _at_most(_women_in_roles),
        "no more women in single roles together than women employed",
        "ask the operator; acknowledge the finding if it stays as printed",
        "source",
        of_frame=True,
        needs=(*STAFF_GROUP, "role", "sex", "staff"),
        grouped=True,
        column="staff",
        says="{stated} women in single roles together, {computed} women employed",
        figures=_women_in_roles,
    ),
    Rule(
        "roles_within_staff",
        _at_most(_roles_and_staff),
        "no more staff in single roles together than staff in all",
        "ask the operator; acknowledge the finding if it stays as printed",
        "source",
        of_frame=True,
        needs=(*STAFF_GROUP, "role", "sex", "staff"),
        grouped=True,
        column="staff",
        says="{stated} staff in single roles together, {computed} staff",
        figures=_roles_and_staff,
    ),
    Rule(
        "casualties_are_killed_and_injured",
        _equal(_killed_and_injured),
        "casualties = killed + injured, where all three are given",
        "check the three cells against the source",
        "source",
        of_frame=True,
        needs=("killed", "injured", "casualties"),
        column="casualties",
        says="{stated} casualties, {computed} killed and injured together",
        figures=_killed_and_injured,
    ),
    Rule(
        "parts_within_released",
        _at_most(_parts_of_released),
        "cancelled + reduced + cleared no larger than the area released",
        "check the cells and their units against the source",
        "source",
        of_frame=True,
        needs=("area_cancelled_m2", "area_reduced_m2", "area_cleared_m2", "area_released_m2"),
        column="area_released_m2",
        says="{stated} m² cancelled, reduced and cleared together, {computed} m² released",
        figures=_parts_of_released,
    ),
    Rule(
        "hazardous_areas_within_contaminated",
        _at_most(_parts_of_contaminated),
        "SHA + CHA no larger than the contaminated area",
        "check the cells and their units against the source",
        "source",
        of_frame=True,
        needs=("sha_area_m2", "cha_area_m2", "contaminated_area_m2"),
        column="contaminated_area_m2",
        says="{stated} m² of SHA and CHA together, {computed} m² contaminated",
        figures=_parts_of_contaminated,
    ),
    Rule(
        "inside_country",
        _inside_country,
        "coordinates inside the country's bounds",
        "swapped latitude and longitude, or a lost sign, are the usual causes",
        of_frame=True,
        needs=("location_code", "latitude", "longitude"),
        column="latitude",
    ),
):
    _rule(_frame_rule)


@cache
def register_checks() -> None:
    """Make every rule known to Pandera under its name, once."""
    from pandera import extensions

    for rule in RULES.values():
        _register(extensions, rule)


def _register(extensions: Any, rule: Rule) -> None:
    if rule.argument:

        def check(data: Any, *, name: str) -> Any:
            return rule.passes(data, name)

        statistics = [rule.argument]
    else:

        def check(data: Any) -> Any:  # type: ignore[misc]
            return rule.passes(data)

        statistics = []
    check.__name__ = rule.name
    extensions.register_check_method(statistics=statistics)(check)
