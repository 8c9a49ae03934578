"""Is every public id 128 random bits, with neither a time nor a version in it?

Ids of records are keyed hashes, which look the same.
"""

import secrets
import time
import uuid
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CharField, Model

from palermo.actions import collect
from palermo.store.models import CaseRow
from palermo.store.models.accounts import public_id

DRAWS = 600
NIBBLES = set("0123456789abcdef")
OURS = [model for model in apps.get_models() if model.__module__.startswith("palermo.")]
WITH_ID = [model for model in OURS if "public_id" in {field.name for field in model._meta.fields}]
KEYED = {"CaseRow", "PersonRow", "ReturnRow", "RecordRow", "SupersededRow"}
"""Records: their id is that of the file where it is ours, else a keyed hash (store/rows.py); no default."""


def default_of(model: type[Model]) -> Any:
    field = model._meta.get_field("public_id")
    assert isinstance(field, CharField)
    assert field.max_length == 32
    return field.default if field.has_default() else None


def is_random(ids: Sequence[str]) -> bool:
    """32 hex digits each, all different; every digit takes every value; the order says nothing of the time.

    Of 600 honest draws one in 10^12 fails by a digit, and fewer than one in 10^5 by their order.
    """
    if len(set(ids)) < len(ids) or not all(len(one) == 32 and set(one) <= NIBBLES for one in ids):
        return False
    digits = all({one[place] for one in ids} == NIBBLES for place in range(32))
    rises = sum(a < b for a, b in pairwise(ids)) / (len(ids) - 1)
    return digits and abs(rises - 0.5) < 0.1 and abs(_order(ids)) < 0.2


def _order(ids: Sequence[str]) -> float:
    """Spearman's correlation of the order in which ids were made with their own order."""
    rank = {one: place for place, one in enumerate(sorted(ids))}
    apart = sum((place - rank[one]) ** 2 for place, one in enumerate(ids))
    return 1 - 6 * apart / (len(ids) * (len(ids) ** 2 - 1))


def drawn(make: Callable[[], str]) -> list[str]:
    return [make() for _ in range(DRAWS)]


def test_every_table_of_ours_draws_its_ids_at_random() -> None:
    assert {model.__name__ for model in WITH_ID if default_of(model) is None} == KEYED
    for model in WITH_ID:
        if model.__name__ not in KEYED:
            assert is_random(drawn(default_of(model))), model.__name__
            assert default_of(model) is public_id, f"{model.__name__}: one way to draw an id"


@pytest.mark.parametrize(
    "make",
    [
        lambda: uuid.uuid4().hex,
        lambda: uuid.uuid1().hex,
        lambda: f"{time.time_ns():016x}{secrets.token_hex(8)}",
        lambda: secrets.token_hex(8),
        lambda: secrets.token_hex(15) + "00",
    ],
)
def test_the_control_sees_ids_with_a_time_or_a_version(make: Callable[[], str]) -> None:
    assert not is_random(drawn(make))


def test_the_control_sees_ids_that_count() -> None:
    numbers = iter(range(DRAWS))
    assert not is_random(drawn(lambda: f"{next(numbers):032x}"))


@pytest.mark.django_db
def test_ids_of_records_from_a_file_tell_neither_its_order_nor_the_time(house: Any) -> None:
    """Rows without an id of ours, as a sheet has them: the ids come from the key, not from their place."""
    row = "2019,Female,9--17,MLI,NGA"
    content = "\n".join([HEADER, *[row] * DRAWS]).encode()
    assert collect.import_file(house.actor(), content, invented=True).stored == DRAWS
    assert is_random(list(CaseRow.objects.order_by("id").values_list("public_id", flat=True)))


HEADER = "yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation"
