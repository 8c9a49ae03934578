"""How does one value rest, so that only the organisation that owns it can read it?

Each record has a data key of its own, sealed to the organisation's public key with HPKE (RFC 9180: X25519,
HKDF-SHA256, AES-256-GCM); its fields are sealed under the data key with AES-256-GCM (NIST SP 800-38D). Where
a value belongs goes in as associated data, so that it opens nowhere else. Sealing needs the public key only.
To change the organisation's key, data keys are sealed anew; what they seal stays as it is. Formats:
docs/reference/sealed-formats.md. Never here: a primitive of our own.
"""

import os
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from palermo import ProblemWithInput

FORMAT = b"\x01"
NONCE = 12
KEY_BYTES = 32
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Broken(ProblemWithInput):
    """It does not open: another key, another place, or not as it was sealed."""

    def __init__(self) -> None:
        super().__init__(
            "PROTECT-001: this does not open here: it was sealed to another key or for another place, or it"
            " was altered; look for it in a backup"
        )


class Place(NamedTuple):
    """Where a sealed value belongs; the key of the vault is `key`, where a data key is sealed to it.

    >>> Place("ab", "c", "person").told() == Place("a", "bc", "person").told()
    False
    """

    organisation: str
    record: str
    field: str
    key: int = 0

    def told(self) -> bytes:
        """The place as associated data: each part with its length, so that no two places are told alike."""
        parts = (b"palermo/1", *(text.encode() for text in self[:3]), self.key.to_bytes(4))
        return b"".join(len(part).to_bytes(2) + part for part in parts)


class DataKey(NamedTuple):
    """A data key in the clear and sealed; only the sealed one is stored. Destroying it is erasure."""

    clear: bytes
    sealed: bytes

    def __repr__(self) -> str:
        return "DataKey()"


def new_data_key(public: bytes, *, place: Place) -> DataKey:
    """A random data key, sealed to the 32 bytes of an X25519 public key for this place.

    >>> from palermo.protect.keys import new_pair
    >>> pair, place = new_pair(), Place("organisation", "record", "person", 1)
    >>> made = new_data_key(pair.public, place=place)
    >>> open_data_key(made.sealed, private=pair.private, place=place) == made.clear
    True
    """
    clear = os.urandom(KEY_BYTES)
    return DataKey(clear, seal_to(public, clear, place=place))


def open_data_key(sealed: bytes, *, private: bytes, place: Place) -> bytes:
    """The data key; raises `Broken`."""
    return open_from(private, sealed, place=place)


def seal_to(public: bytes, clear: bytes, *, place: Place) -> bytes:
    """A short secret sealed to a public key (HPKE, base mode): format, encapsulated key, ciphertext."""
    return FORMAT + SUITE.encrypt(clear, X25519PublicKey.from_public_bytes(public), info=place.told())


def open_from(private: bytes, sealed: bytes, *, place: Place) -> bytes:
    """What was sealed to the public key of this private one; raises `Broken`."""
    try:
        return SUITE.decrypt(_body(sealed), X25519PrivateKey.from_private_bytes(private), info=place.told())
    except (InvalidTag, ValueError):
        raise Broken from None


def seal(clear: bytes, *, key: bytes, place: Place) -> bytes:
    """A value sealed under a data key: format, random nonce, ciphertext with its tag."""
    nonce = os.urandom(NONCE)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, clear, place.told())


def open_sealed(sealed: bytes, *, key: bytes, place: Place) -> bytes:
    """The value; raises `Broken`.

    >>> place = Place("organisation", "record", "person")
    >>> open_sealed(seal(b"invented", key=bytes(32), place=place), key=bytes(32), place=place)
    b'invented'
    """
    body = _body(sealed)
    try:
        return AESGCM(key).decrypt(body[:NONCE], body[NONCE:], place.told())
    except (InvalidTag, ValueError):
        raise Broken from None


def _body(sealed: bytes) -> bytes:
    if sealed[:1] != FORMAT:
        raise Broken
    return bytes(sealed[1:])
