"""Files of a case: sealed as they arrive, opened piece by piece, gone when removed. All of it is invented."""

import base64
import io
import threading
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palermo import NotAllowed, PolicyRefusal, ProblemWithInput
from palermo.actions import audit, cases, collect, files
from palermo.actions.files import attach, list_files, one_file, open_file, remove_file
from palermo.actions.rights import can
from palermo.protect.envelope import Broken
from palermo.protect.streams import PIECE, seal_pieces
from palermo.store import rekeying, vault
from palermo.store.access import Missing
from palermo.store.vault import Locked
from tests.protect.attached import MARK, jpeg, pdf, png, tells

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
NOBODY = "0" * 32
NOTE = f"{MARK}-WORDS of an invented note\n".encode()
LONG = ("An invented line of a long note.\n" * 48_000).encode()
"""Seven pieces."""


def case_of(actor: Any, identity: str = "1" * 32) -> str:
    """A case that the actor recorded."""
    line = msgspec.json.encode({"record": "case", "id": identity, "organisation": actor.organisation_id})
    assert collect.import_file(actor, line, now=NOW, invented=True).stored == 1
    return cases.list_cases(actor).rows[0].id


def put(actor: Any, case: str, content: bytes = NOTE, title: str = f"{MARK}-CALLED") -> str:
    return attach(actor, case, content=content, title=title, now=NOW)


def whole(actor: Any, file: str) -> bytes:
    return b"".join(open_file(actor, file).pieces)


def row_of(file: str) -> Any:
    from palermo.store.models import AttachedFile

    return AttachedFile.objects.get(public_id=file)


def pieces_of(file: str) -> list[Any]:
    return list(row_of(file).pieces.order_by("number"))


def entries(actor: Any) -> list[dict[str, Any]]:
    from palermo.store.models import AuditEntry

    rows = AuditEntry.objects.filter(organisation__public_id=actor.organisation_id).order_by("number")
    return [msgspec.json.decode(row.body) for row in rows if "files." in row.body]


@pytest.fixture
def actor(house: Any) -> Any:
    return house.actor()


@pytest.fixture
def case(actor: Any) -> str:
    return case_of(actor)


@pytest.mark.parametrize("content", [NOTE, LONG, b"x", b"x" * PIECE, b"x" * (PIECE + 1)])
def test_what_goes_in_comes_out(actor: Any, case: str, content: bytes) -> None:
    file = put(actor, case, content)
    (line,) = list_files(actor, case)
    opened = open_file(actor, file)
    assert (line.id, line.case, line.media, line.size) == (file, case, "text/plain", len(content))
    assert (line.title, line.broken, line.arrived) == (f"{MARK}-CALLED", False, NOW)
    assert (opened.media, opened.name, opened.size) == ("text/plain", f"file-{file[:8]}.txt", len(content))
    assert b"".join(opened.pieces) == content
    assert one_file(actor, file) == line


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1).map(lambda some: base64.b64encode(some) * 9), st.text(min_size=1, max_size=200))
def test_any_words_under_any_title(actor: Any, case: str, content: bytes, title: str) -> None:
    if not title.split() or any(unicodedata.category(sign) == "Cc" for sign in " ".join(title.split())):
        with pytest.raises(ProblemWithInput, match="STORE-070"):
            put(actor, case, content, title)
        return
    file = put(actor, case, content, title)
    assert whole(actor, file) == content
    assert one_file(actor, file).title == " ".join(title.split())


@pytest.mark.parametrize("make", [jpeg, png, pdf])
def test_a_file_comes_back_without_what_told_of_its_origin(actor: Any, case: str, make: Any) -> None:
    sent = make()
    assert tells(sent), "the control"
    assert not tells(whole(actor, put(actor, case, sent)))


def test_what_it_takes_to_attach_while_the_vault_is_locked(actor: Any, case: str) -> None:
    """Only the public key: the list has no titles, nothing opens; after unlocking all is there."""
    ring = vault.ring(actor)
    vault.lock(actor.session)
    file = put(actor, case)
    (line,) = list_files(actor, case)
    assert (line.title, line.broken, line.size) == (None, False, len(NOTE))
    with pytest.raises(Locked):
        open_file(actor, file)
    vault.unlock(actor, ring)
    assert list_files(actor, case)[0].title == f"{MARK}-CALLED"
    assert whole(actor, file) == NOTE


def test_a_lock_ends_what_is_being_read(actor: Any, case: str) -> None:
    opened = open_file(actor, put(actor, case, LONG))
    next(opened.pieces)
    vault.lock(actor.session)
    with pytest.raises(Locked):
        list(opened.pieces)


def test_without_a_vault_nothing_is_stored(actor: Any, case: str) -> None:
    from palermo.store.models import AttachedFile, VaultKey

    VaultKey.objects.all().delete()
    with pytest.raises(PolicyRefusal, match="STORE-001"):
        put(actor, case)
    assert not AttachedFile.objects.exists()


def test_a_new_key_of_the_vault_opens_the_files_too(actor: Any, case: str) -> None:
    from palermo.store import key_holders

    file = put(actor, case, LONG)
    ring = key_holders.replace_key(actor, vault.ring(actor), now=NOW)
    vault.renew(ring)
    later = put(actor, case)
    assert {row_of(file).vault_key, row_of(later).vault_key} == {1, 2}
    while rekeying.seal_anew(actor, ring):
        pass
    vault.renew(ring.only(2))
    assert (whole(actor, file), whole(actor, later)) == (LONG, NOTE)


def shuffled(one: str, two: str) -> Iterator[tuple[str, Any]]:
    """Ways to meddle with the pieces of two files of the same case, and what they are."""
    first, second = pieces_of(one), pieces_of(two)

    def swap(a: Any, b: Any) -> None:
        a.sealed, b.sealed = b.sealed, a.sealed
        a.save(), b.save()

    yield "swapped between two files", lambda: [swap(a, b) for a, b in zip(first, second, strict=True)]
    yield "one swapped between two files", lambda: swap(first[3], second[3])
    yield "swapped within a file", lambda: swap(first[1], first[2])
    yield "cut off at the end", lambda: first[-1].delete()
    yield "cut out of the middle", lambda: first[3].delete()
    yield "cut off at the beginning", lambda: first[0].delete()
    yield "one bit altered", lambda: altered(first[5])
    yield "all gone", lambda: [piece.delete() for piece in first]


def altered(piece: Any) -> None:
    piece.sealed = bytes(piece.sealed)[:-1] + bytes([bytes(piece.sealed)[-1] ^ 1])
    piece.save()


def test_pieces_that_are_not_where_they_were_do_not_open(actor: Any, case: str) -> None:
    for number in range(8):
        one, two = put(actor, case, LONG), put(actor, case, LONG.upper())
        assert whole(actor, one) == LONG, "the control"
        what, meddle = list(shuffled(one, two))[number]
        meddle()
        try:
            whole(actor, one)
        except Broken:
            continue
        pytest.fail(what)


def test_whole_rows_swapped_between_two_files_do_not_open(actor: Any, case: str) -> None:
    """Title, data key and pieces of another file of the same case: the record's id is sealed in."""
    from palermo.store.models import FilePiece

    one, two = row_of(put(actor, case, title="Invented one")), row_of(put(actor, case, title="Invented two"))
    one.sealed, one.data_key = two.sealed, two.data_key
    one.save()
    FilePiece.objects.filter(file=one).delete()
    FilePiece.objects.filter(file=two).update(file=one)
    by_id = {line.id: line for line in list_files(actor, case)}
    assert (by_id[one.public_id].title, by_id[one.public_id].broken) == (None, True)
    assert by_id[two.public_id].title == "Invented two", "the others are still shown"
    with pytest.raises(Broken):
        open_file(actor, one.public_id)


def test_no_stream_has_the_key_of_another(actor: Any, case: str) -> None:
    """The same content twice shares no byte of its pieces beyond the format."""
    one, two = pieces_of(put(actor, case, LONG)), pieces_of(put(actor, case, LONG))
    assert not {bytes(p.sealed) for p in one} & {bytes(p.sealed) for p in two}


def test_the_content_is_read_some_pieces_at_a_time(
    actor: Any, case: str, django_assert_num_queries: Any
) -> None:
    opened = open_file(actor, put(actor, case, LONG))
    with django_assert_num_queries(0):
        assert next(opened.pieces) == LONG[:PIECE]
    with django_assert_num_queries(1):
        for _ in range(4):
            next(opened.pieces)


def test_removing_destroys_key_and_content(actor: Any, case: str) -> None:
    kept, gone = put(actor, case), put(actor, case, LONG)
    assert remove_file(actor, gone, now=NOW) == case
    row = row_of(gone)
    assert (row.sealed, row.data_key, row.vault_key, row.erased) == (None, None, None, NOW)
    assert pieces_of(gone) == []
    assert [line.id for line in list_files(actor, case)] == [kept]
    for use in (open_file, one_file, remove_file):
        with pytest.raises(Missing):
            use(actor, gone)
    assert whole(actor, kept) == NOTE


def test_a_file_that_goes_while_it_is_read_ends_in_an_error(actor: Any, case: str) -> None:
    file = put(actor, case, LONG)
    opened = open_file(actor, file)
    read = [next(opened.pieces)]
    remove_file(actor, file)
    with pytest.raises(Broken):
        read.extend(opened.pieces)
    assert b"".join(read) != LONG


def test_each_use_is_in_the_chain_by_pseudonym_and_code(actor: Any, case: str) -> None:
    file = put(actor, case)
    list_files(actor, case)  # with titles
    one_file(actor, file), whole(actor, file), remove_file(actor, file)
    held = entries(actor)
    assert [each["action"].partition(".")[2] for each in held] == [
        "attach", "read_titles", "one_file", "open_file", "remove_file",
    ]  # fmt: skip
    assert len({each["subjects"][0] for each in held}) == 1, "the case, of each"
    assert held[0]["details"] == {"media": "text/plain", "size": len(NOTE)}
    assert MARK not in str(held)
    assert case not in str(held)
    auditor = type(actor)(actor.user_id, actor.organisation_id, "auditor")
    assert audit.verify_chain(auditor) is None


def test_what_fails_leaves_no_row_and_no_entry(actor: Any, case: str, house: Any) -> None:
    from palermo.store.models import AttachedFile, FilePiece

    for content, title in ((b"PK\3\4", "Invented"), (NOTE, " "), (b"", "Invented")):
        with pytest.raises(ProblemWithInput):
            put(actor, case, content, title)
    vault.lock(actor.session)
    with pytest.raises(Missing):
        open_file(actor, NOBODY)
    assert entries(actor) == []
    assert (AttachedFile.objects.count(), FilePiece.objects.count()) == (0, 0)


def seen_by(actor: Any, case: str, file: str) -> list[str]:
    """What each action answers: "" where it answers, else what it says."""
    said = []
    for use in (
        lambda: put(actor, case),
        lambda: list_files(actor, case),
        lambda: one_file(actor, file),
        lambda: whole(actor, file),
        lambda: remove_file(actor, file),
    ):
        try:
            use()
            said.append("")
        except (Missing, NotAllowed) as error:
            said.append(str(error))
    return said


def test_another_organisation_team_or_person_gets_the_answer_of_a_missing_file(house: Any) -> None:
    owner = house.actor("collector")
    case = case_of(owner)
    file = put(owner, case)
    missing = [str(Missing())] * 5
    for stranger in (
        house.actor("focal_point", house.other),
        house.actor("collector", house.other),
        house.actor("case_worker", team="another"),
    ):
        assert seen_by(stranger, case, file) == seen_by(stranger, NOBODY, NOBODY) == missing
    assert seen_by(house.actor("focal_point"), case, file) == [""] * 5


@pytest.mark.parametrize("role", ["verifier", "analyst", "administrator", "auditor", "publication_officer"])
def test_other_roles_reach_no_file(house: Any, role: str) -> None:
    owner = house.actor()
    case = case_of(owner)
    file = put(owner, case)
    stranger = house.actor(role)
    assert not can(stranger, "files.list_files")
    assert seen_by(stranger, case, file) == seen_by(stranger, NOBODY, NOBODY)
    assert "" not in seen_by(stranger, case, file)


def test_a_stranger_is_refused_before_the_file_is_looked_at(house: Any, monkeypatch: Any) -> None:
    """Or anybody could keep the server busy with pictures for cases that are not theirs."""
    looked: list[int] = []
    monkeypatch.setattr(files, "cleaned", lambda *_a, **_k: looked.append(1))
    with pytest.raises(Missing):
        put(house.actor(), NOBODY, jpeg())
    with pytest.raises(NotAllowed):
        put(house.actor("analyst"), NOBODY, jpeg())
    assert looked == []


def archive(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name in names:
            packed.writestr(name, "invented")
    return held.getvalue()


REFUSED = {
    "svg with a script": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', 40),
    "svg after an xml line": (b"<?xml version='1.0'?><svg onload='1'/>", 40),
    "page": (b"<!doctype html><script>1</script>", 40),
    "zip slip": (archive("../../etc/passwd", "..\\..\\boot.ini"), 30),
    "picture that is a zip too": (jpeg() + archive("../x"), None),
    "page in a picture": (b"\xff\xd8\xff<html><script>1</script></html>", 33),
    "program": (b"MZ\0\0", 30),
    "empty": (b"", 31),
}


@pytest.mark.parametrize("name", REFUSED)
def test_attacks_are_refused_or_come_out_as_a_picture_alone(actor: Any, case: str, name: str) -> None:
    content, number = REFUSED[name]
    if number is None:  # the archive is cut off with whatever follows the picture
        kept = whole(actor, put(actor, case, content))
        assert not zipfile.is_zipfile(io.BytesIO(kept))
        assert b"../x" in content
        assert b"../x" not in kept
        return
    with pytest.raises(ProblemWithInput, match=f"PROTECT-{number:03}"):
        put(actor, case, content)


@pytest.mark.parametrize("title", ["", "  \n ", "x" * 201, "a\x00b", "a\x1b[2Jb"])
def test_a_title_is_a_line_of_words(actor: Any, case: str, title: str) -> None:
    with pytest.raises(ProblemWithInput, match="STORE-070") as refused:
        put(actor, case, title=title)
    assert len(title) < 3 or title not in str(refused.value)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A case with room for three files and a hundred bytes."""
    from dataclasses import replace

    from palermo.protect.accepting import FileLimits

    held = replace(FileLimits.on(NOW.date()), case_files=3, case_bytes=100)
    monkeypatch.setattr(FileLimits, "on", classmethod(lambda _cls, _day: held))


def test_a_case_has_room_for_so_many_files(actor: Any, case: str, small: None) -> None:
    other = case_of(actor, "2" * 32)
    held = [put(actor, case, b"x") for _ in range(3)]
    with pytest.raises(ProblemWithInput, match="STORE-072"):
        put(actor, case, b"x")
    put(actor, other, b"x")
    remove_file(actor, held[0])
    put(actor, case, b"x")


def test_a_case_has_room_for_so_many_bytes(actor: Any, case: str, small: None) -> None:
    put(actor, case, b"x" * 60)
    with pytest.raises(ProblemWithInput, match="STORE-072"):
        put(actor, case, b"x" * 41)
    put(actor, case, b"x" * 40)


def test_a_case_that_was_erased_takes_no_file(actor: Any, case: str) -> None:
    from palermo.store.models import CaseRow

    CaseRow.objects.update(erased=NOW + timedelta(days=1))
    with pytest.raises(PolicyRefusal, match="STORE-073"):
        put(actor, case)


def test_one_file_is_made_ready_at_a_time(actor: Any, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SECONDS_TO_WAIT", 0)
    with files._one_at_a_time, pytest.raises(ProblemWithInput, match="STORE-071"):
        put(actor, case)
    with pytest.raises(ProblemWithInput, match="PROTECT-031"):
        put(actor, case, b"")
    assert put(actor, case), "the turn was given back, after a refusal too"
    assert isinstance(files._one_at_a_time, type(threading.BoundedSemaphore(1)))


def held_anywhere() -> bytes:
    """Every value of every column of the database; on SQLite its pages too, with what is free in them."""
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [v if isinstance(v, bytes) else bytes(v) if isinstance(v, memoryview)
                          else str(v).encode() for v in row]  # fmt: skip
    if connection.vendor == "sqlite":
        found.append(connection.connection.serialize())
    return b"\n".join(found)


def forms(text: str) -> Iterator[bytes]:
    clear = text.encode()
    yield from (clear, clear.hex().encode(), text.encode("utf-16-le"), text.encode("utf-16-be"))
    yield from (base64.b64encode(b"x" * shift + clear)[4 : len(clear)] for shift in range(3))


def plant(actor: Any, case: str) -> None:
    for content in (jpeg(), png(), pdf(), NOTE):
        put(actor, case, content)


def test_nothing_planted_is_in_the_database(actor: Any, case: str) -> None:
    plant(actor, case)
    held = held_anywhere()
    assert [form for form in forms(MARK) if form in held] == []


def test_with_sealing_off_title_and_words_are_found(actor: Any, case: str, sealing_off: None) -> None:
    """The control: what the files told of their origin is gone all the same."""
    plant(actor, case)
    held = held_anywhere()
    assert f"{MARK}-CALLED".encode() in held
    assert f"{MARK}-WORDS".encode() in held
    for told in ("CAMERA", "GPS", "COMMENT", "AUTHOR", "ATTACHED", "SCRIPT"):
        assert f"{MARK}-{told}".encode() not in held


def test_a_stream_sealed_for_another_place_does_not_open(actor: Any, case: str) -> None:
    """Even under the right key: what a member could do who writes into the database."""
    file = put(actor, case)
    row, ring = row_of(file), vault.ring(actor)
    key = ring.data_key(row, record=file)
    from palermo.protect.envelope import Place

    for field, opens in (("file", True), ("title", False)):
        (piece,) = seal_pieces([NOTE], key=key, place=Place(actor.organisation_id, file, field))
        row.pieces.update(sealed=piece)
        if opens:
            assert whole(actor, file) == NOTE, "the control"
        else:
            with pytest.raises(Broken):
                whole(actor, file)
