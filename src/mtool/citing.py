"""How to cite a dataset or a source: from its passport, as text, BibTeX or CSL-JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mtool import __version__
from mtool.clean import read_sources
from mtool.datasets import dataset_names, load_dataset, nothing_is
from mtool.language import colon, translated, written_day
from mtool.one_publication import of_one_publication
from mtool.workspace import Workspace

Cited = Mapping[str, str]
#: What a citation should have; what a passport lacks is left out and said.
WANTED = ("title", "publisher", "published", "url", "licence")
DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
#: What TeX reads as commands, and how to print it.
TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "&%$#_"}
PROCESSED = f"figures extracted with mtool {__version__}"


@of_one_publication
def cited_sources(workspace: Workspace, target: str | None) -> list[dict[str, str]]:
    """The sources behind a dataset, or the editions of a source; all sources by default.

    Raises `UsageError` naming the choices where the target is neither.
    """
    sources = read_sources(workspace)
    names = dataset_names(workspace)
    if target is None:
        return sources
    if target in names:
        frame, _ = load_dataset(workspace, target)
        editions = frame["edition"].fillna("").astype("str")
        used = set(zip(frame["source_id"], editions, strict=True))
        return [s for s in sources if (s["id"], s["edition"]) in used]
    source, _, edition = target.partition("@")
    found = [s for s in sources if s["id"] == source and edition in ("", s["edition"])]
    if not found:
        known = [*names, *(s["id"] for s in sources)]
        raise nothing_is("dataset or source", target, known)
    return found


def missing_facts(source: Cited) -> list[str]:
    """What a passport does not say that a citation should; the edition stands for the date."""
    return [n for n in WANTED if not source[n] and not (n == "published" and _date(source))]


def as_text(source: Cited) -> str:
    """One line in the language in use, the source's own words as they are.

    Publisher (date). Title. Edition. Licence. URL (retrieved). What made the figures.
    """
    date = _date(source)
    head = " ".join(filter(None, (source["publisher"], f"({written_day(date)})." if date else "")))
    parts = [head if head.endswith(".") or not head else f"{head}.", _sentence(_title(source))]
    if source["edition"] not in ("", date):
        parts.append(f"{translated('Edition')} {source['edition']}.")
    if source["licence"]:
        parts.append(_sentence(f"{translated('Licence')}{colon()} {source['licence']}"))
    if source["url"]:
        seen = written_day(source["retrieved"][:10])
        when = f" ({translated(f'retrieved {seen}')})" if seen else ""
        parts.append(f"{source['url']}{when}.")
    made = translated(PROCESSED)
    return " ".join(filter(None, [*parts, f"{made[0].upper()}{made[1:]}."]))


def as_bibtex(sources: Iterable[Cited]) -> str:
    """One `@misc` entry per source; special characters escaped, accents as UTF-8."""
    return "\n".join(_entry(key, source) for key, source in zip(*_with_keys(sources), strict=True))


def _entry(key: str, source: Cited) -> str:
    date = DAY.match(_date(source))
    fields = {
        "title": f"{{{_tex(_title(source))}}}",
        "author": f"{{{_tex(source['publisher'])}}}" if source["publisher"] else "",
        "year": date[1] if date else "",
        "month": str(int(date[2])) if date and date[2] else "",
        "edition": _tex(source["edition"]) if source["edition"] != _date(source) else "",
        "url": source["url"].translate({ord("{"): "%7B", ord("}"): "%7D", ord("\\"): "%5C"}),
        "urldate": source["retrieved"][:10],
        "language": source["language"],
        "note": _tex("; ".join(filter(None, (_licence(source), PROCESSED)))),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def as_csl(sources: Iterable[Cited]) -> list[dict[str, Any]]:
    """CSL-JSON items of type `dataset` (tables and feeds) or `report`, which Zotero and Pandoc read."""
    return [_item(key, source) for key, source in zip(*_with_keys(sources), strict=True)]


def _item(key: str, source: Cited) -> dict[str, Any]:
    tabular = (
        source["path"].lower().endswith((".csv", ".tsv", ".xlsx", ".xls", ".parquet", ".json"))
    )
    item: dict[str, Any] = {
        "id": key,
        "type": "dataset" if tabular else "report",
        "title": _title(source),
        "publisher": source["publisher"],
        "author": [{"literal": source["publisher"]}] if source["publisher"] else None,
        "issued": _csl_date(_date(source)),
        "version": source["edition"] if source["edition"] != _date(source) else "",
        "URL": source["url"],
        "accessed": _csl_date(source["retrieved"]),
        "language": source["language"],
        "note": "; ".join(filter(None, (_licence(source), PROCESSED))),
    }
    return {name: value for name, value in item.items() if value}


def _csl_date(day: str) -> dict[str, list[list[int]]] | None:
    found = DAY.match(day)
    return {"date-parts": [[int(part) for part in found.groups() if part]]} if found else None


def _with_keys(sources: Iterable[Cited]) -> tuple[list[str], list[Cited]]:
    """Each source with a key of its own: its id, and its edition where the id is not enough."""
    listed = list(sources)
    ids = [source["id"] for source in listed]
    keys = [s["id"] if ids.count(s["id"]) == 1 else f"{s['id']}_{s['edition']}" for s in listed]
    return [re.sub(r"[^\w:.-]", "_", key, flags=re.ASCII) for key in keys], listed


def _date(source: Cited) -> str:
    return source["published"] or source["edition"]


def _title(source: Cited) -> str:
    return source["title"] or source["id"]


def _licence(source: Cited) -> str:
    return f"licence: {source['licence']}" if source["licence"] else ""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _tex(text: str) -> str:
    return "".join(_escaped(text))


def _escaped(text: str) -> Iterator[str]:
    for sign in " ".join(text.split()):
        yield TEX.get(sign, sign)
