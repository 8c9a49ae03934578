"""An installation of two invented organisations, in a process of its own.

`python -m tests.backups.installation` and: `prepare CASES [leaking]`, `write` (goes on importing until it is
killed), `look` (counts and chains as JSON), `recover NUMBER` (a name that opens with a printed key).
"""

import json
import sys
from typing import Any

SECRETS = (bytes(range(16)), bytes(range(16, 32)))
NAME, MARK, OFFICE = "PLANTEDNAME", "PLANTEDVILLAGE", "PLANTEDOFFICE"


def records(organisation: str, number: int, cases: int) -> Any:
    from palermo.cases import Case, Detection, Name, Person, Place, encode_all

    for each in range(cases):
        id = f"{number:016x}{each:016x}"
        yield encode_all([
            Case(id=id, organisation=organisation, person=id,
                 detection=Detection(place=Place(area="MLI", exact=f"{MARK}{number}x{each}"))),
            Person(id=id, organisation=organisation, names=(Name(text=f"{NAME}{number}x{each}"),)),
        ])  # fmt: skip


def prepare(cases: int) -> None:
    from django.core.management import call_command

    from palermo.actions import accounts
    from tests.backups.every_table import fill
    from tests.conftest import found_vault

    call_command("migrate", verbosity=0)
    for number, secret in enumerate(SECRETS):
        made = accounts.create_organisation(
            f"{OFFICE} {number}", short=f"I{number}", kind="un_mission", invented=True
        )
        user = accounts.create_user(f"ann{number}", password="a quiet long sentence", checked=False)
        accounts.add_member(user, organisation=made, role="focal_point")
        found_vault(made, secret=secret)
        send(number, cases)
    fill()


def seal_nothing() -> None:
    """For controls: everything is as it is, but what would be sealed is not."""
    from palermo.store import vault

    def leaking(self: Any, clear: bytes, *, key: Any, record: str, field: str) -> Any:
        return vault.Sealed(clear, key.sealed, self.number)

    vault.Sealer.seal = leaking  # type: ignore[method-assign]


def send(number: int, cases: int) -> None:
    from palermo.actions import accounts, collect
    from palermo.store.models import Submission, User

    actor = accounts.actor_for(User.objects.get(username=f"ann{number % 2}"))
    content = b"".join(records(actor.organisation_id, 2 * Submission.objects.count() + number % 2, cases))
    collect.import_file(actor, content, invented=True)


def recover(number: int) -> str:
    """What the first member reads after giving the printed key: the vault is opened as in the pages."""
    from palermo.actions import accounts, vault
    from palermo.protect.recovery import printed
    from palermo.store import vault as keys
    from palermo.store.models import PersonRow, User
    from palermo.store.rows import exact_of

    (member,) = accounts.memberships(User.objects.get(username=f"ann{number}"))
    actor = accounts.Actor(member.user, member.organisation, member.role, session=keys.new_session())
    vault.recover(actor, printed(SECRETS[number]), "four words not together")
    row = PersonRow.objects.filter(organisation__public_id=member.organisation).first()
    return str(exact_of(row, keys.ring(actor)).names[0].text)


def look() -> dict[str, Any]:
    from palermo.store import audit, backup_reading
    from palermo.store.models import Organisation

    counts = {model._meta.db_table: model.objects.count() for model in backup_reading.models()}
    chains = {place.short: str(audit.verify(place.public_id)) for place in Organisation.objects.all()}
    return {"counts": counts, "chains": chains}


def main() -> None:
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        if sys.argv[3:] == ["leaking"]:
            seal_nothing()
        prepare(int(sys.argv[2]))
    if sys.argv[1] == "recover":
        print(recover(int(sys.argv[2])))
        return
    if sys.argv[1] == "write":
        print("ready", flush=True)
        for number in range(10_000):
            send(number, 30)
            print("sent", flush=True)
    print(json.dumps(look()))


if __name__ == "__main__":
    main()
