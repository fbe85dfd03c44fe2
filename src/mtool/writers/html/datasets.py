"""A dataset on the page: its sums, its rows with a way to their source, and its data to keep."""

from __future__ import annotations

import tempfile
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.areas import country_name
from mtool.language import (
    colon,
    counted,
    figure,
    language_in_use,
    translated,
    written_day,
    written_period,
)
from mtool.periods import period_label
from mtool.schemas import ColumnSpec, Schema, load_vocabulary
from mtool.web_page import Markup, Table, anchor, described, element, joined
from mtool.writers import Export
from mtool.writers.csv import write_csv
from mtool.writers.html.overview import PERIOD, has_periods, sums_table
from mtool.writers.html.pictures import pictures
from mtool.writers.html.sources import Printed

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS_SHOWN = 2_000
MOST_ROWS_KEPT = 20_000
#: What the last column of a row says.
PROVENANCE = ("source_id", "edition", "as_of", "source_ref", "source_cell")


def dataset_section(
    export: Export, name: str, frame: pd.DataFrame, printed: Printed
) -> tuple[str, str, Markup]:
    """Everything about one dataset."""
    schema = export.schemas[name]
    sums = sums_table(schema, frame) if has_periods(schema) and len(frame) else None
    body = joined(
        [
            element("p", described(translated(schema.description.strip()))),
            *pictures(export.charts.get(name, ())),
            sums,
            element("h3", translated("Every row")),
            _rows(export, schema, frame, printed),
            _download(name, frame),
        ]
    )
    return anchor(name), translated(schema.title), body


@dataclass(frozen=True)
class _Column:
    """One column of the table of rows: what it is called, and how its values are said."""

    spec: ColumnSpec
    labels: Mapping[str, str]

    @classmethod
    def of(cls, spec: ColumnSpec, folders: tuple[Path, ...]) -> _Column:
        terms = load_vocabulary(spec.vocabulary, folders) if spec.vocabulary else {}
        french = language_in_use() == "fr"
        return cls(spec, {c: (t.label_fr if french else t.label_en) or c for c, t in terms.items()})

    @property
    def is_number(self) -> bool:
        return self.spec.dtype in ("Int64", "Float64")

    def said(self, value: Any) -> str:
        """A value as people read it; a missing one is empty."""
        import pandas as pd

        if pd.isna(value):
            return ""
        if self.is_number:
            whole = float(value).is_integer()
            return figure(int(value)) if whole else figure(float(value), ",.15g")
        if isinstance(value, pd.Timestamp):
            return written_day(f"{value:%Y-%m-%d}")
        if "partial_date" in self.spec.checks:
            return written_day(str(value))
        if self.spec.name == "location_code":
            return country_name(str(value), language_in_use())
        return self.labels.get(str(value), str(value))

    def cell(self, value: Any) -> Markup:
        """A cell that sorts by its value, not by how the language writes it."""
        import pandas as pd

        if pd.isna(value):
            return element("td")
        day = isinstance(value, pd.Timestamp)
        by_value = self.is_number or "partial_date" in self.spec.checks
        key = f"{value:%Y-%m-%d}" if day else str(value) if by_value else None
        kind = "number" if self.is_number else None
        return element("td", self.said(value), class_=kind, data_sort=key)


def _rows(export: Export, schema: Schema, frame: pd.DataFrame, printed: Printed) -> Markup:
    """The table of rows; what is the same in all of them is said once, above it."""
    if frame.empty:
        return element("p", translated("No rows."))
    named = [c for c in frame if c in schema.columns and c not in (*PROVENANCE, *PERIOD)]
    columns = [_Column.of(schema.columns[c], export.folders) for c in named]
    given = [c for c in columns if frame[c.spec.name].notna().any()]
    same = [c for c in given if not c.is_number and _is_constant(frame[c.spec.name])]
    shown = [c for c in given if c not in same]
    with_period = PERIOD[0] in frame
    header = [translated(c.spec.title) for c in shown]
    header = [*([translated("Period")] if with_period else []), *header, translated("Source")]
    numbers = frozenset(at + with_period for at, c in enumerate(shown) if c.is_number)
    caption = f"{translated('Every row')}{colon()} {translated(schema.title)}"
    table = Table(anchor(schema.name, "rows"), caption, header, numbers, sortable=True)
    top = frame.head(MOST_ROWS_SHOWN)
    lines = _lines(top, shown, printed)
    facts = [
        f"{translated(c.spec.title)}{colon()} {c.said(frame[c.spec.name].iloc[0])}" for c in same
    ]
    if frame["source_id"].nunique() == 1:
        facts.append(f"{translated('Source')}{colon()} {frame['source_id'].iloc[0]}")
    told = [f"{translated('The same in every row')}{colon()} {'; '.join(facts)}."] if facts else []
    if len(top) < len(frame):
        told.append(
            translated(f"The first {figure(len(top))} of {figure(len(frame))} rows are shown.")
        )
    return joined([*(element("p", said) for said in told), table.of(lines)])


def _is_constant(values: pd.Series) -> bool:
    return len(values) > 1 and values.notna().all() and values.nunique() == 1


def _lines(frame: pd.DataFrame, columns: Sequence[_Column], printed: Printed) -> list[Markup]:
    cells = [[column.cell(v) for v in frame[column.spec.name]] for column in columns]
    if PERIOD[0] in frame:
        cells.insert(0, _periods(frame))
    several = frame["source_id"].nunique() > 1
    names = ("source_ref", "source_cell", "source_id")
    places = zip(*(frame[name].astype(str) for name in names), strict=True)
    cells.append(
        [
            element("td", printed.way_to(ref, place, source if several else None))
            for ref, place, source in places
        ]
    )
    return [element("tr", *row) for row in zip(*cells, strict=True)]


def _periods(frame: pd.DataFrame) -> list[Markup]:
    days = (frame[name].dt.strftime("%Y-%m-%d").fillna("") for name in PERIOD)
    return [
        element("td", written_period(period_label(start, end)), data_sort=start)
        if start and end
        else element("td", start or end)
        for start, end in zip(*days, strict=True)
    ]


def _download(name: str, frame: pd.DataFrame) -> Markup:
    """The rows as CSV within the page, or the command that gives them where they are too many."""
    if len(frame) > MOST_ROWS_KEPT:
        many = f"{figure(len(frame))} rows are too many for a page; get them with: "
        return element("p", translated(many), element("code", f"mtool export csv {name}"))
    with tempfile.TemporaryDirectory(prefix="mtool-") as folder:
        path = Path(folder) / "rows.csv"
        write_csv(frame, path)
        coded = b64encode(path.read_bytes()).decode()
    label = translated(f"Download {name}.csv ({counted(len(frame), 'row')})")
    link = element(
        "a", label, download=f"{name}.csv", href=f"data:text/csv;charset=utf-8;base64,{coded}"
    )
    return element("p", link, class_="download")
