"""How do people meet the vault? Set-up with paper, search and lock, an administrator, an advocate."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from palermo.actions import accounts
from palermo.cases.examples import Mission
from palermo.cli import demo

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SignedIn = Callable[..., Page]


def member(username: str, role: str, organisation: str) -> None:
    made = accounts.create_user(username, password=demo.PASSWORD, display=f"{role} (invented)", checked=False)
    accounts.add_member(made, organisation=organisation, role=role)


def fill_passphrases(page: Page, words: str) -> None:
    page.get_by_label("New vault passphrase").fill(words)
    page.get_by_label("The same passphrase again").fill(words)


def test_first_set_up_ends_only_with_the_key_on_paper(
    house: str, signed_in: SignedIn, said: list[str]
) -> None:
    place = accounts.create_organisation("Invented Clinic", short="CLINIC", kind="ngo", invented=True)
    member("focal-clinic", "focal_point", place)
    page = signed_in("focal-clinic")
    page.get_by_role("link", name="Vault").first.click()
    page.get_by_role("link", name="Set up the vault").click()
    fill_passphrases(page, "short")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("PROTECT-012")
    fill_passphrases(page, "violet kettle north again")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/write-down")
    groups = page.locator("ol.recovery code").all_inner_texts()
    assert len(groups) == 7
    page.goto("/vault")
    expect(page.get_by_text("has no vault yet")).to_be_visible()
    page.goto("/vault/set-up/prove")
    wrong = [*groups[:2], "00000", *groups[3:]]
    page.get_by_label("Recovery key from your paper").fill(" ".join(wrong))
    page.get_by_role("button", name="Finish the set-up").click()
    expect(page.get_by_role("alert")).to_contain_text("group 3")
    page.get_by_label("Recovery key from your paper").fill(" ".join(groups).lower())
    page.get_by_role("button", name="Finish the set-up").click()
    expect(page.get_by_text("The vault is set up and unlocked")).to_be_visible()
    assert said == []


@pytest.mark.parametrize("spelling", ["Latn", "Arab"])
def test_unlock_search_a_name_and_lock(
    unlocked: SignedIn, mission: Mission, said: list[str], spelling: str
) -> None:
    ours = mission.organisations[0].id
    person, name = next(
        (person, name.text)
        for person in mission.persons
        if person.organisation == ours
        for name in person.names
        if name.script == spelling and len(name.text.split()) > 1
    )
    page = unlocked("focal-mission")
    page.goto("/people")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Search").click()
    found = page.locator("tbody tr", has_text=name)
    expect(found.first).to_be_visible()
    assert name not in page.url
    assert name not in page.title()
    found.first.get_by_role("link").click()
    expect(page.locator("main")).to_contain_text(person.names[0].text)
    page.get_by_role("button", name="Lock the vault").first.click()
    expect(page.get_by_text("The vault is locked")).to_be_visible()
    page.goto("/people")
    expect(page.get_by_role("heading", level=1)).to_have_text("Unlock the vault")
    assert said == []


def test_an_administrator_tries_and_cannot_see_a_case(
    signed_in: SignedIn, mission: Mission, house: str
) -> None:
    ours = mission.organisations[0].id
    case = next(case.id for case in mission.cases if case.organisation == ours)
    member("admin-mission", "administrator", ours)
    page = signed_in("admin-mission")
    for address in (f"/cases/{case}", "/cases", "/people", "/vault/unlock", "/vault/join", "/imports"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Not allowed")
        assert case[:8] not in page.locator("main").inner_text()


def test_an_advocate_sees_who_looked_and_not_the_record(
    unlocked: SignedIn, signed_in: SignedIn, mission: Mission
) -> None:
    ours = mission.organisations[0].id
    case = next(each for each in mission.cases if each.organisation == ours and each.person)
    focal = unlocked("focal-mission")
    focal.goto(f"/cases/{case.id}")
    member("advocate", "advocate", ours)
    page = signed_in("advocate")
    page.goto("/who-saw")
    page.get_by_label(re.compile("[Nn]umber of the case")).fill(case.id)
    page.locator("main button[type=submit]").click()
    main = page.locator("main")
    expect(main).to_contain_text("focal point", ignore_case=True)
    assert "focal-mission" not in main.inner_text()
    names = {name.text for person in mission.persons if person.id == case.person for name in person.names}
    assert not [name for name in names if name in main.inner_text()]
