"""ACLED's API: events by OAuth, page by page; later only what is new, edited and deleted.

What is written is the CSV that ACLED's own export gives, so that a feed and a file are read alike.
User name and password come from the environment or the keyring; tokens are never written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mtool.areas import find_country
from mtool.credentials import redact, remember, secret
from mtool.errors import UnreadableInput, UsageError
from mtool.layouts.acled import TERMS
from mtool.sources import Fetched, Fetching, Wanted
from mtool.sources.acled_changes import CHANGED, changes_since, lay_over, write_all
from mtool.sources.web import AccessRefused, Web, open_web

SERVICE = "https://acleddata.com"
#: Rows of a page, the most that the service gives.
PAGE = 5_000
USERNAME, PASSWORD = "ACLED_USERNAME", "ACLED_PASSWORD"
ABOUT = {"publisher": "ACLED", "licence": TERMS, "sharing": "restricted"}
NAME = "acled_events.csv"


@dataclass(slots=True)
class Service:
    """The API, signed in. Tokens live as long as one fetch."""

    web: Web
    address: str
    wanted: Wanted
    _refresh: str = field(default="", repr=False)

    def sign_in(self) -> None:
        """Get a token for the account, good for 24 hours."""
        username = secret(self.wanted.username or USERNAME, self.wanted.called)
        password = secret(self.wanted.password or PASSWORD, self.wanted.called)
        self._take_token(grant_type="password", username=username, password=password)

    def read(self, endpoint: str, filters: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
        """Pages of rows until one is not full; an expired token is renewed once for each page."""
        number = 1
        while True:
            params = {"_format": "json", "limit": PAGE, "page": number, **filters}
            rows = self._page(f"{self.address}/api/{endpoint}/read", params)
            if rows:
                yield rows
            if len(rows) < PAGE:
                return
            number += 1

    def _page(self, url: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        try:
            answer = self.web.json(url, params)
        except AccessRefused:
            self._renew()
            answer = self._second_answer(url, params)
        data = answer.get("data") if isinstance(answer, dict) else None
        refused = not isinstance(answer, dict) or answer.get("success") is False
        if refused or not isinstance(data, list):
            raise UnreadableInput(f"{redact(url)}: ACLED answered {_complaint(answer)}")
        return data

    def _second_answer(self, url: str, params: Mapping[str, Any]) -> Any:
        try:
            return self.web.json(url, params)
        except AccessRefused:
            raise UnreadableInput(
                f"{redact(url)}: ACLED gives this account no data; accept its terms, fill in the "
                f"profile and ask for access to the API at {SERVICE}"
            ) from None

    def _renew(self) -> None:
        if not self._refresh:
            self.sign_in()
            return
        try:
            self._take_token(grant_type="refresh_token", refresh_token=self._refresh)
        except UnreadableInput:
            self._refresh = ""
            self.sign_in()

    def _take_token(self, **grant: str) -> None:
        url = f"{self.address}/oauth/token"
        try:
            given = self.web.json(url, form={**grant, "client_id": "acled"})
        except UnreadableInput as error:
            raise UnreadableInput(
                f"{error}; ACLED wants the e-mail address and password of a myACLED account with "
                f"access to the API, in {self.wanted.username or USERNAME} and "
                f"{self.wanted.password or PASSWORD}"
            ) from None
        token = str(given.get("access_token") or "") if isinstance(given, dict) else ""
        if not token:
            raise UnreadableInput(f"{redact(url)}: no token came: {_complaint(given)}")
        self._refresh = str(given.get("refresh_token") or "")
        remember(self._refresh)
        self.web.carry(token)


def _complaint(answer: Any) -> str:
    """What the service itself says is wrong, on one short line."""
    said = answer if not isinstance(answer, dict) else ""
    for key in ("error_description", "message", "messages", "error"):
        if isinstance(answer, dict) and answer.get(key):
            said = answer[key]
            break
    return redact(" ".join(str(said).split())[:200]) or "without any data"


def filters_of(wanted: Wanted) -> dict[str, str]:
    """What to ask for: the country of `acled:Mali` by its number, and the entry's `where`."""
    named = wanted.uri.partition(":")[2].strip("/ ")
    where = {str(key): str(value) for key, value in dict(wanted.options.get("where", {})).items()}
    for key in where:
        if not re.fullmatch(r"[a-z0-9_]+", key) or key in ("page", "limit", "fields", CHANGED):
            raise UsageError(
                f"{wanted.called}: where: {key!r} is no filter of ACLED's API, or one that mtool sets "
                "itself; such are country, year, event_date, event_type, sub_event_type, admin1"
            )
    if not named:
        return where
    return {"iso": _number_of(named, wanted), **where}


def _number_of(named: str, wanted: Wanted) -> str:
    """ACLED's number of a country, ISO 3166-1 without leading zeros."""
    import pycountry

    country = pycountry.countries.get(alpha_3=find_country(named) or "")
    if country is None:
        raise UsageError(
            f"{wanted.uri}: {named!r} is no country; write acled:Mali or acled:MLI, or acled: alone "
            "and say what you want under where in the [[source]] entry"
        )
    return str(int(country.numeric))


def fetch(wanted: Wanted, fetching: Fetching) -> Iterator[Fetched]:
    """All events asked for; the next time what has changed since, laid over what is there."""
    filters = filters_of(wanted)
    target = fetching.staging / NAME
    record, standing = fetching.before.get(NAME), fetching.raw.get(NAME)
    since = record.validator.get(CHANGED, "") if record and standing else ""
    update = None
    with open_web(wanted, fetching, bearer=False) as web:
        service = Service(web, str(wanted.options.get("service", SERVICE)).rstrip("/"), wanted)
        service.sign_in()
        if since and standing:
            update = lay_over(standing, changes_since(service, filters, since), target)
        if update is None:
            since = ""
            update = write_all(service, filters, target)
    if not update.total:
        raise UnreadableInput(f"{wanted.called}: ACLED has no events for {filters or 'anything'}")
    if since and update.is_nothing:
        yield Fetched(NAME, None)
        return
    yield Fetched(
        NAME,
        target,
        redact(wanted.uri),
        validator={CHANGED: update.latest},
        about=ABOUT,
        findings=(update.finding(redact(wanted.called), since),),
    )
