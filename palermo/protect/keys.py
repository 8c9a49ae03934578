"""Who holds the key of an organisation's vault? Each member by a passphrase, and one sheet of paper.

A member has an X25519 key pair whose private half is sealed under a passphrase (Argon2id, RFC 9106; the
parameters are dated policy). The vault's private key is sealed to the public key of each holder, so that it
can be given to somebody who is not there, and a new one to all who stay. The printed recovery key is a
holder like the others. Never here: a passphrase kept, a key in a `repr`.
"""

import hashlib
import os
import unicodedata
from datetime import date
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from palermo import ProblemWithInput
from palermo.codes.languages import phrase
from palermo.codes.policies import policy
from palermo.protect.envelope import KEY_BYTES, Broken, Place, open_sealed, seal, seal_to

SALT = 16
SHORTEST = 12


class KeyPair(NamedTuple):
    """32 raw bytes each (RFC 7748)."""

    private: bytes
    public: bytes

    def __repr__(self) -> str:
        return f"KeyPair({fingerprint(self.public)})"


class Wrapped(NamedTuple):
    """A private key under a passphrase: what is stored. `since` names the parameters in `vault.toml`."""

    public: bytes
    salt: bytes
    since: date
    sealed: bytes


class WrongPassphrase(ProblemWithInput):
    """The passphrase does not open this key."""

    def __init__(self) -> None:
        super().__init__(
            "PROTECT-010: this passphrase does not open your key; try again, or make a new one and let"
            " another member let you in"
        )


def new_pair() -> KeyPair:
    """A random X25519 key pair."""
    return pair_of(X25519PrivateKey.generate().private_bytes_raw())


def pair_of(private: bytes) -> KeyPair:
    """The pair of a private key of 32 bytes."""
    return KeyPair(private, X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def fingerprint(public: bytes) -> str:
    """16 hex digits in four groups, by which two people compare a public key over another line.

    >>> fingerprint(bytes(32))
    '6668-7aad-f862-bd77'
    """
    digits = hashlib.sha256(public).hexdigest()[:16]
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def usable(public: bytes) -> bool:
    """Whether something can be sealed to this key: 32 bytes, no point of low order (RFC 7748, section 6.1).

    >>> usable(new_pair().public), usable(bytes(32))
    (True, False)
    """
    try:
        seal_to(public, b"", place=Place("key", "", ""))
    except ValueError:
        return False
    return True


def check_passphrase(passphrase: str) -> None:
    """Raises `ProblemWithInput` (PROTECT-012) where it is too short or all of one kind of sign."""
    if len(passphrase) < SHORTEST or len(set(passphrase)) < SHORTEST // 2:
        raise ProblemWithInput(
            phrase(
                "PROTECT-012: the passphrase is too easy to guess; take at least {least} signs: four words"
                " that do not belong together, for instance",
                least=SHORTEST,
            )
        )


def wrap(pair: KeyPair, *, passphrase: str, place: Place, on: date) -> Wrapped:
    """The pair's private key under a passphrase, with the parameters that hold on the day `on`.

    >>> place = Place("organisation", "member", "member key")
    >>> kept = wrap(new_pair(), passphrase="four words not together", place=place, on=date(2026, 1, 1))
    >>> unwrap(kept, passphrase="four words not together", place=place).public == kept.public
    True
    """
    salt, since = os.urandom(SALT), policy("vault", on=on).since
    key = stretched(passphrase, salt=salt, since=since)
    return Wrapped(pair.public, salt, since, seal(pair.private, key=key, place=place))


def unwrap(kept: Wrapped, *, passphrase: str, place: Place) -> KeyPair:
    """The pair; raises `WrongPassphrase`."""
    key = stretched(passphrase, salt=kept.salt, since=kept.since)
    try:
        pair = pair_of(open_sealed(kept.sealed, key=key, place=place))
    except Broken:
        raise WrongPassphrase from None
    if pair.public != kept.public:
        raise Broken
    return pair


def stretched(passphrase: str, *, salt: bytes, since: date) -> bytes:
    """32 bytes from a passphrase by Argon2id, with the parameters of the policy that began on the day
    `since`.
    """
    how = policy("vault", on=since).value
    slow = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=how["passes"],
        lanes=how["lanes"],
        memory_cost=how["memory_kib"],
    )
    return slow.derive(unicodedata.normalize("NFC", passphrase).encode())


def derived(secret: bytes, *, purpose: str) -> bytes:
    """32 bytes for one purpose from a secret that is random already (HKDF-SHA256, RFC 5869)."""
    return HKDF(
        algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"palermo/1 " + purpose.encode()
    ).derive(secret)
