"""Fetching over HTTP from servers that behave, and from those that do not."""

from __future__ import annotations

import gzip
import json
import resource
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import stamina

from conftest import TELLING_MEMORY, run_mtool
from loopback import (
    CSV,
    TOML,
    breaking_off,
    declare,
    dripping,
    dripping_headers,
    page,
    serving,
    zeros,
)

LONG = b"Region,2021,2022,Remark\n" + b"".join(
    b"Mopti,%d,%d,%s\n" % (n, n + 1, b"remark %d " % n * 300) for n in range(20)
)
SIGN_IN = b"<!DOCTYPE html><title>Sign in</title><form><input type='password'></form>"


@pytest.fixture(autouse=True)
def _no_pauses():
    """Repetitions come at once; how many there are stays as configured."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def source(site, path="mali.csv", **more):
    lines = {"id": "mali", "uri": f"{site.url}/{path}", "schema": "incidents"} | more
    return "\n".join(f"{key} = {json.dumps(value)}" for key, value in lines.items())


def run(workspace, *more, **environment):
    return run_mtool("run", "-w", workspace, *more, MTOOL_COUNTRY="MLI", **environment)


def raw(workspace):
    folder = workspace / "data" / "raw"
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def clean(workspace):
    return {p.name: p.read_bytes() for p in (workspace / "data" / "clean").iterdir()}


def test_a_declared_source_is_fetched_published_and_not_fetched_again(workspace):
    """The second run asks with the ETag, gets 304, and rewrites nothing."""
    with serving(**{"mali.csv": page(CSV)}) as site:
        declare(workspace, source(site, licence="CC BY 4.0", publisher="UNMAS"))
        first = run(workspace)
        assert first.code == 0, first.out + first.err
        before = clean(workspace)
        second = run(workspace)
        assert second.code == 0
        asked = site.asked("/mali.csv")
    assert raw(workspace)["mali.csv"] == CSV
    assert "fetched, unchanged: mali" in second.err
    assert "nothing changed" in second.err
    assert len(asked) == 2 and "if-none-match" in asked[1]
    assert clean(workspace) == before
    passport = (workspace / "data/raw/mali.csv.passport.yaml").read_text()
    for line in ("id: mali", "publisher: UNMAS", "licence: CC BY 4.0", f"url: {site.url}/mali.csv"):
        assert line in passport


def test_verify_knows_what_was_fetched(workspace):
    """Good while its bytes are those that came, then changed, missing, or no longer remembered."""

    def verified():
        told = run_mtool("verify", "-w", workspace, "--format", "json")
        found = [v for v in json.loads(told.out)["looked_at"] if v["what"] == "fetched"]
        return told.code, [(v["path"], v["state"]) for v in found]

    with serving(**{"mali.csv": page(CSV)}) as site:
        declare(workspace, source(site))
        assert run(workspace).code == 0
    file, remembered = workspace / "data/raw/mali.csv", workspace / ".mtool/fetched.json"
    assert verified() == (0, [("data/raw/mali.csv", "good")])
    file.write_bytes(CSV + b"Gao,1,2\n")
    assert verified() == (0, [("data/raw/mali.csv", "changed")])
    file.unlink()
    assert verified() == (1, [("data/raw/mali.csv", "missing")])
    remembered.write_text('{"files": [')
    assert verified() == (1, [(".mtool/fetched.json", "damaged")])


def test_the_time_of_fetching_is_not_in_the_results(workspace):
    """Without its memory mtool fetches once more, and data/clean stays byte for byte."""
    with serving(**{"mali.csv": page(CSV)}) as site:
        declare(workspace, source(site))
        run(workspace)
        before = clean(workspace)
        (workspace / ".mtool" / "fetched.json").unlink()
        assert run(workspace, "--force").code == 0
        assert "if-none-match" not in site.asked("/mali.csv")[1]
    assert clean(workspace) == before


def test_changed_bytes_replace_the_file_and_the_old_ones_are_kept(workspace):
    """The passport stays as a person left it, the new figures are published, nothing is lost."""
    with serving(**{"mali.csv": page(CSV)}) as site:
        declare(workspace, source(site))
        run(workspace)
        passport = workspace / "data/raw/mali.csv.passport.yaml"
        passport.write_text(passport.read_text().replace("inferred", "reviewed", 1))
        reviewed = passport.read_text()
        changed = CSV.replace(b"35", b"36").replace(b"56", b"57")
        site.pages["/mali.csv"] = page(changed)
        ran = run(workspace)
        assert ran.code == 0, ran.out + ran.err
    assert "fetched, changed: mali" in ran.err
    assert raw(workspace)["mali.csv"] == changed
    assert passport.read_text() == reviewed
    assert b"36" in clean(workspace)["incidents.csv"]
    assert [p.read_bytes() for p in (workspace / ".mtool/replaced").iterdir()] == [CSV]


def test_a_download_that_breaks_off_is_gone_on_with(workspace):
    """Each attempt asks for the rest only, with If-Range, and the file comes out whole."""
    with serving(**{"mali.csv": breaking_off(LONG, len(LONG) // 2 + 10)}) as site:
        declare(workspace, source(site))
        run(workspace, "--accept")
        asked = site.asked("/mali.csv")
    assert raw(workspace)["mali.csv"] == LONG
    assert [headers.get("range") for headers in asked] == [None, f"bytes={len(LONG) // 2 + 10}-"]
    assert asked[1]["if-range"] == '"v1"'
    assert not list((workspace / ".mtool/partial").iterdir())


def test_a_later_run_goes_on_where_the_last_one_gave_up(workspace):
    """What came before the attempts were used up is not fetched again."""
    with serving(**{"mali.csv": breaking_off(LONG, len(LONG) // 5)}) as site:
        declare(workspace, source(site))
        first = run(workspace)
        assert first.code == 75, first.err
        assert not raw(workspace)
        run(workspace, "--accept")
        assert all("range" in headers for headers in site.asked("/mali.csv")[1:])
    assert raw(workspace)["mali.csv"] == LONG


def test_a_file_that_changed_meanwhile_is_fetched_from_the_start(workspace):
    """The rest of another state of the file is never glued to what came."""
    with serving(**{"mali.csv": breaking_off(LONG, 1000, '"v1"')}) as site:
        declare(workspace, source(site))
        assert run(workspace).code == 75
        site.pages["/mali.csv"] = breaking_off(CSV, 100_000, '"v2"')
        run(workspace)
    assert raw(workspace)["mali.csv"] == CSV


def test_a_wrong_range_is_not_glued_on(workspace):
    """A server that goes on at another place than asked is asked for the whole file again."""

    def elsewhere(handler):
        if handler.headers.get("Range"):
            handler.answer(LONG[:50], 206, Content_Range="bytes 0-49/100", ETag='"v1"')
        else:
            broken(handler)

    broken = breaking_off(LONG, 1000)
    with serving(**{"mali.csv": elsewhere}) as site:
        declare(workspace, source(site))
        assert run(workspace).code == 75
        assert not raw(workspace)
        assert [("range" in h) for h in site.asked("/mali.csv")] == [False, True, False]


@pytest.mark.parametrize("drip", [dripping, dripping_headers], ids=["body", "headers"])
def test_a_server_that_drips_is_given_up(workspace, drip):
    """A byte now and then, in body or headers, does not hold a run for ever."""
    with serving(**{"mali.csv": drip}) as site:
        declare(workspace, source(site), settings=TOML.replace("timeout = 2", "timeout = 1"))
        ran = run(workspace, MTOOL_FETCH_ATTEMPTS="1")
    assert ran.code == 75
    assert "less than 100 bytes per second" in ran.err
    assert not raw(workspace)


def test_a_silent_server_is_given_up(workspace):
    """A server that accepts and says nothing is network trouble."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/mali.csv"
        declare(workspace, f'id = "mali"\nuri = "{url}"', settings=TOML.replace("= 2", "= 1"))
        ran = run(workspace, MTOOL_FETCH_ATTEMPTS="1")
    assert ran.code == 75
    assert "try again later" in ran.err


def test_a_truncated_body_is_never_taken(workspace):
    """A body shorter than announced, with nothing to go on with, is network trouble."""
    with serving(**{"mali.csv": breaking_off(LONG, 1000, "")}) as site:
        declare(workspace, source(site))
        ran = run(workspace)
        assert len(site.asked("/mali.csv")) == 3
    assert ran.code == 75
    assert not raw(workspace)


def test_truncated_gzip_is_never_taken(workspace):
    """Compressed data that ends too soon is refused though the server announced just that much."""
    body = gzip.compress(LONG)[:-200]
    with serving(**{"mali.csv": page(body, content_encoding="gzip")}) as site:
        declare(workspace, source(site))
        ran = run(workspace)
    assert ran.code == 3
    assert "the compressed data ends too soon" in ran.err


@pytest.mark.parametrize("name", ["mali.csv", "mali.csv.gz"])
def test_gzip_is_unpacked(workspace, name):
    """Sent packed, or a packed file: the raw file is what a person would open."""
    headers = {"content_encoding": "gzip"} if name == "mali.csv" else {}
    with serving(**{name: page(gzip.compress(CSV), **headers)}) as site:
        declare(workspace, source(site, name))
        assert run(workspace).code == 0
    assert raw(workspace)["mali.csv"] == CSV


@pytest.mark.parametrize("how", ["encoding", "file"])
def test_ten_gigabytes_of_zeros_stop_early(workspace, how):
    """A bomb is refused after little memory and little disk, however it is declared."""
    bomb = zeros(10)
    headers = {"content_encoding": "gzip"} if how == "encoding" else {}
    with serving(**{"mali.csv": page(bomb, **headers)}) as site:
        declare(workspace, source(site))
        done = subprocess.run(
            [sys.executable, "-c", TELLING_MEMORY, "run", "-w", workspace],
            capture_output=True,
            text=True,
            timeout=60,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000_000,) * 2),
        )
    assert done.returncode == 3, done.stderr
    assert "as bombs do" in done.stderr
    assert not raw(workspace)
    assert int(done.stdout.split()[-1]) < 600_000


def test_a_file_over_the_cap_is_refused(workspace):
    """The cap counts what is unpacked, and the sentence says how to raise it."""
    with serving(
        plain=page(LONG), packed=page(gzip.compress(LONG), content_encoding="gzip")
    ) as site:
        for path in ("plain", "packed"):
            declare(workspace, source(site, path, max_bytes=10_000))
            ran = run(workspace)
            assert ran.code == 3
            assert "larger than 10,000 bytes" in ran.err
    assert not raw(workspace)


WRONG_CONTENT = {
    "sign-in page": (SIGN_IN, "mali.csv", "a sign-in page came instead of data"),
    "sign-in page, no ending": (SIGN_IN, "mali", "a sign-in page came instead of data"),
    "web page": (b"<html><body>Moved</body></html>", "mali.csv", "a web page came instead of CSV"),
    "page as pdf": (b"<html><body>Oops</body></html>", "mali.pdf", "a web page came instead of"),
    "json": (b'{"error": 3}', "mali.csv", "JSON came"),
    "nothing": (b"", "mali.csv", "the file is empty (0 bytes)"),
    "xml": (b"<?xml version='1.0'?><x/>", "mali.csv", "XML came"),
    "pdf as csv": (b"%PDF-1.7 ...", "mali.csv", "a PDF file came instead of CSV"),
}


@pytest.mark.parametrize(("body", "name", "said"), WRONG_CONTENT.values(), ids=WRONG_CONTENT)
def test_another_content_than_expected_is_refused(workspace, body, name, said):
    """What came is named, and what was expected; the source keeps its last good data."""
    with serving(**{name: page(body)}) as site:
        declare(workspace, source(site, name))
        ran = run(workspace)
    assert ran.code == 3
    assert said in ran.err
    assert not raw(workspace)


def test_a_page_that_is_wanted_may_have_a_sign_in_box(workspace):
    """An .html address or format = "html" takes a page as it is; so does a local file."""
    body = b"<html><input type='password'><table><tr><th>Region<th>2021<tr><td>Mopti<td>3</table>"
    with serving(**{"report.html": page(body), "report": page(body)}) as site:
        for path, more in (("report.html", {}), ("report", {"format": "html"})):
            declare(workspace, source(site, path, **more))
            assert "fetched" in run(workspace).err
            assert raw(workspace)["mali.html"] == body
    saved = workspace / "saved.html"
    saved.write_bytes(body)
    assert "came instead" not in run_mtool("ingest", saved, "-w", workspace).err


def test_a_sign_in_page_does_not_replace_good_data(workspace):
    """A source whose link went private keeps the last good file and is reported."""
    with serving(mali=page(CSV)) as site:
        declare(workspace, source(site, "mali"))
        run(workspace)
        before = clean(workspace)
        site.pages["/mali"] = page(b"<html>Our new site</html>", content_type="text/html")
        ran = run(workspace)
    assert ran.code == 3
    assert "source_not_fetched" in ran.out
    assert "a web page came instead of CSV" in ran.out
    assert raw(workspace)["mali.csv"] == CSV
    assert clean(workspace) == before


# Where to ------------------------------------------------------------------------------------


def redirect(to):
    return lambda handler: handler.answer(b"", 302, Location=to)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "169.254.169.254",
        "10.1.2.3",
    ],
)
def test_private_addresses_are_refused(workspace, host):
    """In each notation, before anything is connected, with the cure in the sentence."""
    ran = run_mtool("ingest", f"http://{host}:1/x.csv", "-w", workspace)
    assert ran.code == 2
    assert "a loopback, private or link-local address" in ran.err
    assert "private_hosts" in ran.err


def test_a_redirect_to_a_private_address_is_refused(workspace):
    """An allowed host that points elsewhere gains nothing."""
    with serving(mali=redirect("http://localhost:1/x.csv")) as site:
        declare(workspace, source(site, "mali"))
        ran = run(workspace)
    assert ran.code == 2
    assert "localhost" in ran.err and "private" in ran.err


def test_a_name_that_resolves_anew_gains_nothing(workspace, monkeypatch):
    """The socket is opened to the address that was judged; the name is not looked up again."""
    import socket

    answers = iter(["93.184.215.14", "127.0.0.1"])
    asked, connected = [], []

    def rebinding(host, port, *_, **__):
        if host != "evil.example":
            return real(host, port, type=socket.SOCK_STREAM)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address, *_, **__):
        connected.append(address[0])
        raise ConnectionRefusedError

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connect)
    ran = run_mtool(
        "ingest", "http://evil.example/x.csv", "-w", workspace, MTOOL_FETCH_ATTEMPTS="1"
    )
    assert ran.code == 75
    assert connected == ["93.184.215.14"] and len(asked) == 1


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://example.org/x.csv"])
def test_a_redirect_to_no_web_address_is_refused(workspace, to):
    """Only http and https are followed."""
    with serving(mali=redirect(to)) as site:
        declare(workspace, source(site, "mali"))
        ran = run(workspace)
    assert ran.code == 3
    assert "no web address" in ran.err
    assert "Traceback" not in ran.err


def test_redirects_in_a_circle_end(workspace):
    """After ten there is a sentence."""
    with serving(mali=redirect("/mali")) as site:
        declare(workspace, source(site, "mali"))
        ran = run(workspace)
    assert ran.code == 3
    assert "more than 10 redirects" in ran.err


def test_a_redirect_is_followed_and_the_final_address_remembered(workspace):
    """The source stays the address that was declared; the state file knows where it led."""
    with serving(mali=redirect("/files/mali.csv"), **{"files/mali.csv": page(CSV)}) as site:
        declare(workspace, source(site, "mali"))
        assert run(workspace).code == 0
    (record,) = json.loads((workspace / ".mtool/fetched.json").read_text())["files"].values()
    assert record["final_url"] == f"{site.url}/files/mali.csv"
    assert record["url"] == f"{site.url}/mali"


# Trouble -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again(workspace, status):
    """Busy, then fine: the run is fine."""
    answers = iter([status, status, 200])

    def busy(handler):
        now = next(answers)
        if now == 200:
            page(CSV)(handler)
        else:
            handler.answer(b"busy", now, Retry_After="1")

    with serving(**{"mali.csv": busy}) as site:
        declare(workspace, source(site))
        assert run(workspace).code == 0
        assert len(site.asked("/mali.csv")) == 3


@pytest.mark.parametrize(
    "in_an_hour",
    [lambda: "3600", lambda: format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)],
    ids=["seconds", "date"],
)
def test_a_server_that_asks_for_an_hour_is_left_alone(workspace, in_an_hour):
    """Asked once, and the person is told to come back."""
    wait = in_an_hour()
    with serving(**{"mali.csv": lambda h: h.answer(b"", 503, Retry_After=wait)}) as site:
        declare(workspace, source(site))
        ran = run(workspace)
        assert len(site.asked("/mali.csv")) == 1
    assert ran.code == 75
    assert "the server asks to wait 3," in ran.err


@pytest.mark.parametrize(("status", "said"), [(404, "nothing is there"), (403, "access refused")])
def test_a_clear_no_is_not_asked_again(workspace, status, said):
    """What will not change by asking is asked once and gives exit code 3."""
    with serving(**{"mali.csv": lambda h: h.answer(b"no", status)}) as site:
        declare(workspace, source(site))
        ran = run(workspace)
        assert len(site.asked("/mali.csv")) == 1
    assert ran.code == 3
    assert said in ran.err


def test_a_source_that_is_down_keeps_its_last_good_data(workspace):
    """It is reported, data/clean stays, and the exit code is 75 as nothing else is wrong."""
    with serving(**{"mali.csv": page(CSV)}) as site:
        declare(workspace, source(site))
        run(workspace)
        before = clean(workspace)
    ran = run(workspace)
    assert ran.code == 75
    assert "source_not_fetched" in ran.out and "is kept" in ran.out
    assert clean(workspace) == before


def test_findings_come_before_network_trouble(workspace):
    """A total that does not add up gives 1 though a source is down, too."""
    with serving(**{"mali.csv": page(CSV.replace(b"56", b"57"))}) as site:
        declare(workspace, source(site))
        assert run(workspace).code == 1
    assert run(workspace).code == 1


def test_an_optional_source_never_fails_a_run(workspace):
    """With required = false a source that is down is a warning."""
    with serving(**{"mali.csv": page(CSV)}) as site:
        down = 'id = "extra"\nuri = "http://127.0.0.1:1/x.csv"\nrequired = false'
        declare(workspace, source(site), down)
        ran = run(workspace)
    assert ran.code == 0
    assert "not fetched: extra" in ran.err


def test_a_wrong_schema_name_takes_nothing_in(workspace):
    """Once the name is put right, the first passport is what it would have been."""
    with serving(**{"mali.csv": page(CSV)}) as site:
        declare(workspace, source(site, schema="incidnts"))
        ran = run(workspace)
        assert ran.code == 2 and "did you mean 'incidents'?" in ran.err
        assert not raw(workspace)
        declare(workspace, source(site))
        assert run(workspace).code == 0


def test_one_source_that_fails_does_not_keep_the_others(workspace):
    """The others are fetched and published."""
    with serving(**{"mali.csv": page(CSV)}) as site:
        declare(workspace, 'id = "aaa"\nuri = "http://127.0.0.1:1/x.csv"', source(site))
        ran = run(workspace)
    assert ran.code == 75
    assert b"Mopti" in clean(workspace)["incidents.csv"]


def test_offline_works_from_what_is_there_and_says_so(workspace):
    """No request is made; without earlier data there is a sentence and 75."""
    with serving(**{"mali.csv": page(CSV)}) as site:
        declare(workspace, source(site))
        never = run(workspace, "--offline")
        assert never.code == 75
        assert "offline" in never.err
        assert not site.requests
        run(workspace)
        ran = run(workspace, "--offline")
        assert ran.code == 0
        assert "offline, as fetched before: mali" in ran.err
        assert len(site.requests) == 1
        assert run(workspace, MTOOL_OFFLINE="true").code == 0
        assert len(site.requests) == 1


def test_an_address_ingested_twice_is_one_source(workspace):
    """The second time asks whether it changed; the file keeps its name and passport."""
    with serving(**{"mali.csv": page(CSV)}) as site:
        declare(workspace, settings=TOML + 'country = "MLI"\n')
        words = ("ingest", f"{site.url}/mali.csv", "--schema", "incidents", "-w", workspace)
        assert [run_mtool(*words).code for _ in range(2)] == [0, 0]
        assert "if-none-match" in site.asked("/mali.csv")[1]
        site.pages["/mali.csv"] = page(CSV.replace(b"33", b"34").replace(b"45", b"46"))
        assert run_mtool(*words).code == 0
    assert sorted(raw(workspace)) == ["mali.csv", "mali.csv.passport.yaml"]
    assert b"34" in raw(workspace)["mali.csv"]
