"""Charts with every mark there is: gaps, absent rows, unfinished periods, changed definitions, words."""

from __future__ import annotations

from dataclasses import replace

from mtool.charts import Chart, Point, Series, Shape

YEARS = [str(year) for year in range(2016, 2024)]
SOURCE = "Source: a report about mines in a country, 2023-11, somebody."
REMARK = "the definition changes in 2018: figures before and after are not comparable"


def series(name: str, values: list[float | None], **marks: dict[str, object]) -> Series:
    """Figures of eight years: the definition changes in 2018, the last year is not over.

    `marks` are further fields of the points, by field and then by year.
    """
    points = [
        Point(year, value, partial=year == YEARS[-1], breaks=year == "2018")
        for year, value in zip(YEARS, values, strict=True)
    ]
    for field, by_year in marks.items():
        points = [replace(p, **{field: by_year.get(p.label, getattr(p, field))}) for p in points]
    return Series(name, tuple(points))


MOPTI = series(
    "Mopti",
    [7, None, 0, 14, 22, None, 30, 12],
    missing={"2019": 2, "2021": 3},
    qualified={"2022": True},
)
SEGOU = series(
    "Ségou", [None, 5, 9, None, 11, 13, 28, 4], absent={"2016": True}, missing={"2020": 1}
)
GAO = series("Gao + Ménaka", [1, 2, 3, None, None, 6, 27, 3])
TOMBOUCTOU = series("Tombouctou", [40, 2, 3, 12, None, 6, 25, 2])
SHARES = (
    series("Mopti", [0.2, None, 0.3, 0.25, 0.5, 0.02, 0.4, 0.3], missing={"2019": 1}),
    series("Ségou", [0.3, None, 0.3, 0.05, 0.1, 0.5, 0.4, 0.6], missing={"2019": 1}),
    series("The rest", [0.5, None, 0.4, 0.7, 0.4, 0.48, 0.2, 0.1]),
)
CHANGES = Series(
    "Mopti",
    (
        Point("2017", None),
        Point("2018", None, low=1.5),
        Point("2019", 0.2, low=0.05, high=0.6),
        Point("2020", 1.3, low=0.8, high=2.1, partial=True),
        Point("2021", None),
    ),
)


def square(label: str, west: float, south: float, size: float) -> Shape:
    """An area of four corners, its ring closed."""
    east, north = west + size, south + size
    corners = ((west, south), (west, north), (east, north), (east, south), (west, south))
    return Shape(label, ((corners,),))


def chart(kind: str, *drawn: Series, shapes: tuple[Shape, ...] = ()) -> Chart:
    """A chart of these series with a remark and a source."""
    return Chart(
        kind, "Incidents in a country, 2016–2023", "number", drawn, SOURCE, (REMARK,), shapes
    )


CHARTS = {
    "lines-one": chart("lines", MOPTI),
    "lines-four": chart("lines", MOPTI, SEGOU, GAO, TOMBOUCTOU),
    "bars-one": chart("bars", MOPTI),
    "bars-two": chart("bars", MOPTI, SEGOU),
    "bars-four": chart("bars", MOPTI, SEGOU, GAO, TOMBOUCTOU),
    "multiples-four": chart("multiples", MOPTI, SEGOU, GAO, TOMBOUCTOU),
    "shares-three": chart("shares", *SHARES),
    "change-one": chart("change", CHANGES),
    "map-small-and-missing": chart(
        "map",
        Series(
            "Areas",
            (
                Point("North", 40),
                Point("South", None),
                Point("Capital", 3, missing=2),
                Point("Harbour", 0),
                Point("West", None, absent=True),
            ),
        ),
        shapes=(
            square("North", 0, 4, 4),
            square("South", 0, 0, 4),
            square("Capital", 2, 3.2, 0.15),
            square("Harbour", 2.2, 3.2, 0.15),
            square("West", -4, 0, 4),
        ),
    ),
}
