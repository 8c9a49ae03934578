"""Imports: the way from a dirty file to a mended one, and what was found only for the file's owner."""

import csv
import io
import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from palermo.collect.examples import ctdc_file
from palermo.web import uploads

WRONG = "Planted Found Value 0155"


@pytest.fixture
def dirty(mission) -> bytes:
    """A CTDC file with one row that is wrong on purpose."""
    rows = list(csv.DictReader(io.StringIO(ctdc_file(mission.cases[:30]).decode())))
    rows[2]["gender"] = WRONG
    out = io.StringIO()
    lines = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue().encode()


def send(client: Client, content: bytes, **more: str):
    file = SimpleUploadedFile("Nimune Example.csv", content)
    return client.post("/imports/new", {"file": file, "invented": "on", **more})


def follow(client: Client, response) -> str:
    """The address of the result, once the import has ended."""
    assert response.status_code == 302, response.content.decode()
    job = response["Location"]
    assert re.fullmatch(r"/imports/jobs/[0-9a-f]{32}", job)
    for _ in range(200):
        answer = client.get(job)
        if answer.status_code == 302:
            return answer["Location"]
        assert answer.status_code == 200
        if "Refresh" not in answer:
            return job
        time.sleep(0.05)
    raise AssertionError("the import did not end")


def figures(text: str) -> dict[str, int]:
    found = re.findall(r'<dt>([^<]+)</dt><dd><strong><bdi dir="ltr">([\d\xa0]+)</bdi>', text)
    return {term: int(figure.replace("\xa0", "")) for term, figure in found}


def test_bad_rows_are_downloaded_mended_and_sent_again(lasting_house, dirty):
    client = lasting_house.unlocked("focal-mission")
    result = follow(client, send(client, dirty))
    text = client.get(result).content.decode()
    assert figures(text)["Stayed out"] == 1
    assert WRONG in text
    bad = client.get(f"{result}/bad-rows")
    assert bad["Content-Disposition"] == 'attachment; filename="bad-rows.csv"'
    lines = list(csv.DictReader(io.StringIO(bad.content.decode("utf-8-sig"))))
    assert [line["gender"] for line in lines] == [WRONG]
    mended = bad.content.decode("utf-8-sig").replace(WRONG, "Female", 1).encode()
    again = figures(client.get(follow(client, send(client, mended))).content.decode())
    assert (again["Stayed out"], again["Stored"]) == (0, 1)
    other = mended.replace(b"Female", b"Male", 1)
    third = figures(client.get(follow(client, send(client, other))).content.decode())
    assert (third["Superseded"], third["Stored"]) == (1, 0)


def test_the_same_file_twice_changes_nothing(lasting_house, dirty):
    client = lasting_house.unlocked("focal-mission")
    first = follow(client, send(client, dirty))
    assert figures(client.get(first).content.decode())["Stored"] > 0
    second = figures(client.get(follow(client, send(client, dirty))).content.decode())
    assert (second["Stored"], second["Superseded"]) == (0, 0)
    assert second["Unchanged"] > 0


def test_what_was_found_is_for_the_owner_only(lasting_house, dirty):
    client = lasting_house.unlocked("focal-mission")
    result = follow(client, send(client, dirty))
    assert WRONG in client.get(result).content.decode(), "the control"
    for name, status in (("analyst-mission", 403), ("focal-refugees", 404), ("focal-state", 404)):
        for address in (result, f"{result}/bad-rows"):
            response = lasting_house.client(name).get(address)
            assert response.status_code in (status, 403), (name, address)
            assert WRONG not in response.content.decode()


def test_no_file_name_is_kept(lasting_house, dirty):
    client = lasting_house.unlocked("focal-mission")
    result = follow(client, send(client, dirty))
    for address in (result, "/imports", "/"):
        assert "Nimune" not in client.get(address).content.decode()


def test_a_file_that_cannot_be_read_says_why(lasting_house):
    client = lasting_house.unlocked("focal-mission")
    text = client.get(follow(client, send(client, b"one,two\n1,2\n"))).content.decode()
    assert "The file could not be imported" in text
    assert "COLLECT-00" in text
    assert "Nothing of the file was stored" in text


def test_a_running_import_looks_again_by_itself_and_can_be_stopped(lasting_house, mission):
    client = lasting_house.unlocked("focal-mission")
    header, _, rows = ctdc_file(mission).partition(b"\n")
    response = send(client, header + b"\n" + rows * 400)
    job = response["Location"]
    page = client.get(job)
    assert page["Refresh"] == "2"
    assert "Cancel the import" in page.content.decode()
    before = lasting_house.count()
    assert client.post(f"{job}/cancel")["Location"] == job
    text = client.get(follow(client, response)).content.decode()
    assert "The import was stopped" in text
    assert "Nothing of the file was stored" in text
    assert lasting_house.count() == before


def test_nobody_else_sees_or_stops_an_import(lasting_house, dirty):
    client = lasting_house.unlocked("focal-mission")
    response = send(client, dirty)
    other = lasting_house.client("focal-refugees")
    assert other.get(response["Location"]).status_code == 404
    assert other.post(f"{response['Location']}/cancel").status_code == 404
    assert follow(client, response).startswith("/imports/")


def test_a_form_without_a_file_says_what_to_do(house):
    response = house.client("focal-mission").post("/imports/new", {})
    text = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" in text
    assert 'href="#id_file"' in text
    assert text.startswith("<!doctype html>")
    assert "<title>Error:" in text


def test_a_file_over_the_limit_never_arrives(house, monkeypatch):
    monkeypatch.setattr(uploads, "LIMIT", 1000)
    text = send(house.client("focal-mission"), b"x" * 200_000).content.decode()
    assert "There is a problem" in text
    assert "64 MB" in text


def test_uploads_stay_in_memory(settings):
    assert settings.FILE_UPLOAD_HANDLERS == ["palermo.web.uploads.MemoryOnly"]


def test_an_analyst_may_not_import(house):
    client = house.client("analyst-mission")
    assert client.get("/imports/new").status_code == 403
    assert send(client, b"").status_code == 403
    assert "/imports/new" not in client.get("/").content.decode()
