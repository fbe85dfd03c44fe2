"""What a feed of events must be: the contract that every contestant checks, each in its own way.

mtool reads it as a schema in YAML (`schema_yaml`), the others as these plain values. Names of
columns are those of ACLED's layout since 2024, without `tags`; the words are public codes.
"""

from __future__ import annotations

from dataclasses import dataclass

EVENT_TYPES = (
    "Battles",
    "Explosions/Remote violence",
    "Protests",
    "Riots",
    "Strategic developments",
    "Violence against civilians",
)
SUB_EVENT_TYPES = (
    "Abduction/forced disappearance",
    "Agreement",
    "Air/drone strike",
    "Armed clash",
    "Arrests",
    "Attack",
    "Change to group/activity",
    "Chemical weapon",
    "Disrupted weapons use",
    "Excessive force against protesters",
    "Government regains territory",
    "Grenade",
    "Headquarters or base established",
    "Looting/property destruction",
    "Mob violence",
    "Non-state actor overtakes territory",
    "Non-violent transfer of territory",
    "Other",
    "Peaceful protest",
    "Protest with intervention",
    "Remote explosive/landmine/IED",
    "Sexual violence",
    "Shelling/artillery/missile attack",
    "Suicide bomb",
    "Violent demonstration",
)
DISORDER_TYPES = (
    "Demonstrations",
    "Political violence",
    "Political violence; Demonstrations",
    "Strategic developments",
)
ACTOR_KINDS = (
    "Civilians",
    "External/Other forces",
    "Identity militia",
    "Political militia",
    "Protesters",
    "Rebel group",
    "Rioters",
    "State forces",
)
SCALES = ("International", "National", "Other", "Regional", "Subnational")
COUNTRIES = {"Burkina Faso": 854, "Chad": 148, "Mali": 466, "Mauritania": 478, "Niger": 562}


@dataclass(frozen=True)
class Column:
    """One column: its type, whether a cell may be empty, its bounds or its codes."""

    dtype: str = "str"
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    codes: tuple[str, ...] = ()


KEY = "event_id_cnty"
COLUMNS = {
    "event_id_cnty": Column(),
    "event_date": Column("date"),
    "year": Column("int", low=1997, high=2100),
    "time_precision": Column("int", low=1, high=3),
    "disorder_type": Column(codes=DISORDER_TYPES),
    "event_type": Column(codes=EVENT_TYPES),
    "sub_event_type": Column(codes=SUB_EVENT_TYPES),
    "actor1": Column(),
    "assoc_actor_1": Column(nullable=True),
    "inter1": Column(codes=ACTOR_KINDS),
    "actor2": Column(nullable=True),
    "assoc_actor_2": Column(nullable=True),
    "inter2": Column(nullable=True, codes=ACTOR_KINDS),
    "interaction": Column(),
    "civilian_targeting": Column(nullable=True, codes=("Civilian targeting",)),
    "iso": Column("int", low=1, high=999),
    "region": Column(),
    "country": Column(codes=tuple(COUNTRIES)),
    "admin1": Column(nullable=True),
    "admin2": Column(nullable=True),
    "admin3": Column(nullable=True),
    "location": Column(),
    "latitude": Column("float", low=-90, high=90),
    "longitude": Column("float", low=-180, high=180),
    "geo_precision": Column("int", low=1, high=3),
    "source": Column(),
    "source_scale": Column(codes=SCALES),
    "notes": Column(),
    "fatalities": Column("int", nullable=True, low=0, high=10_000),
    "timestamp": Column("int", low=0, high=4_102_444_800),
}
#: The kinds of error in a feed. `duplicate` counts every row of a key that stands twice.
KINDS = ("type", "range", "null", "code", "duplicate")
DTYPES = {"str": "str", "int": "Int64", "float": "Float64", "date": "datetime64[ns]"}


#: What a published row says of its source, besides the columns of the feed.
PROVENANCE = ("source_id", "edition", "source_ref", "source_cell")


def published_schema_yaml() -> str:
    """The contract of a published feed, whose rows name their source."""
    columns = "".join(f"  {n}:\n    dtype: str\n    nullable: true\n" for n in PROVENANCE)
    return schema_yaml() + columns


def schema_yaml() -> str:
    """The contract as mtool reads it."""
    lines = ["schema_type: dataframe", "name: feed_events", "title: Events of a feed", "metadata:"]
    lines += ["  measures: [fatalities]", "strict: true", f"unique: [{KEY}]", "columns:"]
    for name, column in COLUMNS.items():
        lines += [f"  {name}:", f"    dtype: {DTYPES[column.dtype]}"]
        lines += [f"    nullable: {str(column.nullable).lower()}"]
        if column.codes:
            lines += [
                "    checks:",
                "      isin:",
                *(f"        - {code!r}" for code in column.codes),
            ]
        elif column.low is not None:
            bounds = f"{{min_value: {column.low}, max_value: {column.high}}}"
            lines += ["    checks:", f"      in_range: {bounds}"]
    return "\n".join(lines) + "\n"
