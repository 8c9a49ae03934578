"""Can the audit chain be edited unseen? Not by a change, a removal, a swap, or a cut at the end."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from palermo.actions.accounts import add_member, create_user
from palermo.store import audit
from palermo.store.access import Actor, Missing
from palermo.store.models import AuditEntry, AuditHead, User

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def append(actor: Actor, number: int) -> None:
    with transaction.atomic():
        audit.append(actor, "cases.one_case", now=NOW, subjects=[f"case {number}"], details={"n": number})


def grown(house: Any) -> Actor:
    actor = house.actor()
    for number in range(5):
        append(actor, number)
    return actor


@pytest.mark.django_db(transaction=True)
def test_an_untouched_chain_holds(house: Any) -> None:
    grown(house)
    assert audit.verify(house.own) is None
    assert audit.verify(house.other) is None


def alter(entries: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(id=entries[3].id).update(body=entries[3].body.replace("focal_point", "auditor"))


def alter_and_hash_again(entries: list[AuditEntry]) -> None:
    body = entries[3].body.replace("focal_point", "auditor")
    digest = audit.digest(entries[3].previous, body)
    AuditEntry.objects.filter(id=entries[3].id).update(body=body, digest=digest)


def remove(entries: list[AuditEntry]) -> None:
    entries[3].delete()


def swap(entries: list[AuditEntry]) -> None:
    first, second = entries[3].number, entries[4].number
    AuditEntry.objects.filter(id=entries[3].id).update(number=1000)
    AuditEntry.objects.filter(id=entries[4].id).update(number=first)
    AuditEntry.objects.filter(id=entries[3].id).update(number=second)


def cut_the_end(entries: list[AuditEntry]) -> None:
    entries[-1].delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("meddle", "first_bad"),
    [(alter, 4), (alter_and_hash_again, 5), (remove, 4), (swap, 4), (cut_the_end, None)],
)
def test_meddling_is_found_at_the_first_bad_entry(
    house: Any,
    audit_lifted: Callable[[], None],
    meddle: Callable[[list[AuditEntry]], None],
    first_bad: int | None,
) -> None:
    grown(house)
    entries = list(AuditEntry.objects.filter(organisation__public_id=house.own).order_by("number"))
    audit_lifted()
    meddle(entries)
    bad = audit.verify(house.own)
    assert bad is not None
    assert bad.number == (first_bad or len(entries))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["UPDATE store_auditentry SET body = '{}'", "DELETE FROM store_auditentry"])
def test_the_database_refuses_to_change_or_remove_an_entry(house: Any, verb: str) -> None:
    grown(house)
    with pytest.raises(DatabaseError, match="STORE-006"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)
    assert audit.verify(house.own) is None


KEPT = "previous, digest, body"
ENTRY = f"store_auditentry (id, organisation_id, number, {KEPT}) SELECT id"
ATTACKS = {
    "in its place": f"{{insert}} {ENTRY}, organisation_id, number, previous, digest, '' FROM {{last}}",
    "same number": f"{{insert}} {ENTRY} + 99, organisation_id, number, {KEPT} FROM {{last}}",
    "far number": f"{{insert}} {ENTRY}, organisation_id, 1000000, {KEPT} FROM {{last}}",
    "skips one": f"INSERT INTO {ENTRY} + 99, organisation_id, number + 2, {KEPT} FROM {{last}}",
    "head goes back": "UPDATE store_audithead SET number = number - 1",
    "head rewritten": "UPDATE store_audithead SET digest = 'x'",
    "head jumps": "UPDATE store_audithead SET number = number + 2",
    "head removed": "DELETE FROM store_audithead",
    "emptied": "{empty} store_auditentry",
    "heads emptied": "{empty} store_audithead",
}
LAST = "store_auditentry WHERE id = (SELECT MAX(id) FROM store_auditentry)"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses_to_rewrite_a_chain(house: Any, attack: str) -> None:
    """SQLite fires no DELETE trigger for INSERT OR REPLACE, PostgreSQL none for TRUNCATE."""
    grown(house)
    light = connection.vendor == "sqlite"
    insert, empty = ("INSERT OR REPLACE INTO", "DELETE FROM") if light else ("INSERT INTO", "TRUNCATE TABLE")
    statement = ATTACKS[attack].format(insert=insert, empty=empty, last=LAST)
    with pytest.raises(DatabaseError, match="STORE-006"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert audit.verify(house.own) is None


@pytest.mark.django_db(transaction=True)
def test_who_writes_to_the_database_alone_cannot_rebuild_a_chain(
    house: Any, audit_lifted: Callable[[], None]
) -> None:
    """The control: with the installation's key the same rebuilding passes."""
    grown(house)
    audit_lifted()

    def rebuild(digest: Callable[[str, str], str]) -> None:
        previous = audit.START
        for entry in AuditEntry.objects.filter(organisation__public_id=house.own).order_by("number"):
            body = entry.body.replace("focal_point", "auditor")
            made = digest(previous, body)
            AuditEntry.objects.filter(id=entry.id).update(body=body, previous=previous, digest=made)
            previous = made
        AuditHead.objects.filter(organisation__public_id=house.own).update(digest=previous)

    rebuild(lambda previous, body: hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest())
    assert audit.verify(house.own) is not None
    rebuild(audit.digest)
    assert audit.verify(house.own) is None


@pytest.mark.django_db(transaction=True)
def test_concurrent_appends_keep_one_chain(house: Any) -> None:
    actors = [house.actor("focal_point"), house.actor("auditor"), house.actor("focal_point", house.other)]
    wrong: list[BaseException] = []

    def work(actor: Actor) -> None:
        try:
            for number in range(10):
                append(actor, number)
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(actor,)) for actor in actors * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert (audit.verify(house.own), audit.verify(house.other)) == (None, None)
    heads = dict(AuditHead.objects.values_list("organisation__public_id", "number"))
    assert heads[house.own] >= 40
    assert heads[house.other] >= 20


def create_and_fail(actor: Actor) -> None:
    with transaction.atomic():
        create_user("somebody", password="a quiet long sentence", by=actor)
        raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_an_action_that_fails_leaves_neither_row_nor_entry(house: Any) -> None:
    actor = house.actor("administrator")
    before = (User.objects.count(), AuditEntry.objects.count())
    with pytest.raises(Missing):
        add_member("0" * 32, organisation=house.own, role="auditor", by=actor)
    with pytest.raises(ZeroDivisionError):
        create_and_fail(actor)
    assert (User.objects.count(), AuditEntry.objects.count()) == before
    assert audit.verify(house.own) is None


@pytest.mark.django_db
def test_subjects_are_pseudonyms_of_one_organisation(house: Any) -> None:
    actor = house.actor()
    append(actor, 1)
    body = AuditEntry.objects.filter(organisation__public_id=house.own).latest("number").body
    assert "case 1" not in body
    assert audit.pseudonym(house.own, "case 1") in body
    assert audit.pseudonym(house.own, "case 1") != audit.pseudonym(house.other, "case 1")


def test_an_entry_outside_a_transaction_is_a_mistake(transactional_db: None, house: Any) -> None:
    with pytest.raises(RuntimeError):
        audit.append(house.actor(), "cases.one_case", now=NOW, details={})
