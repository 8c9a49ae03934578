"""What shows a chain that somebody wrote anew with every key of the machine? Only a head kept elsewhere."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from palermo.protect.signing import Head, verified
from palermo.store import audit
from palermo.store.access import Actor, Missing
from palermo.store.models import AuditEntry, AuditHead, AuditSubject

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def append(actor: Actor, number: int) -> None:
    with transaction.atomic():
        at = NOW + timedelta(hours=number)
        audit.append(actor, "cases.one_case", now=at, subjects=[f"case {number}"], details={"n": number})


def exported(organisation: str) -> Head:
    line = audit.signed_head(organisation, now=NOW)
    return verified(line, trusted=[audit.signer()])


def rewrite(organisation: str) -> None:
    """What a thief of database, record key and audit key can do: a whole chain that says something else."""
    previous = audit.START
    for entry in AuditEntry.objects.filter(organisation__public_id=organisation).order_by("number"):
        body = entry.body.replace("focal_point", "auditor")
        made = audit.digest(previous, body)
        AuditEntry.objects.filter(id=entry.id).update(body=body, previous=previous, digest=made)
        previous = made
    AuditHead.objects.filter(organisation__public_id=organisation).update(digest=previous)


def cut(organisation: str, number: int) -> None:
    rows = AuditEntry.objects.filter(organisation__public_id=organisation)
    rows.filter(number__gt=number).delete()
    AuditSubject.objects.filter(organisation__public_id=organisation, number__gt=number).delete()
    last = rows.get(number=number).digest
    AuditHead.objects.filter(organisation__public_id=organisation).update(number=number, digest=last)


@pytest.mark.django_db(transaction=True)
def test_a_chain_rewritten_with_every_key_is_shown_by_a_head_kept_elsewhere(
    house: Any, audit_lifted: Callable[[], None]
) -> None:
    actor = house.actor()
    append(actor, 1)
    first = exported(house.own)
    append(actor, 2)
    append(actor, 3)
    kept = exported(house.own)
    append(actor, 4)
    assert audit.verify(house.own, heads=[first, kept]) is None
    audit_lifted()
    rewrite(house.own)
    assert audit.verify(house.own) is None, "the chain alone shows nothing"
    assert audit.verify(house.own, heads=[exported(house.own)]) is None, "nor does a head signed afterwards"
    bad = audit.verify(house.own, heads=[kept])
    assert bad is not None
    assert bad.number == kept.number
    assert "entries from 1 on were rewritten" in bad.why
    bad = audit.verify(house.own, heads=[kept, first])
    assert bad is not None
    assert bad.number == first.number


@pytest.mark.django_db(transaction=True)
def test_a_cut_end_is_shown_back_to_the_last_head_that_left(
    house: Any, audit_lifted: Callable[[], None]
) -> None:
    actor = house.actor()
    for number in range(4):
        append(actor, number)
    kept = exported(house.own)
    append(actor, 5)
    audit_lifted()
    cut(house.own, kept.number)
    assert audit.verify(house.own, heads=[kept]) is None, "what came after the last head is not shown"
    cut(house.own, kept.number - 2)
    assert audit.verify(house.own) is None, "the chain alone shows nothing"
    bad = audit.verify(house.own, heads=[kept])
    assert bad == audit.Bad(
        kept.number - 1,
        f"entries after {kept.number - 2} are missing: a head of {kept.at} has {kept.number}",
    )


@pytest.mark.django_db(transaction=True)
def test_heads_of_others_say_nothing_and_a_lost_head_row_is_named(
    house: Any, audit_lifted: Callable[[], None]
) -> None:
    append(house.actor(), 1)
    other = house.actor("auditor", house.other)
    for number in range(3):
        append(other, number)
    assert audit.verify(house.own, heads=[exported(house.other)]) is None
    audit_lifted()
    last = AuditEntry.objects.filter(organisation__public_id=house.own).count()
    AuditHead.objects.filter(organisation__public_id=house.own).delete()
    bad = audit.verify(house.own)
    assert bad is not None
    assert bad.number == last + 1
    with pytest.raises(Missing):
        audit.signed_head(house.own, now=NOW)
    with pytest.raises(Missing):
        audit.verify("0" * 32)


@pytest.mark.django_db(transaction=True)
def test_a_byte_that_is_no_text_any_more_is_named_too(house: Any, audit_lifted: Callable[[], None]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL refuses such bytes")
    actor = house.actor()
    append(actor, 1)
    append(actor, 2)
    bad = AuditEntry.objects.filter(organisation__public_id=house.own).latest("number").number - 1
    audit_lifted()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_auditentry SET body = CAST(x'7b80ff' AS TEXT) WHERE number = %s", [bad])
    found = audit.verify(house.own)
    assert found is not None
    assert (found.number, found.why) == (bad, "it was altered")
    assert connection.connection.text_factory is str


@pytest.mark.django_db(transaction=True)
def test_a_chain_that_grows_meanwhile_holds(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "BATCH", 7)
    actor, stop, wrong = house.actor(), threading.Event(), list[object]()

    def work() -> None:
        try:
            for number in range(60):
                append(actor, number)
        except BaseException as error:
            wrong.append(error)
        finally:
            stop.set()
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    looks = 0
    while not stop.is_set():
        assert audit.verify(house.own) is None
        looks += 1
    thread.join()
    assert (wrong, audit.verify(house.own)) == ([], None)
    assert looks > 1


SAME = "organisation_id, number, pseudonym"
INTO = f"store_auditsubject (id, {SAME}) SELECT id"
ATTACKS = {
    "changed": "UPDATE store_auditsubject SET pseudonym = 'x'",
    "removed": "DELETE FROM store_auditsubject",
    "in its place": f"{{insert}} {INTO}, organisation_id, number, 'x' FROM {{last}}",
    "twice": f"{{insert}} {INTO} + 99, {SAME} FROM {{last}}",
    "for an earlier entry": f"INSERT INTO {INTO} + 99, organisation_id, 1, 'x' FROM {{last}}",
    "emptied": "{empty} store_auditsubject",
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses_to_change_whom_entries_concern(house: Any, attack: str) -> None:
    append(house.actor(), 1)
    light = connection.vendor == "sqlite"
    insert, empty = ("INSERT OR REPLACE INTO", "DELETE FROM") if light else ("INSERT INTO", "TRUNCATE TABLE")
    last = "store_auditsubject WHERE id = (SELECT MAX(id) FROM store_auditsubject)"
    statement = ATTACKS[attack].format(insert=insert, empty=empty, last=last)
    with pytest.raises(DatabaseError, match="STORE-006"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert audit.verify(house.own) is None


@pytest.mark.django_db(transaction=True)
def test_entries_from_before_the_index_are_indexed(house: Any, audit_lifted: Callable[[], None]) -> None:
    actor = house.actor()
    for number in range(3):
        append(actor, number)
    audit_lifted()
    AuditSubject.objects.all().delete()
    bad = audit.verify(house.own)
    assert bad is not None
    assert "index" in bad.why
    import_module("palermo.store.migrations.0005_audit_subjects").index_what_is_there(apps, None)
    assert (audit.verify(house.own), audit.verify(house.other)) == (None, None)


@pytest.mark.django_db
def test_a_head_says_where_the_chain_ends_and_nothing_else(house: Any) -> None:
    append(house.actor(), 1)
    said = json.loads(audit.signed_head(house.own, now=NOW))
    assert set(said) == {"format", "organisation", "number", "digest", "at", "key", "signature"}
    last = AuditEntry.objects.filter(organisation__public_id=house.own).latest("number")
    assert (said["organisation"], said["number"], said["digest"]) == (house.own, last.number, last.digest)
