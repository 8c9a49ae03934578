"""Exports: from the chosen cases to the sealed file, its passphrase once, a second person for identities."""

import io
import re
import time
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from palermo.actions import accounts, collect
from palermo.cases import Case, Detection, Name, Person, Place, encode_all
from palermo.protect.containers import open_file
from palermo.protect.keys import new_pair
from palermo.store import vault
from palermo.store.models import AuditEntry, Export
from palermo.web.doors import VAULT
from tests.conftest import House

NAME, VILLAGE = "SECRET Amina Invented", "SECRET Invented Well"


class Pages(House):
    """Two organisations with a vault, and clients whose session has it unlocked."""

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[str, Any] = {}
        self.focal, self.colleague = self.client("focal"), self.client("colleague")
        found = Detection(place=Place(area="MLI", exact=VILLAGE))
        person = Person(id="f" * 32, organisation=self.own, names=(Name(text=NAME),), invented=True)
        cases = [
            Case(id=f"{n:032x}", organisation=self.own, sex=sex, detection=found, invented=True,
                 person=person.id if n == 1 else None)
            for n, sex in ((1, "female"), (2, "female"), (3, "male"))
        ]  # fmt: skip
        assert collect.import_file(self.actor(), encode_all([person, *cases]), invented=True).stored == 4

    def client(
        self, name: str, role: str = "focal_point", place: str = "", *, unlocked: bool = True
    ) -> Client:
        """Somebody who is signed in."""
        place = place or self.own
        user = accounts.create_user(
            name, password="a quiet long sentence", display=f"Invented {name}", checked=False
        )
        accounts.add_member(user, organisation=place, role=role)
        client = Client(raise_request_exception=False)
        client.force_login(get_user_model().objects.get(username=name))
        session = client.session
        session[VAULT] = vault.new_session()
        session.save()
        if unlocked:
            vault.unlock(accounts.Actor(user, place, role, session=session[VAULT]), self.rings[place])
        return client


@pytest.fixture
def pages(transactional_db: None, settings: Any) -> Pages:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return Pages()


def asked(client: Client, kind: str, *, query: str = "", recipient: str = "") -> str:
    """The address of a new export."""
    answer = client.post(f"/exports/new{query}", {"kind": kind, "recipient": recipient})
    assert answer.status_code == 302, answer.content.decode()
    assert re.fullmatch(r"/exports/[0-9a-f]{32}", answer["Location"])
    return str(answer["Location"])


def text(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return str(answer.content.decode())


def waited(client: Client, address: str) -> str:
    """The page of the export when its work has ended."""
    for _ in range(300):
        answer = client.get(address)
        if answer.status_code == 200 and "Refresh" not in answer:
            return str(answer.content.decode())
        address = answer["Location"] if answer.status_code == 302 else address
        time.sleep(0.02)
    raise AssertionError("the export did not end")


def words_of(client: Client, address: str) -> str:
    page = client.post(f"{address}/passphrase").content.decode()
    return re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}", page)[0]  # type: ignore[index]


def files(content: bytes, **key: Any) -> str:
    """All files of an export, one after another."""
    with zipfile.ZipFile(io.BytesIO(b"".join(open_file([content], **key)))) as pack:
        return "\n".join(pack.read(name).decode("utf-8-sig") for name in pack.namelist())


def test_the_chosen_cases_are_exported_and_the_passphrase_is_shown_once(pages: Pages) -> None:
    client = pages.focal
    assert 'value="export"' in text(client, "/cases?sex=female")
    link = client.get("/cases/choice?which=all&what=export&sex=female")["Location"]
    assert link == "/exports/new?sex=female"
    page = text(client, link)
    assert "Female" in page
    assert '<strong><bdi dir="ltr">2</bdi></strong>' in page
    export = asked(client, "exact", query="?sex=female")
    page = waited(client, export)
    assert "Download the sealed file" in page
    words = words_of(client, export)
    assert words not in text(client, export), "it is shown once"
    assert client.post(f"{export}/passphrase").status_code == 403
    answer = client.get(f"{export}/file")
    assert re.fullmatch(
        r'attachment; filename="export-\d{4}-\d\d-\d\d.palermo"', answer["Content-Disposition"]
    )
    assert answer["Content-Type"] == "application/octet-stream"
    assert "no-store" in answer["Cache-Control"]
    clear = files(answer.content, passphrase=words)
    assert VILLAGE in clear
    assert NAME not in clear
    assert "Asked for by: Invented focal (focal_point)" in clear
    assert "Cases: 2" in clear


def test_identities_need_another_person(pages: Pages) -> None:
    one, other = pages.focal, pages.colleague
    export = asked(one, "identities")
    assert "Waits for agreement" in text(one, export)
    text(one, f"{export}/answer", status=404)
    assert one.post(f"{export}/answer", {"answer": "yes"}).status_code == 403
    assert one.post(f"{export}/start").status_code == 403
    text(other, export, status=404)
    assert f'href="{export}/answer"' in text(other, "/exports")
    page = text(other, f"{export}/answer")
    assert "Invented focal" in page
    assert '<strong><bdi dir="ltr">3</bdi></strong>' in page
    assert other.post(f"{export}/answer", {"answer": "yes"})["Location"] == "/exports"
    assert "Ready to start" in text(one, export)
    assert one.post(f"{export}/start").status_code == 302
    waited(one, export)
    clear = files(one.get(f"{export}/file").content, passphrase=words_of(one, export))
    assert NAME in clear
    assert "Agreed to by: Invented colleague (focal_point)" in clear
    for client in (other, pages.client("third")):
        text(client, f"{export}/file", status=404)


def test_a_locked_vault_says_so_and_the_export_can_be_started_later(pages: Pages) -> None:
    client = pages.client("locked", unlocked=False)
    answer = client.post("/exports/new", {"kind": "exact"}, follow=True)
    page = answer.content.decode()
    assert "STORE-030" in page
    assert "Ready to start" in page
    export = answer.redirect_chain[-1][0]
    assert f'href="/vault/unlock?next={export}"' in page
    assert f'action="{export}/start"' not in page
    sent = client.post(f"{export}/start", headers={"referer": f"http://testserver{export}"})
    assert (sent.status_code, sent["Location"]) == (302, f"/vault/unlock?next={export}")
    assert "Unlock it, then send it again" in text(client, "/exports")
    user = get_user_model().objects.get(username="locked")
    session = client.session
    actor = replace(accounts.memberships(user)[0].actor, session=session[VAULT])
    vault.unlock(actor, pages.rings[pages.own])
    assert f'action="{export}/start"' in text(client, export), "the control"


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/exports?a=b#c", "/exports%3Fa%3Db"),
        ("", "/vault"),
        ("http://elsewhere.invalid/exports", "/vault"),
        ("http://testserver//elsewhere.invalid/x", "/vault"),
        ("http://testserver/\\elsewhere.invalid", "/vault"),
        ("javascript:alert(1)", "/vault"),
        ("http://testserver/vault/unlock?next=/vault/unlock", "/vault"),
    ],
)
def test_what_was_sent_while_locked_leads_to_unlocking_and_back_to_a_page_of_ours(
    pages: Pages, came_from: str, leads_to: str
) -> None:
    client = pages.client("locked", unlocked=False)
    export = asked(client, "exact")
    sent = client.post(f"{export}/start", headers={"referer": came_from})
    assert (sent.status_code, sent["Location"]) == (302, f"/vault/unlock?next={leads_to}")


def test_a_running_export_looks_again_by_itself_and_can_be_cancelled(pages: Pages) -> None:
    export = asked(pages.focal, "identities")
    Export.objects.update(state="running", job=_held_job(pages))
    answer = pages.focal.get(f"{export}/progress")
    assert answer["Refresh"] == "2"
    assert "Cancel the export" in answer.content.decode()
    assert pages.focal.get(export)["Location"] == f"{export}/progress"
    page = pages.focal.post(f"{export}/withdraw", follow=True).content.decode()
    assert "Withdrawn" in page
    assert "Download" not in page
    assert pages.focal.get(f"{export}/file").status_code == 403


def _held_job(pages: Pages) -> Any:
    """A job of this process that goes on."""
    from datetime import UTC, datetime

    from palermo.store import exporting, jobs

    user = get_user_model().objects.get(username="focal")
    actor = accounts.memberships(user)[0].actor
    job = jobs.begin(actor, kind="export", stage="writing", now=datetime.now(UTC))
    return exporting.job_of(job)


def test_a_recipients_key_instead_of_a_passphrase(pages: Pages) -> None:
    pair = new_pair()
    page = pages.focal.post("/exports/new", {"kind": "coded", "recipient": NAME}).content.decode()
    assert "EXPORT-002" in page
    assert 'href="#id_recipient"' in page
    export = asked(pages.focal, "coded", recipient=pair.public.hex())
    page = waited(pages.focal, export)
    assert "Show the passphrase" not in page
    assert "was shown, or was lost" not in page
    assert "Cases: 3" in files(pages.focal.get(f"{export}/file").content, private=pair.private)


def test_another_organisation_and_other_roles(pages: Pages) -> None:
    export = asked(pages.focal, "identities")
    other = pages.client("other", place=pages.other)
    for where in ("", "/progress", "/file", "/answer"):
        theirs = text(other, f"{export}{where}", status=404)
        assert _same(theirs) == _same(text(other, f"/exports/{'0' * 32}{where}", status=404))
    for what in ("start", "withdraw", "passphrase"):
        assert other.post(f"{export}/{what}").status_code == 404
    collector, analyst = pages.client("collector", "collector"), pages.client("analyst", "analyst")
    for address in ("/exports", "/exports/new", export):
        text(collector, address, status=403)
    assert "Export these" not in text(collector, "/cases")
    page = text(analyst, "/exports/new")
    assert ('value="coded"' in page, 'value="exact"' in page, 'value="identities"' in page) == (
        True,
        False,
        False,
    )
    assert analyst.post("/exports/new", {"kind": "exact"}).status_code == 200, "refused by the form"


def _same(page: str) -> str:
    """The page without the token of its form, which is another one each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_no_exports_and_wrong_filters(pages: Pages) -> None:
    assert "You have no exports" in text(pages.focal, "/exports")
    wrong = "/exports/new?detected_from=soon&sex=female"
    assert pages.focal.get(wrong)["Location"] == "/cases?sex=female"
    assert pages.focal.post(wrong, {"kind": "coded"})["Location"] == "/cases?sex=female"
    assert "choose the cases again" in text(pages.focal, "/cases?sex=female")
    assert not Export.objects.exists()


def test_titles_and_addresses_say_nothing_of_it(pages: Pages) -> None:
    export = asked(pages.focal, "exact", query="?sex=female")
    waited(pages.focal, export)
    for address in ("/exports", export):
        title = re.search("<title>(.*?)</title>", text(pages.focal, address))[1]  # type: ignore[index]
        assert title in ("Exports – Palermo", "Export – Palermo")
    assert "SECRET" not in "".join(AuditEntry.objects.values_list("body", flat=True))
