"""Are a user's saved choices her own? Codes only, shown to nobody else, in no other organisation."""

from typing import Any

import pytest

from palermo import ProblemWithInput
from palermo.actions import accounts, saved_filters
from palermo.actions.case_filters import CaseFilter
from palermo.store.access import Actor, Missing
from palermo.store.models import SavedFilter

WANTED = CaseFilter(status="presumed identified", sex="female", detected_from="2024-05")


@pytest.mark.django_db
def test_a_choice_comes_back_as_it_was_kept_and_is_kept_once(house: Any) -> None:
    actor = house.actor()
    first = saved_filters.keep(actor, WANTED, sort="area")
    assert saved_filters.keep(actor, WANTED, sort="area") == first
    assert saved_filters.keep(actor, WANTED) != first, "another order is another choice"
    latest, earlier = saved_filters.saved(actor)
    assert (earlier.id, earlier.filters, earlier.sort) == (first, WANTED, "area")
    assert (latest.filters, latest.sort) == (WANTED, "arrived")
    saved_filters.forget(actor, first)
    assert [one.id for one in saved_filters.saved(actor)] == [latest.id]


@pytest.mark.django_db
def test_nobody_else_sees_or_deletes_it(house: Any) -> None:
    owner = house.actor()
    kept = saved_filters.keep(owner, WANTED)
    colleague = accounts.create_user("colleague", password="a quiet long sentence", checked=False)
    accounts.add_member(colleague, organisation=house.own, role="focal_point")
    others = (
        Actor(colleague, house.own, "focal_point"),
        house.actor("analyst"),
        Actor(owner.user_id, house.other, "focal_point"),
    )
    for other in others:
        assert saved_filters.saved(other) == ()
        with pytest.raises(Missing):
            saved_filters.forget(other, kept)
    assert [one.id for one in saved_filters.saved(owner)] == [kept], "the control"


@pytest.mark.django_db
def test_only_codes_are_kept_and_not_the_cases_that_were_ticked(house: Any) -> None:
    actor = house.actor()
    with pytest.raises(ProblemWithInput, match="STORE-080"):
        saved_filters.keep(actor, CaseFilter(area="Amina Invented"))
    with pytest.raises(ProblemWithInput, match="STORE-081"):
        saved_filters.keep(actor, CaseFilter(cases="0" * 32))
    saved_filters.keep(actor, CaseFilter(cases="0" * 32, sex="male"), sort="no such order")
    assert SavedFilter.objects.get().codes == '{"sex":"male"}'


@pytest.mark.django_db
def test_at_most_twenty_are_kept(house: Any) -> None:
    actor = house.actor()
    for month in range(1, 13):
        for field in ("detected_from", "detected_to"):
            if len(saved_filters.saved(actor)) < saved_filters.MOST:
                saved_filters.keep(actor, CaseFilter(**{field: f"2024-{month:02d}"}))
    with pytest.raises(ProblemWithInput, match="STORE-082"):
        saved_filters.keep(actor, WANTED)
