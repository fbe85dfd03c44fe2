"""The pipeline as an Airflow DAG: exit codes decide what is tried again."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime, timedelta

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.sdk import dag, task

WORKSPACE = os.environ.get("MTOOL_WORKSPACE", "/srv/mali")


def mtool(*words: str) -> None:
    """Run a command in the workspace. 0 and 1 go on; 75 is tried again; others need a person."""
    code = subprocess.run(["mtool", *words], cwd=WORKSPACE, check=False).returncode
    if code == 75:
        raise AirflowException("the network, the disk or another run stood in the way")
    if code > 1:
        raise AirflowFailException(f"mtool {' '.join(words)} ended with {code}")


@dag(
    schedule="0 3 * * *",
    start_date=datetime(2025, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=10)},
)
def mine_action_figures():
    """Derive, publish, export."""

    @task
    def run() -> None:
        mtool("run", "--quiet", "--wait", "600")

    @task
    def export() -> None:
        mtool("export", "xlsx", "-o", "mali.xlsx")

    run() >> export()


mine_action_figures()
