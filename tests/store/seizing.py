"""An installation at work, in a process of its own, until the power is cut: what lies on its disk then?

`python -m tests.store.seizing CASES [leaking]` in an empty folder works through the pages (Django's client,
so that upload handlers count), the command line and the background, with planted names in the persons and
planted villages, days and ages in the cases of the invented mission; makes errors on purpose; ends without
closing anything. `leaking` is the control: everything is as it is, but what would be sealed is not.
"""

import io
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.planted import ALPHABETS, VILLAGE, texts

NUMBER = 1000
PASSWORD, FRASE = "a quiet long sentence", "violet kettle north again"
FIRST_DAY = date(2019, 1, 2)


class Triple(NamedTuple):
    village: str
    day: date
    age: int


def names() -> list[str]:
    """The planted names, in three scripts."""
    rng = Random(1949)
    each = -(-NUMBER // len(ALPHABETS))
    some = [texts(each, *alphabet, rng=rng) for alphabet in ALPHABETS.values()]
    return [name for three in zip(*some, strict=True) for name in three][:NUMBER]


def triples() -> list[Triple]:
    """The planted triples. No day is the first or last of its month: those are what stays readable."""
    days = (FIRST_DAY + timedelta(days=n) for n in range(2 * NUMBER))
    inner = [day for day in days if day.day > 1 and (day + timedelta(days=1)).day > 1]
    places = texts(NUMBER, *VILLAGE, rng=Random(2016))
    return [Triple(places[n], inner[n], 18 + n % 60) for n in range(NUMBER)]


def records(organisation: str, cases: int) -> list[Any]:
    """The invented mission as one organisation's, without its allegations, with what is planted."""
    from palermo.cases.examples import invented_mission
    from palermo.protect.conduct import parted

    mission = invented_mission(cases=cases)
    kept = parted((*mission.persons, *mission.cases, *mission.referrals)).kept
    return list(planted(kept, organisation))


def planted(kept: Any, organisation: str) -> Iterator[Any]:
    from msgspec.structs import replace

    from palermo.cases import Case, Person

    called, found = iter(names()), iter(triples())
    for record in kept:
        if isinstance(record, Person) and (name := next(called, None)):
            record = named(record, name)
        if isinstance(record, Case) and record.detection and (triple := next(found, None)):
            record = found_at(record, triple)
        yield replace(record, organisation=organisation)
    assert next(called, None) is None
    assert next(found, None) is None


def named(person: Any, name: str) -> Any:
    from msgspec.structs import replace

    from palermo.cases import Contact, Document, Name

    return replace(
        person,
        names=(Name(text=f"Invented {name}"), Name(text=name.upper(), kind="alias")),
        contacts=(Contact(value=f"sister of {name}", kind="other"),),
        documents=(Document(number=f"{name}/1"),),
        notes=f"Invented: {name} said so.",
    )


def found_at(case: Any, triple: Triple) -> Any:
    from msgspec.structs import replace

    from palermo.cases import Age, Ages, Detection, Place, When

    place = Place(area="MLI", exact=triple.village)
    detection = Detection(when=When.day(triple.day), place=place, authority=case.detection.authority)
    return replace(case, detection=detection, ages=Ages(detection=Age.exactly(triple.age)), statuses=())


def seal_nothing() -> None:
    """For the control; files to carry away and backups are written as they are, too, and not made small."""
    import palermo.actions.backups
    import palermo.actions.export_making
    from palermo.protect import conduct
    from palermo.store import backup_frames, submissions, vault

    backup_frames.LEVEL = 0
    vault.seal = lambda clear, **place: clear
    vault.open_sealed = submissions.open_sealed = lambda sealed, **place: sealed  # type: ignore[attr-defined]
    vault.seal_pieces = vault.open_pieces = lambda pieces, **place: iter(pieces)  # type: ignore[attr-defined]
    for module in (palermo.actions.backups, palermo.actions.export_making, conduct):
        module.seal_file = lambda pieces, **to: iter(pieces)  # type: ignore[attr-defined]


class Work:
    """Two focal points, a case worker of another team and an administrator, at the pages."""

    def __init__(self) -> None:
        from django.core.management import call_command

        from palermo.actions import accounts

        call_command("migrate", verbosity=0)
        self.place = accounts.create_organisation("Invented", short="INV", kind="un_mission", invented=True)
        self.focal, self.second = self.member("ann"), self.member("eve")
        self.admin = self.member("adam", "administrator")
        self.worker = self.member("joe", "case_worker", "team_of_nobody")

    def member(self, name: str, role: str = "focal_point", team: str = "") -> Any:
        from django.test import Client

        from palermo.actions import accounts

        user = accounts.create_user(name, password=PASSWORD, checked=False)
        accounts.add_member(user, organisation=self.place, role=role, team=team)
        client = Client(raise_request_exception=False, headers={"host": "localhost"})
        ends(client.post("/sign-in", {"username": name, "login": name, "password": PASSWORD}), 302)
        return client

    def set_up_vault(self) -> None:
        frases = {"passphrase": FRASE, "again": FRASE}
        ends(self.focal.post("/vault/set-up", frases), 302)
        page = ends(self.focal.get("/vault/set-up/write-down"), 200).content.decode()
        ends(self.focal.post("/vault/set-up/prove", {"key": " ".join(re.findall("<code>(.*?)<", page))}), 302)
        for client in (self.second, self.worker):
            ends(client.post("/vault/join", frases), 302)
        for address in re.findall(
            'action="(/vault/members/[^"]*/let-in)"', self.focal.get("/vault").content.decode()
        ):
            ends(self.focal.post(address), 302)
        for client in (self.second, self.worker):
            ends(client.post("/vault/unlock", {"passphrase": FRASE}), 302)
        public = "a7" * 32
        ends(self.admin.post("/conduct/key", {"public": public, "contact": "Invented line 1"}), 302)

    def send(self, content: bytes, name: str, **more: str) -> str:
        """An upload whose import runs in the background; the address of what came of it."""
        sent = io.BytesIO(content)
        sent.name = name
        answer = ends(self.focal.post("/imports/new", {"file": sent, "invented": "on", **more}), 302)
        address = ""
        while answer.status_code == 302 or "Refresh" in answer:
            address = answer["Location"] if answer.status_code == 302 else address
            time.sleep(0.05)
            answer = self.focal.get(address)
        assert address.count("/") == 2, answer.content.decode()
        return str(address)

    def import_mission(self, cases: int) -> None:
        from palermo.cases import Case, encode_all

        held = records(self.place, cases)
        self.cases = [r.id for r in held if isinstance(r, Case) and r.person][:40]
        self.send(encode_all(held), f"{names()[0]}.jsonl")

    def import_a_bad_file(self) -> None:
        from palermo.cases.examples import invented_mission
        from palermo.collect.examples import ctdc_file

        lines = [line.split(",") for line in ctdc_file(invented_mission(cases=40).cases).decode().split("\n")]
        at = [lines[0].index(column) for column in ("gender", "citizenship")]
        for line, name in zip(lines[1:9], names(), strict=False):
            line[at[0]], line[at[1]] = name, f"near {name}"
        content = "\n".join(map(",".join, lines)).encode()
        address = self.send(content, f"{names()[1]}.csv")
        ends(self.focal.get(address), 200)
        assert names()[0].encode() in ends(self.focal.get(f"{address}/bad-rows"), 200).content
        ends(self.focal.get("/labels"), 200)
        self.focal.post("/labels", {"label": names()[2], "area": "MLI"})

    def import_an_allegation(self) -> None:
        """A case against personnel leaves to the conduct key, and its file is not kept."""
        from palermo.cases import Actor, Case, Episode, Name, Person, encode_all

        told = Episode(actors=(Actor(relation="aid_personnel"),))
        ids = {"id": "c" * 32, "organisation": self.place, "invented": True}
        person = Person(**ids, names=(Name(text=names()[3]),), notes=triples()[3].village)
        self.send(encode_all([person, Case(**ids, person=person.id, episodes=(told,))]), "x.jsonl")
        ends(self.focal.post("/conduct", {"text": f"It was {names()[4]} in {triples()[4].village}"}), 200)

    def read(self) -> None:
        while "cannot be found by name yet" in self.focal.post("/people", {"name": "x"}).content.decode():
            time.sleep(0.05)
        for name in names()[:20]:
            page = ends(self.focal.post("/people", {"name": name}), 200).content.decode()
            assert f"Invented {name}" in page
        for case in self.cases:
            page = ends(self.focal.get(f"/cases/{case}"), 200).content.decode()
            ends(self.focal.get(f"/cases/{case}/who-saw"), 200)
        assert any(mark in page for mark, _ in ALPHABETS.values()), "the control: the pages show it"
        for address in ("/cases", "/cases/counts", "/tables", "/exports", "/imports", "/vault"):
            ends(self.focal.get(address), 200)

    def attach(self) -> None:
        for n, case in enumerate(self.cases[:21]):
            content, name = attached(n), names()[n]
            content.name = f"{name}.{('txt', 'jpg', 'pdf')[n % 3]}"
            given = {"file": content, "title": f"Letter of {name}"}
            ends(self.focal.post(f"/cases/{case}/files/add", given), 302)
            page = ends(self.focal.get(f"/cases/{case}"), 200).content.decode()
            assert f"Letter of {name}" in page
            file = re.search('href="(/files/[0-9a-f]{32})"', page)[1]  # type: ignore[index]
            assert b"".join(ends(self.focal.get(file), 200).streaming_content)
        ends(self.focal.post(f"{file}/remove"), 302)

    def export(self) -> None:
        for kind in ("coded", "exact", "identities"):
            export = ends(self.focal.post("/exports/new", {"kind": kind, "recipient": ""}), 302)["Location"]
            if kind == "identities":
                ends(self.second.post(f"{export}/answer", {"answer": "yes"}), 302)
                ends(self.focal.post(f"{export}/start"), 302)
            while self.focal.get(export).status_code == 302:
                time.sleep(0.05)
            ends(self.focal.post(f"{export}/passphrase"), 200)
            assert len(ends(self.focal.get(f"{export}/file"), 200).content) > 1000

    def break_glass(self) -> None:
        """The reason names a person; another member reads it and lets the case worker in."""
        reason = f"{names()[6]} of {triples()[6].village} is in danger"
        for case in self.cases:
            if self.worker.post("/break-glass", {"number": case, "reason": reason}).status_code == 302:
                break
        page = ends(self.second.get("/break-glass"), 200).content.decode()
        request = re.search("/break-glass/[0-9a-f]{32}", page)[0]  # type: ignore[index]
        assert reason in ends(self.second.get(request), 200).content.decode()
        ends(self.second.post(f"{request}/answer", {"answer": "yes"}), 302)
        ends(self.worker.get(f"/cases/{case}"), 200)

    def change_key(self) -> None:
        address = ends(self.focal.post("/vault/change-key"), 302)["Location"]
        while "Refresh" in (answer := self.focal.get(address)):
            time.sleep(0.05)
        ends(answer, 200)

    def go_wrong(self) -> None:
        """Errors on purpose, each with something planted in what was asked."""
        name, village = names()[5], triples()[5].village
        case, post = self.cases[0], self.focal.post
        with broken_database():
            assert self.focal.get(f"/cases/{case}").status_code == 500
            for address, given in (
                ("/people", {"name": name}),
                ("/conduct", {"text": name}),
                (f"/cases/{case}/files/add", {"title": name, "file": io.BytesIO(village.encode())}),
                ("/imports/new", {"file": io.BytesIO(village.encode()), "invented": "on"}),
            ):
                assert post(address, given).status_code == 500, address
        with table_away("store_conductrow"):
            assert post("/conduct", {"text": f"{name} of {village}"}).status_code == 500
        for address in (f"/cases/{name}", f"/{village}", f"/cases?area={name}", f"/tables/{name}"):
            self.focal.get(address)
        post("/people", {"name": f"{name}\0"})
        post("/people", {"name": name * 100})
        post("/people", f"name={name}%FF%80", content_type="application/x-www-form-urlencoded")
        post("/imports/new", name.encode(), content_type=f"multipart/form-data; boundary={village}")
        post("/imports/new", {"file": io.BytesIO(f"{name},{village}".encode()), "invented": "on"})
        self.worker.post("/break-glass", {"number": name, "reason": f"{name} {village}"})
        post("/vault/unlock", {"passphrase": name})
        self.focal.get("/", headers={"host": f"{village}.example"})
        self.admin.post("/people", {"name": name})
        self.admin.post("/sign-in", {"username": name, "login": name, "password": village})


def attached(number: int) -> Any:
    """A text, a JPEG or a PDF, with planted texts in what is seen and in what tells of its origin."""
    from pypdf import PdfWriter

    from tests.protect.attached import drawing, saved, segment, written

    name, village = names()[number], triples()[number].village
    if number % 3 == 0:
        return io.BytesIO(f"{name} of {village}, {triples()[number].day}".encode() * 50)
    if number % 3 == 1:
        content = saved(drawing(), "JPEG", comment=name)
        return io.BytesIO(content[:2] + segment(0xEC, village.encode()) + content[2:])
    writer = PdfWriter()
    writer.add_blank_page(200, 100)
    writer.add_metadata({"/Author": name, "/Title": village})
    return io.BytesIO(written(writer))


@contextmanager
def broken_database() -> Iterator[None]:
    """Every change and every question of records fails, with an error that quotes what was asked."""
    from django.db import OperationalError, connection

    def fails(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.search("caserow|nametoken|conductrow|job|attached|store_vault ", sql):
            raise OperationalError(f"broken on purpose: {sql} {params}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fails):
        yield


@contextmanager
def table_away(table: str) -> Iterator[None]:
    """The database itself says what is wrong, in its own log where it keeps one."""
    from django.db import connection

    def rename(old: str, new: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{old}" RENAME TO "{new}"')

    rename(table, "away")
    yield
    rename("away", table)


def ends(answer: Any, status: int) -> Any:
    """The answer, where it has the status; what it says is shown where not: all of it is invented."""
    if answer.status_code != status:
        said = (
            "" if answer.streaming else re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", answer.content.decode()))
        )
        raise AssertionError((answer.request["PATH_INFO"], answer.status_code, said[-5000:]))
    return answer


def main() -> None:
    import django

    cases, leaking = int(sys.argv[1]), "leaking" in sys.argv
    assert tempfile.gettempdir() == os.environ["TMPDIR"], "temporary files are among what is searched"
    django.setup()
    if leaking:
        seal_nothing()
    work = Work()
    work.set_up_vault()
    work.import_mission(cases)
    for step in (
        work.import_a_bad_file,
        work.import_an_allegation,
        work.read,
        work.attach,
        work.break_glass,
        work.export,
    ):
        step()
    work.change_key()
    work.go_wrong()
    from palermo.cli import main as palermo

    Path("out").mkdir()
    assert palermo(["backup", "-o", "out"]) == 0
    assert palermo(["audit", "head", "-o", "out/heads.jsonl"]) == 0
    work.focal.get("/cases")
    print("the power is cut", flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
