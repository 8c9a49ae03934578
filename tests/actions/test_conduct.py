"""Does an allegation against personnel leave no trace in the mission? In no list, count, file or chain."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from palermo import NotAllowed, PolicyRefusal, ProblemWithInput
from palermo.actions import collect, conduct
from palermo.actions.cases import count_cases, list_cases
from palermo.cases import Actor, Case, Episode, Name, Person, Referral, Source, encode_all
from palermo.codes.personnel import personnel_of
from palermo.protect import conduct as pure
from palermo.protect.containers import NotForThisKey, open_file
from palermo.protect.envelope import Place, open_sealed
from palermo.protect.keys import KeyPair, fingerprint, new_pair
from palermo.store import jobs, rows, submissions
from palermo.store.models import (
    AuditEntry,
    BadRowRow,
    CaseRow,
    ConductRow,
    Job,
    PersonRow,
    ProblemRow,
    RecordRow,
    Submission,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SECRET = "Invented Accuser"
CONDUCT = new_pair()
PLAIN, ACCUSING, BOTH = "1" * 32, "2" * 32, "3" * 32


def file(house: Any, relation: str = "un_personnel") -> bytes:
    mine = {"organisation": house.own, "invented": True}
    told = (Episode(actors=(Actor(relation=relation),)),)
    return encode_all(
        [
            Case(id=PLAIN, person=BOTH, **mine),
            Person(id=BOTH, names=(Name(text="Invented Other"),), **mine),
            Case(id=ACCUSING, person="4" * 32, episodes=told, source=Source(layout="palermo", row=3), **mine),
            Person(id="4" * 32, names=(Name(text=SECRET),), **mine),
            Referral(id="5" * 32, case=ACCUSING, service="legal", to="Invented Office", **mine),
        ]
    )


def opened(told: pure.Allegation, pair: KeyPair) -> bytes:
    return b"".join(open_file([told.sealed], private=pair.private))


def held(table: Any) -> int:
    return table.objects.count()  # type: ignore[no-any-return]


def everything() -> bytes:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode()
                      for row in cursor.fetchall() for v in row]  # fmt: skip
    return b"\n".join(found)


@pytest.fixture
def admin(house: Any) -> Any:
    return house.actor("administrator")


@pytest.fixture
def channel(admin: Any) -> None:
    conduct.set_key(admin, CONDUCT.public.hex(), contact="Invented line 7")


@pytest.mark.django_db
@pytest.mark.parametrize("relation", sorted(pure.PERSONNEL))
def test_without_a_conduct_key_nothing_of_it_is_stored(house: Any, relation: str) -> None:
    actor = house.actor()
    came = collect.import_file(actor, file(house, relation), now=NOW, invented=True)
    assert (came.stored, held(CaseRow), held(PersonRow), held(RecordRow)) == (2, 1, 1, 0)
    assert held(ConductRow) == 0
    assert ACCUSING.encode() not in everything()


@pytest.mark.django_db
def test_the_control_another_relation_is_stored_with_its_person_and_referral(house: Any) -> None:
    came = collect.import_file(house.actor(), file(house, "armed_group"), now=NOW, invented=True)
    assert (came.stored, held(CaseRow), held(PersonRow), held(RecordRow)) == (5, 2, 2, 1)
    assert Submission.objects.get().sealed is not None
    assert ACCUSING.encode() in everything()


@pytest.mark.django_db
def test_with_a_conduct_key_it_opens_for_the_holder_of_that_key_only(house: Any, channel: None) -> None:
    actor = house.actor()
    collect.import_file(actor, file(house), now=NOW, invented=True)
    collect.import_file(actor, file(house), now=NOW, invented=True)
    assert (count_cases(actor), [line.id for line in list_cases(actor).rows]) == (1, [PLAIN])
    assert held(ConductRow) == 1, "the same allegation sent twice is one"
    (sealed,) = conduct.carried_out()
    told = opened(sealed, CONDUCT)
    assert SECRET.encode() in told
    assert ACCUSING.encode() in told
    for pair in house.rings[house.own].pairs.values():
        with pytest.raises(NotForThisKey):
            opened(sealed, pair)
    assert ACCUSING.encode() not in everything()


@pytest.mark.django_db
def test_what_somebody_writes_is_sealed_and_in_no_chain(house: Any, channel: None) -> None:
    actor = house.actor("collector")
    before = held(AuditEntry)
    assert conduct.report_allegation(actor, f"{SECRET} in Invented Town", now=NOW)
    assert held(AuditEntry) == before
    assert SECRET.encode() not in everything()
    (row,) = ConductRow.objects.all()
    assert (row.arrived.hour, row.arrived.minute) == (0, 0), "not even the hour says who was on duty"
    (sealed,) = conduct.carried_out()
    assert msgspec.json.decode(opened(sealed, CONDUCT))["told"].startswith(SECRET)


@pytest.mark.django_db
def test_without_a_key_a_report_is_not_kept_and_says_so(house: Any) -> None:
    assert not conduct.report_allegation(house.actor("collector"), SECRET, now=NOW)
    assert held(ConductRow) == 0


CASES = st.lists(
    st.builds(
        lambda id, person, relation: Case(
            id=f"{id:032x}",
            organisation="f" * 32,
            person=f"{person:032x}",
            episodes=(Episode(actors=(Actor(relation=relation),)),),
        ),
        st.integers(0, 30),
        st.integers(100, 110),
        st.sampled_from(["family", "un_personnel", "aid_personnel"]),
    ),
    unique_by=lambda case: case.id,
)


@given(cases=CASES)
def test_parting_loses_nothing_and_keeps_nothing_that_accuses(cases: list[Case]) -> None:
    persons = [Person(id=f"{n:032x}", organisation="f" * 32) for n in range(100, 111)]
    parts = pure.parted([*cases, *persons])
    both = [*parts.kept, *parts.allegations]
    assert sorted(map(repr, both)) == sorted(map(repr, [*cases, *persons]))
    assert not any(isinstance(each, Case) and pure.accuses(each) for each in parts.kept)
    known = {case.person for case in cases if not pure.accuses(case)}
    gone = {each.id for each in parts.allegations if isinstance(each, Person)}
    assert not known & gone, "a person whom another case knows stays"


HTCDS = (
    "prs_FirstName,vic_RelationshipToTrafficker,vic_TraffickingStatus,prs_Gender\n"
    "Invented Plain,Familial,Actual victim of trafficking,Feminine\n"
    "{who},{relation},{status},Feminine\n"
    "Invented Third,Familial,Actual victim of trafficking,Masculine\n"
)
WORDINGS = (
    "United Nations personnel",
    "UN peacekeeper",
    "un_personnel",
    "U.N. staff",
    "Aid worker",
    "casque bleu",
)
GOOD, BAD = "Actual victim of trafficking", "no such status"


def sheet(relation: str, status: str = GOOD) -> bytes:
    return HTCDS.format(who=SECRET, relation=relation, status=status).encode()


def clear(house: Any) -> bytes:
    """All columns, and all that the vault of the mission opens."""
    ring = house.rings[house.own]
    found = [everything()]
    for row in Submission.objects.filter(data_key__isnull=False):
        opening = submissions.Opening(ring)
        key = ring.data_key(row, record=row.public_id)
        place = Place(ring.organisation, row.public_id, submissions.CONTENT)
        found.append(open_sealed(bytes(row.sealed), key=key, place=place))
        found += [
            str(opening.found(row, one.found)).encode() for one in ProblemRow.objects.filter(submission=row)
        ]
        found += [
            repr(opening.bad_row(row, one).cells).encode() for one in BadRowRow.objects.filter(submission=row)
        ]
    for table in (CaseRow, PersonRow, RecordRow):
        found += [encode_all([exact]) for row in table.objects.all() if (exact := rows.exact_of(row, ring))]
    return b"\n".join(found)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [GOOD, BAD])
@pytest.mark.parametrize("relation", WORDINGS)
def test_no_row_that_speaks_of_personnel_stays_with_the_mission(
    house: Any, channel: None, relation: str, status: str
) -> None:
    came = collect.import_file(house.actor(), sheet(relation, status), now=NOW, invented=True)
    assert (came.rows, came.refused, came.problems, held(CaseRow), held(PersonRow)) == (2, 0, 0, 2, 2)
    told = clear(house)
    assert SECRET.encode() not in told
    assert relation.encode() not in told
    assert b"Invented Third" in told
    (sealed,) = conduct.carried_out()
    assert SECRET.encode() in opened(sealed, CONDUCT)


@pytest.mark.django_db
def test_the_control_a_row_that_speaks_of_nobody_stays_good_or_bad(house: Any, channel: None) -> None:
    actor = house.actor()
    collect.import_file(actor, sheet("Familial"), now=NOW, invented=True)
    came = collect.import_file(actor, sheet("Familial", BAD), now=NOW, invented=True)
    assert (came.rows, came.refused, came.problems, held(ConductRow)) == (3, 1, 1, 0)
    assert SECRET.encode() in clear(house)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [GOOD, BAD])
def test_without_a_key_such_a_row_is_nowhere(house: Any, status: str) -> None:
    collect.import_file(house.actor(), sheet("UN peacekeeper", status), now=NOW, invented=True)
    assert SECRET.encode() not in clear(house)
    assert held(ConductRow) == 0


@pytest.mark.django_db
def test_a_refused_line_takes_its_person_and_referral_along(house: Any, channel: None) -> None:
    lines = file(house).splitlines(keepends=True)
    broken = lines[2].replace(b'"invented":true', b'"invented":"maybe"').replace(b"un_", rb"\u0075n_")
    assert broken != lines[2]
    came = collect.import_file(
        house.actor(), b"".join([*lines[:2], broken, *lines[3:]]), now=NOW, invented=True
    )
    assert (came.rows, came.stored, came.refused, came.problems) == (2, 2, 0, 0)
    told = clear(house)
    assert SECRET.encode() not in told
    assert b"Invented Other" in told
    (sealed,) = conduct.carried_out()
    assert SECRET.encode() in opened(sealed, CONDUCT)


@pytest.mark.django_db
def test_a_label_that_many_rows_share_leaves_with_all_of_them(house: Any, channel: None) -> None:
    head, row = "prs_FirstName,prs_Citizenship,vic_TraffickingStatus\n", "{},{}," + GOOD + "\n"
    told = [row.format(SECRET, "UN peacekeepers")] * 5 + [row.format("Invented Plain", "Nowhere at all")] * 2
    came = collect.import_file(house.actor(), (head + "".join(told)).encode(), now=NOW, invented=True)
    assert (came.rows, came.problems) == (2, 1)
    assert ProblemRow.objects.get().times == 2
    assert SECRET.encode() not in clear(house)
    assert b"Nowhere at all" in clear(house)


def tells(house: Any) -> list[Any]:
    """What somebody of the mission can compare of the last file."""
    submission = Submission.objects.latest("id")
    numbers = CaseRow.objects.filter(submission=submission).values_list("source_row", flat=True)
    bad = BadRowRow.objects.filter(submission=submission)
    counts = [getattr(submission, name) for name in ("rows", "stored", "refused", "problems")]
    sealed = [submission.data_key is None, submission.sealed is None]
    last = [one.key.rpartition(":")[2] for one in bad]
    return [*counts, *sealed, sorted(numbers), [one.row for one in bad], last]


@pytest.mark.django_db
@pytest.mark.parametrize("told", ["Familial", "UN peacekeeper"])
def test_a_file_that_held_one_looks_like_one_that_did_not(house: Any, told: str) -> None:
    actor = house.actor()

    def lines(middle: str) -> bytes:
        return sheet(told).replace(f"{SECRET},{told},{GOOD},Feminine\n".encode(), middle.encode()) + (
            f"Invented Fourth,Familial,{BAD},Feminine\n".encode()
        )

    with_one, without = lines(f"{SECRET},{told},{GOOD},Feminine\n"), lines("")
    collect.import_file(actor, with_one, now=NOW, invented=True)
    mine = tells(house)
    size = Submission.objects.get().size
    CaseRow.objects.all().delete()
    collect.import_file(actor, without, now=NOW, invented=True)
    alike = mine == tells(house)
    assert alike == (told != "Familial"), "an allegation leaves no trace; the control, a third row, does"
    assert (size != len(with_one)) == (told != "Familial")


@pytest.mark.django_db
def test_a_file_of_nothing_else_is_as_an_empty_one(house: Any, channel: None) -> None:
    actor = house.actor()
    head, _, row, _ = sheet("UN peacekeeper").decode().splitlines(keepends=True)
    came = collect.import_file(actor, (head + row).encode(), now=NOW, invented=True)
    mine, problems = tells(house), list(ProblemRow.objects.values_list("code", flat=True))
    collect.import_file(actor, head.encode(), now=NOW, invented=True)
    assert (came.rows, mine, problems) == (0, tells(house), ["COLLECT-048"])
    assert held(ConductRow) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("submission", [True, False])
def test_a_job_ends_with_the_rows_of_its_submission(house: Any, submission: bool) -> None:
    actor = house.actor()
    came = collect.import_file(actor, sheet("UN peacekeeper"), now=NOW, invented=True)
    job = jobs.begin(actor, kind="import", stage="reading", now=NOW)
    jobs.beat(job, stage="reading", done=3, total=3, now=NOW)
    jobs.end(job, outcome="done", now=NOW, submission=came.submission if submission else "")
    row = Job.objects.get(public_id=job)
    assert (row.done, row.total) == ((2, 2) if submission else (3, 3))


@pytest.mark.parametrize(
    "text", [*WORDINGS, "UNPeacekeeper", "قوات حفظ السلام", "agent humanitaire", "NGO workers"]
)
def test_personnel_is_heard_in_the_common_wordings(text: str) -> None:
    assert personnel_of(text) in pure.PERSONNEL
    assert personnel_of(f"Invented: it was the {text}, twice.")


@pytest.mark.parametrize(
    "text", ["Familial", "Unaquainted", "NGO", "unarmed police", "Police", "Other", "peacekeep"]
)
def test_the_control_other_words_are_not_heard(text: str) -> None:
    assert personnel_of(text) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("public", ["0" * 64, "01" + "00" * 31, "e" * 63, "x" * 64])
def test_a_key_to_which_nothing_can_be_sealed_is_refused(house: Any, public: str) -> None:
    with pytest.raises(ProblemWithInput, match="CONDUCT-001"):
        conduct.set_key(house.actor("administrator"), public, contact="Invented line 7")
    assert conduct.channel(house.actor()).public == b""


def entry() -> dict[str, Any]:
    """What the chain says last about the channel."""
    bodies = [json.loads(one.body) for one in AuditEntry.objects.order_by("number")]
    return [body["details"] for body in bodies if body["action"].startswith("conduct.")][-1]  # type: ignore[no-any-return]


@pytest.mark.django_db
@pytest.mark.parametrize("successor", [new_pair().public, b""], ids=["another key", "none"])
def test_one_person_cannot_redirect_the_channel(
    house: Any, admin: Any, channel: None, successor: bytes
) -> None:
    told = fingerprint(successor) if successor else ""
    assert not conduct.set_key(admin, successor.hex(), contact="Invented line 7", now=NOW)
    assert (entry()["old"], entry()["new"]) == (fingerprint(CONDUCT.public), told)
    assert conduct.channel(admin).public == CONDUCT.public
    same = replace(admin, role="auditor")
    with pytest.raises(PolicyRefusal, match="CONDUCT-004"):
        conduct.confirm_key(same, told)
    with pytest.raises(NotAllowed):
        conduct.confirm_key(house.actor("focal_point"), told)
    auditor = house.actor("auditor")
    with pytest.raises(ProblemWithInput, match="CONDUCT-003"):
        conduct.confirm_key(auditor, fingerprint(CONDUCT.public))
    conduct.confirm_key(auditor, told, now=NOW)
    now_held = conduct.channel(admin)
    assert (now_held.public, now_held.proposed, now_held.confirmed) == (successor, None, NOW)
    assert (entry()["old"], entry()["new"]) == (fingerprint(CONDUCT.public), told)


@pytest.mark.django_db
def test_the_first_key_is_one_persons_word_until_another_confirms_it(
    house: Any, admin: Any, channel: None
) -> None:
    auditor = house.actor("auditor")
    held_now, told = conduct.channel(auditor), fingerprint(CONDUCT.public)
    assert (held_now.fingerprint, held_now.confirmed) == (told, None)
    assert held_now.since is not None
    assert (entry()["old"], entry()["new"]) == ("", told)
    with pytest.raises(PolicyRefusal, match="CONDUCT-004"):
        conduct.confirm_key(replace(admin, role="auditor"), told)
    conduct.confirm_key(auditor, told, now=NOW)
    assert conduct.channel(auditor).confirmed == NOW
    with pytest.raises(ProblemWithInput, match="CONDUCT-003"):
        conduct.confirm_key(auditor, told)


@pytest.mark.django_db
def test_the_present_key_withdraws_what_was_proposed(admin: Any, channel: None) -> None:
    conduct.set_key(admin, new_pair().public.hex(), contact="Invented line 7")
    assert conduct.set_key(admin, CONDUCT.public.hex(), contact="Invented line 8")
    held_now = conduct.channel(admin)
    assert (held_now.proposed, held_now.public, held_now.contact) == (None, CONDUCT.public, "Invented line 8")
