"""An installation that works until it is killed, and says what it acknowledged; a process of its own.

`python -m tests.store.killing prepare` prints the printed recovery key. `… go RECOVERY SEED PASSPHRASES…`
looks at everything with each key, goes on with an interrupted change of the key, prints what it saw as JSON,
and works: imports, attaches, changes keys and passphrases, indexes, backs up. Lines after `ready` are
acknowledgements. Seed `-` ends after the look.
"""

import json
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

FRASE = "violet kettle north {}"
ROWS, PIECES = 300, 3000
OUT = Path("out")


def ids(number: int) -> list[str]:
    return [f"{number:016x}{each:016x}" for each in range(ROWS)]


def name_of(id: str) -> str:
    return f"Invented Amina {id}"


def note(number: int) -> bytes:
    return f"an invented note {number}\n".encode() * PIECES


def file_of(number: int, organisation: str) -> bytes:
    from palermo.cases import Case, Detection, Name, Person, Place, encode_all

    persons = (
        Person(id=id, organisation=organisation, names=(Name(text=name_of(id)),)) for id in ids(number)
    )
    cases = (
        Case(id=id, organisation=organisation, person=id,
             detection=Detection(place=Place(area="MLI", exact=name_of(id))))
        for id in ids(number)
    )  # fmt: skip
    return encode_all([*persons, *cases])


def say(what: str, **told: Any) -> None:
    print(what, json.dumps(told), flush=True)


class Installation:
    def __init__(self) -> None:
        from palermo.actions import accounts
        from palermo.store import vault
        from palermo.store.models import User

        (member,) = accounts.memberships(User.objects.get())
        self.actor = accounts.Actor(
            member.user, member.organisation, member.role, session=vault.new_session()
        )

    def rings(self, recovery: str, passphrases: list[str]) -> list[Any]:
        """The vault opened with the first passphrase that does, and with the printed key."""
        from palermo.actions import vault
        from palermo.protect import recovery as paper
        from palermo.protect.keys import WrongPassphrase
        from palermo.store import key_holders
        from palermo.store import vault as keys

        for number in passphrases:
            try:
                vault.unlock(self.actor, FRASE.format(number))
            except WrongPassphrase:
                continue
            self.passphrase = int(number)
            break
        printed = paper.recovery_pair(paper.typed(recovery))
        return [keys.ring(self.actor), key_holders.ring_of(self.actor, printed, recovery=True)]

    def look(self, recovery: str, passphrases: list[str]) -> dict[str, Any]:
        """Raises where anything does not open as it was written."""
        from palermo.actions import imports
        from palermo.store import audit
        from palermo.store.models import CaseRow, PersonRow, Submission

        imports.close_interrupted()
        rings = self.rings(recovery, passphrases)
        seen = {
            "integrity": integrity(),
            "chain": str(audit.verify(self.actor.organisation_id)),
            "opened": [self.opened(ring) for ring in rings],
            "rows": [CaseRow.objects.count(), PersonRow.objects.count(), Submission.objects.count()],
            "keys": len(rings[0].pairs),
            "passphrase": self.passphrase,
            "backups": whole_backups(),
        }
        seen["went_on"] = len(rings[0].pairs) > 1
        if seen["went_on"]:
            self.change_key()
            seen["opened"] += [self.opened(ring) for ring in self.rings(recovery, passphrases)]
        seen["keys"], seen["number"] = self.keys()
        return seen

    def opened(self, ring: Any) -> dict[str, Any]:
        """Numbers of the files whose records all open to what they said, and of the notes that do."""
        from palermo.store.models import AttachedFile, CaseRow, FilePiece, PersonRow
        from palermo.store.rows import exact_of

        held: dict[str, list[int]] = {"persons": [], "cases": [], "notes": []}
        for row in PersonRow.objects.all():
            assert exact_of(row, ring).names[0].text == name_of(row.public_id)
            held["persons"].append(int(row.public_id[:16], 16))
        for row in CaseRow.objects.all():
            assert exact_of(row, ring).detection.place.exact == name_of(row.public_id)
            held["cases"].append(int(row.public_id[:16], 16))
        for row in AttachedFile.objects.all():
            number = int(ring.open(row, record=row.public_id, field="title").decode().split()[-1])
            pieces = FilePiece.objects.filter(file=row).order_by("number").values_list("sealed", flat=True)
            content = ring.pieces(row, map(bytes, pieces), record=row.public_id, field="file")
            assert b"".join(content) == note(number)
            held["notes"].append(number)
        assert all(
            held[name].count(number) == ROWS for name in ("persons", "cases") for number in held[name][::ROWS]
        )
        return {"files": sorted({*held["persons"]} | {*held["cases"]}), "notes": sorted(held["notes"])}

    def keys(self) -> tuple[int, int]:
        from palermo.store.models import VaultKey

        numbers = sorted(VaultKey.objects.values_list("number", flat=True))
        return len(numbers), numbers[-1]

    def work(self, rng: Random, first: int) -> None:
        say("ready")
        steps = [self.send, self.attach, self.change_key_meanwhile, self.back_up]
        steps += [self.change_passphrase, self.index]
        for number in range(first, first + 1000):
            if not (number - first) % len(steps):
                rng.shuffle(steps)
            steps[(number - first) % len(steps)](number)

    def send(self, number: int) -> None:
        from palermo.actions import collect, imports

        content = file_of(number, self.actor.organisation_id)
        if number % 2:
            collect.import_file(self.actor, content)
        else:
            job = imports.start_import(self.actor, content)
            while not (state := imports.import_state(self.actor, job)).outcome:
                time.sleep(0.01)
            assert state.outcome == "done", state.problem
        say("import", number=number)

    def attach(self, number: int) -> None:
        from palermo.actions import files
        from palermo.store.models import CaseRow

        if case := CaseRow.objects.order_by("?").first():
            files.attach(self.actor, case.public_id, content=note(number), title=f"Invented {number}")
            say("file", number=number)

    def change_key_meanwhile(self, number: int) -> None:
        """An import arrives while the keys are sealed anew."""
        job = self.begin_change()
        self.send(number)
        self.ended(job)
        say("key", number=self.keys()[1])

    def change_key(self) -> None:
        self.ended(self.begin_change())

    def begin_change(self) -> str:
        from palermo.actions import key_work
        from palermo.store import jobs
        from palermo.store.models import Job

        Job.objects.exclude(process=jobs.PROCESS).update(beat="2026-01-01T00:00Z")  # two minutes have passed
        return key_work.change_key(self.actor)

    def ended(self, job: str) -> None:
        from palermo.actions import key_work

        while (state := key_work.work_state(self.actor, job)).running:
            time.sleep(0.01)
        assert state.outcome == "done", state.problem

    def back_up(self, number: int) -> None:
        from palermo.actions import backups

        made = backups.make(OUT / f"{number}.backup")
        backups.note_made(made)
        say("backup", number=number)

    def change_passphrase(self, number: int) -> None:
        from palermo.actions import vault

        new = self.passphrase + 1
        vault.change_passphrase(self.actor, FRASE.format(self.passphrase), FRASE.format(new))
        self.passphrase = new
        say("passphrase", number=new)

    def index(self, number: int) -> None:
        from palermo.actions import key_work

        if job := key_work.index_names(self.actor):
            self.ended(job)
            say("index", number=number)


def integrity() -> str:
    from django.db import connection

    if connection.vendor != "sqlite":
        return "ok"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        found = ";".join(row[0] for row in cursor.fetchall())
        cursor.execute("PRAGMA foreign_key_check")
        return found if not cursor.fetchall() else "a row that nothing belongs to"


def whole_backups() -> list[int]:
    """Numbers of the backups under a final name. Raises where one is not whole."""
    from django.conf import settings

    from palermo.protect.containers import open_file
    from palermo.store.backup_files import read
    from palermo.store.backup_frames import unpacked

    files = sorted(OUT.glob("[0-9]*.backup"))
    for file in files:
        assert list(unpacked(open_file(read(file), private=settings.BACKUP_KEY)))
    return [int(file.stem) for file in files]


def prepare() -> None:
    from django.core.management import call_command

    from palermo.actions import accounts, vault
    from palermo.store import vault as keys

    call_command("migrate", verbosity=0)
    made = accounts.create_organisation("Invented", short="I", kind="un_mission", invented=True)
    user = accounts.create_user("ann", password="a quiet long sentence", checked=False)
    accounts.add_member(user, organisation=made, role="focal_point")
    actor = accounts.Actor(user, made, "focal_point", session=keys.new_session())
    printed = vault.begin_set_up(actor, FRASE.format(0))
    vault.finish_set_up(actor, printed)
    OUT.mkdir()
    print(printed)


def main() -> None:
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        prepare()
        return
    here = Installation()
    recovery, seed, first, *passphrases = sys.argv[2:]
    print(json.dumps(here.look(recovery, passphrases)), flush=True)
    if seed != "-":
        here.work(Random(int(seed)), int(first))


if __name__ == "__main__":
    main()
