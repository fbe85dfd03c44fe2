"""Tables that are right, however they are laid out: none may be contradicted."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit_tables import contradicted, document, table
from mtool.auditing.report import audit_document

RIGHT = {
    "after total rows": """
        Region|2020|2021
        A|3|4
        B|5|6
        Total|8|10
        Average|4|5
        Change|–|25%
        of which women|2|3
    """,
    "hierarchy": """
        Area|Incidents|Victims
        Gao|10|20
        Ansongo|6|12
        Bourem|4|8
        Kidal|5|9
        Tessalit|2|4
        Abeibara|3|5
        Total|15|29
    """,
    "total col first": """
        Region|Total|Men|Women
        A|9|4|5
        B|7|3|4
        Total|16|7|9
    """,
    "total then incidents": """
        Region|Killed|Injured|Total|Incidents
        A|1|2|3|2
        B|2|2|4|1
        Total|3|4|7|3
    """,
    "incidents then total": """
        Region|Incidents|Killed|Injured|Total
        A|2|1|2|3
        B|1|2|2|4
        Total|3|3|4|7
    """,
    "span total": """
        Year|Area cleared (m²)|Mines
        2019|1,200|3
        2020|800|5
        2021|1,000|2
        Total 2019–2021|3,000|10
    """,
    "density": """
        Region|Population|Area (km²)|Density
        A|1000|10|100
        B|3000|10|300
        Total|4000|20|200
    """,
    "two blocks": """
        Operator|2020|2021
        National||
        X|3|4
        Y|5|6
        International||
        Z|7|8
        Subtotal|7|8
        Total|15|18
    """,
    "staff": """
        Operator|National|International|Total|Women
        X|10|2|12|5
        Y|8|1|9|3
        Total|18|3|21|8
    """,
    "staff2": """
        Operator|Deminers|Support|Total staff
        X|10|2|12
        Y|8|1|11
        Z|5|5|12
    """,
    "teams": """
        Operator|Teams|Deminers|Dogs|Machines|Total personnel
        X|2|20|3|1|30
        Y|3|30|0|2|44
        Total|5|50|3|3|74
    """,
    "release": """
        Operator|Cancelled (m²)|Reduced (m²)|Cleared (m²)|Total released (m²)|AP mines
        X|100|20|30|150|5
        Y|0|0|40|40|7
        Total|100|20|70|190|12
    """,
    "chasha": """
        Province|CHAs|Area (m²)|SHAs|Area (m²)|Total areas|Total area (m²)
        X|1|10|2|20|3|30
        Y|4|40|0|0|4|40
        Total|5|50|2|20|7|70
    """,
    "budget": """
        Year|Needed (US$ million)|Received (US$ million)|%
        2020|10.5|5.2|50
        2021|12.0|6.1|51
        Total|22.5|11.3|50
    """,
    "ages": """
        Region|Under 18|18 and over|Unknown age|Total
        A|3|4|1|8
        B|2|2|0|4
        Total|5|6|1|12
    """,
    "percent rows": """
        Sex|Number|%
        Men|60|60%
        Women|40|40%
        Total|100|100%
    """,
    "rounded percent": """
        Sex|Number|%
        Men|1|33
        Women|1|33
        Unknown|1|33
        Total|3|100
    """,
    "cum": """
        Year|Cleared|Cumulative
        2019|10|110
        2020|15|125
        2021|5|130
        Total|30|
    """,
    "casualties children": """
        Year|Casualties|Killed|Injured|Children|Civilians
        2019|30|10|20|8|25
        2020|40|15|25|40|40
    """,
    "women female girls": """
        Group|Female|Girls|Total
        A|10|4|12
        B|6|2|9
    """,
    "unknown outcome": """
        Year|Killed|Injured|Unknown|Casualties
        2019|3|4|2|9
        2020|3|4|0|7
    """,
    "missing": """
        Region|2020|2021
        A|3|–
        B|5|6
        Total|8|10
    """,
    "all": """
        Category|Number
        All victims|50
        Men|30
        Women|10
        Boys|7
        Girls|3
    """,
    "wide months": """
        Region|Jan|Feb|Mar|Q1|Total
        A|1|2|3|6|6
        B|2|2|2|6|6
    """,
    "quarters": """
        Region|Q1|Q2|Q3|Q4|2021
        A|1|2|3|4|10
        B|2|2|2|2|8
        Total|3|4|5|6|18
    """,
    "no addends": """
        Indicator|Value
        Total area released|100
        Total mines destroyed|30
        Total victims|5
    """,
    "french": """
        Région|Tués|Blessés|Total|Dont enfants
        A|1|2|3|1
        B|0|4|4|2
        Ensemble|1|6|7|3
    """,
    "target": """
        Year|Target|Achieved|Difference
        2020|100|80|-20
        2021|90|95|5
        Total|190|175|-15
    """,
    "zero total": """
        Region|2020
        A|0
        B|0
        Total|0
    """,
    "grand": """
        Region|Type|Number
        North|CHA|3
        North|SHA|4
        North total||7
        South|CHA|5
        South|SHA|6
        South total||11
        Grand total||18
    """,
    "avg": """
        Operator|Area|Teams|Average per team
        X|100|4|25
        Y|90|3|30
        Total|190|7|27
    """,
    "ids": """
        No.|Site|ID|Area (m²)
        1|a|101|500
        2|b|102|700
        3|c|103|300
        Total|||1,500
    """,
    "at least": """
        Region|2020
        A|at least 5
        B|7
        Total|12+
    """,
    "known status": """
        Year|Status known|Civilian|Military|Total
        2019|50|30|20|60
        2020|40|35|5|44
    """,
}


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_a_right_table_is_never_contradicted(name: str) -> None:
    """Averages, subtotals without a word, columns of several kinds: no false alarm."""
    report = audit_document(document(tables=[table(RIGHT[name], name)]))
    assert [f.message for f in contradicted(report)] == []


BLOCKS = (
    (Path(__file__).parent / "nasty" / "right_tables_of_unusual_shapes.txt")
    .read_text(encoding="utf-8")
    .removeprefix("# ")
    .split("\n# ")
)


@pytest.mark.parametrize("block", BLOCKS, ids=[b.split("\n")[0] for b in BLOCKS])
def test_a_right_table_of_an_unusual_shape_is_never_contradicted(block: str) -> None:
    """Averages, maxima, stocks, people counted once, names with `Total`: no sum is meant."""
    title, _, cells = block.partition("\n")
    report = audit_document(document(tables=[table(cells, title)]))
    assert [f.message for f in contradicted(report)] == []


def test_an_error_beside_totals_that_are_sums_is_still_found() -> None:
    """A total between its addends is wrong where its line's other totals are sums."""
    cells = """
        Region|Killed|Injured|Total
        A|4|9|13
        B|2|8|10
        C|3|12|8
        Total|9|29|38
    """
    report = audit_document(document(tables=[table(cells, "Casualties by region")]))
    assert [f.stated for f in contradicted(report)][:1] == [8]


def test_killed_and_injured_are_no_parts_of_staff() -> None:
    """Parts belong to the noun they are printed under."""
    cells = """
        Region|Staff|Casualties / Killed|Casualties / Injured
        A|84|7|61
        B|20|30|12
    """
    report = audit_document(document(tables=[table(cells)]))
    assert contradicted(report) == []
