"""Does a search open only what its scope reaches, so that neither its time nor its counts tell of others?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from palermo.actions import collect, people
from palermo.cases import Case, Name, Person, encode_all
from palermo.store import indexing, rows, vault

NAME = "Invented Amina Planted"


def recorded(actor: Any, numbers: range) -> None:
    own = actor.organisation_id
    records: list[Any] = []
    for each in numbers:
        person = Person(id=f"{each:031x}f", organisation=own, names=(Name(text=NAME),), invented=True)
        records += [person, Case(id=f"{each:032x}", organisation=own, person=person.id, invented=True)]
    collect.import_file(actor, encode_all(records), invented=True)


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The ids of all that is opened meanwhile."""
    seen: list[str] = []
    exact_of = rows.exact_of

    def counted(row: Any, ring: vault.Ring) -> Any:
        seen.append(row.public_id)
        return exact_of(row, ring)

    with monkeypatch.context() as patched:
        patched.setattr(rows, "exact_of", counted)
        yield seen


@pytest.mark.django_db
def test_only_persons_within_the_scope_are_opened(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other, focal = house.actor("collector"), house.actor("collector", team="b"), house.actor()
    recorded(mine, range(1, 3))
    recorded(other, range(3, 8))
    while indexing.index_some(focal, vault.ring(focal)):
        pass
    for actor, number in ((mine, 2), (other, 5), (house.actor("collector", team="c"), 0), (focal, 7)):
        with opened(monkeypatch) as seen:
            assert len(people.search_names(actor, NAME).found) == number
        assert len(seen) == number, "the control is the focal point, who opens all"


@pytest.mark.django_db
def test_what_waits_is_counted_within_the_scope(house: Any) -> None:
    mine, other, focal = house.actor("collector"), house.actor("collector", team="b"), house.actor()
    recorded(other, range(1, 4))
    waiting = [people.search_names(actor, NAME).pending for actor in (mine, other, focal)]
    assert waiting == [0, 3, 3]
