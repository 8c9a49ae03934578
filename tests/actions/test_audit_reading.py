"""Who saw a record? Roles and organisations, for whoever reaches it and the advocate; never staff names."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from palermo import NotAllowed, ProblemWithInput
from palermo.actions import audit as actions
from palermo.actions import collect
from palermo.actions.audit import Seen, entries, export_head, verify_chain, who_saw
from palermo.actions.cases import list_cases, one_case
from palermo.cases import Case, Name, Person, encode_all
from palermo.store import audit
from palermo.store.access import Actor, Missing
from palermo.store.models import AuditEntry, CaseRow, User

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
NOWHERE = "0" * 32


def imported(actor: Actor, number: int = 1) -> str:
    """The id of a new case with an invented person."""
    place = actor.organisation_id
    person = Person(
        id=f"{number:032x}", organisation=place, invented=True, names=(Name(text=f"Invented Name {number}"),)
    )
    case = Case(id=f"{number:032x}", organisation=place, invented=True, person=person.id, sex="female")
    content = encode_all((case, person))
    before = {line.id for line in list_cases(actor).rows}
    collect.import_file(actor, content, name="cases.jsonl", now=NOW, layout="palermo", invented=True)
    (made,) = {line.id for line in list_cases(actor).rows} - before
    return made


def whats(actor: Actor, case: str) -> list[tuple[str, str]]:
    return [(line.role, line.what) for line in who_saw(actor, case, now=NOW).lines]


@pytest.mark.django_db
def test_each_look_is_told_by_role_and_reach_newest_first(house: Any) -> None:
    focal, analyst, advocate = house.actor(), house.actor("analyst"), house.actor("advocate")
    case = imported(focal)
    other = imported(focal, 2)
    assert whats(advocate, case) == []
    one_case(analyst, case, now=NOW + timedelta(hours=1))
    one_case(focal, case, now=NOW + timedelta(hours=2))
    one_case(focal, other, now=NOW + timedelta(hours=2))
    expected = [("focal_point", "person"), ("analyst", "opened"), ("advocate", "looked_up")]
    assert whats(advocate, case) == expected
    assert whats(focal, case) == [("advocate", "looked_up"), *expected]
    line = who_saw(advocate, case, now=NOW).lines[2]
    assert line == Seen(
        at=NOW + timedelta(hours=2),
        role="focal_point",
        organisation="OWN",
        what="person",
        action="cases.one_case",
    )


@pytest.mark.django_db
def test_what_names_the_person_alone_concerns_the_record_too(house: Any) -> None:
    focal = house.actor()
    case = imported(focal)
    person = CaseRow.objects.get(public_id=case).person
    for action in (
        "people.search_names",
        "exports.identities",
        "break_glass.open",
        "sharing.send",
        "new.thing",
    ):
        audit.append(focal, action, now=NOW, subjects=[NOWHERE, person], details={})
    said = ["other", "shared", "break_glass", "export", "search"]
    assert [what for _, what in whats(house.actor("advocate"), case)] == said


@pytest.mark.django_db
def test_no_answer_holds_who_it_was(house: Any) -> None:
    """The control: the chain itself holds the user's id, the database the name."""
    focal, advocate, auditor = house.actor(), house.actor("advocate"), house.actor("auditor")
    case = imported(focal)
    one_case(focal, case, now=NOW)
    told = json.dumps([asdict(line) for line in who_saw(advocate, case, now=NOW).lines], default=str)
    told += json.dumps([asdict(line) for line in entries(auditor, size=100)], default=str)
    username = User.objects.get(public_id=focal.user_id).username
    for secret in (focal.user_id, username, case, audit.pseudonym(house.own, case)):
        assert secret not in told
    bodies = "".join(AuditEntry.objects.values_list("body", flat=True))
    assert focal.user_id in bodies
    assert audit.pseudonym(house.own, case) in bodies


@pytest.mark.django_db
def test_another_organisations_case_answers_as_a_missing_one(house: Any) -> None:
    theirs = imported(house.actor("focal_point", house.other))
    said = set()
    for role in ("advocate", "focal_point", "collector", "case_worker"):
        actor = house.actor(role)
        for case in (theirs, NOWHERE, "no id", ""):
            with pytest.raises(Missing) as refused:
                who_saw(actor, case, now=NOW)
            said.add(str(refused.value))
    assert len(said) == 1
    assert whats(house.actor("advocate", house.other), theirs) == [], "the control"
    last = AuditEntry.objects.filter(organisation__public_id=house.own).latest("number")
    assert json.loads(last.body)["action"] != "audit.who_saw", "what failed leaves no entry"


@pytest.mark.django_db
def test_scope_is_that_of_the_case(house: Any) -> None:
    mine, other = house.actor("collector"), house.actor("case_worker", team="north")
    case = imported(mine)
    assert whats(mine, case) == []
    with pytest.raises(Missing):
        who_saw(other, case, now=NOW)
    for role in ("auditor", "administrator", "publication_officer", "state_focal_point"):
        with pytest.raises(NotAllowed):
            who_saw(house.actor(role), case, now=NOW)
    with pytest.raises(NotAllowed):
        one_case(house.actor("advocate"), case, now=NOW)


@pytest.mark.django_db
def test_pages_by_key_show_every_line_once(house: Any) -> None:
    focal = house.actor()
    case = imported(focal)
    for number in range(25):
        one_case(focal, case, now=NOW + timedelta(minutes=number))
    seen: list[Seen] = []
    after, pages = "", 0
    while pages == 0 or after:
        page = who_saw(focal, case, after=after, size=10, now=NOW)
        seen += [line for line in page.lines if line.action == "cases.one_case"]
        after, pages = page.next, pages + 1
    assert [line.at for line in seen] == [NOW + timedelta(minutes=n) for n in reversed(range(25))]
    assert who_saw(focal, case, after="f" * 64, now=NOW).lines == ()


@pytest.mark.django_db
def test_entries_page_by_number_and_narrow_to_an_action(house: Any) -> None:
    focal, auditor = house.actor(), house.actor("auditor")
    case = imported(focal)
    for _ in range(3):
        one_case(focal, case, now=NOW)
    whole = entries(auditor, size=100)
    assert [line.number for line in whole] == list(range(whole[0].number, 0, -1))
    assert entries(auditor, before=whole[3].number, size=2) == whole[4:6]
    looks = entries(auditor, action="cases.one_case")
    assert {line.action for line in looks} == {"cases.one_case"}
    assert [(line.subjects, line.counts) for line in looks] == [(1, {"exact": 0, "person": 1})] * 3
    assert entries(auditor, action='"%') == ()
    with pytest.raises(NotAllowed):
        entries(focal)


@pytest.mark.django_db
def test_a_head_that_leaves_names_the_entry_that_says_so(house: Any) -> None:
    auditor = house.actor("auditor")
    line = export_head(auditor, now=NOW)
    (head,) = actions.read_heads(line)
    last = AuditEntry.objects.filter(organisation__public_id=house.own).latest("number")
    assert (head.number, head.digest) == (last.number, last.digest)
    assert json.loads(last.body)["action"] == "audit.export_head"
    export_head(auditor, now=NOW)
    assert verify_chain(auditor, heads=line) is None
    with pytest.raises(ProblemWithInput, match="PROTECT-050"):
        verify_chain(auditor, heads="a letter")
    assert actions.operator_verify(house.own, heads=[head]) is None
    operators = actions.read_heads(actions.operator_head(house.own, now=NOW))
    assert operators[0].number == head.number + 2
    with pytest.raises(Missing), transaction.atomic():
        actions.operator_head(NOWHERE, now=NOW)


@pytest.mark.django_db
def test_each_chain_shows_when_the_rules_changed(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def noted() -> list[dict[str, str]]:
        bodies = AuditEntry.objects.filter(organisation__public_id=house.own).order_by("number")
        said = map(json.loads, bodies.values_list("body", flat=True))
        return [body["details"] for body in said if body["action"] == "rules.changed"]

    assert (actions.note_rules(NOW), actions.note_rules(NOW)) == (3, 0)
    first = noted()[0]
    for changed, times in (("f" * 32, 3), ("f" * 32, 0), (first["rules"], 3)):
        monkeypatch.setattr(actions, "fingerprint_of_all", lambda changed=changed: changed)
        assert actions.note_rules(NOW) == times
    assert [each["rules"] for each in noted()] == [first["rules"], "f" * 32, first["rules"]]
    monkeypatch.setattr(actions, "__version__", "9.9")
    assert actions.note_rules(NOW) == 3
    assert audit.verify(house.own) is None
