"""Rows and deaths that a workbook holds, read with calamine: from the sheets with that column."""

import json
import sys

from python_calamine import load_workbook

rows = deaths = 0
workbook = load_workbook(sys.argv[1])
for name in workbook.sheet_names:
    header, *body = workbook.get_sheet_by_name(name).to_python() or [[]]
    if "fatalities" in header:
        at = header.index("fatalities")
        rows += len(body)
        deaths += sum(int(row[at]) for row in body if row[at] not in ("", None))
print(json.dumps([rows, deaths]))
