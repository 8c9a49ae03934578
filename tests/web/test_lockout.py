"""Locks: five failures lock a name from a network; every name alike; no name is kept or logged."""

import logging
import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from palermo.cli.demo import PASSWORD
from palermo.web.lockout import short_address

PLANTED = "nimune-planted-name"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def sign_in(name: str, password: str = "nonsense", address: str = "192.0.2.7", **more: str):
    return Client(REMOTE_ADDR=address, **more).post("/sign-in", {"username": name, "password": password})


def lock(name: str, **more: str) -> list[int]:
    return [sign_in(name, **more).status_code for _ in range(5)]


def test_five_failures_lock_the_name_from_that_network(house):
    assert lock("focal-mission") == [200, 200, 200, 200, 429]
    page = sign_in("focal-mission", PASSWORD)
    assert page.status_code == 429
    assert "locked here for 15 minutes" in page.content.decode()
    assert sign_in("focal-mission", PASSWORD, address="192.0.2.200").status_code == 429, "the same network"
    assert sign_in("analyst-mission", PASSWORD).status_code == 302, "another name"
    assert sign_in("focal-mission", PASSWORD, address="198.51.100.1").status_code == 302, "from elsewhere"


def test_the_lock_ends_by_itself_and_is_not_prolonged(house):
    lock("focal-mission")
    sign_in("focal-mission", PASSWORD)
    row = AccessAttempt.objects.get()
    assert row.failures_since_start == 5
    AccessAttempt.objects.update(attempt_time=row.attempt_time - timedelta(minutes=16))
    assert sign_in("focal-mission", PASSWORD).status_code == 302


def test_a_name_that_does_not_exist_is_locked_in_the_same_words(house):
    lock("focal-mission")
    lock("nobody-at-all")
    known, unknown = sign_in("focal-mission"), sign_in("nobody-at-all")
    assert known.status_code == unknown.status_code
    assert TOKEN.sub(b"", known.content) == TOKEN.sub(b"", unknown.content)


def test_case_and_blanks_of_a_name_count_as_the_same_name(house):
    spelled = ["focal-mission", "Focal-Mission", " focal-mission", "FOCAL-MISSION ", "focal-Mission"]
    assert [sign_in(name).status_code for name in spelled][-1] == 429


def test_a_success_forgets_the_failures(house):
    sign_in("focal-mission")
    assert AccessAttempt.objects.count() == 1, "the control"
    sign_in("focal-mission", PASSWORD)
    assert AccessAttempt.objects.count() == 0


def test_guessing_one_name_from_many_places_is_slowed_too(house):
    pages = [sign_in("focal-mission", address=f"10.{n}.0.1").content.decode() for n in range(12)]
    assert "Too many attempts" not in pages[9]
    assert "Too many attempts" in pages[10]


def test_sign_in_does_the_same_work_for_every_name(house, monkeypatch):
    """Counted in password hashes, which are nearly all of the time."""
    spent: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: spent.append("") or encode(self, password, salt),
    )
    get_user_model().objects.filter(username="analyst-ngo").update(is_active=False)
    work, shown = {}, {}
    for name, password in [
        ("focal-mission", "nonsense"),
        ("nobody-at-all", "nonsense"),
        ("analyst-ngo", "nonsense"),
        ("analyst-ngo", PASSWORD),
    ]:
        spent.clear()
        answer = sign_in(name, password)
        work[name, password] = len(spent)
        shown[name, password] = "is not right" in answer.content.decode()
    assert set(work.values()) == {1}, work
    assert all(shown.values()), shown


def everything_stored() -> str:
    """Every value of every table, as text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [
                str(bytes(v) if isinstance(v, memoryview) else v) for row in cursor.fetchall() for v in row
            ]
    return "\n".join(found)


def test_a_failed_name_is_neither_stored_nor_logged(house, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("axes").propagate = True
    lock(PLANTED, HTTP_USER_AGENT=f"{PLANTED}/1.0", HTTP_ACCEPT=PLANTED)
    Client(REMOTE_ADDR="192.0.2.7").post(
        f"/sign-in?next=/{PLANTED}", {"username": PLANTED, "password": PLANTED}
    )
    assert AccessAttempt.objects.count() == 1, "the control: the failure is stored"
    assert "AXES: Locking out a browser" in caplog.text, "the control: the lock is logged"
    sql = [r for r in caplog.records if r.name.startswith("django.db")]
    text = "\n".join(r.getMessage() for r in caplog.records if r not in sql)
    assert PLANTED not in text
    assert "192.0.2.7" not in text
    stored = everything_stored()
    assert PLANTED not in stored
    assert "192.0.2.7" not in stored
    assert "192.0.2.0" in stored
    assert "focal-mission" in stored, "the control: a name that is stored is found"


def test_a_proxy_is_believed_only_where_the_settings_name_one(house, settings):
    forged = {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    lock("focal-mission", **forged)
    assert AccessAttempt.objects.get().ip_address == "192.0.2.0"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    sign_in("analyst-mission", **forged)
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"192.0.2.0", "203.0.113.0"}


@given(st.ip_addresses())
def test_a_short_address_is_an_address_and_stays_the_same(address):
    short = short_address(str(address))
    assert short_address(short) == short
    assert len({short_address(str(address)) for _ in range(2)}) == 1
