"""Secrets come from the environment or the keyring, and are found in nothing that mtool writes."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from urllib.parse import quote

import pytest
import stamina

from arcgis_stub import Stub, feature
from conftest import run_mtool
from loopback import CSV, TOML, declare, page, serving
from mtool.credentials import redact

#: One secret of each kind, with letters that a URL spells in another way.
PLANTED = {
    "MY_TOKEN": "tok/9f8e+7d6c=",
    "MY_USER": "amina.planted",
    "MY_PASSWORD": "pa&ss w0rd/plus+",
    "MY_KEY": "key-5a4b3c2d1e",
    "MY_QUERY": "qry/77aa+88bb",
}


@pytest.fixture(autouse=True)
def _no_pauses():
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


def run(workspace, *more):
    return run_mtool("run", "-w", workspace, "--accept", *more, MTOOL_COUNTRY="MLI", **PLANTED)


def spelled(secret):
    return {secret, quote(secret, safe=""), quote(secret), secret.replace(" ", "+")}


def assert_nothing_leaked(ran, workspace):
    """Every output and every file of the workspace, whatever its format."""
    shown = {"out": ran.out.encode(), "err": ran.err.encode()}
    files = {str(p): p.read_bytes() for p in workspace.rglob("*") if p.is_file()}
    for place, content in (shown | files).items():
        for name, secret in PLANTED.items():
            for form in spelled(secret):
                assert form.encode() not in content, f"{name} is in {place}"


ENTRIES = {
    "token": 'token = "MY_TOKEN"',
    "user": 'username = "MY_USER"\npassword = "MY_PASSWORD"',
    "header": 'headers = { X-Api-Key = "MY_KEY" }',
    "query": 'query = { app = "MY_QUERY" }',
}


def echoing(status):
    """A server that gives back whatever it was sent: in the reason, the body, the ETag, a redirect."""

    def serve(handler):
        sent = f"{handler.path} {handler.headers.get('Authorization', '')} "
        sent += handler.headers.get("X-Api-Key", "")
        if status == 302:
            handler.answer(b"", 302, Location=f"/there?{quote(sent, safe='')}")
            return
        handler.send_response(status, sent)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return serve


@pytest.mark.parametrize("kind", ENTRIES)
@pytest.mark.parametrize("status", [200, 302, 400, 403, 404, 503])
def test_no_secret_is_shown_or_written(workspace, kind, status):
    """Fine, redirected, refused, missing, busy: planted secrets reach the server and nothing else."""
    with serving(mali=page(CSV) if status == 200 else echoing(status), there=page(CSV)) as site:
        entry = f'id = "mali"\nuri = "{site.url}/mali"\nschema = "incidents"\n{ENTRIES[kind]}'
        declare(workspace, entry)
        for more in ([], ["--format", "json"], ["--offline"]):
            assert_nothing_leaked(run(workspace, *more), workspace)
        sent = [path + json.dumps(headers) for _, path, headers, _ in site.requests]
    expected = {
        "token": f"Bearer {PLANTED['MY_TOKEN']}",
        "user": "Basic ",
        "header": PLANTED["MY_KEY"],
        "query": f"app={quote(PLANTED['MY_QUERY'], safe='/')}".replace("/", "%2F"),
    }
    assert expected[kind] in sent[0].replace("/77aa", "%2F77aa")


def test_a_service_that_repeats_a_token_in_its_error(workspace):
    """The message of an ArcGIS error is shown without the token in it."""
    stub = Stub([feature(1)], errors=[{"error": {"code": 400, "message": PLANTED["MY_TOKEN"]}}] * 9)
    with serving() as site:
        declare(workspace, f'id = "h"\nuri = "{stub.on(site)}"\ntoken = "MY_TOKEN"')
        ran = run(workspace)
    assert ran.code == 3 and "error 400 (***)" in ran.err
    assert_nothing_leaked(ran, workspace)


def test_secrets_do_not_follow_a_redirect_to_another_host(workspace):
    """Another server gets neither the token nor a header of the source's own."""
    with serving(there=page(CSV)) as other:
        away = lambda h: h.answer(b"", 302, Location=f"{other.url}/there")  # noqa: E731
        with serving(mali=away) as site:
            entry = f'id = "mali"\nuri = "{site.url}/mali"\nschema = "incidents"'
            declare(workspace, f"{entry}\n{ENTRIES['token']}\n{ENTRIES['header']}")
            assert run(workspace).code == 0
            assert "x-api-key" in site.asked("/mali")[0]
        (headers,) = other.asked("/there")
    assert not {"authorization", "x-api-key"} & set(headers)


@pytest.mark.parametrize(
    "uri",
    ["https://amina:hunter2x@example.org/mali.csv", "sftp://amina:hunter2x@example.org/x.csv"],
)
def test_a_password_on_the_command_line_is_refused(workspace, uri):
    """The sentence shows everything but the password, and how to do it."""
    ran = run_mtool("ingest", uri, "-w", workspace)
    assert ran.code == 2
    assert "amina:***@example.org" in ran.err and 'password = "NAME"' in ran.err
    assert "hunter2x" not in ran.out + ran.err


def test_a_signed_address_works_and_is_kept_without_its_signature(workspace):
    """An address that somebody was given for an hour is used once, and blanked in all records."""
    with serving(**{"mali.csv": page(CSV)}) as site:
        declare(workspace, settings=TOML + 'country = "MLI"\n')
        url = f"{site.url}/mali.csv?X-Amz-Signature=5ig-planted-1&v=2"
        ran = run_mtool("ingest", url, "--schema", "incidents", "-w", workspace)
        assert ran.code == 0, ran.err
        assert site.requests[0][1].endswith("X-Amz-Signature=5ig-planted-1&v=2")
    everything = b"".join(p.read_bytes() for p in workspace.rglob("*") if p.is_file())
    assert b"5ig-planted-1" not in everything and "5ig-planted-1" not in ran.out + ran.err
    assert b"X-Amz-Signature=***&v=2" in everything


def test_a_missing_variable_is_named(workspace):
    """Which variable, which source, and the other way to keep it."""
    declare(workspace, 'id = "mali"\nuri = "https://example.org/x.csv"\ntoken = "NOT_SET_HERE"')
    ran = run(workspace)
    assert ran.code == 2
    assert "source 'mali' needs the environment variable NOT_SET_HERE" in ran.err
    assert "keyring set mtool NOT_SET_HERE" in ran.err


def test_the_keyring_is_asked_when_the_environment_has_nothing(workspace, monkeypatch):
    """A secret of the system's keyring is used, and kept out of all that is written, too."""
    keyring = types.ModuleType("keyring")
    keyring.get_password = lambda service, name: {("mtool", "RING"): "from-the-ring-77"}.get(
        (service, name)
    )
    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    with serving(mali=page(CSV)) as site:
        entry = f'id = "mali"\nuri = "{site.url}/mali"\nschema = "incidents"\ntoken = "RING"'
        declare(workspace, entry)
        assert run(workspace).code == 0
        assert site.asked("/mali")[0]["authorization"] == "Bearer from-the-ring-77"
    everything = b"".join(p.read_bytes() for p in workspace.rglob("*") if p.is_file())
    assert b"from-the-ring-77" not in everything


def test_a_crash_file_holds_no_secret(workspace, monkeypatch):
    """A bug while fetching is written down without the secrets that were in use."""
    from mtool.sources import http

    def broken(*_):
        raise RuntimeError(f"unexpected answer to {PLANTED['MY_TOKEN']}")

    monkeypatch.setattr(http, "taken", broken)
    with serving(mali=page(CSV)) as site:
        declare(workspace, f'id = "mali"\nuri = "{site.url}/mali"\ntoken = "MY_TOKEN"')
        ran = run(workspace)
    assert ran.code == 70
    report = Path(ran.err.split("details in ")[1].split(";")[0])
    text = report.read_text(encoding="utf-8")
    report.unlink()
    assert "RuntimeError: unexpected answer to ***" in text
    assert PLANTED["MY_TOKEN"] not in text + ran.err


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://u:p4ss@h.org/x?a=1 now", "see https://u:***@h.org/x?a=1 now"),
        ("https://h.org/?access_token=abc&b=2", "https://h.org/?access_token=***&b=2"),
        ("https://h.org/?api-key=abc#f", "https://h.org/?api-key=***#f"),
        ("https://h.org/keys?page=2", "https://h.org/keys?page=2"),
        ("(https://h.org/?sig=abc)", "(https://h.org/?sig=***"),
    ],
)
def test_addresses_are_shown_without_what_is_secret_in_them(text, shown):
    """Passwords and tokens in any address go, the rest stays readable."""
    assert redact(text).startswith(shown)
