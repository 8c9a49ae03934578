"""How long does a sealed backup take, against SQLite copying its own file? Goal: cheap enough for every hour.

One organisation with a vault imports 50,000 invented cases; then `palermo backup` and sqlite3's own backup
(the pages as they are, not sealed, not made small) take turns, and the best of each counts.
"""

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

CASES, TIMES = int(os.environ.get("CASES", "50000")), 3


def prepare(home: Path) -> int:
    """Makes the installation in `home`; how many cases it holds."""
    os.environ |= {"PALERMO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "palermo.config.settings"}
    import django

    django.setup()
    from django.core.management import call_command

    from palermo.actions import accounts, collect
    from palermo.cases import encode_all
    from palermo.cases.examples import invented_mission
    from palermo.store.models import CaseRow

    call_command("migrate", verbosity=0)
    mission = invented_mission(cases=CASES)
    for place in mission.organisations:
        accounts.create_organisation(
            place.name, short=place.short, kind=place.kind, invented=True, id=place.id
        )
        found_vault(place.id)
        user = accounts.create_user(place.id, password="a quiet long sentence", checked=False)
        accounts.add_member(user, organisation=place.id, role="focal_point")
        own = [one for one in (*mission.cases, *mission.persons) if one.organisation == place.id]
        actor = accounts.Actor(user, place.id, "focal_point")
        if own:
            collect.import_file(actor, encode_all(own), invented=True)
    return CaseRow.objects.count()


def found_vault(organisation: str) -> None:
    """A vault that its recovery key opens."""
    from palermo.protect import keys, recovery
    from palermo.store import key_holders
    from palermo.store.models import Organisation, Vault

    printed, now = recovery.recovery_pair(recovery.new_recovery()), datetime.now(UTC)
    place = Organisation.objects.get(public_id=organisation)
    Vault.objects.create(organisation=place, made=now, recovery=printed.public, recovery_made=now)
    row = key_holders.new_vault_key(place, pair := keys.new_pair(), number=1, now=now)
    key_holders.hold(row, pair, holder=None, public=printed.public)


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def copied(home: Path) -> None:
    with sqlite3.connect(home / "palermo.sqlite3") as held, sqlite3.connect(home / "copy.sqlite3") as copy:
        held.backup(copy)
    os.unlink(home / "copy.sqlite3")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        print(f"importing {CASES:,} invented cases ...", file=sys.stderr)
        cases = prepare(home)
        from palermo.actions import backups

        pairs = [
            (seconds(lambda: backups.make(home / "x.backup")), seconds(lambda: copied(home)))
            for _ in range(TIMES)
        ]
        sealed, plain = (min(each) for each in zip(*pairs, strict=True))
        sizes = [(home / name).stat().st_size / 1e6 for name in ("x.backup", "palermo.sqlite3")]
        print(f"{cases:,} cases; database {sizes[1]:.0f} MB, sealed backup {sizes[0]:.0f} MB")
        print(f"sqlite3 backup {plain:6.2f} s\npalermo backup {sealed:6.2f} s  {sealed / plain:4.1f} times")
        print(f"of an hour: {sealed / 36:.2f} %")


if __name__ == "__main__":
    main()
