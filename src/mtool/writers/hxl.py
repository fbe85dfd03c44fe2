"""HXL: CSV with a row of hashtags under the header, so that HXL tools know what each column is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mtool.whole_files import staged
from mtool.writers import Export
from mtool.writers.csv import in_canonical_order, write_csv
from mtool.writers.staging import targets

if TYPE_CHECKING:
    import pandas as pd

#: Column → hashtag with attributes, as the HXL 1.1 standard names them.
TAGS = {
    "location_code": "#country+code",
    "admin1_code": "#adm1+code",
    "admin1_name": "#adm1+name",
    "admin2_code": "#adm2+code",
    "admin2_name": "#adm2+name",
    "provider_admin1_name": "#adm1+name+provider",
    "provider_admin2_name": "#adm2+name+provider",
    "reference_period_start": "#date+start",
    "reference_period_end": "#date+end",
    "event_date": "#date+occurred",
    "event_id": "#event+id",
    "event_type": "#event+type",
    "sub_event_type": "#event+type+sub",
    "event": "#event+name",
    "events": "#event+num",
    "incidents": "#event+num",
    "latitude": "#geo+lat",
    "longitude": "#geo+lon",
    "device_type": "#cause+code+device",
    "operator": "#org+name",
    "killed": "#affected+killed",
    "injured": "#affected+injured",
    "casualties": "#affected+casualties",
    "staff": "#capacity+staff+num",
    "sex": "#indicator+code+sex",
    "age_group": "#indicator+age+code",
    "civilian_status": "#indicator+code+status",
    "role": "#indicator+code+role",
    "source_id": "#meta+id+source",
    "source_ref": "#meta+id+table",
    "source_cell": "#meta+cell",
    "edition": "#meta+edition",
    "as_of": "#date+reported",
    "value_status": "#status+code+value",
    "qualifier": "#meta+qualifier",
    "url": "#meta+url",
}


def tag_of(column: str) -> str:
    """The hashtag of a column: its own, or that of a named indicator, amount and unit included."""
    words = "".join(f"+{word}" for word in column.split("_") if word[:1].isalpha())
    return TAGS.get(column) or f"#indicator{words}"


def write(export: Export, out: Path) -> list[Path]:
    """Write one dataset to the file `out`, or each of several into the folder `out`."""
    written = targets(export.frames, out, ".csv")
    for name, path in written.items():
        frame = in_canonical_order(export.frames[name], export.schemas[name])
        with staged(path) as new:
            _write_tagged(frame, new)
    return list(written.values())


def _write_tagged(frame: pd.DataFrame, path: Path) -> None:
    write_csv(frame, path)
    header, newline, rows = path.read_bytes().partition(b"\n")
    tags = ",".join(tag_of(column) for column in frame).encode()
    path.write_bytes(header + newline + tags + newline + rows)
