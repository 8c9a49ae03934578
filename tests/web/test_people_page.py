"""Does the page that finds a person make names findable that wait, as it says?"""

from typing import Any

from palermo.store.models import Job


def test_names_that_wait_are_made_findable_while_somebody_searches(house: Any) -> None:
    """What arrived since the last unlock waits; the search says so and begins the work, once."""
    client = house.unlocked("focal-mission")
    client.get("/people")
    assert not Job.objects.filter(kind="index").exists(), "to look at the form begins nothing"
    for _ in range(2):
        page = client.post("/people", {"name": "Nobody"}).content.decode()
        assert "cannot be found by name yet" in page
        assert Job.objects.filter(kind="index").count() == 1


def test_without_a_key_of_ones_own_the_page_says_why_it_is_the_vaults(house: Any) -> None:
    answer = house.client("focal-mission").get("/people", follow=True)
    assert answer.redirect_chain[-1][0] == "/vault"
    assert "needs the vault, and a key of your own" in answer.content.decode()
    kept = house.unlocked("focal-mission").get("/people", follow=True)
    assert "needs the vault" not in kept.content.decode(), "the control"
