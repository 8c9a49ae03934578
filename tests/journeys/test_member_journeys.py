"""How does a member come in, hold the key and leave, and how is a case opened in an emergency?"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from palermo.actions import accounts
from palermo.cases.examples import Mission
from palermo.cli import demo
from palermo.protect.break_glass import may_be_a_child

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SignedIn = Callable[..., Page]
WORDS = "violet kettle north again"


def member(username: str, role: str, organisation: str) -> None:
    made = accounts.create_user(username, password=demo.PASSWORD, display=f"{role} (invented)", checked=False)
    accounts.add_member(made, organisation=organisation, role=role, team="south" if "worker" in role else "")


def with_a_key(signed_in: SignedIn, username: str, holder: Page) -> Page:
    """The member's window, their key made and let in by a holder, the vault unlocked."""
    page = signed_in(username)
    page.goto("/vault/join")
    page.get_by_label("New vault passphrase").fill(WORDS)
    page.get_by_label("The same passphrase again").fill(WORDS)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/vault")
    holder.goto("/vault")
    holder.get_by_role("button", name="Let in").click()
    expect(holder.get_by_text("The member can unlock the vault from now on.")).to_be_visible()
    page.goto("/vault/unlock")
    page.locator("#id_passphrase").fill(WORDS)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/vault")
    expect(page.get_by_text("unlocked", exact=True)).to_be_visible()
    return page


def test_a_member_leaves_and_the_vault_gets_a_new_key(
    unlocked: SignedIn, signed_in: SignedIn, mission: Mission, said: list[str]
) -> None:
    ours = mission.organisations[0].id
    member("admin-mission", "administrator", ours)
    member("leaver-mission", "case_worker", ours)
    focal = unlocked("focal-mission")
    leaves = with_a_key(signed_in, "leaver-mission", focal)
    boss = signed_in("admin-mission")
    boss.get_by_role("navigation").get_by_role("link", name="Members").click()
    row = boss.locator("tbody tr", has_text="leaver-mission")
    expect(row).to_contain_text("holds it")
    row.get_by_role("link", name="Change or remove").click()
    expect(boss.get_by_text("This member holds the vault key.")).to_be_visible()
    boss.get_by_role("button", name="Remove this member").click()
    expect(boss.get_by_text("The member is out, and their key is gone")).to_be_visible()
    leaves.goto("/cases")
    expect(leaves.get_by_role("heading", level=1)).to_have_text("Not allowed")

    focal.goto("/vault")
    expect(focal.get_by_text("Somebody who held the key has left.")).to_be_visible()
    focal.get_by_role("button", name="Give the vault a new key").click()
    focal.wait_for_url("**/vault/work/*")
    expect(focal.locator("main progress")).to_have_count(0, timeout=60_000)
    focal.goto("/vault")
    expect(focal.get_by_text("Somebody who held the key has left.")).to_have_count(0)
    person = next(
        each for each in mission.persons if each.organisation == ours and len(each.names[0].text.split()) > 1
    )
    focal.goto("/people")
    focal.get_by_label("Name").fill(person.names[0].text)
    focal.get_by_role("button", name="Search").click()
    expect(focal.locator("tbody tr", has_text=person.names[0].text).first).to_be_visible()
    assert all("403" in line for line in said), said


def test_two_persons_open_a_case_and_the_owner_is_told(
    unlocked: SignedIn, signed_in: SignedIn, mission: Mission, said: list[str]
) -> None:
    ours = mission.organisations[0].id
    member("leaver-mission", "case_worker", ours)
    member("verifier-two", "verifier", ours)
    focal = unlocked("focal-mission")
    worker = with_a_key(signed_in, "leaver-mission", focal)
    verifier = with_a_key(signed_in, "verifier-two", focal)
    case = next(
        each
        for each in mission.cases
        if each.organisation == ours and each.person and each.detection and not may_be_a_child(each)
    )
    worker.get_by_role("navigation").get_by_role("link", name="Break-glass").click()
    worker.get_by_label("Number of the case").fill(case.id)
    worker.get_by_label("Why you must see this case now").fill("Invented: she called from a police station")
    worker.get_by_role("button", name="Ask for this case").click()
    expect(worker.get_by_text("You asked. A focal point or verifier answers")).to_be_visible()

    verifier.goto("/break-glass")
    verifier.locator("#main table a").first.click()
    expect(verifier.get_by_text("Invented: she called from a police station")).to_be_visible()
    verifier.get_by_role("button", name="Open the case").click()
    expect(verifier.get_by_text("The case is open for a limited time.")).to_be_visible()

    worker.goto("/break-glass")
    worker.locator(f'#main a[href="/cases/{case.id}"]').click()
    expect(worker.get_by_text("Two persons opened this case to you.")).to_be_visible()
    name = next(each for each in mission.persons if each.id == case.person).names[0].text
    expect(worker.locator("main")).not_to_contain_text(name)

    focal.goto("/")
    expect(focal.get_by_text("A case that is yours was opened in an emergency.")).to_be_visible()
    focal.get_by_role("button", name="I saw this").click()
    expect(focal.get_by_text("A case that is yours was opened in an emergency.")).to_have_count(0)
    focal.goto("/break-glass")
    focal.locator("#main table a").first.click()
    focal.get_by_role("button", name="It was justified").click()
    expect(focal.get_by_text("Your review is in the audit chain.")).to_be_visible()
    worker.goto(f"/cases/{case.id}")
    expect(worker.get_by_role("heading", level=1)).to_have_text("Page not found")
    assert all("404" in line for line in said), said


def test_the_table_of_rights_prints_whole_and_scrolls_on_a_phone(signed_in: SignedIn) -> None:
    """A4 landscape with margins of 1 cm is 1047 px wide."""
    page = signed_in("analyst-mission", width=700)
    page.goto("/rights")
    sizes = "e => [e.scrollWidth, e.clientWidth]"
    region = page.get_by_role("region", name="Who may do what")
    wide, shown = region.evaluate(sizes)
    assert wide > shown, "the control: on the screen it scrolls within its region"
    page.set_viewport_size({"width": 1047, "height": 800})
    page.emulate_media(media="print")
    wide, shown = region.evaluate(sizes)
    assert wide <= shown
