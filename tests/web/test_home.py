"""What waits, on the first page: only while it waits, and only for those who can do something about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from palermo.actions import accounts, break_glass, exports, vault
from palermo.cli.demo import PASSPHRASE
from palermo.protect.break_glass import may_be_a_child
from palermo.store import vault as kept
from palermo.store.models import BreakGlass, Vault

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
