"""Drafts on the pages: looked at, mended by forms, committed, undone; what is found for its owner only."""

import re
import time
from datetime import UTC, datetime
from threading import Thread

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from palermo.actions import accounts
from palermo.store import jobs
from palermo.store.models import Submission
from palermo.web.views import drafts
from tests.actions.dirty import ctdc
from tests.web.test_import_pages import follow

WRONG = "Planted Found Value 0155"
CONTENT = ctdc("2019,Femal,9--17,MLI,NGA", f"2019,{WRONG},9--17,MLI,NGA", "2019,Femal,9--17,Nowhereland,NGA")


def look(client: Client, *contents: bytes) -> str:
    """The address of the draft."""
    files = [SimpleUploadedFile("Nimune Example.csv", each) for each in contents or (CONTENT,)]
    return follow(client, client.post("/imports/new", {"file": files, "invented": "on", "look": "yes"}))


def press(client: Client, address: str, **sent: str) -> str:
    """The page on which a form leads in the end."""
    response = client.post(address, sent)
    assert response.status_code == 302, response.content.decode()
    where = response["Location"]
    return follow(client, response) if "/jobs/" in where else where


def forms(text: str) -> list[dict[str, str]]:
    """What each form of the page that mends would send."""
    inside = re.findall(r'(?s)<form method="post" action="[^"]*/mend"[^>]*>(.*?)</form>', text)
    return [dict(re.findall(r'name="(row|place|value|all)" value="([^"]*)"', each)) for each in inside]


def test_a_file_is_looked_at_mended_and_committed(lasting_house):
    client, before = lasting_house.unlocked("focal-mission"), lasting_house.count()
    draft = look(client)
    text = client.get(draft).content.decode()
    assert "3 of 3 rows would stay out" in re.sub("<[^>]*>", "", text)
    assert WRONG in text
    assert "Nimune" not in text
    assert lasting_house.count() == before
    suggested = next(each for each in forms(text) if each.get("value") == "Female")
    back = press(client, f"{draft}/mend", **{**suggested, "all": "yes"})
    assert back == f"{draft}#row-2"
    text = client.get(draft).content.decode()
    assert "1 of 3 rows would stay out" in re.sub("<[^>]*>", "", text)
    row = next(each for each in forms(text) if each.get("row") == "3")
    press(client, f"{draft}/mend", row="3", place=row["place"], value="Male", code="COLLECT-024", after="1")
    label = next(each for each in forms(client.get(draft).content.decode()) if each.get("all") == "yes")
    press(
        client, f"{draft}/mend", row=label["row"], place=label["place"], value="Mali", all="yes", area="yes"
    )
    result = press(client, f"{draft}/commit")
    assert lasting_house.count() == before + 3
    assert client.get(draft).status_code == 404
    text = client.get(result).content.decode()
    undo = re.search(r'href="(/imports/undo/[0-9a-f]{32})"', text)[1]
    assert "Undo this import?" in client.get(undo).content.decode()
    assert press(client, undo) == result
    assert lasting_house.count() == before
    assert "The import was undone" in client.get(result).content.decode()
    assert client.get(undo).status_code == 400, "once"
    assert press(client, f"{result}/again").startswith("/imports/drafts/")


def test_several_files_become_drafts_of_their_own(lasting_house):
    client = lasting_house.unlocked("focal-mission")
    look(client, CONTENT, ctdc("2020,Female,9--17,MLI,NGA"))
    text = client.get("/imports").content.decode()
    assert len(set(re.findall("/imports/drafts/[0-9a-f]{32}", text))) == 2
    assert "Nimune" not in text


def test_columns_are_changed_on_a_page_of_their_own(lasting_house):
    client = lasting_house.unlocked("focal-mission")
    header = "yearOfRegistration,gender,ageBroad,citizenshipp,CountryOfExploitation"
    draft = look(client, ctdc("2019,Female,9--17,MLI,NGA", header=header))
    text = client.get(f"{draft}/columns").content.decode()
    assert "Read as “citizenship”" in text
    assert press(client, f"{draft}/columns", place="3", field="citizenship") == f"{draft}/columns"
    assert "Forget the choice" in client.get(f"{draft}/columns").content.decode()
    wrong = client.post(f"{draft}/columns", {"place": "0", "field": "gender"})
    assert wrong.status_code == 200
    assert "IMPORT-002" in wrong.content.decode()
    press(client, f"{draft}/columns/forget")
    assert "Read as “citizenship”" in client.get(f"{draft}/columns").content.decode()


def test_what_is_found_is_for_the_owner_only(lasting_house):
    client = lasting_house.unlocked("focal-mission")
    draft = look(client)
    assert WRONG in client.get(draft).content.decode(), "the control"
    locked = lasting_house.client("focal-mission")
    for address in (draft, f"{draft}/columns"):
        text = locked.get(address).content.decode()
        assert WRONG not in text
        assert "Unlock the vault" in text
    for name in ("analyst-mission", "focal-refugees", "focal-state"):
        for address in (draft, f"{draft}/columns"):
            response = lasting_house.client(name).get(address)
            assert response.status_code in (403, 404)
            assert WRONG not in response.content.decode()
    answer = locked.post(f"{draft}/mend", {"row": "2", "place": "1", "value": "Female"})
    assert answer["Location"].startswith("/vault/unlock")


def test_a_discarded_draft_leaves_nothing(lasting_house):
    client = lasting_house.unlocked("focal-mission")
    draft = look(client)
    held = Submission.objects.count()
    assert press(client, f"{draft}/discard") == "/imports"
    assert Submission.objects.count() == held - 1
    assert client.get(draft).status_code == 404


def test_rows_that_stayed_out_are_mended_in_place(lasting_house):
    client = lasting_house.unlocked("focal-mission")
    file = SimpleUploadedFile("invented.csv", CONTENT)
    result = follow(client, client.post("/imports/new", {"file": file, "invented": "on"}))
    assert "Mend them here" in client.get(result).content.decode()
    draft = press(client, f"{result}/mend")
    text = client.get(draft).content.decode()
    assert WRONG in text
    assert "palermo_" not in client.get(f"{draft}/columns").content.decode()


def test_a_file_is_read_as_another_layout(lasting_house):
    client = lasting_house.unlocked("focal-mission")
    draft = look(client)
    assert press(client, draft, layout="ctdc-37", area="MLI", invented="on") == draft
    text = client.get(draft).content.decode()
    assert '<option value="ctdc-37" selected>' in text
    assert '<option value="MLI" selected>' in text


def test_what_was_typed_while_other_work_runs_is_shown_again(lasting_house, monkeypatch):
    monkeypatch.setattr(drafts, "PATIENCE", 0.1)
    client = lasting_house.unlocked("focal-mission")
    draft = look(client)
    form = next(each for each in forms(client.get(draft).content.decode()) if each.get("row") == "2")
    member = accounts.memberships(get_user_model().objects.get(username="focal-mission"))[0]
    job = jobs.begin(member.actor, kind="draft", stage="reading", now=datetime.now(UTC))
    said = client.post(f"{draft}/mend", {"row": "2", "place": form["place"], "value": "Male"})
    text = said.content.decode()
    assert said.status_code == 409
    assert "COLLECT-BUSY" in text
    assert re.search(r'<option value="Male" selected', text)
    assert text.count(" selected>Male") == 1, "in its own field only"
    said = client.post(f"{draft}/columns", {"place": form["place"], "field": ""})
    assert "COLLECT-BUSY" in said.content.decode()
    Thread(target=lambda: (time.sleep(0.5), jobs.end(job, outcome="done", now=datetime.now(UTC)))).start()
    monkeypatch.setattr(drafts, "PATIENCE", 10)
    assert press(client, f"{draft}/mend", row="2", place=form["place"], value="Male") == f"{draft}#row-2"


def test_a_draft_needs_few_queries(lasting_house, django_assert_max_num_queries):
    client = lasting_house.unlocked("focal-mission")
    draft = look(client, ctdc(*[f"2019,Wrong{n},9--17,MLI,NGA" for n in range(60)]))
    with django_assert_max_num_queries(17):
        assert client.get(draft).status_code == 200
