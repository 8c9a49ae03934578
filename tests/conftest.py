"""Where are the real files? `../shared/data` beside the checkout; tests that need them skip where absent."""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Catalogues are compiled before anything is said; two workers may do it at once."""
    spec = spec_from_file_location("catalogues", ROOT / "docs" / "catalogues.py")
    assert spec
    assert spec.loader
    catalogues = module_from_spec(spec)
    spec.loader.exec_module(catalogues)
    catalogues.compiled()


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files, which are never committed."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real files of ../shared/data are not beside this checkout")
    return folder


@pytest.fixture(autouse=True)
def _chain_gives_way_to_clean_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """The audit chain refuses deletion: between tests that commit, its triggers are lifted to empty it."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if not commits and not {"transactional_db", "live_server"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    empty_audit_chain()


AUDIT_TRIGGERS = ("0002_audit_only_grows", "0005_audit_subjects")


def empty_audit_chain() -> None:
    from palermo.store.models import AuditEntry, AuditHead, AuditSubject

    audit_triggers("unguard")
    for table in (AuditSubject, AuditEntry, AuditHead):
        table.objects.all().delete()
    audit_triggers("guard")


def audit_triggers(what: str) -> None:
    """`guard` puts the triggers of the audit chain there, `unguard` takes them away."""
    from django.db import connection

    with connection.schema_editor() as editor:
        for name in AUDIT_TRIGGERS:
            getattr(import_module(f"palermo.store.migrations.{name}"), what)(None, editor)


@pytest.fixture
def audit_lifted(transactional_db: None) -> Callable[[], None]:
    """Call it to lift the triggers of the audit chain: what somebody with the database file could do."""
    return lambda: audit_triggers("unguard")


@pytest.fixture
def house(db: None, settings: Any) -> "House":
    """Two invented organisations and a real one, each with a vault that the actors have unlocked."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return House()


class House:
    """Organisations `own`, `other` (invented) and `real`; `actor` makes who acts for one of them."""

    def __init__(self) -> None:
        from palermo.actions import accounts

        self.own, self.other, self.real = (
            accounts.create_organisation(
                f"Mission {name}", short=name.upper(), kind="un_mission", invented=name != "real"
            )
            for name in ("own", "other", "real")
        )
        self.rings = {place: found_vault(place) for place in (self.own, self.other, self.real)}

    def actor(self, role: str = "focal_point", organisation: str = "", team: str = "") -> "Any":
        from palermo.actions import accounts
        from palermo.store import vault

        place = organisation or self.own
        name = f"{role}-{team}-{place[:6]}"
        user = accounts.create_user(name, password="a quiet long sentence", checked=False)
        accounts.add_member(user, organisation=place, role=role, team=team)
        actor = accounts.Actor(user, place, role, team, session=vault.new_session())
        vault.unlock(actor, self.rings[place])
        return actor


def found_vault(organisation: str, *, secret: bytes = bytes(16)) -> "Any":
    """A vault that only its recovery key opens (quick: no passphrase is stretched); its unlocked ring."""
    from datetime import UTC, datetime

    from palermo.protect import keys, recovery
    from palermo.store import key_holders, vault
    from palermo.store.models import Organisation, Vault

    printed, pair, now = recovery.recovery_pair(secret), keys.new_pair(), datetime(2026, 1, 1, tzinfo=UTC)
    place = Organisation.objects.get(public_id=organisation)
    Vault.objects.create(organisation=place, made=now, recovery=printed.public, recovery_made=now)
    row = key_holders.new_vault_key(place, pair, number=1, now=now)
    key_holders.hold(row, pair, holder=None, public=printed.public)
    return vault.Ring(organisation, {1: pair})


@pytest.fixture
def sealing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of "nothing in clear": everything is as it is, but what would be sealed is not."""
    from palermo.store import vault

    class Open(vault.Sealer):
        def seal(self, clear: bytes, *, key: Any, record: str, field: str) -> vault.Sealed:
            return vault.Sealed(clear, key.sealed, self.number)

        def pieces(self, clear: Any, *, key: Any, record: str, field: str) -> Iterator[bytes]:
            return iter(clear)

    sealer = vault.sealer

    def leaking(organisation: str) -> vault.Sealer | None:
        held = sealer(organisation)
        return Open(held.organisation, held.number, held.public) if held else None

    monkeypatch.setattr(vault, "sealer", leaking)
