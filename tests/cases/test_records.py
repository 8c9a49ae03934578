"""Is a broken record never made, and does a record never tell what it holds?"""

import traceback
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given

from palermo.cases import (
    NATIONAL,
    AggregateReturn,
    BrokenRecord,
    Case,
    Contact,
    Detection,
    Document,
    Effort,
    Episode,
    Incident,
    Name,
    Organisation,
    PartyInvolved,
    Person,
    Place,
    Reporter,
    Status,
    When,
    collecting,
    encode,
)
from palermo.cases.record import Record
from palermo.codes import code_list
from tests.strategies import PROXIES, RECORDS

ONE, TWO = "1" * 32, "2" * 32
PLANTED = "Zulmira-Planted-7731"
MONTH = When.month(2024, 5)


@pytest.mark.parametrize("authority", sorted(set(code_list("authority_types")) - NATIONAL))
def test_only_a_national_authority_identifies_formally(authority: str) -> None:
    """A de facto authority controls people and places, but it is not the State; nor is a UN mission."""
    with pytest.raises(BrokenRecord, match=r"Status\.authority: expected a national authority"):
        Status(step="formally_identified", authority=authority)


@pytest.mark.parametrize("authority", sorted(NATIONAL))
def test_each_kind_of_national_authority_can_identify_formally(authority: str) -> None:
    assert Status(step="formally_identified", authority=authority).authority == authority


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "proxy"},
        {"kind": "direct", "reporter": Reporter()},
        {"kind": "proxy", "reporter": Reporter(), "detection": Detection()},
        {
            "kind": "proxy",
            "reporter": Reporter(),
            "statuses": (Status(step="formally_identified", authority="police"),),
        },
    ],
)
def test_a_proxy_report_is_told_by_somebody_and_is_never_a_detection(fields: dict[str, Any]) -> None:
    with pytest.raises(BrokenRecord):
        Case(id=ONE, organisation=TWO, **fields)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Episode, {"began": When.year_of(2024), "ended": When.year_of(2023)}),
        (
            Incident,
            {
                **{"id": ONE, "organisation": TWO, "type": "abduction", "when": MONTH, "place": Place()},
                **{"persons_lowest": 5, "persons_highest": 4},
            },
        ),
        (
            Effort,
            {
                **{"id": ONE, "organisation": TWO, "month": MONTH, "place": Place()},
                **{"interviews": 3, "without_indication": 4},
            },
        ),
        (
            AggregateReturn,
            {
                **{"id": ONE, "organisation": TWO, "indicator": "documented", "place": Place()},
                **{"period": MONTH, "low": 5, "high": 4},
            },
        ),
    ],
)
def test_numbers_and_dates_that_contradict_each_other_are_refused(
    kind: type[Record], fields: dict[str, Any]
) -> None:
    with pytest.raises(BrokenRecord):
        kind(**fields)


def test_all_faults_are_listed_not_only_the_first() -> None:
    with pytest.raises(BrokenRecord) as caught:
        Case(id=ONE, organisation=TWO, kind="proxy", sex="x", gender="y", citizenships=("IRQ", "ZZZ"))
    assert [fault.field for fault in caught.value.broken] == ["sex", "gender", "citizenships", "reporter"]


def test_a_reader_can_collect_faults_instead() -> None:
    with collecting() as found:
        Case(id=ONE, organisation=TWO, sex="x", detection=Detection(authority="y"))
    assert [(fault.record, fault.field) for fault in found] == [("Detection", "authority"), ("Case", "sex")]
    with pytest.raises(BrokenRecord):
        Detection(authority="y")


def test_status_is_the_latest_step_of_its_history() -> None:
    assert Case(id=ONE, organisation=TWO).status == "not_assessed"
    history = Status(step="presumed"), Status(step="not_identified")
    assert Case(id=ONE, organisation=TWO, statuses=history).status == "not_identified"


@given(record=RECORDS)
def test_a_record_is_frozen(record: Record) -> None:
    with pytest.raises(AttributeError):
        record.id = TWO  # type: ignore[attr-defined]


@given(case=PROXIES)
def test_a_proxy_report_says_who_reports(case: Case) -> None:
    assert case.reporter is not None
    assert case.detection is None


def planted() -> list[Record]:
    """One record of each kind that can hold free text, with the planted text in all of it."""
    place = Place(area="IRQ", exact=PLANTED)
    person = Person(
        id=ONE,
        organisation=TWO,
        names=(Name(text=PLANTED),),
        contacts=(Contact(value=PLANTED),),
        documents=(Document(number=PLANTED, type=PLANTED),),
        notes=PLANTED,
    )
    episode = Episode(
        recruited_in=place, exploited_in=(place,), parties=(PartyInvolved(type="armed_group", unit=PLANTED),)
    )
    case = Case(
        id=ONE,
        organisation=TWO,
        episodes=(episode,),
        detection=Detection(place=place),
        raw={"column": PLANTED},
    )
    incident = Incident(id=ONE, organisation=TWO, type="sale", when=MONTH, place=place)
    organisation = Organisation(id=ONE, name=PLANTED, short=PLANTED, kind="ngo")
    nested = (*person.names, *person.contacts, *person.documents, place, episode, *episode.parties)
    return [person, case, incident, organisation, *nested]


@pytest.mark.parametrize("record", planted(), ids=lambda record: type(record).__name__)
def test_no_text_form_of_a_record_tells_what_it_holds(record: Any) -> None:
    shown = [repr(record), str(record), f"{record!r:>80}", repr(list(record.__rich_repr__())), repr([record])]
    assert PLANTED not in " ".join(shown)
    assert PLANTED.encode() in msgspec.json.encode(record), "the control: its line does hold the text"


def test_no_exception_about_a_record_tells_what_was_found() -> None:
    """A shifted column puts a name where a code belongs."""
    try:
        Case(id=ONE, organisation=TWO, sex=PLANTED, citizenships=(PLANTED,), kind=PLANTED, mrm_case=PLANTED)
    except BrokenRecord as error:
        shown = [str(error), repr(error), repr(error.broken), *traceback.format_exception(error)]
    told = [line for line in "".join(shown).splitlines() if "PLANTED" not in line]
    assert PLANTED not in "".join(told)
    assert "expected a code of the list sex" in "".join(told)


def test_the_day_of_birth_is_not_in_the_text_form() -> None:
    born = Person(id=ONE, organisation=TWO, birth=When.day(date(2003, 11, 20)))
    assert "20" not in repr(born.birth).replace("2003", "")
    assert b"2003-11-20" in encode(born)
