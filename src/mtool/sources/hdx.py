"""HDX, and any other CKAN portal: a dataset by name or link → its newest resource with tables.

The choice is said, with its reason; licence, publisher and methodology go into the passport.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from mtool.credentials import redact
from mtool.errors import UnreadableInput, UsageError
from mtool.model import Finding, Locator
from mtool.sources import Fetched, Fetching, Wanted
from mtool.sources import http as web_file
from mtool.sources.web import open_web

SERVICE = "https://data.humdata.org"
#: Formats that hold tables, as portals write them, the best to read first.
FORMATS = ("csv", "xlsx", "parquet", "xls", "ods", "tsv", "xlsb", "zip", "docx", "pdf", "html")
_LINK = re.compile(r"/dataset/([^/?#]+)(?:/resource/([^/?#]+))?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A dataset of a portal, and the resource of it that was asked for, or empty."""

    service: str
    dataset: str
    resource: str = ""


def asked_of(wanted: Wanted) -> Asked:
    """Read `hdx:name`, or the address of a dataset or a resource; `UsageError` for anything else."""
    uri, options = wanted.uri, wanted.options
    service = str(options.get("service", "")).rstrip("/")
    resource = str(options.get("resource", ""))
    if uri.lower().startswith("hdx:"):
        dataset = uri[4:].strip("/")
        if re.fullmatch(r"[\w.-]+", dataset):
            return Asked(service or SERVICE, dataset, resource)
    found = _LINK.search(urlsplit(uri).path)
    if found and uri.lower().startswith("http"):
        parts = urlsplit(uri)
        own = f"{parts.scheme}://{parts.netloc}{parts.path[: found.start()]}"
        return Asked(
            service or re.sub(r"/[a-z]{2}$", "", own), found[1], resource or found[2] or ""
        )
    raise UsageError(
        f"{redact(uri)}: no dataset of a portal; write hdx:NAME, with the name at the end of the "
        f"dataset's address ({SERVICE}/dataset/NAME), or that address"
    )


def fetch(wanted: Wanted, fetching: Fetching) -> Iterator[Fetched]:
    """The resource chosen, fetched like any file on the web, with what the portal says about it."""
    asked = asked_of(wanted)
    dataset = _dataset(wanted, fetching, asked)
    chosen, why = choose(dataset.get("resources") or [], asked, wanted.called)
    url = urljoin(f"{asked.service}/", str(chosen.get("download_url") or chosen.get("url") or ""))
    remembered = {"resource": str(chosen.get("id", ""))}
    if any(
        record.validator.get("resource") != remembered["resource"]
        for record in fetching.before.values()
    ):
        fetching = replace(fetching, before={}, raw={})
    for fetched in web_file.fetch(_for_host(replace(wanted, uri=url), asked), fetching):
        yield replace(
            fetched,
            title=str(dataset.get("title") or ""),
            published=_day(chosen),
            validator={**fetched.validator, **remembered},
            about=about(dataset),
            findings=(*fetched.findings, _said(why, redact(wanted.uri))),
        )


def _dataset(wanted: Wanted, fetching: Fetching, asked: Asked) -> dict[str, Any]:
    url = f"{asked.service}/api/3/action/package_show"
    with open_web(wanted, fetching) as web:
        answer = web.json(url, {"id": asked.dataset})
    result = answer.get("result") if isinstance(answer, dict) and answer.get("success") else None
    if not isinstance(result, dict):
        raise UnreadableInput(f"{redact(wanted.uri)}: {asked.service} does not answer as CKAN does")
    return result


def _for_host(wanted: Wanted, asked: Asked) -> Wanted:
    """Credentials are for the portal: a resource on another host is asked for without them."""
    if urlsplit(wanted.uri).netloc == urlsplit(asked.service).netloc:
        return wanted
    return replace(wanted, token="", username="", password="", headers={}, query={})


def choose(
    resources: Sequence[Mapping[str, Any]], asked: Asked, called: str
) -> tuple[Mapping[str, Any], str]:
    """The resource asked for, else the newest that holds tables, and a sentence on the choice.

    Of resources of one day the better format wins, then the portal's own order.
    """
    named = [r for r in resources if asked.resource in (r.get("id"), r.get("name"))]
    if asked.resource:
        if len(named) != 1:
            names = ", ".join(str(r.get("name")) for r in resources) or "none"
            raise UsageError(
                f"{called}: {len(named)} resources are called {asked.resource!r}; there are: {names}"
            )
        return named[0], f"{_named(named[0])}, as asked for, of {len(resources)} resources"
    fitting = [r for r in resources if _format(r) in FORMATS]
    if not fitting:
        formats = ", ".join(sorted({_format(r) or "no format" for r in resources})) or "nothing"
        raise UnreadableInput(
            f"{called}: none of its {len(resources)} resources holds tables ({formats})"
        )
    best = sorted(fitting, key=lambda r: FORMATS.index(_format(r)))
    chosen = max(best, key=_day)
    others = [_named(r) for r in resources if r is not chosen]
    left = f"; left: {', '.join(others)}" if others else ""
    return chosen, f"{_named(chosen)}: the newest of {len(fitting)} that hold tables{left}"


def _named(resource: Mapping[str, Any]) -> str:
    words = [str(resource.get("format") or "no format"), _day(resource) or "no date"]
    return f"{resource.get('name') or resource.get('id')} ({', '.join(words)})"


def _format(resource: Mapping[str, Any]) -> str:
    """`XLSX`, `.xlsx` and `Zipped CSV` as portals write them."""
    words = re.findall(r"[a-z0-9]+", str(resource.get("format") or "").lower())
    return "zip" if any(word.startswith("zip") for word in words) else "".join(words[:1])


def _day(resource: Mapping[str, Any]) -> str:
    return str(resource.get("last_modified") or resource.get("created") or "")[:10]


def about(dataset: Mapping[str, Any]) -> dict[str, str]:
    """Publisher, licence and methodology as the portal gives them; what it lacks is left out."""
    organisation = dataset.get("organization") or {}
    licence = [str(dataset.get(key) or "") for key in ("license_title", "license_url")]
    if dataset.get("license_other"):
        licence = [str(dataset["license_other"])]
    method = str(dataset.get("methodology_other") or dataset.get("methodology") or "")
    written = {
        "publisher": str(dataset.get("dataset_source") or organisation.get("title") or ""),
        "licence": ", ".join(filter(None, licence)),
        "methodology": method,
    }
    return {key: " ".join(text.split()) for key, text in written.items() if text.strip()}


def _said(why: str, uri: str) -> Finding:
    return Finding(
        "resource_chosen",
        "note",
        "info",
        f"{uri}: read {why}",
        Locator(path=uri),
        suggestion='if it should be another one, say resource = "NAME" in the [[source]] entry',
    )
