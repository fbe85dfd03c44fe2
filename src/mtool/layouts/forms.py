"""Exports of data collection forms: KoboToolbox and ODK (XLSX and CSV, labels or XML names).

The server adds columns of its own, writes a question's group before its name, a place as several
columns, and a multiple choice both as one column and as one column per choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtool.column_words import dimension_of

Rule = dict[str, str]
Cells = Mapping[str, Sequence[str]]

#: Columns that a server adds → what they are. Kobo's and ODK's own names, groups left out.
OF_THE_SERVER = {
    **dict.fromkeys(
        ("_id", "_uuid", "key", "instanceid", "instancename", "rootuuid", "uuid", "deprecatedid"),
        "another name of the submission",
    ),
    **dict.fromkeys(("start", "end", "today"), "when the form was filled in, not when it happened"),
    **dict.fromkeys(("_submission_time", "submissiondate"), "when the form was sent in"),
    **dict.fromkeys(
        ("deviceid", "simserial", "subscriberid", "phonenumber", "username", "email", "enumerator"),
        "who filled in the form, or on which device",
    ),
    **dict.fromkeys(("_submitted_by", "submitterid", "submittername"), "who sent in the form"),
    **dict.fromkeys(("_attachments", "attachmentspresent", "attachmentsexpected"), "attachments"),
    **dict.fromkeys(
        ("_validation_status", "_status", "status", "reviewstate", "review_status", "_tags"),
        "the server's own review; rows are kept whatever it says",
    ),
    **dict.fromkeys(
        (
            *("__version__", "formversion", "formdef_version", "_version_", "audit", "edits"),
            *("_notes", "_index", "_xform_id_string", "_geolocation", "_bamboo_dataset_id"),
        ),
        "the server's own bookkeeping",
    ),
}
OF_A_REPEAT = ("_parent_index", "_parent_table_name", "parent_key", "set_of")
#: What names a submission for good, best first.
NAMES = ("_uuid", "key", "instanceid", "_id")
KOBO = {"_uuid", "_submission_time", "_id", "_index", "_submitted_by", "_validation_status"}
ODK = {"submissiondate", "instanceid", "parent_key", "submitterid", "reviewstate", "formversion"}
FLAGS = {"", "0", "1", "0.0", "1.0", "true", "false"}
_PLACE = re.compile(
    r"_?(.*?)[_:\-/ ](latitude|longitude|altitude|precision|accuracy)", re.IGNORECASE
)
_ATTACHMENT = re.compile(r".*\.(jpe?g|png|mp[34]|m4a|amr|wav|pdf|3gp)", re.IGNORECASE)
URL = "_URL"
#: Questions whose answers are codes of a vocabulary.
CODED = ("device_type",)


@dataclass(frozen=True, slots=True)
class Form:
    """What exported a table. `repeat` is true where a row is one entry within a submission."""

    server: str
    separator: str
    repeat: bool

    def question(self, header: str) -> str:
        """The words of a question without the names of its groups: `acc/date_of_accident`."""
        last = header.rsplit(self.separator, 1)[-1]
        whole = header if last.count(")") > last.count("(") else last
        return whole.replace("_", " ").strip()


def form_of(header: Sequence[str]) -> Form | None:
    """The form that a header comes from; null for any other table."""
    names = {_name(text) for text in header}
    repeat = any(name in OF_A_REPEAT or name.startswith("_submission__") for name in names)
    if len(names & KOBO) >= 2 or (repeat and "_parent_index" in names):
        return Form("KoboToolbox", "/", repeat)
    if "key" in names and names & ODK:
        return Form("ODK", "-", "parent_key" in names)
    return None


def _name(header: str) -> str:
    """`meta/instanceID` and `meta-instanceID` → `instanceid`."""
    return re.sub(r"^(meta|formhub)[/\-:]", "", header.strip()).casefold()


def overlay_form(form: Form, header: Sequence[str], cells: Cells, rules: dict[str, Rule]) -> None:
    """Lay what the server added over the rules that the words of the questions gave.

    `cells` are the printed cells by column key, in the order of `header`. Of a multiple choice, one
    column is kept, and its rule says how the columns of its choices begin.
    """
    keys = dict(zip(cells, header, strict=True))
    rules |= dict(_of_the_server(keys)) | _places(keys)
    by_header = {text: key for key, text in keys.items()}
    for question, choices in _choices(form, keys, cells).items():
        asked = by_header.get(question, choices[0])
        for key in choices:
            rules[key] = _ignored(f"one choice of {question}, which says it")
        if asked == choices[0]:
            rules[asked] = {"column": dimension_of(form.question(question)) or "ignore"}
        if rules[asked].get("column", "ignore") != "ignore":
            rules[asked] |= {"choices": f"{question}/"}
    for key, texts in cells.items():
        if key.endswith(URL) or (texts and all(_ATTACHMENT.fullmatch(t.strip()) for t in texts)):
            rules[key] = _ignored("attachments")


def _ignored(reason: str) -> Rule:
    return {"column": "ignore", "reason": reason}


def _of_the_server(keys: dict[str, str]) -> Iterator[tuple[str, Rule]]:
    names = {key: _name(text) for key, text in keys.items()}
    own = next((name for name in NAMES if name in names.values()), "")
    for key, name in names.items():
        if name == own:
            yield key, {"column": "event_id"}
        elif name in OF_THE_SERVER:
            yield key, _ignored(OF_THE_SERVER[name])
        elif name in OF_A_REPEAT or name.startswith("_submission__"):
            yield key, _ignored("the submission that the entry belongs to")


def _places(keys: dict[str, str]) -> dict[str, Rule]:
    """The first geopoint gives latitude and longitude; its other columns are named and left."""
    rules: dict[str, Rule] = {}
    first = ""
    for key, text in keys.items():
        group, _, last = text.rpartition("/")
        found = _PLACE.fullmatch(last)
        if not found:
            continue
        point = f"{group}/{found[1]}" if group else found[1]
        first = first or point
        part = found[2].casefold()
        if point == first and part in ("latitude", "longitude"):
            rules[key] = {"column": part}
        elif point == first:
            rules[key] = _ignored(f"the {part} of a place, of which events has no column")
        else:
            rules[key] = _ignored(f"a second place, beside {first}")
        for whole in (name for name, printed in keys.items() if printed == point):
            rules[whole] = _ignored("latitude and longitude say it")
    return rules


def _choices(form: Form, keys: dict[str, str], cells: Cells) -> dict[str, list[str]]:
    """Question → the keys of its choices: columns `question/choice` of nothing but flags.

    Where the question has no column of its own, its columns are choices only if it asks for one of
    a known list; `victims/killed` may hold nothing but 0 and 1, too.
    """
    found: dict[str, list[str]] = {}
    for key, text in keys.items():
        question, slash, _ = text.rpartition("/")
        if slash and question and all(cell.strip().casefold() in FLAGS for cell in cells[key]):
            found.setdefault(question, []).append(key)
    asked = set(keys.values())
    return {
        question: choices
        for question, choices in found.items()
        if question in asked or dimension_of(form.question(question)) in CODED
    }
