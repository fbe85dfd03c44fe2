"""Treaty dates and duties, and dates that cannot be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from audit_tables import contradicted, document
from mtool.auditing.report import audit_document
from mtool.auditing.treaties import bounds, load_facts, load_treaties
from mtool.model import Finding, Report, Source
from mtool.readers import ReadOptions, find_reader


def duties(*texts: str, as_of: date | None = None, **source: str) -> list[Finding]:
    found = audit_document(document(*texts, **source), as_of=as_of)
    return [f for f in found if f.rule.startswith(("duty", "date"))]


def audited(path: Path) -> Report:
    reader = find_reader(path, path.read_bytes()[:4096])
    return audit_document(reader.read(path, Source(path.stem, path=str(path)), ReadOptions()))


@pytest.mark.parametrize(
    ("treaty", "deposit", "entry"),
    [
        ("APMBC", date(1998, 6, 2), date(1999, 3, 1)),
        ("APMBC", date(2012, 4, 16), date(2012, 10, 1)),
        ("CCM", date(2010, 6, 30), date(2010, 12, 1)),
        ("CCM", date(2009, 1, 15), date(2010, 8, 1)),
        ("CCM", date(2014, 9, 2), date(2015, 3, 1)),
    ],
)
def test_entry_into_force_is_the_first_day_of_the_sixth_month_after(
    treaty: str, deposit: date, entry: date
) -> None:
    """The rule of both treaties, and never before the treaty itself."""
    known = {t.id: t for t in load_treaties()}
    assert known[treaty].entry_into_force(deposit) == entry


def test_facts_of_states_have_sources_and_real_dates() -> None:
    """Every fact says where it comes from."""
    for fact in load_facts():
        assert fact.source
        assert bounds(fact.printed) == (fact.first, fact.last)


def test_a_wrong_entry_into_force_is_contradicted_by_the_document_itself() -> None:
    """What follows from a stated ratification needs no outside fact."""
    wrong = "Somalia acceded to the Mine Ban Treaty on 16 April 2012. It entered into force for Somalia on 1 {} 2012."
    assert contradicted(duties(wrong.format("October"))) == []
    found = contradicted(duties(wrong.format("September")))
    assert [f.rule for f in found] == ["duty_entry_into_force"]
    assert "1 October 2012" in found[0].message


def test_a_deadline_earlier_than_the_treaty_allows_is_contradicted() -> None:
    """Ten years from entry into force; a later one may have been extended."""
    text = (
        "The Mine Ban Treaty entered into force for Chad on 1 November 1999. "
        "Its {} Article 5 deadline was 1 {}."
    )
    assert contradicted(duties(text.format("initial", "November 2009"))) == []
    assert contradicted(duties(text.format("current", "January 2025"))) == []
    assert len(contradicted(duties(text.format("initial", "November 2008")))) == 1


def test_an_outside_fact_is_told_apart_with_its_source() -> None:
    """What only a fact contradicts is a note, never a contradiction of the source."""
    found = duties("Mali ratified the Convention on Cluster Munitions on 30 July 2010.")
    assert [(f.rule, f.class_, f.verdict) for f in found] == [
        ("duty_outside_fact", "note", "unverifiable")
    ]
    assert "Monitor" in found[0].message


def test_a_real_ban_policy_profile(shared: Path) -> None:
    """Entry into force and the first report's date follow; the report was 1,827 days late."""
    report = audited(shared / "seeds" / "mali_cluster_munition_ban_policy_2016.txt")
    by_rule = {f.rule: f for f in report}
    assert contradicted(report) == []
    assert by_rule["duty_entry_into_force"].verdict == "supported"
    assert by_rule["duty_article_7_due"].verdict == "supported"
    assert by_rule["duty_overdue"].computed == 1827
    assert by_rule["duty_outside_fact"].class_ == "note"


def test_a_deadline_that_is_past_says_by_how_much() -> None:
    """As of the document's own date, and as of a day given."""
    text = "Mali had an Article 5 deadline of 1 March 2009."
    found = duties(text, as_of=date(2009, 4, 1), published="2009-03-11")
    past = next(f for f in found if f.rule == "duty_past")
    assert "10 days" in past.message
    assert "31 days" in past.message


def test_an_event_after_the_document_is_contradicted() -> None:
    """A report of March tells of nothing that happened in May; plans are another matter."""
    told = duties("In May 2023, the team visited Gao.", published="2023-03")
    planned = duties("By May 2023, the team will visit Gao.", published="2023-03")
    assert [f.rule for f in contradicted(told)] == ["date_after_document"]
    assert planned == []


def test_the_order_of_day_and_month_is_settled_by_other_dates() -> None:
    """The same day in words, or a date above twelve, settles it; otherwise both are given."""
    open_one = duties("Visited on 03/04/2022.")
    settled = duties("Visited on 03/04/2022 and 13/04/2022.")
    in_words = duties("Visited on 03/04/2022.", "Email of 3 April 2022.")
    assert [f.verdict for f in open_one] == ["unverifiable"]
    assert [f.suggestion for f in settled] == ["2022-04-03"]
    assert [f.suggestion for f in in_words] == ["2022-04-03"]
    assert contradicted([*open_one, *settled, *in_words]) == []


BASE = "The Mine Ban Treaty entered into force for Chad on 1 November 1999. "


@pytest.mark.parametrize(
    "other",
    [
        "Under Article 5, Chad had to clear Fada by 1 January 2005.",
        "Under Article 5, Chad was required to submit a work plan by 30 April 2005.",
        "Chad ratified the Arms Trade Treaty on 25 March 2015.",
        "The new law entered into force on 5 May 2006.",
        "Chad acceded to the Convention against Torture on 9 June 1995.",
        "Chad became a State Party to the Rarotonga Treaty on 9 June 1995.",
        "Chad's initial Article 5 deadline was not 1 May 2008.",
        "It was claimed that Chad's Article 5 deadline was 1 May 2008.",
        "Chad and Niger ratified it on 3 May 1990.",
        "Niger's initial Article 5 deadline was 1 September 2009.",
        "If Chad had ratified on 3 May 1998, its Article 5 deadline would have been 1 March 2009.",
    ],
)
def test_a_date_of_something_else_contradicts_no_deadline(other: str) -> None:
    """Other states, laws and treaties, parts of the country, and what is denied or supposed."""
    assert contradicted(duties(BASE + other)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "Chad shall complete clearance under Article 5 by 1 November 2008.",
        "Article 5 gave Chad until 1 November 2008 to complete clearance.",
        "Chad became a State Party to the Mine Ban Treaty on 1 December 1999.",
        "Le Tchad devait détruire ses stocks au plus tard le 1er novembre 2004, "
        "conformément à l'article 4.",
    ],
)
def test_deadlines_are_read_in_many_wordings(wrong: str) -> None:
    """English and French; a stockpile deadline cannot be extended."""
    assert len(contradicted(duties(BASE + wrong))) == 1


def test_a_wrong_entry_into_force_makes_no_right_deadline_wrong() -> None:
    """The day that follows from the ratification counts, whatever else the document says."""
    text = (
        "Somalia acceded to the Mine Ban Treaty on 16 April 2012. "
        "The Mine Ban Treaty entered into force for Somalia on 1 November 2012. "
        "Somalia's initial Article 5 deadline was 1 {} 2022."
    )
    right = contradicted(duties(text.format("October")))
    assert [f.rule for f in right] == ["duty_entry_into_force"]
    follows = [f for f in duties(text.format("November")) if f.rule == "duty_article_5_due"]
    assert [f.verdict for f in follows] == ["unverifiable"]
