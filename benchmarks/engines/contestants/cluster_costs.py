"""What a cluster's work costs, by CPU time: counting, checking and keys, per byte and per row.

    python -m contestants.cluster_costs FILE SCHEMA

Run in mtool's environment, in one process and one thread, so that a busy machine changes little.
"""

import json
import sys
import time
from pathlib import Path

import pyarrow as pa

from mtool.engines.cluster_part import check_part, tally_share, twins
from mtool.engines.parts import shares, text_parts
from mtool.engines.scan import scan
from mtool.engines.tidy_file import tidy_request
from mtool.readers import ReadOptions


def main() -> None:
    pa.set_cpu_count(1)
    path = Path(sys.argv[1])
    request = tidy_request(path, str(path), sys.argv[2], (), ReadOptions())
    assert request is not None
    opened = scan(path, request.wanted, request.layout, typed=True)
    cut = shares(path, request.layout)
    start = time.process_time()
    tallies = [tally_share((request.layout, share))[0] for share in cut]
    counted = time.process_time()
    keys, rows, failures = [], 0, 0
    for part in text_parts(cut, tallies):
        outcomes, *frames = check_part(request.plan, (opened, part))
        keys += frames
        rows += sum(outcome.rows for outcome in outcomes)
        failures += sum(len(f.rows) for outcome in outcomes for f in outcome.failed)
    checked = time.process_time()
    for frame in keys:
        twins(frame)
    met = time.process_time()
    print(
        json.dumps(
            {
                "rows": rows,
                "bytes": path.stat().st_size,
                "parts": len(cut),
                "failures": failures,
                "count_cpu_s": counted - start,
                "check_cpu_s": checked - counted,
                "meet_cpu_s": met - checked,
                "shuffle_bytes": sum(pa.Table.from_pandas(frame).nbytes for frame in keys),
            }
        )
    )


if __name__ == "__main__":
    main()
