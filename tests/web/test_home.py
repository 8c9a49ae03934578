"""What waits, on the first page: only while it waits, and only for those who can do something about it."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db.models import F
from django.test import Client

from palermo.actions import accounts, attention, break_glass, collect, exports, undo, vault
from palermo.cli.demo import PASSPHRASE
from palermo.protect.break_glass import may_be_a_child
from palermo.store import vault as kept
from palermo.store.models import BreakGlass, Organisation, Submission, Vault
from tests.actions.dirty import ctdc

TITLES = (
    "Vault",
    "New key",
    "Members to let in",
    "Exports to agree to",
    "Break-glass to answer",
    "Break-glass to review",
)
ROLES = ("focal", "case-worker", "verifier", "administrator", "auditor", "analyst", "advocate")


def tiles(client: Client) -> set[str]:
    """Titles of what waits."""
    response = client.get("/")
    assert response.status_code == 200
    return {one.title for one in response.context["attention"]} & set(TITLES)


def who_sees(house) -> dict[str, set[str]]:
    """Which roles of the mission see which of them."""
    seen = {role: tiles(house.client(f"{role}-mission")) for role in ROLES}
    return {title: {role for role in ROLES if title in seen[role]} for title in TITLES}


def acting(username: str) -> accounts.Actor:
    member = accounts.memberships(get_user_model().objects.get(username=username))[0]
    return replace(member.actor, session=vault.new_session())


def test_where_nothing_waits_nothing_is_shown(house):
    assert who_sees(house) == {title: set() for title in TITLES}


def test_a_vault_that_is_not_set_up_is_told_to_the_focal_point(house):
    place = house.mission.organisations[4].id
    made = accounts.create_user("focal-new", password="a quiet long sentence", checked=False)
    accounts.add_member(made, organisation=place, role="focal_point")
    assert tiles(house.client("focal-new")) == {"Vault"}
    page = house.client("focal-new").get("/").content.decode()
    assert "It is not set up yet" in page
    other = accounts.create_user("analyst-new", password="a quiet long sentence", checked=False)
    accounts.add_member(other, organisation=place, role="analyst")
    assert tiles(house.client("analyst-new")) == set()


def test_a_new_key_and_members_who_wait_are_told_to_the_focal_point(house):
    vault.join(acting("verifier-mission"), PASSPHRASE)
    Vault.objects.update(rekey_due=True)
    seen = who_sees(house)
    assert seen["New key"] == seen["Members to let in"] == {"focal"}
    assert tiles(house.client("focal-refugees")) == {"New key"}, "nobody waits there"


def test_an_export_waits_for_another_focal_point_only(house):
    made = accounts.create_user("colleague", password="a quiet long sentence", checked=False)
    accounts.add_member(made, organisation=house.first.id, role="focal_point")
    exports.ask(acting("focal-mission"), "identities")
    assert who_sees(house)["Exports to agree to"] == set(), "she asked for it herself"
    assert tiles(house.client("colleague")) == {"Exports to agree to"}
    assert tiles(house.client("focal-refugees")) == set()


@pytest.mark.parametrize("granted", [True, False])
def test_break_glass_waits_for_an_answer_and_then_for_a_review(house, granted):
    case = next(
        case
        for case in house.cases(house.first.id)
        if not may_be_a_child(case) and case.person and case.detection and case.detection.place.exact
    )
    request = break_glass.ask(acting("case-worker-mission"), case.id, "Invented: must be reached tonight")
    assert who_sees(house)["Break-glass to answer"] == {"focal", "verifier"}
    answers = acting("verifier-mission")
    kept.unlock(answers, house.rings[house.first.id])
    break_glass.answer(answers, request, granted)
    seen = who_sees(house)
    assert seen["Break-glass to answer"] == set()
    assert seen["Break-glass to review"] == ({"focal", "auditor"} if granted else set())
    BreakGlass.objects.update(until=datetime.now(UTC) - timedelta(days=1))
    assert who_sees(house)["Break-glass to review"] == ({"focal", "auditor"} if granted else set())


def test_what_waits_is_sorted_by_its_day_and_says_who_acts(house):
    Vault.objects.update(rekey_due=True)
    Submission.objects.update(refused=3)
    made = accounts.create_user("colleague", password="a quiet long sentence", checked=False)
    accounts.add_member(made, organisation=house.first.id, role="focal_point")
    exports.ask(acting("colleague"), "identities")
    shown = house.client("focal-mission").get("/").context["attention"]
    names = [one.name for one in shown]
    assert names[-1] == "new_key", "what has no day comes last"
    assert names.index("exports") < names.index("imports"), "hours, then a year"
    assert all(one.who for one in shown)
    assert all(one.due for one in shown if one.name in ("exports", "imports"))


def test_imports_to_mend_leaves_out_what_was_undone_and_what_was_mended(house):
    actor = acting("focal-mission")
    kept.unlock(actor, house.rings[house.first.id])

    def waiting():
        told = {one.name: one.figure for one in house.client("focal-mission").get("/").context["attention"]}
        return told.get("imports", 0)

    Submission.objects.update(refused=0)
    sent = [ctdc(f"{year},Femal,9--17,MLI,NGA", f"{year},Mal,9--17,MLI,NGA") for year in (2019, 2020)]
    first, second = (collect.import_file(actor, each, invented=True).submission for each in sent)
    assert waiting() == 2
    undo.undo_import(actor, undo.intakes_of(actor, second)[0].id)
    assert waiting() == 1
    results = [one["result"] for one in house.client("focal-mission").get("/").context["imports"]]
    assert results[0] == "The import was undone."
    bad = collect.bad_rows_file(actor, first)
    part = collect.import_file(actor, bad.replace(b"Femal", b"Female"), invented=True).submission
    assert waiting() == 1, "the row that is still wrong waits with the later file alone"
    assert collect.one_submission(actor, part).line.refused == 1
    last = collect.bad_rows_file(actor, part).replace(b"Mal,", b"Male,")
    done = collect.import_file(actor, last, invented=True).submission
    assert collect.one_submission(actor, done).line.refused == 0
    assert waiting() == 0
    undo.undo_import(actor, undo.intakes_of(actor, done)[0].id)
    assert waiting() == 1, "it waits again"


def test_what_is_kept_long_enough_is_told_before_it_ends(house):
    attention._ending.cache_clear()  # the organisations of the tests before have the same ids
    assert "ends_submission" not in [
        one.name for one in house.client("focal-mission").get("/").context["attention"]
    ]
    Submission.objects.update(arrived=datetime.now(UTC) - timedelta(days=350))
    Organisation.objects.update(writes=F("writes") + 1)
    told = {one.name: one for one in house.client("focal-mission").get("/").context["attention"]}
    assert told["ends_submission"].due
    assert "ends_identity" not in told
    assert "ends_submission" not in [
        one.name for one in house.client("analyst-mission").get("/").context["attention"]
    ]


def test_a_backup_that_is_overdue_is_told_to_whoever_may_know(house):
    for role, told in (("administrator", True), ("auditor", True), ("focal", False)):
        names = [one.name for one in house.client(f"{role}-mission").get("/").context["attention"]]
        assert ("backup" in names) == told


def test_each_figure_leads_to_as_many_cases_as_it_says(house):
    client = house.client("focal-mission")
    page = client.get("/")
    shown = page.context["figures"]
    assert [one.title for one in shown] == [
        "Cases held",
        "Formally identified",
        "Children",
        "Place or month not known",
    ]
    for one in shown:
        choice = one.address.partition("?")[2]
        assert client.get(f"/cases/counts?{choice}").context["total"] == one.number, one.title
        assert " of " in one.text
        assert "%" not in one.text
    assert sum(one.cases for one in page.context["areas"]) == shown[0].number
    assert b"<svg" in client.get("/where").content


def test_the_first_page_and_its_map_are_light(house):
    client = house.client("focal-mission")
    for address in ("/", "/cases", "/cases/counts"):
        assert len(gzip.compress(client.get(address).content)) < 15_000, address
    part = client.get("/where", headers={"HX-Request": "true"}).content
    assert b"<svg" in part
    assert b"<html" not in part


@pytest.mark.parametrize(
    ("user", "says"),
    [
        ("focal-children", "Import a file"),
        ("analyst-children", "There are no cases within your reach yet"),
        ("administrator-mission", "What you can do here"),
        ("auditor-mission", "What you can do here"),
        ("advocate-mission", "Who saw a record"),
        ("focal-state", "Import a file"),
    ],
)
def test_where_there_is_nothing_the_page_says_what_to_do_first(house, user, says):
    page = house.client(user).get("/").content.decode()
    assert says in page
    assert "Cases held" not in page
