"""Telling somebody: logs, metrics, pings, webhooks, schedules."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from conftest import run_mtool
from mtool.pipeline.run_log import KEPT, LARGEST, run_log
from mtool.workspace import open_folder

REPORT = "region;2021;2022\nKayes;1;0\nMopti;3;35\nTotal;4;35\n"


@pytest.fixture
def small(workspace):
    """One report, not yet run."""
    (workspace / "mtool.toml").write_text('country = "MLI"\n')
    (workspace / "data" / "raw" / "mali_incidents.csv").write_text(REPORT)
    return workspace


@pytest.fixture
def server():
    """A server that keeps what it is sent; paths with `broken` get 500."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, json.loads(body)))
            self.send_response(500 if "broken" in self.path else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    http = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}", got
    http.shutdown()
    thread.join()
    http.server_close()


def add(workspace, text):
    path = workspace / "mtool.toml"
    path.write_text(path.read_text() + text)


def test_quiet_is_one_line(small):
    """cron gets one line on success."""
    done = run_mtool("run", "-q", "-w", small)
    assert (done.code, done.out) == (0, "")
    assert len(done.err.splitlines()) == 1


def test_a_json_log_has_the_run_id_and_nothing_else_on_standard_error(small):
    """Every line is JSON; the same lines stand in the state folder."""
    (small / "data" / "raw" / "mali_incidents.csv").write_text(REPORT.replace("4;35", "5;35"))
    done = run_mtool("run", "-w", small, "--log-format", "json")
    assert done.code == 1
    events = [json.loads(line) for line in done.err.splitlines()]
    assert len({event["run"] for event in events}) == 1
    assert [e["event"] for e in events] == ["finding", "ended"]
    assert events[0]["rule"].startswith("control_total")
    assert events[1]["code"] == 1
    assert (small / ".mtool" / "log.jsonl").read_text() == done.err


def test_the_log_is_rotated(small):
    """It never grows beyond a few files of bounded size."""
    opened = open_folder(small)
    (small / ".mtool").mkdir()
    with run_log(opened, on_stderr=False) as logger:
        for _ in range(30):
            logger.info("event", extra={"told": {"run": "x", "filler": "y" * (LARGEST // 5)}})
    logs = list((small / ".mtool").glob("log.jsonl*"))
    assert len(logs) == KEPT + 1
    assert all(log.stat().st_size <= LARGEST for log in logs)


def test_metrics_are_read_by_the_official_parser(small):
    """Exit code, time, rows and findings, as node_exporter's textfile collector wants them."""
    from prometheus_client.parser import text_string_to_metric_families

    done = run_mtool("run", "-w", small, "--metrics", small / "metrics" / "mtool.prom")
    assert done.code == 0, done.err
    text = (small / "metrics" / "mtool.prom").read_text()
    found = {
        (s.name, *s.labels.values()): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
    }
    assert found["mtool_run_exit_code",] == 0
    assert found["mtool_run_changed",] == 1
    assert found["mtool_dataset_rows", "incidents"] == 4
    assert found["mtool_run_timestamp_seconds",] > 1e9


def test_metrics_of_a_run_that_could_not_begin(workspace):
    """The old file would say that all is well."""
    add_to = workspace / "mtool.toml"
    add_to.write_text('metrics = "m.prom"\n')
    assert run_mtool("run", "-w", workspace).code == 2
    assert "mtool_run_exit_code 2.0" in (workspace / "m.prom").read_text()


def test_a_ping_after_every_run_and_a_webhook_after_a_failed_one(small, server):
    """The URLs come from the environment; /fail is added when it failed."""
    url, got = server
    add(small, 'ping_url_from = "PING"\nwebhook_url_from = "HOOK"\n')
    urls = {"PING": f"{url}/ping/1", "HOOK": f"{url}/hook"}
    assert run_mtool("run", "-w", small, **urls).code == 0
    assert [path for path, _ in got] == ["/ping/1"]
    (small / "data" / "raw" / "mali_incidents.csv").write_bytes(b"")
    assert run_mtool("run", "-w", small, **urls).code == 3
    assert [path for path, _ in got[1:]] == ["/ping/1/fail", "/hook"]
    assert got[2][1]["code"] == 3
    assert "0 bytes" in got[2][1]["failures"][0]


@pytest.mark.parametrize("where", ["/broken", "refused", "not a url", ""])
def test_nobody_there_to_be_told_changes_nothing(small, server, where):
    """The run is what it is; a note says who could not be told, without the URL."""
    url, _ = server
    add(small, 'ping_url_from = "PING"\n')
    address = {"/broken": f"{url}/broken", "refused": "http://127.0.0.1:9"}.get(where, where)
    done = run_mtool("run", "-w", small, PING=address)
    assert done.code == 0
    assert "ping_url_from: nothing could be sent to the URL in PING" in done.err
    assert address == "" or address not in done.err


def test_a_run_that_finds_the_lock_taken_tells_nobody(small, server):
    """Only the run that is at work tells how it ended."""
    from mtool.pipeline.locks import only_run

    url, got = server
    add(small, 'ping_url_from = "PING"\n')
    codes = []
    with only_run(open_folder(small)):
        thread = threading.Thread(
            target=lambda: codes.append(run_mtool("run", "-w", small, PING=url).code)
        )
        thread.start()
        thread.join()
    assert (codes, got) == ([75], [])


@pytest.mark.parametrize("folder", ["plain", "with space", "100% $HOME 'quoted'"])
def test_what_cron_would_run_runs(tmp_path, folder):
    """The crontab line, as cron hands it to sh, is silent on success and talks on failure."""
    root = tmp_path / folder
    (root / "data" / "raw").mkdir(parents=True)
    (root / "mtool.toml").write_text('country = "MLI"\n[run]\nat = "04:05"\nevery = "week"\n')
    (root / "data" / "raw" / "mali_incidents.csv").write_text(REPORT)
    text = run_mtool("schedule", "--cron", "-w", root).out
    line = text.splitlines()[1]
    assert line.startswith("5 4 * * 1  ")
    command = line.split("  ", 1)[1]
    assert "%" not in command.replace("\\%", "")
    (root / ".mtool").mkdir()
    for expected in ("", "no raw files"):
        done = subprocess.run(
            ["sh", "-c", command.replace("\\%", "%")], capture_output=True, text=True, timeout=120
        )
        assert expected in done.stdout
        assert bool(done.stdout) == bool(expected)
        shutil.rmtree(root / "data", ignore_errors=True)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("folder", ["plain", "with space and 100%"])
def test_systemd_takes_the_units(tmp_path, folder):
    """systemd-analyze verify has nothing to say about the service and the timer."""
    root = tmp_path / folder
    (root / "data" / "raw").mkdir(parents=True)
    (root / "mtool.toml").write_text('[run.weekly]\nevery = "week"\n')
    text = run_mtool("schedule", "weekly", "--systemd", "-w", root).out
    units = {}
    for line in text.splitlines(keepends=True):
        if line.startswith("# /etc/systemd/system/"):
            name = line.rsplit("/", 1)[1].strip()
        units[name] = units.get(name, "") + line
    assert list(units) == ["mtool-weekly.service", "mtool-weekly.timer"]
    for name, content in units.items():
        (tmp_path / name).write_text(content)
    done = subprocess.run(
        ["systemd-analyze", "verify", *(tmp_path / name for name in units)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = [line for line in done.stderr.splitlines() if "mtool-" in line]
    assert not said


def test_schedule_wants_to_know_for_what(small):
    """Neither or both is wrong use."""
    assert run_mtool("schedule", "-w", small).code == 2
    assert run_mtool("schedule", "--cron", "--systemd", "-w", small).code == 2


def test_init_prints_a_crontab_line(tmp_path):
    """On standard output, so that it can be added to a crontab."""
    done = run_mtool("init", tmp_path / "new", "--cron")
    assert done.code == 0
    line = done.out.splitlines()[1]
    assert line.startswith("0 3 * * *  ")
    assert shlex.quote(str(tmp_path / "new")) in line
