"""Google Sheets: a link in any of its forms → one sheet as CSV, or all of them as XLSX.

A public sheet needs nothing; a private one a service account that it is shared with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import parse_qs, urlsplit

from mtool.credentials import redact, secret
from mtool.errors import MissingExtra, TryAgainLater, UnreadableInput, UsageError
from mtool.sources import Fetched, Fetching, Wanted
from mtool.sources.content import file_name, head_of, is_page
from mtool.sources.download import Answer, Download, download
from mtool.sources.http import taken
from mtool.sources.web import AccessRefused, open_web

SERVICE = "https://docs.google.com"
_KEY = re.compile(r"/(?:spreadsheets|file)(?:/u/\d+)?/d/(e/[\w-]+|[\w-]+)")
_FORMATS = {"csv": "csv", "spreadsheet": "xlsx"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a link points at: a spreadsheet, and one sheet of it (`gid`) or all (empty).

    The key of one that was published to the web begins with `e/`.
    """

    key: str
    gid: str = ""

    def export(self, service: str, file_format: str = "") -> str:
        """The address of its bytes: CSV of one sheet, else XLSX of all."""
        ending = _FORMATS.get(file_format) or ("csv" if self.gid else "xlsx")
        gid = f"&gid={self.gid}" if self.gid else ""
        if self.key.startswith("e/"):
            return f"{service}/spreadsheets/d/{self.key}/pub?output={ending}{gid}"
        return f"{service}/spreadsheets/d/{self.key}/export?format={ending}{gid}"


def sheet_of(link: str) -> Sheet:
    """Read a link as it is copied from the browser; raise `UsageError` for any that is none."""
    parts = urlsplit(link)
    query = parse_qs(parts.query)
    found = _KEY.search(parts.path)
    key = found[1] if found else (query.get("id") or query.get("key") or [""])[0]
    if not re.fullmatch(r"(e/)?[\w-]+", key):
        raise UsageError(
            f"{redact(link)}: no key of a spreadsheet in it; copy the link from the browser, such as "
            f"{SERVICE}/spreadsheets/d/KEY/edit#gid=0"
        )
    gid = (parse_qs(parts.fragment).get("gid") or query.get("gid") or [""])[0]
    return Sheet(key, gid if gid.isdigit() else "")


def fetch(wanted: Wanted, fetching: Fetching) -> Iterator[Fetched]:
    """The sheet that a link points at, as CSV, or every sheet as a workbook."""
    sheet = sheet_of(wanted.uri)
    service = str(wanted.options.get("service", SERVICE)).rstrip("/")
    url = sheet.export(service, wanted.format)
    order = Download(url, fetching.partial, fetching.most_bytes(wanted))
    target = fetching.staging / "download"
    validator = next((record.validator for record in fetching.before.values()), {})
    with open_web(wanted, fetching, bearer=False) as web:
        if wanted.options.get("service_account"):
            web.carry(_token(str(wanted.options["service_account"]), wanted.called))
        try:
            answer = download(web, order, target, validator)
        except AccessRefused:
            raise _private(wanted) from None
    if answer is None:
        yield from (Fetched(name, None) for name in fetching.before)
        return
    if is_page(head_of(target)):
        raise _private(wanted)
    for fetched in taken(replace(wanted, uri=url), fetching, answer):
        yield replace(fetched, name=_name(sheet, fetched.name), title=_title(answer))


def _name(sheet: Sheet, name: str) -> str:
    """The same name every time, whatever the sheet is called today."""
    key = sheet.key.removeprefix("e/")
    return f"sheet_{key}{'_' + sheet.gid if sheet.gid else ''}{PurePosixPath(name).suffix}"


def _title(answer: Answer) -> str:
    """The spreadsheet's own name, with that of the sheet, where the server tells it."""
    named = file_name("", answer.disposition)
    return PurePosixPath(named).stem if answer.disposition else ""


def _private(wanted: Wanted) -> UnreadableInput:
    if wanted.options.get("service_account"):
        cure = "share it with the e-mail address of the service account"
    else:
        cure = (
            "share it with anyone who has the link, or name the variable that holds the path of a "
            'service account: service_account = "NAME" in the [[source]] entry'
        )
    return UnreadableInput(
        f"{redact(wanted.uri)}: Google asked to sign in, so the sheet is not public; {cure}"
    )


def _token(variable: str, purpose: str) -> str:
    """A token to read with, for the service account whose file an environment variable names."""
    try:
        import gspread
        from google.auth.exceptions import GoogleAuthError, TransportError
        from google.auth.transport.requests import Request
    except ImportError:
        raise MissingExtra("reading a private Google sheet", "gsheets") from None
    path = secret(variable, purpose)
    try:
        client = gspread.service_account(path, scopes=gspread.auth.READONLY_SCOPES)
        credentials = client.http_client.auth
        credentials.refresh(Request())  # type: ignore[no-untyped-call]
    except OSError as error:
        raise UsageError(
            f"{variable}: the file of the service account cannot be read ({error.strerror})"
        ) from None
    except (ValueError, KeyError):
        raise UsageError(
            f"{variable}: not the file of a service account; download its key as JSON from Google"
        ) from None
    except TransportError as error:
        raise TryAgainLater(f"{purpose}: {redact(str(error)[:200])}; try again later") from None
    except GoogleAuthError as error:
        raise UnreadableInput(
            f"{purpose}: Google does not accept the service account ({redact(str(error)[:200])})"
        ) from None
    return str(credentials.token)
