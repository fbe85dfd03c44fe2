"""A file at a web address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

from mtool.credentials import redact
from mtool.sources import Fetched, Fetching, Wanted
from mtool.sources.content import check_expected, ending_of, expected_of, file_name
from mtool.sources.download import Answer, Download, check_not_empty, download
from mtool.sources.web import open_web


def fetch(wanted: Wanted, fetching: Fetching) -> Iterator[Fetched]:
    """The file, or, of a zip archive, the files in it; only if it has changed since the last time."""
    target = fetching.staging / "download"
    order = Download(wanted.uri, fetching.partial, fetching.most_bytes(wanted))
    validator = next((r.validator for r in fetching.before.values()), {})
    with open_web(wanted, fetching) as web:
        answer = download(web, order, target, validator)
    if answer is None:
        yield from (Fetched(name, None) for name in fetching.before)
        return
    yield from taken(wanted, fetching, answer)


def taken(wanted: Wanted, fetching: Fetching, answer: Answer) -> Iterator[Fetched]:
    """What was downloaded, checked against what was expected, archives opened."""
    from mtool.sources.archives import is_archive, members

    path = fetching.staging / "download"
    where = redact(wanted.uri)
    head = check_not_empty(path, where)
    plain = file_name(wanted.uri, answer.disposition).removesuffix(".gz")
    name = str(PurePosixPath(plain).with_suffix(ending_of(plain, answer.media_type, head)))
    about = Fetched(
        name,
        path,
        answer.final_url,
        published=_day(answer.validator.get("last_modified", "")),
        validator=answer.validator,
    )
    if is_archive(path, head):
        for inside in members(path, fetching, wanted):
            yield replace(
                about,
                name=inside.name,
                path=inside.path,
                several=True,
                findings=inside.findings,
            )
        return
    before = next((r.format for r in fetching.before.values()), "")
    expected = expected_of(wanted.format, plain, before)
    check_expected(expected, name, head, where)
    yield replace(about, path=path.rename(path.with_suffix(PurePosixPath(name).suffix)))


def _day(stamp: str) -> str:
    """The day of an HTTP date, ISO, UTC; empty where there is none."""
    try:
        return parsedate_to_datetime(stamp).astimezone(UTC).date().isoformat()
    except (ValueError, TypeError):
        return ""
