"""Which keys seal an organisation's identities, who holds them, and which are unlocked in this process?

Sealing needs the public key only, so that what arrives while the vault is locked is sealed like the rest.
Private keys live in the memory of this process, by session, until it locks, signs out or is idle for too
long; another process has its own. Never here: a private key or passphrase that is stored, logged or put into
a queue.
"""

import hmac
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings

from palermo import PolicyRefusal
from palermo.protect.envelope import DataKey, Place, new_data_key, open_data_key, open_sealed, seal
from palermo.protect.keys import KeyPair, derived
from palermo.protect.streams import open_pieces, seal_pieces
from palermo.store.access import Actor
from palermo.store.models import VaultKey


class Sealed(NamedTuple):
    """The three columns of something sealed; all None where nothing is."""

    sealed: bytes | None = None
    data_key: bytes | None = None
    vault_key: int | None = None


class NoVault(PolicyRefusal):
    """There is no key to seal to, so nothing of it is stored."""

    def __init__(self) -> None:
        super().__init__(
            "STORE-001: this file holds identities, exact places, exact days or case numbers, and your"
            " organisation has no vault yet to seal them. Nothing of it was stored. What you can do: let a"
            " focal point set up the vault (address /vault) and send the file again"
        )


class Locked(PolicyRefusal):
    """The vault of the actor's organisation is locked for this session."""

    def __init__(self) -> None:
        super().__init__("STORE-030: the vault is locked; unlock it with your vault passphrase and try again")


class Changed(PolicyRefusal):
    """Somebody wrote to the rows that say who holds the key, without holding it."""

    def __init__(self) -> None:
        super().__init__(
            "STORE-037: the rows that say who holds the vault's key were changed by somebody who does not"
            " hold it; do not go on, and tell whoever is responsible for security"
        )


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals for one organisation; needs no secret."""

    organisation: str
    number: int
    public: bytes

    def data_key(self, record: str) -> DataKey:
        return new_data_key(self.public, place=key_place(self.organisation, record, self.number))

    def seal(self, clear: bytes, *, key: DataKey, record: str, field: str) -> Sealed:
        place = Place(self.organisation, record, field)
        return Sealed(seal(clear, key=key.clear, place=place), key.sealed, self.number)

    def pieces(self, clear: Iterable[bytes], *, key: DataKey, record: str, field: str) -> Iterator[bytes]:
        """Something long, sealed piece by piece; one data key seals one of these."""
        return seal_pieces(clear, key=key.clear, place=Place(self.organisation, record, field))

    def record(self, clear: bytes, *, record: str, field: str) -> Sealed:
        """Something sealed under a new data key."""
        return self.seal(clear, key=self.data_key(record), record=record, field=field)


@dataclass(frozen=True, slots=True)
class Ring:
    """The unlocked keys of one organisation's vault, by number; the highest one seals."""

    organisation: str
    pairs: Mapping[int, KeyPair] = field(repr=False)

    def data_key(self, row: Any, *, record: str) -> bytes:
        """The data key of a row; raises `Broken`."""
        place = key_place(self.organisation, record, row.vault_key)
        pair = self.pairs.get(row.vault_key)
        if pair is None:
            raise Locked
        return open_data_key(bytes(row.data_key), private=pair.private, place=place)

    def open(self, row: Any, *, record: str, field: str) -> bytes | None:
        """What a row holds sealed; None where it holds nothing, or no longer. Raises `Broken`."""
        if row.sealed is None or row.data_key is None:
            return None
        place = Place(self.organisation, record, field)
        return open_sealed(bytes(row.sealed), key=self.data_key(row, record=record), place=place)

    def pieces(self, row: Any, sealed: Iterable[bytes], *, record: str, field: str) -> Iterator[bytes]:
        """What `Sealer.pieces` sealed under a row's data key; raises `Broken` at a piece that is not so."""
        key = self.data_key(row, record=record)
        return open_pieces(sealed, key=key, place=Place(self.organisation, record, field))

    def index_key(self, number: int) -> bytes:
        """The key of the index of names that belongs to a key of the vault."""
        return derived(self.pairs[number].private, purpose="index of names")

    @property
    def fingerprint_key(self) -> bytes:
        """The key under which what is sealed is compared with what is there."""
        return derived(self.pairs[self.newest].private, purpose="fingerprints")

    @property
    def newest(self) -> int:
        return max(self.pairs)

    def mark(self, number: int, holder: bytes) -> bytes:
        """What only a holder of a key of the vault can write beside another holder's public key."""
        key = derived(self.pairs[number].private, purpose="holders")
        return hmac.digest(key, holder, "sha256")

    def only(self, number: int) -> "Ring":
        return Ring(self.organisation, {number: self.pairs[number]})


def key_place(organisation: str, record: str, number: int) -> Place:
    """Where a data key belongs: its record, sealed to the vault key of that number."""
    return Place(organisation, record, "data key", number)


def sealer(organisation: str) -> Sealer | None:
    """Seals to the newest key of the organisation (public id); None where it has no vault yet."""
    rows = VaultKey.objects.filter(organisation__public_id=organisation).order_by("-number")
    held = rows.values_list("number", "public").first()
    return Sealer(organisation, held[0], bytes(held[1])) if held else None


class _Open:
    """What one session has unlocked, and when it was last used."""

    def __init__(self, ring: Ring, user: str) -> None:
        self.ring, self.user = ring, user
        self.used = time.monotonic()


_open: dict[str, _Open] = {}
_timers: list[threading.Timer] = []
_guard = threading.Lock()


def new_session() -> str:
    """A random name for a session; it opens nothing by itself."""
    return secrets.token_hex(16)


def unlock(actor: Actor, ring: Ring) -> None:
    """Keeps the keys in memory for the actor's session."""
    with _guard:
        _open[actor.session] = _Open(ring, actor.user_id)
    _look_later()


def renew(ring: Ring) -> None:
    """Gives every session that has this organisation's vault unlocked the ring with its new key."""
    with _guard:
        for held in _open.values():
            if held.ring.organisation == ring.organisation:
                held.ring = ring


def lock(session: str) -> bool:
    """Drops the keys of a session; whether there were any."""
    with _guard:
        return _open.pop(session, None) is not None


def lock_user(user: str, *, organisation: str) -> None:
    """Drops the keys of all sessions of a user in one organisation."""
    with _guard:
        gone = [s for s, held in _open.items() if (held.user, held.ring.organisation) == (user, organisation)]
        for session in gone:
            del _open[session]


def unlocked(actor: Actor, *, touch: bool = True) -> Ring | None:
    """The keys that the actor's session has unlocked, or None. With `touch` the session counts as used."""
    with _guard:
        held = _open.get(actor.session) if actor.session else None
        if held is None or (held.user, held.ring.organisation) != (actor.user_id, actor.organisation_id):
            return None
        if time.monotonic() - held.used > settings.IDLE_SECONDS:
            del _open[actor.session]
            return None
        if touch:
            held.used = time.monotonic()
        return held.ring


def ring(actor: Actor, *, touch: bool = True) -> Ring:
    """As `unlocked`; raises `Locked`."""
    held = unlocked(actor, touch=touch)
    if held is None:
        raise Locked
    return held


def drop_idle() -> int:
    """How many sessions lost their keys because nobody used them; looks again while any is left."""
    with _guard:
        late = time.monotonic() - settings.IDLE_SECONDS
        gone = [session for session, held in _open.items() if held.used < late]
        for session in gone:
            del _open[session]
        left = bool(_open)
    if left:
        _look_later()
    return len(gone)


def _look_later() -> None:
    """One timer at most, while anything is unlocked."""
    with _guard:
        if _timers:
            return
        timer = threading.Timer(settings.IDLE_SECONDS / 10, _looked)
        timer.daemon = True
        _timers.append(timer)
    timer.start()


def _looked() -> None:
    with _guard:
        _timers.clear()
    drop_idle()
