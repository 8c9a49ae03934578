"""Files on the page of a case: a person attaches, fetches and removes them. All of it is invented."""

import html
import io
import logging
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import resolve

from palermo.actions import collect
from palermo.protect.accepting import FileLimits
from palermo.protect.streams import PIECE
from palermo.store import vault
from palermo.web import doors, uploads
from palermo.web.headers import HEADERS
from tests.conftest import House as Organisations
from tests.protect.attached import MARK, jpeg, pdf, tells

NOWHERE = "0" * 32
CALLED = f"{MARK}-CALLED"
NOTE = b"An invented note about nobody.\n"
FILENAME = f"{MARK}-FILENAME.jpg"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


class House:
    """Organisations with vaults, a case of one of them, and clients that are signed in."""

    def __init__(self) -> None:
        self.places = Organisations()
        self.focal = self.places.actor()
        self.case = self._case()
        self.here = f"/cases/{self.case}"

    def _case(self) -> str:
        line = msgspec.json.encode({"record": "case", "id": "1" * 32, "organisation": self.places.own})
        collect.import_file(self.focal, line, invented=True)
        from palermo.actions import cases

        return cases.list_cases(self.focal).rows[0].id

    def client(self, role: str = "focal_point", organisation: str = "", *, unlocked: bool = True) -> Client:
        client = Client(raise_request_exception=False)
        place = organisation or self.places.own
        name = f"{role}--{place[:6]}"
        if (role, place) != ("focal_point", self.places.own):
            self.places.actor(role, place)
        client.force_login(get_user_model().objects.get(username=name))
        session = client.session
        session[doors.VAULT] = vault.new_session()
        session.save()
        if unlocked:
            vault.unlock(seen(client), self.places.rings[place])
        return client

    def send(self, client: Client, content: bytes = NOTE, title: str = CALLED, name: str = FILENAME) -> Any:
        file = SimpleUploadedFile(name, content)
        return client.post(f"{self.here}/files/add", {"title": title, "file": file})

    def put(self, client: Client, content: bytes = NOTE, title: str = CALLED) -> str:
        """The address of the file that was attached."""
        response = self.send(client, content, title)
        assert response.status_code == 302, html.unescape(response.content.decode())
        assert response["Location"] == self.here
        return addresses(client.get(self.here).content.decode())[0]


def seen(client: Client) -> Any:
    """Who acts in the requests of this client."""
    request: Any = RequestFactory().get("/")
    request.session = client.session
    request.user = get_user_model().objects.get(pk=client.session["_auth_user_id"])
    return doors.actor(request)


def addresses(text: str) -> list[str]:
    return [f"/files/{each}" for each in re.findall(r'href="/files/([0-9a-f]{32})/remove"', text)]


def words(response: Any) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def house(db: None, settings: Any) -> House:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return House()


def test_a_photo_is_attached_fetched_and_removed(house: House) -> None:
    client = house.client()
    assert "No file is attached" in words(client.get(house.here))
    file = house.put(client, jpeg())
    page = words(client.get(house.here))
    assert "The file was attached" in page or CALLED in page
    assert CALLED in page
    assert "Photo or scan, JPEG" in page
    assert f'href="{file}"' in page
    got = client.get(file)
    content = got.getvalue()
    assert content.startswith(b"\xff\xd8\xff")
    assert not tells(content)
    assert int(got["Content-Length"]) == len(content)
    asked = words(client.get(f"{file}/remove"))
    assert "Remove this file?" in asked
    assert CALLED in asked
    assert client.get(file).status_code == 200, "asking removes nothing"
    gone = client.post(f"{file}/remove")
    assert (gone.status_code, gone["Location"]) == (302, house.here)
    assert "No file is attached" in words(client.get(house.here))
    assert client.get(file).status_code == client.post(f"{file}/remove").status_code == 404


@pytest.mark.parametrize(
    ("content", "kind", "suffix"),
    [
        (jpeg(), "image/jpeg", "jpg"),
        (pdf(), "application/pdf", "pdf"),
        (b"An invented note", "text/plain; charset=utf-8", "txt"),
    ],
)
def test_a_file_goes_out_as_a_copy_to_keep(house: House, content: bytes, kind: str, suffix: str) -> None:
    client = house.client()
    file = house.put(client, content)
    response = client.get(file)
    assert response.streaming
    assert response["Content-Type"] == kind
    short = file.split("/")[2][:8]
    assert response["Content-Disposition"] == f'attachment; filename="file-{short}.{suffix}"'
    policy_of_files = response["Content-Security-Policy"]
    assert policy_of_files == HEADERS["Content-Security-Policy"] + "; sandbox"
    assert {name: response[name] for name in HEADERS if "Content-Security" not in name} == {
        name: value for name, value in HEADERS.items() if "Content-Security" not in name
    }
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.getvalue()


def test_a_long_file_is_streamed_piece_by_piece(house: House) -> None:
    content = b"An invented line of a long note.\n" * 40_000
    client = house.client()
    parts = list(client.get(house.put(client, content)).streaming_content)
    assert b"".join(parts) == content
    assert max(map(len, parts)) == PIECE


def test_the_name_that_the_browser_sends_is_nowhere(house: House) -> None:
    client = house.client()
    file = house.put(client)
    for address in (house.here, f"{file}/remove"):
        text = client.get(address).content.decode()
        assert "FILENAME" not in text
        assert CALLED not in re.search("<title>(.*?)</title>", text).group(1)  # type: ignore[union-attr]
        assert CALLED not in " ".join(re.findall(r'(?:href|action|download)="([^"]*)"', text))


def test_the_form_says_what_is_taken_and_what_is_taken_out(house: House) -> None:
    client = house.client()
    for address in (house.here, f"{house.here}/files/add"):
        text = words(client.get(address))
        assert "JPEG, PNG or WebP" in text
        assert "at most 25 MB" in text
        assert "Place, time, device and author" in text
        assert 'enctype="multipart/form-data"' in text


def archive(name: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr(name, "invented")
    return held.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
ATTACKS = {
    "svg": (SVG, "web page, a drawing or a program"),
    "svg that says it is a picture": (b'<?xml version="1.0"?>\n' + SVG, "web page, a drawing or a program"),
    "zip slip": (archive("../../../etc/cron.d/invented"), "attach what a zip holds one by one"),
    "page in a picture": (b"\xff\xd8\xff\xe0<html><script>1</script></html>", "open it there, save or print"),
    "page": (b"<!doctype html><script>1</script>", "print it as PDF"),
    "broken pdf": (b"%PDF-1.7\n/JavaScript", "cannot be read"),
    "office file": (archive("word/document.xml"), "print an office file or a web page as PDF"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_refused_with_help(house: House, name: str) -> None:
    content, help_ = ATTACKS[name]
    client = house.client()
    response = house.send(client, content, name="../../../photo.jpg")
    text = words(response)
    assert response.status_code == 200
    assert "There is a problem" in text
    assert "<title>Error:" in text
    assert help_ in text
    assert re.search(r'<a href="#id_file">PROTECT-0\d\d', text)
    assert "alert(1)" not in text
    assert "<script>1" not in text
    assert f'value="{CALLED}"' in text, "what was typed is still there"
    assert addresses(words(client.get(house.here))) == []


def test_a_page_hidden_behind_a_picture_does_not_come_out(house: House) -> None:
    client = house.client()
    sent = jpeg() + b"<html><script>alert(1)</script></html>" + archive("../x")
    got = client.get(house.put(client, sent)).getvalue()
    assert b"<script>" in sent
    assert b"<script>" not in got
    assert b"PK\3\4" not in got


def test_what_the_browser_claims_does_not_count(house: House) -> None:
    """Type and name say picture; the content decides."""
    client = house.client()
    file = SimpleUploadedFile("photo.jpg", SVG, content_type="image/jpeg")
    response = client.post(f"{house.here}/files/add", {"title": CALLED, "file": file})
    assert "PROTECT-040" in words(response)
    file = SimpleUploadedFile("page.html", NOTE, content_type="text/html")
    client.post(f"{house.here}/files/add", {"title": CALLED, "file": file})
    (address,) = addresses(words(client.get(house.here)))
    assert client.get(address)["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, ("Give the file a title", "Choose a file, at most 25 MB")),
        ({"title": CALLED}, ("Choose a file, at most 25 MB",)),
        ({"title": CALLED, "file": SimpleUploadedFile("a.txt", b"")}, ("The file is empty",)),
        ({"title": "x" * 201, "file": SimpleUploadedFile("a.txt", NOTE)}, ("The title is too long",)),
        ({"title": "a\x1bb", "file": SimpleUploadedFile("a.txt", NOTE)}, ("STORE-070",)),
    ],
)
def test_a_form_that_is_not_complete_says_what_to_do(house: House, given: Any, said: tuple[str, ...]) -> None:
    text = words(house.client().post(f"{house.here}/files/add", given))
    summary = text[text.index("govuk-error-summary") : text.index("<h1>")]
    assert all(each in summary for each in said)


def test_while_the_vault_is_locked_files_go_in_and_nothing_comes_out(house: House) -> None:
    open_client = house.client()
    file = house.put(open_client)
    locked = house.client(unlocked=False)
    text = words(locked.get(house.here))
    assert "Title locked" in text
    assert "The vault is locked" in text
    assert CALLED not in text
    assert f'href="{file}"' not in text
    refused = locked.get(file)
    assert (refused.status_code, refused["Location"]) == (302, f"/vault/unlock?next={file}")
    assert house.send(locked, title=f"{CALLED}-2").status_code == 302
    assert f"{CALLED}-2" in words(open_client.get(house.here))


def without_token(response: Any) -> tuple[int, str]:
    return response.status_code, TOKEN.sub("", response.content.decode())


def answers(house: House, client: Client, case: str, file: str) -> list[tuple[int, str]]:
    """What each address of files answers, without what differs in every form."""
    sent = {"title": CALLED, "file": SimpleUploadedFile("a.txt", NOTE)}
    return [
        without_token(client.get(f"/files/{file}")),
        without_token(client.get(f"/files/{file}/remove")),
        without_token(client.post(f"/files/{file}/remove")),
        without_token(client.get(f"/cases/{case}/files/add")),
        without_token(client.post(f"/cases/{case}/files/add", sent)),
        without_token(client.post(f"/cases/{case}/files/add", {})),
    ]


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("focal_point", "other", 404),
        ("collector", "own", 404),
        ("case_worker", "own", 404),
        ("verifier", "own", 403),
        ("analyst", "own", 403),
        ("administrator", "own", 403),
        ("auditor", "own", 403),
    ],
)
def test_a_file_that_is_not_yours_is_a_missing_file(house: House, role: str, place: str, status: int) -> None:
    """Byte for byte the answer of one that never was; roles without the right learn that and no more."""
    file = house.put(house.client()).split("/")[2]
    stranger = house.client(role, getattr(house.places, place))
    theirs = answers(house, stranger, house.case, file)
    assert theirs == answers(house, stranger, NOWHERE, NOWHERE)
    assert {code for code, _ in theirs} == {status}
    assert house.client().get(f"/files/{file}").status_code == 200, "the control: it is still there"


@pytest.mark.parametrize("role", ["verifier", "analyst"])
def test_the_page_of_a_case_shows_no_files_to_other_roles(house: House, role: str) -> None:
    house.put(house.client())
    text = words(house.client(role).get(house.here))
    assert 'id="files"' not in text
    assert CALLED not in text


def test_removing_and_attaching_need_the_token(house: House) -> None:
    file = house.put(house.client())
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.get(username=f"focal_point--{house.places.own[:6]}"))
    assert client.post(f"{file}/remove").status_code == 403
    assert house.send(client).status_code == 403
    assert len(addresses(words(house.client().get(house.here)))) == 1


LOGGERS = ("", "django", "django.request", "palermo", "PIL", "pypdf")


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that is logged from the level INFO on: Django's templates tell a whole page at DEBUG."""
    told = io.StringIO()
    listener = logging.StreamHandler(told)
    before = {name: logging.getLogger(name).level for name in LOGGERS[:4]}
    for name in before:
        logging.getLogger(name).setLevel(logging.INFO)
    for name in LOGGERS:
        logging.getLogger(name).addHandler(listener)
    yield told
    for name in LOGGERS:
        logging.getLogger(name).removeHandler(listener)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def test_names_of_files_and_titles_are_in_no_log(house: House, logged: io.StringIO) -> None:
    client = house.client()
    file = house.put(client)
    for content in (SVG, jpeg()[:300], pdf()[:900]):
        house.send(client, content)
    client.get(f"{file}/remove"), client.get(file).getvalue(), client.post(f"{file}/remove")
    assert client.get(file).status_code == 404
    assert "Not Found" in logged.getvalue(), "the control: something was logged"
    assert MARK not in logged.getvalue()


class Watched(io.BytesIO):
    """A request's body that says how much of it was read."""

    def read(self, *args: Any) -> bytes:
        got = super().read(*args)
        self.taken = getattr(self, "taken", 0) + len(got)
        return got


def send_watched(client: Client, address: str, content: bytes) -> tuple[Any, int]:
    """The answer, and how many bytes of the body were read."""
    fields = {"title": CALLED, "file": SimpleUploadedFile("a.txt", content)}
    body = encode_multipart(BOUNDARY, fields)
    watched = Watched(body)
    response = client.generic(
        "POST", address, b"", CONTENT_TYPE=MULTIPART_CONTENT,
        CONTENT_LENGTH=str(len(body)), **{"wsgi.input": watched},
    )  # fmt: skip
    return response, watched.taken


def test_too_large_is_answered_before_it_is_read(house: House) -> None:
    client, limit = house.client(), FileLimits.on(date.max).file_bytes
    content = b"x" * (limit + 2 * uploads.OTHER_FIELDS)
    response, taken = send_watched(client, f"{house.here}/files/add", content)
    assert response.status_code == 413
    assert "The file is too large. Choose one of at most 25 MB." in words(response)
    assert 'href="#id_file"' in words(response)
    assert f'value="{CALLED}"' in words(response)
    assert taken <= 128 * 1024
    response, taken = send_watched(client, "/imports/new", content)
    assert response.status_code in (200, 302), "the control: another page has a limit of its own"
    assert taken > limit


def test_a_length_that_lies_does_not_help(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What says that it is short is counted while it arrives."""
    monkeypatch.setattr(uploads, "LIMIT", 100_000)
    response = house.send(house.client(), b"x" * 300_000)
    assert response.status_code == 413
    assert "too large" in words(response)


def test_many_files_in_one_request_share_the_limit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LIMIT", 100_000)
    client = house.client()
    for number, status in ((3, 413), (2, 302)):
        files = [SimpleUploadedFile("a.txt", b"x" * 40_000) for _ in range(number)]
        response = client.post(f"{house.here}/files/add", {"title": CALLED, "file": files})
        assert response.status_code == status, number


def test_nothing_of_a_strangers_upload_is_kept(house: House, rf: RequestFactory) -> None:
    from django.contrib.auth.models import AnonymousUser

    request: Any = rf.post("/cases", {"file": SimpleUploadedFile("a.txt", NOTE)})
    request.user, request.resolver_match = AnonymousUser(), resolve("/imports/new")
    assert not request.FILES
    known: Any = rf.post("/cases", {"file": SimpleUploadedFile("a.txt", NOTE)})
    known.user = get_user_model().objects.first()
    assert known.FILES["file"].read() == NOTE, "the control"


WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_seen: list[str] | None = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook stays for good, so it listens only while somebody asks."""
    if _seen is not None and event == "open":
        path, mode, flags = arguments
        if (flags or 0) & WRITES or set(str(mode or "")) & set("wax+"):
            _seen.append(str(path))


sys.addaudithook(_hook)


@contextmanager
def opened_for_writing(*folders: Path) -> Iterator[list[str]]:
    """What Python opens for writing meanwhile, and which folder changed: also what came and went again."""
    global _seen
    before = {folder: folder.stat().st_mtime_ns for folder in folders}
    found = _seen = []
    try:
        yield found
    finally:
        _seen = None
        found += [str(folder) for folder in folders if folder.stat().st_mtime_ns != before[folder]]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folder of temporary files, one of its own, and the installation's."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path, Path(os.environ["PALERMO_HOME"])


@pytest.mark.parametrize("content", [jpeg(), pdf(), b"x" * 1_500_000], ids=["jpeg", "pdf", "long text"])
def test_no_file_is_written_while_one_goes_in_and_out(house: House, folders: Any, content: bytes) -> None:
    client = house.client()
    house.put(client, content)
    with opened_for_writing(*folders) as found:
        file = house.put(client, content)
        assert client.get(file).getvalue()
        client.post(f"{file}/remove")
    assert found == []


def test_djangos_own_upload_does_write_one(house: House, folders: Any, settings: Any) -> None:
    """The control: the same request, as Django takes it by default when a file is large."""
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
    client = house.client()
    with opened_for_writing(*folders) as found:
        house.put(client, b"x" * 1_500_000)
    assert any(".upload" in path for path in found)
    assert str(folders[0]) in found


def test_planted_secrets_reach_no_column_by_way_of_the_page(house: House) -> None:
    from tests.actions.test_files import forms, held_anywhere

    client = house.client()
    for content in (jpeg(), pdf(), f"{MARK} in words".encode()):
        house.put(client, content)
    held = held_anywhere()
    assert [form for form in forms(MARK) if form in held] == []


def test_with_sealing_off_they_are_found(house: House, sealing_off: None) -> None:
    """The control."""
    from tests.actions.test_files import held_anywhere

    client = house.client()
    house.put(client, f"{MARK}-WORDS".encode())
    assert f"{MARK}-WORDS".encode() in held_anywhere()
    assert CALLED.encode() in held_anywhere()


def test_every_page_is_whole_and_labelled(house: House) -> None:
    from tests.web.test_pages import (
        test_every_field_has_a_label_and_every_reference_a_target,
        test_nothing_external_nothing_inline,
        test_structure_of_every_page,
    )

    client = house.client()
    file = house.put(client)
    shown = (house.here, f"{house.here}/files/add", f"{file}/remove")
    read = [(address, client.get(address).content.decode()) for address in shown]
    read.append(("wrong", house.send(client, SVG).content.decode()))
    for check in (
        test_structure_of_every_page,
        test_every_field_has_a_label_and_every_reference_a_target,
        test_nothing_external_nothing_inline,
    ):
        check(read)


def test_a_title_is_shown_as_text(house: House) -> None:
    client = house.client()
    house.put(client, title="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(house.here).content.decode()
    assert "<script>alert" in words(client.get(house.here)), "the control"
