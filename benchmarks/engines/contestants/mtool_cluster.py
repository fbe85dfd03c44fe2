"""`mtool validate --engine cluster` on workers that are up before the clock starts.

    python -m contestants.mtool_cluster WORKERS FILE SCHEMA

Run in mtool's environment. Prints the seconds of the command alone and its document.
"""

import json
import subprocess
import sys
import time

from dask.distributed import LocalCluster


def main() -> None:
    workers, path, schema = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    with LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        command = [sys.executable, "-m", "mtool", "validate", path, "--schema", schema]
        command += ["--format", "json", "--engine", "cluster"]
        command += ["--cluster", cluster.scheduler_address]
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True)
        seconds = time.perf_counter() - start
    if done.returncode > 1:
        sys.exit(done.stderr)
    print(json.dumps({"seconds": seconds, "report": json.loads(done.stdout)}))


if __name__ == "__main__":
    main()
