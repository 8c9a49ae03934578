"""What does sealing cost? Persons sealed a second, unlocking to the first sealed page, a page of 25 names.

Yardstick: the same with sealing off (what would be sealed is kept as it is), in the same run, on one core.
Goals: at least 5,000 persons a second; unlocking to the first sealed page under 1.5 s; a page of 25 sealed
names at most twice the same page with sealing off.
"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

PERSONS, ON_PAGE, ASKED = 5_000, 25, 30
PASSPHRASE = "invented lamp river seven"
NAME = "Samira Invented"


def start() -> str:
    home = os.environ["PALERMO_HOME"] = tempfile.mkdtemp(prefix="palermo-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "palermo.config.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return home


def persons(organisation: str, number: int) -> Iterator[Any]:
    from palermo.cases import Name, Person

    for each in range(number):
        names = (Name(text=f"Invented Person{each} of{each % 97}"),)
        yield Person(id=f"{each:032x}", organisation=organisation, invented=True, names=names)


@contextmanager
def sealing_off() -> Iterator[None]:
    """Everything as it is, but what would be sealed is kept as it is and read as it is."""
    from palermo.store import vault

    def record(self: Any, clear: bytes, *, record: str, field: str) -> Any:
        return vault.Sealed(clear, b"", self.number)

    def opened(self: Any, row: Any, *, record: str, field: str) -> bytes | None:
        return None if row.sealed is None else bytes(row.sealed)

    kept = vault.Sealer.record, vault.Ring.open
    vault.Sealer.record, vault.Ring.open = record, opened  # type: ignore[method-assign]
    try:
        yield
    finally:
        vault.Sealer.record, vault.Ring.open = kept  # type: ignore[method-assign]


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def sealed_a_second() -> None:
    from palermo.protect.keys import new_pair
    from palermo.store import rows, vault

    everybody = list(persons("f" * 32, PERSONS))
    sealer = vault.Sealer("f" * 32, 1, new_pair().public)

    def work() -> None:
        rows.Preparing("f" * 32, key=b"bench", sealer=sealer).all(everybody, layout="palermo")

    on = min(seconds(work) for _ in range(5))
    with sealing_off():
        off = min(seconds(work) for _ in range(5))
    print(f"persons sealed a second: {PERSONS / on:,.0f} (goal 5,000); {on / off:.1f} x sealing off")


def an_installation() -> Any:
    """An organisation with a vault, 25 people of one name, and a signed-in user who can unlock it."""
    from palermo.actions import accounts, vault
    from palermo.store.access import Actor

    place = accounts.create_organisation("Invented", short="INV", kind="un_mission", invented=True)
    user = accounts.create_user("bench", password="a quiet long sentence", checked=False)
    accounts.add_member(user, organisation=place, role="focal_point")
    actor = Actor(user, place, "focal_point", session=vault.new_session())
    vault.finish_set_up(actor, vault.begin_set_up(actor, PASSPHRASE))
    return actor


def fill(actor: Any) -> None:
    from palermo.actions import collect
    from palermo.cases import Case, Name, Person, encode_all
    from palermo.store import indexing, vault

    records = []
    for each in range(ON_PAGE):
        mine = {"organisation": actor.organisation_id, "invented": True}
        records.append(Person(id=f"{each:032x}", names=(Name(text=f"{NAME} {each}"),), **mine))
        records.append(Case(id=f"{each + 1000:032x}", person=f"{each:032x}", **mine))
    collect.import_file(actor, encode_all(records), now=datetime.now(UTC), invented=True)
    while indexing.index_some(actor, vault.ring(actor)):
        pass


def unlock_to_first_page(actor: Any) -> None:
    from palermo.actions import people, vault

    def work() -> None:
        again = replace(actor, session=vault.new_session())
        vault.unlock(again, PASSPHRASE)
        assert len(people.search_names(again, NAME).found) == ON_PAGE

    took = [seconds(work) for _ in range(5)]
    print(f"unlocking to the first sealed page: {statistics.median(took):.2f} s median (goal under 1.5 s)")


def a_page(actor: Any) -> float:
    """Median of the whole page through the pages' own stack, in seconds."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.get(public_id=actor.user_id))
    session = client.session
    session["vault"] = actor.session
    session.save()
    took = []
    for _ in range(ASKED):
        began = time.perf_counter()
        answer = client.post("/people", {"name": NAME})
        took.append(time.perf_counter() - began)
        assert answer.content.decode().count(NAME) >= ON_PAGE, answer.status_code
    return statistics.median(took)


def main() -> None:
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    sealed_a_second()
    actor = an_installation()
    fill(actor)
    unlock_to_first_page(actor)
    on = a_page(actor)
    with sealing_off():
        from palermo.store.models import CaseRow, PersonRow

        PersonRow.objects.all().delete()
        CaseRow.objects.all().delete()
        fill(actor)
        off = a_page(actor)
    print(f"a page of {ON_PAGE} names: {on * 1000:.1f} ms sealed, {on / off:.2f} x sealing off (goal 2)")


if __name__ == "__main__":
    home = start()
    try:
        main()
    finally:
        shutil.rmtree(home, ignore_errors=True)
