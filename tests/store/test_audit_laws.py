"""Whatever is appended, and whatever one thing is tampered with: is the first bad entry named?

Beside `audit.verify` stands a plain reading of the rule over lists. The triggers are lifted: this is what
somebody with the database file could do.
"""

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from palermo.protect.signing import Head, verified
from palermo.store import audit
from palermo.store.models import AuditEntry, AuditHead, AuditSubject
from tests.conftest import AUDIT_TRIGGERS
from tests.proof import examples

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
QUICK = settings(max_examples=examples(25), suppress_health_check=list(HealthCheck), deadline=None)
Steps = list[tuple[list[int], bool]]
STEPS = st.lists(
    st.tuples(st.lists(st.integers(0, 4), max_size=3, unique=True), st.booleans()), min_size=2, max_size=9
)


class Chain:
    """The entries of one organisation, as somebody with the database sees them."""

    def __init__(self, organisation: str) -> None:
        self.organisation = organisation
        self.entries = AuditEntry.objects.filter(organisation__public_id=organisation).order_by("number")
        self.subjects = AuditSubject.objects.filter(organisation__public_id=organisation)
        self.head = AuditHead.objects.filter(organisation__public_id=organisation)

    def at(self, number: int) -> Any:
        return self.entries.filter(number=number)

    def __len__(self) -> int:
        return self.entries.count()


def first_bad(chain: Chain, heads: list[Head]) -> int | None:
    """The rule, read plainly: the number of the first entry that does not hold."""
    key = hmac.digest(django_settings.RECORD_KEY, b"audit chain", "sha256")
    named = defaultdict(set)
    for number, each in chain.subjects.values_list("number", "pseudonym"):
        named[number].add(each)
    previous, count = "0" * 64, len(chain)
    for place, row in enumerate(chain.entries, 1):
        made = hmac.new(key, f"{previous}\n{row.body}".encode(), hashlib.sha256).hexdigest()
        holds = (row.number, row.previous, row.digest) == (place, previous, made)
        if not holds or set(json.loads(row.body)["subjects"]) != named[place]:
            return place
        if any(head.number == place and head.digest != made for head in heads):
            return place
        previous = made
    last = chain.head.get()
    if last.number < count and all(head.number <= count for head in heads):
        return last.number + 1
    beyond = any(head.number > count for head in heads)
    return count + 1 if beyond or (last.number, last.digest) != (count, previous) else None


def alter(chain: Chain, at: int) -> None:
    row = chain.at(at).get()
    chain.at(at).update(body=row.body.replace("focal_point", "auditor"))


def alter_its_digest(chain: Chain, at: int) -> None:
    chain.at(at).update(digest="f" * 64)


def alter_what_it_follows(chain: Chain, at: int) -> None:
    chain.at(at).update(previous="f" * 64)


def remove(chain: Chain, at: int) -> None:
    chain.at(at).delete()


def remove_and_close_the_gap(chain: Chain, at: int) -> None:
    chain.at(at).delete()
    for number in range(at + 1, len(chain) + 2):
        chain.at(number).update(number=F("number") - 1)


def swap(chain: Chain, at: int) -> None:
    one, other = at, at % len(chain) + 1
    for old, new in ((one, 10**6), (other, one), (10**6, other)):
        chain.at(old).update(number=new)


def insert(chain: Chain, at: int) -> None:
    row = chain.at(at).get()
    for number in range(len(chain), at - 1, -1):
        chain.at(number).update(number=F("number") + 1)
    copy = {name: getattr(row, name) for name in ("organisation_id", "previous", "digest", "body")}
    AuditEntry.objects.create(number=at, **copy)


def cut(chain: Chain, at: int) -> None:
    """And the head set back, so that the chain alone looks whole."""
    chain.entries.filter(number__gte=at).delete()
    chain.subjects.filter(number__gte=at).delete()
    last = chain.at(at - 1).first()
    chain.head.update(number=at - 1, digest=last.digest if last else audit.START)


def set_the_head_back(chain: Chain, at: int) -> None:
    last = chain.at(at - 1).first()
    chain.head.update(number=at - 1, digest=last.digest if last else audit.START)


def alter_the_head(chain: Chain, at: int) -> None:
    chain.head.update(digest="f" * 64)


def hide_whom_it_concerns(chain: Chain, at: int) -> None:
    chain.subjects.filter(number=at).delete()


def blame_somebody_else(chain: Chain, at: int) -> None:
    place = chain.head.get().organisation_id
    AuditSubject.objects.create(organisation_id=place, number=at, pseudonym="f" * 32)


def nothing(chain: Chain, at: int) -> None:
    """The control."""


TAMPERINGS: tuple[Callable[[Chain, int], None], ...] = (
    alter, alter_its_digest, alter_what_it_follows, remove, remove_and_close_the_gap, swap, insert, cut,
    set_the_head_back, alter_the_head, hide_whom_it_concerns, blame_somebody_else, nothing,
)  # fmt: skip


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def lifted(house: Any) -> Any:
    """A house in a transaction that goes away, with the triggers lifted."""
    from importlib import import_module

    class Plain:
        def __init__(self) -> None:
            self.connection = connection

        def execute(self, statement: str) -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement)

    house.writer = house.actor()
    for name in AUDIT_TRIGGERS:
        import_module(f"palermo.store.migrations.{name}").unguard(None, Plain())
    return house


def grow(house: Any, steps: Steps) -> list[Head]:
    """Entries, and the heads that left after some of them."""
    heads = []
    for number, (subjects, leaves) in enumerate(steps):
        at = NOW + timedelta(minutes=number)
        audit.append(
            house.writer, "cases.one_case", now=at, subjects=[f"case {n}" for n in subjects], details={"n": 1}
        )
        if leaves:
            line = audit.signed_head(house.own, now=at)
            heads.append(verified(line, trusted=[audit.signer()]))
    return heads


@pytest.mark.django_db
@pytest.mark.parametrize("tamper", TAMPERINGS)
@QUICK
@given(steps=STEPS, data=st.data())
def test_the_first_bad_entry_is_named(
    lifted: Any, tamper: Callable[[Chain, int], None], steps: Steps, data: Any
) -> None:
    with undone():
        heads = grow(lifted, steps)
        chain = Chain(lifted.own)
        before = list(chain.entries.values_list("number", "previous", "digest", "body"))
        indexed = set(chain.subjects.values_list("number", "pseudonym"))
        at = data.draw(st.integers(1, len(chain)), label="at")
        tamper(chain, at)
        bad = audit.verify(lifted.own, heads=heads)
        assert (bad.number if bad else None) == first_bad(chain, heads)
        same = before == list(chain.entries.values_list("number", "previous", "digest", "body"))
        same = same and indexed == set(chain.subjects.values_list("number", "pseudonym"))
        if tamper is cut:
            event(f"seen: {bad is not None}")
            assert (bad is not None) == any(head.number >= at for head in heads)
        elif tamper in (set_the_head_back, alter_the_head):
            assert bad is not None
        elif tamper is nothing:
            assert bad is None
        else:
            assert (bad is None) == same


@pytest.mark.django_db
@QUICK
@given(steps=STEPS, at=st.integers(1, 5), number=st.integers(0, 20))
def test_a_head_that_was_changed_is_not_accepted(lifted: Any, steps: Steps, at: int, number: int) -> None:
    from palermo.protect.signing import NoHead

    with undone():
        grow(lifted, steps)
        line = audit.signed_head(lifted.own, now=NOW)
        head = json.loads(line)
        changed = line.replace(f'"number":{head["number"]}', f'"number":{number}')
        if number == head["number"]:
            assert verified(changed, trusted=[audit.signer()]).number == number
            return
        with pytest.raises(NoHead):
            verified(changed, trusted=[audit.signer()])
