"""What of OWASP ASVS 5.0 do the pages of the vault show? Steps in their order, and keys that go."""

import re
import time

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from palermo.actions import accounts, vault
from palermo.cli.demo import PASSWORD
from palermo.protect.recovery import printed
from palermo.store import vault as held_keys
from palermo.store.models import CaseRow, VaultKey

PASSPHRASE = "four words not together"


@pytest.fixture
def new(house) -> Client:
    """A focal point of an organisation that has no vault yet."""
    place = accounts.create_organisation("Invented agency", short="IA", kind="un_entity", invented=True)
    made = accounts.create_user("founder", password=PASSWORD, checked=False)
    accounts.add_member(made, organisation=place, role="focal_point")
    return house.client("founder")


def there_is_a_vault() -> bool:
    member = accounts.memberships(get_user_model().objects.get(username="founder"))[0]
    return vault.state(member.actor).exists


def name_of(house, case) -> str:
    return next(one for one in house.persons(house.first.id) if one.id == case.person).names[0].text


def groups_of(page: str) -> list[str]:
    """The recovery key as the page shows it."""
    return re.findall(r"\b[0-9A-HJKMNP-TV-Z]{5}\b", re.sub("<[^>]+>", " ", page))[:7]


def test_no_step_of_the_set_up_can_be_left_out(new):
    """Passphrase, paper, proof: nothing is stored before the last, and each needs the one before."""
    begin = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
    for early in (bytes(16), b"\1" * 16):
        assert new.post("/vault/set-up/prove", {"key": printed(early)}).status_code == 400
    assert new.get("/vault/set-up/write-down").status_code == 400
    assert not there_is_a_vault()
    assert new.post("/vault/set-up", begin)["Location"] == "/vault/set-up/write-down"
    assert not there_is_a_vault()
    page = new.get("/vault/set-up/write-down").content.decode()
    groups = groups_of(page)
    assert new.post("/vault/set-up/prove", {"key": printed(bytes(16))}).status_code == 200, "another key"
    assert not there_is_a_vault()
    assert new.post("/vault/set-up/prove", {"key": "-".join(groups)})["Location"] == "/vault"
    assert there_is_a_vault(), "the control"


def test_what_was_unlocked_closes_with_lock_and_with_sign_out(house):
    case = next(one for one in house.cases(house.first.id) if one.person)
    name = name_of(house, case)
    for way in ("/vault/lock", "/sign-out"):
        client = house.unlocked("focal-mission")
        thief = Client()
        thief.cookies.update(client.cookies)
        assert name in client.get(f"/cases/{case.id}").content.decode(), "the control"
        before = len(held_keys._open)
        client.post(way)
        assert len(held_keys._open) == before - 1, "the keys left the memory of the process"
        assert name not in thief.get(f"/cases/{case.id}").content.decode()
        assert name not in house.client("focal-mission").get(f"/cases/{case.id}").content.decode()


def test_a_passphrase_goes_by_post_masked_and_never_comes_back(new):
    text = new.get("/vault/set-up").content.decode()
    fields = re.findall("""<input [^>]*name="(?:passphrase|again)"[^>]*>""", text)
    assert len(fields) == 2
    assert all('type="password"' in one for one in fields)
    told = {"passphrase": "planted short 155", "again": "planted other 155"}
    assert "planted" not in new.post("/vault/set-up", told).content.decode()


def test_keys_that_nobody_uses_go_by_themselves(house, settings):
    settings.IDLE_SECONDS = 60
    client = house.unlocked("focal-mission")
    (opened,) = (
        one for one in held_keys._open.values() if one.used == max(o.used for o in held_keys._open.values())
    )
    opened.used -= settings.IDLE_SECONDS + 1
    before = len(held_keys._open)
    assert held_keys.drop_idle() >= 1
    assert len(held_keys._open) < before
    case = next(one for one in house.cases(house.first.id) if one.person)
    assert name_of(house, case) not in client.get(f"/cases/{case.id}").content.decode()


def test_the_key_of_a_vault_can_be_changed_and_everything_opens_as_before(lasting_house):
    house = lasting_house
    client = house.unlocked("focal-mission")
    before = VaultKey.objects.filter(organisation__public_id=house.first.id).values_list("number", "public")
    ((number, public),) = before
    job = client.post("/vault/change-key")["Location"]
    for _ in range(300):
        if client.get(job).status_code != 200 or "Refresh" not in client.get(job):
            break
        time.sleep(0.05)
    after = list(
        VaultKey.objects.filter(organisation__public_id=house.first.id).values_list("number", "public")
    )
    assert [(one > number, bytes(key) != bytes(public)) for one, key in after] == [(True, True)]
    assert not CaseRow.objects.filter(organisation__public_id=house.first.id, vault_key__lte=number).exists()
    case = next(one for one in house.cases(house.first.id) if one.person)
    assert name_of(house, case) in client.get(f"/cases/{case.id}").content.decode()


def set_up(client: Client) -> None:
    client.post("/vault/set-up", {"passphrase": PASSPHRASE, "again": PASSPHRASE})
    page = client.get("/vault/set-up/write-down").content.decode()
    client.post("/vault/set-up/prove", {"key": "-".join(groups_of(page))})


def test_unlocking_leads_to_no_other_site(new):
    set_up(new)
    for asked in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        led = new.post("/vault/unlock", {"passphrase": PASSPHRASE, "next": asked})["Location"]
        assert led == "/vault", asked
    led = new.post("/vault/unlock", {"passphrase": PASSPHRASE, "next": "/cases"})["Location"]
    assert led == "/cases", "the control"
