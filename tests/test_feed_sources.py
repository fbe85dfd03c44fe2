"""Google Sheets, HDX and ACLED against loopback servers that answer as their documentation says."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import run_mtool
from loopback import Handler, declare, page, serving
from mtool.errors import UsageError
from mtool.sources import SOURCES, Wanted, find_source
from mtool.sources.acled import filters_of
from mtool.sources.google_sheets import sheet_of
from mtool.sources.hdx import Asked, asked_of, choose
from test_layouts import GOLDEN

CSV = b"Region,2021,2022\nMopti,33,35\nSegou,12,21\nTotal,45,56\n"
SIGN_IN = b"<!doctype html><html><head><title>Sign in - Google Accounts</title></head></html>"


def passport_text(workspace: Path, name: str) -> str:
    return (workspace / "data" / "raw" / f"{name}.passport.yaml").read_text("utf-8")


def raw_text(workspace: Path, name: str) -> str:
    return (workspace / "data" / "raw" / name).read_text("utf-8")


# Google Sheets ----------------------------------------------------------------------------------

DOCS = "https://docs.google.com"
LINKS = {
    "/spreadsheets/d/KEY/edit#gid=7": "/spreadsheets/d/KEY/export?format=csv&gid=7",
    "/spreadsheets/d/KEY/edit?gid=7#gid=7": "/spreadsheets/d/KEY/export?format=csv&gid=7",
    "/spreadsheets/d/KEY/edit?usp=sharing": "/spreadsheets/d/KEY/export?format=xlsx",
    "/spreadsheets/d/KEY/view": "/spreadsheets/d/KEY/export?format=xlsx",
    "/spreadsheets/d/KEY": "/spreadsheets/d/KEY/export?format=xlsx",
    "/spreadsheets/u/1/d/KEY/edit#gid=0": "/spreadsheets/d/KEY/export?format=csv&gid=0",
    "/spreadsheets/d/KEY/htmlview?gid=5": "/spreadsheets/d/KEY/export?format=csv&gid=5",
    "/spreadsheets/d/KEY/export?format=csv&gid=5": "/spreadsheets/d/KEY/export?format=csv&gid=5",
    "/spreadsheets/d/e/2PACX-1v_k/pub?gid=3&single=true&output=csv": (
        "/spreadsheets/d/e/2PACX-1v_k/pub?output=csv&gid=3"
    ),
    "/spreadsheets/d/e/2PACX-1v_k/pubhtml": "/spreadsheets/d/e/2PACX-1v_k/pub?output=xlsx",
    "/open?id=KEY": "/spreadsheets/d/KEY/export?format=xlsx",
    "/spreadsheets/ccc?key=KEY#gid=2": "/spreadsheets/d/KEY/export?format=csv&gid=2",
}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_to_a_sheet_in_any_form(link):
    """Whatever the browser shows, the bytes are asked for: one sheet as CSV, else all as XLSX."""
    assert find_source(DOCS + link).name == "google_sheets"
    assert sheet_of(DOCS + link).export(DOCS) == DOCS + LINKS[link]


def test_a_file_on_google_drive_is_a_sheet_too():
    """A workbook that was uploaded is exported like a sheet."""
    link = "https://drive.google.com/file/d/KEY/view?usp=drive_link"
    assert find_source(link).name == "google_sheets"
    assert sheet_of(link).key == "KEY"


@pytest.mark.parametrize("link", [f"{DOCS}/spreadsheets/", f"{DOCS}/spreadsheets/d/../x", "x"])
def test_a_link_without_a_key_is_refused(link):
    """One sentence that shows what such a link looks like."""
    with pytest.raises(UsageError, match="no key of a spreadsheet"):
        sheet_of(link)


def sheet_entry(site, gid="#gid=7", more=""):
    return (
        f'id = "sheet"\nkind = "google_sheets"\nuri = "{DOCS}/spreadsheets/d/KEY/edit{gid}"\n'
        f'service = "{site.url}"\n{more}'
    )


def test_a_public_sheet_is_fetched_and_then_only_when_it_changes(workspace):
    """The sheet's name is the title; a second run gives the same bytes and publishes nothing new."""
    with serving() as site:
        site.pages["/spreadsheets/d/KEY/export"] = page(
            CSV,
            Content_Disposition="attachment; filename=\"x.csv\"; filename*=UTF-8''Mali%20incidents%20-%20Sheet1.csv",
        )
        declare(workspace, sheet_entry(site))
        assert run_mtool("run", "-w", workspace).code == 0
        asked = [urlsplit(path).query for _, path, _, _ in site.requests]
        assert asked == ["format=csv&gid=7"]
        assert raw_text(workspace, "sheet.csv").encode() == CSV
        passport = passport_text(workspace, "sheet.csv")
        assert "title: Mali incidents - Sheet1" in passport
        assert f"url: {DOCS}/spreadsheets/d/KEY/edit#gid=7" in passport
        again = run_mtool("run", "-w", workspace)
        assert again.code == 0 and "nothing changed" in again.out + again.err


def sign_in_page(handler: Handler) -> None:
    handler.answer(SIGN_IN, content_type="text/html")


def refused(handler: Handler) -> None:
    handler.answer(b"", 401)


def to_sign_in(handler: Handler) -> None:
    handler.answer(b"", 302, Location="/ServiceLogin")


@pytest.mark.parametrize("answer", [sign_in_page, refused, to_sign_in])
def test_a_private_sheet_says_how_it_is_shared(answer, workspace):
    """A sign-in page, however it comes, is one sentence with both cures; nothing is kept of it."""
    with serving(ServiceLogin=sign_in_page) as site:
        site.pages["/spreadsheets/d/KEY/export"] = answer
        declare(workspace, sheet_entry(site))
        done = run_mtool("run", "-w", workspace)
    assert done.code == 3
    assert "share it with anyone who has the link" in done.err
    assert "service_account" in done.err
    assert not list((workspace / "data" / "raw").iterdir())


def service_account(folder: Path, site) -> Path:
    """The file of a service account whose tokens come from loopback."""
    from cryptography.hazmat.primitives import serialization as to
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(to.Encoding.PEM, to.PrivateFormat.PKCS8, to.NoEncryption()).decode()
    file = folder / "account.json"
    account = {"type": "service_account", "client_email": "robot@example.org", "private_key": pem}
    file.write_text(json.dumps({**account, "token_uri": f"{site.url}/token"}))
    return file


def test_a_private_sheet_by_service_account(workspace, tmp_path):
    """The account's token opens the sheet, and neither key nor token is written anywhere."""

    def only_with_token(handler: Handler) -> None:
        known = handler.headers.get("Authorization") == "Bearer planted-token-of-google"
        (page(CSV) if known else sign_in_page)(handler)

    def token(handler: Handler) -> None:
        assert b"assertion=" in handler.asked_body
        handler.answer(
            json.dumps({"access_token": "planted-token-of-google", "expires_in": 3600}).encode(),
            content_type="application/json",
        )

    with serving(token=token) as site:
        site.pages["/spreadsheets/d/KEY/export"] = only_with_token
        file = service_account(tmp_path, site)
        more = 'title = "Mali incidents"\nservice_account = "SHEET_ACCOUNT"'
        declare(workspace, sheet_entry(site, more=more))
        done = run_mtool("run", "-w", workspace, SHEET_ACCOUNT=str(file))
        assert done.code == 0, done.out + done.err
        assert raw_text(workspace, "sheet.csv").encode() == CSV
        missing = run_mtool("run", "-w", workspace)
        assert "SHEET_ACCOUNT" in missing.out + missing.err
        file.write_text("{}")
        wrong = run_mtool("run", "-w", workspace, SHEET_ACCOUNT=str(file))
        assert "not the file of a service account" in wrong.out + wrong.err
    written = "".join(
        path.read_text("utf-8", "replace") for path in workspace.rglob("*") if path.is_file()
    )
    assert "planted-token-of-google" not in written + done.out + done.err
    assert "PRIVATE KEY" not in written + done.out + done.err


# HDX --------------------------------------------------------------------------------------------


def resource(name, file_format, day, url="/f/x.csv", **more):
    return {
        "id": f"id-{name}",
        "name": name,
        "format": file_format,
        "last_modified": f"{day}T08:00:00",
        "url": url,
        **more,
    }


def dataset(site, *resources, **more):
    return {
        "name": "mali-incidents",
        "title": "Mali: incidents",
        "dataset_source": "Invented Office",
        "license_title": "CC BY 4.0",
        "license_url": "https://creativecommons.org/licenses/by/4.0/",
        "methodology": "Other",
        "methodology_other": "Counted by  hand.\nTwice.",
        "organization": {"title": "Portal Office"},
        "resources": [{**r, "url": site.url + r["url"]} for r in resources],
        **more,
    }


def ckan(site, package, asked="mali-incidents"):
    """The portal's API for one dataset."""

    def show(handler: Handler) -> None:
        wanted = parse_qs(urlsplit(handler.path).query)["id"][0]
        found = wanted == asked
        body = {"success": True, "result": package} if found else {"success": False}
        handler.answer(
            json.dumps(body).encode(), 200 if found else 404, content_type="application/json"
        )

    site.pages["/api/3/action/package_show"] = show


def hdx_entry(site, uri="hdx:mali-incidents", more=""):
    return f'id = "incidents"\nkind = "hdx"\nuri = "{uri}"\nservice = "{site.url}"\n{more}'


def test_a_dataset_of_a_portal(workspace):
    """The newest file with tables is read and named with its reason; the passport has its papers."""
    with serving() as site:
        site.pages["/f/new.csv"] = page(CSV)
        package = dataset(
            site,
            resource("Incidents 2023.xlsx", "XLSX", "2023-05-01", "/f/old.xlsx"),
            resource("Incidents 2024.csv", "CSV", "2024-05-01", "/f/new.csv"),
            resource("Incidents 2024.xlsx", "XLSX", "2024-05-01", "/f/new.xlsx"),
            resource("Map", "GeoTIFF", "2024-06-01", "/f/map.tif"),
        )
        ckan(site, package)
        declare(workspace, hdx_entry(site))
        done = run_mtool("run", "-w", workspace)
        assert done.code == 0, done.out + done.err
        passport = passport_text(workspace, "incidents.csv")
        for line in (
            "publisher: Invented Office",
            "licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
            "methodology: Counted by hand. Twice.",
        ):
            assert line in passport
        assert (
            "read Incidents 2024.csv (CSV, 2024-05-01): the newest of 3 that hold tables"
            in done.err
        )
        assert "left: Incidents 2023.xlsx (XLSX, 2023-05-01)" in done.err
        assert run_mtool("run", "-w", workspace).code == 0
        conditions = site.asked("/f/new.csv")[1]
        assert "if-none-match" in conditions


def test_a_newer_resource_replaces_the_one_before(workspace):
    """Another resource is another file: it is not asked for by the tag of the old one."""
    with serving() as site:
        site.pages["/f/a.csv"], site.pages["/f/b.csv"] = (
            page(CSV),
            page(CSV.replace(b"33", b"34").replace(b"45", b"46")),
        )
        ckan(site, dataset(site, resource("a", "CSV", "2024-01-01", "/f/a.csv")))
        declare(workspace, hdx_entry(site))
        assert run_mtool("run", "-w", workspace).code == 0
        ckan(
            site,
            dataset(
                site,
                resource("a", "CSV", "2024-01-01", "/f/a.csv"),
                resource("b", "CSV", "2024-02-01", "/f/b.csv"),
            ),
        )
        assert run_mtool("run", "-w", workspace).code == 0
        assert "if-none-match" not in site.asked("/f/b.csv")[0]
    assert "34" in raw_text(workspace, "incidents.csv")


def test_a_dataset_that_grows_is_no_contradiction(workspace):
    """A later year in a later state of the dataset is not before the publication of the first."""
    first = b"Country,Region,Year,Incidents\nMali,Mopti,2023,4\n"
    with serving() as site:
        for day, rows in (("2024-01-01", first), ("2026-01-01", first + b"Mali,Mopti,2025,5\n")):
            site.pages["/f/a.csv"] = page(rows)
            ckan(site, dataset(site, resource("a", "CSV", day, "/f/a.csv")))
            declare(workspace, hdx_entry(site))
            done = run_mtool("run", "-w", workspace)
            assert done.code == 0, done.out


@pytest.mark.parametrize(
    ("uri", "asked"),
    [
        ("hdx:mali-x", Asked("https://data.humdata.org", "mali-x")),
        ("https://data.humdata.org/dataset/mali-x", Asked("https://data.humdata.org", "mali-x")),
        (
            "https://data.humdata.org/fr/dataset/mali-x?tab=1",
            Asked("https://data.humdata.org", "mali-x"),
        ),
        (
            "https://data.humdata.org/dataset/mali-x/resource/9a-b/download/x.csv",
            Asked("https://data.humdata.org", "mali-x", "9a-b"),
        ),
        ("https://ckan.example/open/dataset/mali-x", Asked("https://ckan.example/open", "mali-x")),
    ],
)
def test_a_dataset_by_name_or_address(uri, asked):
    """A name, the page of a dataset in any language, the page or the file of a resource."""
    assert asked_of(Wanted(uri, kind="hdx")) == asked


@pytest.mark.parametrize(
    "uri", ["hdx:", "hdx:two words", "https://data.humdata.org/organization/x"]
)
def test_an_address_without_a_dataset_is_refused(uri):
    """One sentence that shows how it is written."""
    with pytest.raises(UsageError, match="write hdx:NAME"):
        asked_of(Wanted(uri, kind="hdx"))


def test_a_dataset_without_tables_names_what_it_has(workspace):
    """Pictures and archives of maps are no tables: the formats are named, nothing is fetched."""
    with serving() as site:
        ckan(
            site,
            dataset(
                site, resource("m", "SHP", "2024-01-01"), resource("g", "GeoTIFF", "2024-01-01")
            ),
        )
        declare(workspace, hdx_entry(site))
        done = run_mtool("run", "-w", workspace)
        assert done.code == 3 and "none of its 2 resources holds tables (geotiff, shp)" in done.err
        declare(workspace, hdx_entry(site, more='resource = "nope"'))
        done = run_mtool("run", "-w", workspace)
        assert done.code == 2 and "there are: m, g" in done.err
        declare(workspace, hdx_entry(site, uri="hdx:another"))
        done = run_mtool("run", "-w", workspace)
        assert done.code == 3 and "nothing is there" in done.err


def test_a_token_of_the_portal_stays_with_the_portal(workspace):
    """A resource on another host is asked for without the portal's token."""
    with serving() as site, serving() as other:
        other.pages["/f/x.csv"] = page(CSV)
        package = dataset(site, resource("a", "CSV", "2024-01-01"))
        package["resources"][0]["url"] = f"{other.url}/f/x.csv"
        ckan(site, package)
        declare(workspace, hdx_entry(site, more='token = "PORTAL_TOKEN"'))
        done = run_mtool("run", "-w", workspace, PORTAL_TOKEN="planted-portal-token")
        assert done.code == 0, done.err
        assert site.asked("/api/3/action/package_show")[0]["authorization"].endswith("portal-token")
        assert "authorization" not in other.asked("/f/x.csv")[0]


@given(
    st.lists(
        st.tuples(st.sampled_from(["CSV", "XLSX", "SHP", ".xls", "Zipped CSV"]), st.dates()),
        min_size=1,
        max_size=6,
    )
)
def test_the_choice_is_the_newest_that_holds_tables(made):
    """No resource with tables is newer than the one chosen, and of one day none is better to read."""
    resources = [
        {"id": str(n), "name": str(n), "format": kind, "last_modified": day.isoformat()}
        for n, (kind, day) in enumerate(made)
    ]
    tables = [r for r in resources if r["format"] != "SHP"]
    if tables:
        chosen, why = choose(resources, Asked("s", "d"), "x")
        assert chosen in tables
        assert chosen["last_modified"] == max(r["last_modified"] for r in tables)
        same_day = [r for r in tables if r["last_modified"] == chosen["last_modified"]]
        assert chosen["format"] == "CSV" or all(r["format"] != "CSV" for r in same_day)
        assert chosen["name"] in why


# ACLED ------------------------------------------------------------------------------------------

NOW = 1_700_000_000


class Acled:
    """ACLED's API as it is documented, with invented events."""

    def __init__(self, site, rows):
        self.rows = {row["event_id_cnty"]: dict(row) for row in rows}
        self.deletions: list[dict[str, str]] = []
        self.tokens = 0
        self.expired = False
        self.grants: list[dict[str, str]] = []
        site.pages["/oauth/token"] = self.token
        site.pages["/api/acled/read"] = self.read
        site.pages["/api/deleted/read"] = self.deleted

    def token(self, handler: Handler) -> None:
        form = dict(parse_qsl(handler.asked_body.decode()))
        self.grants.append(form)
        good = form["grant_type"] == "refresh_token" or form.get("password") == "planted-password"
        if not good or form["client_id"] != "acled":
            handler.answer(b'{"error":"invalid_grant"}', 400, content_type="application/json")
            return
        self.tokens += 1
        body = {
            "access_token": f"planted-access-{self.tokens}",
            "refresh_token": f"planted-refresh-{self.tokens}",
            "expires_in": 86400,
        }
        handler.answer(json.dumps(body).encode(), content_type="application/json")

    def allowed(self, handler: Handler) -> bool:
        if (
            self.expired
            or handler.headers.get("Authorization") != f"Bearer planted-access-{self.tokens}"
        ):
            self.expired = False
            handler.answer(b"", 401)
            return False
        return True

    def answer(self, handler: Handler, rows: list[dict[str, str]]) -> None:
        asked = dict(parse_qsl(urlsplit(handler.path).query))
        size, number = int(asked["limit"]), int(asked["page"])
        rows = rows[(number - 1) * size : number * size]
        if asked.get("fields"):
            rows = [{name: row[name] for name in asked["fields"].split("|")} for row in rows]
        body = {"status": 200, "success": True, "count": len(rows), "data": rows}
        handler.answer(json.dumps(body).encode(), content_type="application/json")

    def read(self, handler: Handler) -> None:
        if not self.allowed(handler):
            return
        asked = dict(parse_qsl(urlsplit(handler.path).query))
        own = {"_format", "limit", "page", "fields", "timestamp", "timestamp_where"}
        since = int(asked.get("timestamp", 0))
        self.answer(
            handler,
            [
                row
                for row in self.rows.values()
                if int(row["timestamp"]) >= since
                and all(str(row[key]) == value for key, value in asked.items() if key not in own)
            ],
        )

    def deleted(self, handler: Handler) -> None:
        if not self.allowed(handler):
            return
        asked = dict(parse_qsl(urlsplit(handler.path).query))
        assert asked["deleted_timestamp_where"] == ">="
        since = int(asked["deleted_timestamp"])
        self.answer(handler, [d for d in self.deletions if int(d["deleted_timestamp"]) >= since])

    def delete(self, name: str, when: int) -> None:
        del self.rows[name]
        self.deletions.append({"event_id_cnty": name, "deleted_timestamp": str(when)})


def invented(count: int) -> list[dict[str, str]]:
    """Invented events under the columns of the published layout."""
    text = (GOLDEN / "acled-events-2024" / "mali_events.csv").read_text("utf-8")
    first = next(csv.DictReader(io.StringIO(text), delimiter=";"))
    return [
        {**first, "event_id_cnty": f"MLI{n}", "timestamp": str(NOW + n), "fatalities": str(n % 4)}
        for n in range(1, count + 1)
    ]


def acled_entry(site, where="", uri="acled:Mali"):
    return f'id = "acled_mali"\nuri = "{uri}"\nservice = "{site.url}"\n{where}'


ACCOUNT = {"ACLED_USERNAME": "amy@example.org", "ACLED_PASSWORD": "planted-password"}


def events_of(workspace: Path) -> dict[str, dict[str, str]]:
    with (workspace / "data" / "clean" / "events.csv").open(newline="", encoding="utf-8") as lines:
        return {row["event_id"]: row for row in csv.DictReader(lines)}


def test_events_edits_and_deletions_are_replayed(workspace, monkeypatch):
    """First every page; then only what changed, with the counts said; then nothing at all."""
    monkeypatch.setattr("mtool.sources.acled.PAGE", 10)
    with serving() as site:
        service = Acled(site, invented(25))
        declare(workspace, acled_entry(site))
        done = run_mtool("run", "-w", workspace, **ACCOUNT)
        assert done.code == 0, done.out + done.err
        pages = [dict(parse_qsl(urlsplit(p).query)) for _, p, _, _ in site.requests if "read" in p]
        assert [(asked["page"], asked["iso"]) for asked in pages] == [
            ("1", "466"),
            ("2", "466"),
            ("3", "466"),
        ]
        assert len(events_of(workspace)) == 25
        assert "sharing: restricted" in passport_text(workspace, "acled_mali.csv")

        service.rows["MLI3"] |= {"fatalities": "9", "timestamp": str(NOW + 500)}
        service.rows["MLI99"] = {
            **service.rows["MLI4"],
            "event_id_cnty": "MLI99",
            "timestamp": str(NOW + 501),
        }
        service.delete("MLI7", NOW + 502)
        site.requests.clear()
        done = run_mtool("run", "-w", workspace, **ACCOUNT)
        assert done.code == 0, done.out + done.err
        said = "1 new, 1 edited, 1 deleted, 0 that match the filters no longer"
        assert said in done.err
        events = events_of(workspace)
        assert len(events) == 25 and "MLI7" not in events and "MLI99" in events
        assert events["MLI3"]["killed"] == "9"
        assert not [p for _, p, _, _ in site.requests if "acled/read" in p and "timestamp" not in p]

        before = raw_text(workspace, "acled_mali.csv")
        again = run_mtool("run", "-w", workspace, **ACCOUNT)
        assert again.code == 0 and raw_text(workspace, "acled_mali.csv") == before


def test_an_edit_that_takes_an_event_out_of_the_filter(workspace):
    """An event that is no remote violence any more leaves the file, though no deletion says so."""
    with serving() as site:
        service = Acled(site, invented(5))
        where = 'where = { event_type = "Explosions/Remote violence" }'
        declare(workspace, acled_entry(site, where))
        assert run_mtool("run", "-w", workspace, **ACCOUNT).code == 0
        service.rows["MLI2"] |= {"event_type": "Battles", "timestamp": str(NOW + 900)}
        assert run_mtool("run", "-w", workspace, **ACCOUNT).code == 0
        assert sorted(events_of(workspace)) == ["MLI1", "MLI3", "MLI4", "MLI5"]


def test_a_token_that_expires_on_the_way_is_renewed(workspace):
    """The refresh token is used once, and the page is asked for again."""
    with serving() as site:
        service = Acled(site, invented(3))
        service.expired = True
        declare(workspace, acled_entry(site))
        assert run_mtool("run", "-w", workspace, **ACCOUNT).code == 0
        assert [grant["grant_type"] for grant in service.grants] == ["password", "refresh_token"]
        assert len(events_of(workspace)) == 3


def test_no_secret_of_acled_is_written(workspace):
    """Neither password nor tokens stand in any file or message, whatever goes wrong."""
    said = ""
    with serving() as site:
        service = Acled(site, invented(3))
        declare(workspace, acled_entry(site))
        good = run_mtool("run", "-w", workspace, **ACCOUNT)
        wrong = run_mtool(
            "run", "-w", workspace, ACLED_USERNAME="amy", ACLED_PASSWORD="planted-wrong"
        )
        site.pages["/api/acled/read"] = lambda handler: handler.answer(
            f'{{"success": false, "message": "no: {handler.headers["Authorization"]}"}}'.encode()
        )
        refused = run_mtool("run", "-w", workspace, **ACCOUNT)
        none = run_mtool("run", "-w", workspace)
    for ran in (good, wrong, refused, none):
        said += ran.out + ran.err
    assert "myACLED account" in wrong.out + wrong.err
    assert "ACLED_USERNAME" in none.out + none.err
    assert service.tokens
    said += "".join(p.read_text("utf-8", "replace") for p in workspace.rglob("*") if p.is_file())
    assert "planted-" not in said


def test_an_account_without_access_is_told_so(workspace):
    """A login that works and data that are refused have a cure of their own."""
    with serving() as site:
        Acled(site, invented(1))
        site.pages["/api/acled/read"] = lambda handler: handler.answer(b"", 403)
        declare(workspace, acled_entry(site))
        done = run_mtool("run", "-w", workspace, **ACCOUNT)
    assert done.code == 3 and "accept its terms" in done.err


def test_other_columns_than_last_time_are_fetched_anew(workspace):
    """When ACLED adds a column, the whole feed is read again, and the finding names the column."""
    with serving() as site:
        service = Acled(site, invented(4))
        declare(workspace, acled_entry(site))
        assert run_mtool("run", "-w", workspace, **ACCOUNT).code == 0
        for row in service.rows.values():
            row["population_best"] = "100"
        service.rows["MLI1"]["timestamp"] = str(NOW + 900)
        done = run_mtool("run", "-w", workspace, **ACCOUNT)
        assert done.code == 0 and "population_best new" in done.out
        assert raw_text(workspace, "acled_mali.csv").startswith("event_id_cnty")
        assert len(events_of(workspace)) == 4


@pytest.mark.parametrize(
    ("uri", "where", "filters"),
    [
        ("acled:Mali", {}, {"iso": "466"}),
        ("acled:AFG", {"year": 2024}, {"iso": "4", "year": "2024"}),
        ("acled:", {"country": "Mali"}, {"country": "Mali"}),
        ("acled:Côte d'Ivoire", {}, {"iso": "384"}),
    ],
)
def test_what_is_asked_of_acled(uri, where, filters):
    """A country by its number in ISO 3166-1, and the filters of the entry."""
    assert filters_of(Wanted(uri, options={"where": where})) == filters


@pytest.mark.parametrize(
    ("uri", "where"), [("acled:Atlantis", {}), ("acled:Mali", {"page": 2}), ("acled:", {"a&b": 1})]
)
def test_what_acled_cannot_be_asked(uri, where):
    """No country of that name, no filter that mtool sets itself."""
    with pytest.raises(UsageError):
        filters_of(Wanted(uri, options={"where": where}))


def test_no_two_kinds_claim_one_address():
    """Links to sheets and portals are not left to plain HTTP, nor claimed twice."""
    for uri in (
        f"{DOCS}/spreadsheets/d/K/edit",
        "https://data.humdata.org/dataset/x",
        "hdx:x",
        "acled:Mali",
    ):
        assert sum(kind.matches(uri) for kind in SOURCES.values() if not kind.general) == 1
