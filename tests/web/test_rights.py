"""Rights: every page asks the dated table, for every role; a page costs a bounded number of queries."""

from datetime import UTC, datetime

import pytest

from palermo.actions import accounts, exports
from palermo.actions.rights import can
from palermo.cli.demo import PASSWORD
from palermo.store import accounts as accounts_store
from palermo.store.models import Submission, Vault

NEEDS = {
    "/": "",
    "/switch": "",
    "/cases": "cases.list_cases",
    "/cases/counts": "cases.counts_by_code",
    "/where": "figures.of_cases",
    "/exports": "exports.list_exports",
    "/exports/new": "exports.ask",
    "/imports": "collect.list_submissions",
    "/imports/new": "collect.import_file",
    "/labels": "labels.unresolved",
    "/backups": "backups.state",
    "/audit": "audit.verify_chain",
    "/who-saw": "audit.who_saw",
    "/break-glass": "break_glass.requests",
    "/members": "accounts.staff",
    "/rights": "",
    "/tables": "report.build_tables",
    "/tables/form": "report.build_tables",
    "/tables/trace?cell=form/documented": "report.trace_cell",
    "/tables/download?format=csv&table=form": "report.download_tables",
}


@pytest.mark.parametrize("role", sorted(accounts.roles()))
def test_each_page_opens_for_those_who_hold_its_right(house, role):
    made = accounts.create_user(f"a-{role}", password=PASSWORD, checked=False)
    accounts.add_member(made, organisation=house.first.id, role=role)
    client = house.client(f"a-{role}")
    (member,) = accounts.memberships(_User(made))
    start = client.get("/").content.decode()
    for address, action in NEEDS.items():
        allowed = not action or can(member.actor, action)
        assert client.get(address).status_code == (200 if allowed else 403), address
        if address in (
            "/cases",
            "/exports",
            "/imports",
            "/labels",
            "/tables",
            "/audit",
            "/backups",
            "/break-glass",
            "/members",
        ):
            assert (f'<a href="{address}"' in start) == allowed, address


class _User:
    def __init__(self, public_id: str) -> None:
        self.public_id = public_id


@pytest.mark.parametrize("user", ["analyst-mission", "case-worker-mission", "administrator-mission"])
def test_what_waits_for_others_costs_nobody_else_a_query(house, django_assert_max_num_queries, user):
    client = house.client(user)
    with django_assert_max_num_queries(11):
        assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/where",
        "/cases",
        "/cases?sex=female&sort=detected",
        "/cases/counts?sex=female",
        "/imports",
        "/tables",
        "/tables/form",
    ],
)
def test_a_page_needs_few_queries(house, django_assert_max_num_queries, address):
    client = house.client("analyst-mission" if "tables" in address else "focal-mission")
    with django_assert_max_num_queries({"/tables/form": 16}.get(address, 12)):
        assert client.get(address).status_code == 200


def test_a_first_page_on_which_much_waits_needs_few_queries(house, django_assert_max_num_queries):
    """With the vault unlocked, roles given, an export, an emergency, a key and rows to mend."""
    place = house.first.id
    made = accounts.create_user("colleague", password=PASSWORD, checked=False)
    accounts.add_member(made, organisation=place, role="focal_point")
    exports.ask(accounts.Actor(made, place, "focal_point", session="x"), "identities")
    accounts_store.announce(place, "collector", now=datetime.now(UTC))
    Vault.objects.update(rekey_due=True)
    Submission.objects.update(refused=3)
    client = house.unlocked("focal-mission")
    with django_assert_max_num_queries(14):
        page = client.get("/")
    assert len(page.context["attention"]) == 4


def test_one_case_needs_few_queries(house, django_assert_max_num_queries):
    client, case = house.client("focal-mission"), house.cases(house.first.id)[0]
    with django_assert_max_num_queries(25):
        assert client.get(f"/cases/{case.id}").status_code == 200
