"""Do several processes know of a used code together? And can whoever writes to the table run nothing?"""

import json
import pickle
import threading
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from palermo.store import shared
from palermo.store.models import Shared
from palermo.store.shared import SharedCache

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(), part, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def two(db: None) -> tuple[SharedCache, SharedCache]:
    """Two processes."""
    return SharedCache(), SharedCache()


def test_what_one_adds_the_other_cannot_add_again(two: tuple[SharedCache, SharedCache]) -> None:
    one, other = two
    assert one.add("code=123456", "y", timeout=60)
    assert not other.add("code=123456", "y", timeout=60)
    assert other.get("code=123456") == "y"
    assert other.add("code=654321", "y", timeout=60), "the control"
    assert other.delete("code=123456")
    assert not other.delete("code=123456")
    assert one.add("code=123456", "y", timeout=60)


def test_what_is_over_is_gone_and_can_be_added_again(two: tuple[SharedCache, SharedCache]) -> None:
    one, other = two
    for timeout in (0, -1):
        one.set("x", 1, timeout=timeout)
        assert other.get("x", "gone") == "gone"
        assert "x" not in other
        assert not other.touch("x", 60)
    assert other.add("x", 2, timeout=60)
    assert one.touch("x", None)
    assert one.get("x") == 2
    assert Shared.objects.get().until is None


@given(kept=st.dictionaries(st.text(max_size=20), JSON, max_size=4))
@pytest.mark.django_db
def test_what_is_set_comes_back(kept: dict[str, Any]) -> None:
    one = SharedCache()
    one.clear()
    for name, value in kept.items():
        one.set(name, value)
    assert {name: SharedCache().get(name) for name in kept} == kept
    assert Shared.objects.count() == len(kept)


def test_the_table_holds_no_code_and_nothing_of_it_is_run(two: tuple[SharedCache, SharedCache]) -> None:
    one, other = two
    one.set("allauth.mfa.totp.used?user=1&code=123456", "y")
    assert "123456" not in repr(list(Shared.objects.values_list("key", "value")))
    Shared.objects.update(value=pickle.dumps("planted", protocol=0).decode())
    with pytest.raises(json.JSONDecodeError):
        other.get("allauth.mfa.totp.used?user=1&code=123456")
    with pytest.raises(TypeError):
        one.set("x", object())


def test_sweeping_takes_what_is_over_only(
    two: tuple[SharedCache, SharedCache], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    one.set("over", 1, timeout=-1)
    one.set("lasts", 1, timeout=60)
    one.set("for good", 1, timeout=None)
    monkeypatch.setattr(shared, "SELDOM", 1)
    other.add("new", 1)
    assert Shared.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_wins() -> None:
    won: list[bool] = []
    start = threading.Barrier(6)

    def add() -> None:
        start.wait()
        won.append(SharedCache().add("code", "y", timeout=60))
        connection.close()

    threads = [threading.Thread(target=add) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(won) == [False] * 5 + [True]
