"""Are passwords near to us, or common, refused wherever one is set? And good ones taken?"""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from palermo import ProblemWithInput
from palermo.actions import accounts
from palermo.store.models import User
from palermo.store.passwords import NEAR, left_over, once, words_of

GOOD = ("a quiet long sentence", "vier rote Züge im Regen", "sept bateaux bleus", "тихий длинный дождь")


@pytest.fixture
def member(house: Any) -> User:
    """Of the organisation "Mission own"; `House.actor` calls her by her role."""
    return User.objects.get(public_id=house.actor("analyst").user_id)


@pytest.mark.parametrize(
    "near",
    [
        "Palermo-2026-Palermo", "palermopalermo", "mission-own-2026!", "MISSION OWN MISSION",
        "analyst-2026-11", "password-for-palermo", "Welcome to Palermo 26", "victims.of.trafficking",
    ],
)  # fmt: skip
def test_words_near_to_us_do_not_count(member: User, near: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(near, member)
    assert near.split("-")[0].casefold() not in "".join(refused.value.messages).casefold().replace(
        "“palermo”", ""
    )
    validate_password("a long walk by the sea in Palermo", member)


@pytest.mark.parametrize(
    "known",
    [
        "q1w2e3r4t5y6",
        "Telechargement",
        "iloveyou2026!!",
        "***dragon******",
        "iloveyouiloveyou",
        "123qweasdzxc1",
    ],
)
def test_common_passwords_are_refused_also_dressed_up(member: User, known: str) -> None:
    with pytest.raises(ValidationError, match="common"):
        validate_password(known, member)


@pytest.mark.parametrize("good", GOOD)
def test_a_good_one_is_taken(member: User, good: str) -> None:
    validate_password(good, member)
    validate_password(good)


@pytest.mark.django_db
def test_an_administrator_cannot_choose_the_name_of_the_house(house: Any) -> None:
    administrator = house.actor("administrator")
    with pytest.raises(ProblemWithInput, match="STORE-021"):
        accounts.create_user("new-one", password="mission-own-2026!", by=administrator)
    accounts.create_user("new-one", password="mission-other-2026!-snow-river", by=administrator)
    accounts.create_user("another-one", password=GOOD[0], by=administrator)


@given(st.text(max_size=40), st.lists(st.sampled_from(NEAR), max_size=3))
def test_what_is_left_over_is_never_more_and_holds_no_near_word(text: str, near: list[str]) -> None:
    left = left_over(text, near=near)
    assert len(left) <= len(left_over(text, near=()))
    assert left_over(" ".join(near), near=near) == ""


@given(st.text(min_size=1, max_size=12), st.integers(1, 4))
def test_a_repetition_is_said_once(text: str, times: int) -> None:
    assert once(text * times) == once(text)
    assert text.startswith(once(text))


def test_the_words_near_to_us_are_on_the_page(root: Path) -> None:
    page = (root / "docs" / "how-to" / "sign-in.md").read_text("utf-8")
    assert [word for word in NEAR if f"`{word}`" not in page] == []


def test_short_words_are_no_words() -> None:
    assert words_of(["UN in Xy"]) == set()
