"""Work in the background: its owner is told on every page that it ended, once, and nobody else is."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model

from palermo.actions.accounts import memberships
from palermo.store import jobs

NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def ended(house) -> str:
    """An import of the focal point that failed, and one of somebody of another organisation."""
    ended_job("focal-refugees")
    return ended_job("focal-mission")


def ended_job(username: str, kind: str = "import") -> str:
    actor = memberships(get_user_model().objects.get(username=username))[0].actor
    job = jobs.begin(actor, kind=kind, stage="reading", now=NOW)
    jobs.end(job, outcome="failed", now=NOW, problem="JOB-FAIL: the work failed")
    return job


def notices(client, address: str = "/cases") -> list[str]:
    return re.findall(r'href="/work/([0-9a-f]{32})"', client.get(address).content.decode())


def test_the_owner_is_told_on_every_page_until_it_is_seen(house, ended):
    client = house.client("focal-mission")
    assert notices(client) == notices(client, "/tables") == [ended]
    client.post(f"/work/{ended}/seen")
    assert notices(client) == []


@pytest.mark.parametrize(
    ("kind", "leads"),
    [
        ("import", "/imports/jobs/"),
        ("draft", "/imports/jobs/"),
        ("undo", "/imports/jobs/"),
        ("rekey", "/vault/work/"),
    ],
)
def test_following_the_notice_ends_it(house, kind, leads):
    job, client = ended_job("focal-mission", kind=kind), house.client("focal-mission")
    answer = client.get(f"/work/{job}")
    assert answer["Location"] == f"{leads}{job}"
    assert client.get(answer["Location"]).status_code in (200, 302)
    assert notices(client) == []


def test_who_watched_it_end_is_not_told_again(house, ended):
    client = house.client("focal-mission")
    assert client.get(f"/imports/jobs/{ended}").status_code == 200
    assert notices(client) == []


def test_nobody_else_is_told_or_can_end_it(house, ended):
    others = [house.client(name) for name in ("analyst-mission", "focal-refugees")]
    assert [ended in notices(client) for client in others] == [False, False]
    assert [client.post(f"/work/{ended}/seen").status_code for client in others] == [404, 404]
    assert notices(house.client("focal-mission")) == [ended], "the control: it is still there"


def test_work_that_runs_is_told_and_cannot_be_dismissed(house):
    actor = memberships(get_user_model().objects.get(username="focal-mission"))[0].actor
    job = jobs.begin(actor, kind="rekey", stage="sealing", now=NOW)
    client = house.client("focal-mission")
    page = client.get("/cases").content.decode()
    assert "The vault is getting a new key." in page
    assert f"/work/{job}/seen" not in page
    client.post(f"/work/{job}/seen")
    assert notices(client) == [job]


def test_what_nobody_asked_for_is_no_news(house):
    ended_job("focal-mission", kind="index")
    assert notices(house.client("focal-mission")) == []
