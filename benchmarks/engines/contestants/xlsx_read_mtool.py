"""Every row of the first sheet as mtool's library gives them; run in mtool's environment."""

import json
import sys

import mtool

table = mtool.read_tables(sys.argv[1])[0]
at = table.header.index("fatalities")
cells = [row.cells[at] for row in table.body]
print(json.dumps([len(cells), sum(int(cell) for cell in cells if cell)]))
