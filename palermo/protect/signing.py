"""How far had an organisation's audit chain come? A signed statement, to be kept away from the machine.

A head names the last entry of a chain, by number and keyed digest, and the moment at which it left. Whoever
holds the database and every key of the machine can write the chain anew; a head that is kept elsewhere shows
it. Signed with Ed25519 (RFC 8032) over canonical JSON. Never here: a subject, an action, a person.
"""

import json
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from palermo import ProblemWithInput
from palermo.codes.languages import phrase
from palermo.protect.keys import fingerprint

FORMAT = "palermo-audit-head/1"
SHAPES = {
    "format": re.escape(FORMAT),
    "organisation": "[0-9a-f]{32}",
    "number": "0|[1-9][0-9]{0,17}",
    "digest": "[0-9a-f]{64}",
    "at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00",
    "key": "[0-9a-f]{64}",
}


class NoHead(ProblemWithInput):
    """It is no signed head, or it was altered."""

    def __init__(self) -> None:
        super().__init__(
            "PROTECT-050: this is no signed head of an audit chain, or it was altered since it was signed;"
            " look for another copy of it where heads are kept"
        )


class OtherKey(ProblemWithInput):
    """The head is whole, and signed with a key that is not trusted here."""

    def __init__(self, found: str) -> None:
        super().__init__(
            phrase(
                "PROTECT-051: this head was signed with the key {found}, which is not this installation's;"
                " if that key was yours earlier, name it with --key, after comparing it with what you wrote"
                " down",
                found=found,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last entry of a chain when the head left: `at` is an instant in UTC, `key` the public key."""

    organisation: str
    number: int
    digest: str
    at: str
    key: str = ""

    @property
    def signer(self) -> str:
        """The fingerprint of the key, as it is written down and compared."""
        return fingerprint(bytes.fromhex(self.key))


def new_signing_key() -> bytes:
    """A random Ed25519 private key: 32 bytes."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_half(private: bytes) -> bytes:
    """The 32 bytes of the public key.

    >>> public_half(bytes(32)).hex()[:16]
    '3b6a27bcceb6a42d'
    """
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def signed(head: Head, *, private: bytes) -> str:
    """One line of JSON: the statement and its signature.

    >>> head = Head(organisation="0" * 32, number=7, digest="a" * 64, at="2026-11-01T12:00:00.000000+00:00")
    >>> line = signed(head, private=bytes(32))
    >>> verified(line, trusted=[fingerprint(public_half(bytes(32)))]).number
    7
    """
    said = _statement(head, public_half(private).hex())
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(_canonical(said))
    return _canonical(said | {"signature": signature.hex()}).decode()


def verified(line: str, *, trusted: Collection[str]) -> Head:
    """The head of one line, signed by a `trusted` key (fingerprints). Raises `NoHead`, `OtherKey`."""
    said = _read(line)
    try:
        signature = bytes.fromhex(said.pop("signature"))
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["key"])).verify(signature, _canonical(said))
    except (InvalidSignature, ValueError, TypeError, KeyError):
        raise NoHead from None
    del said["format"]
    head = Head(**said)
    if head.signer not in trusted:
        raise OtherKey(head.signer)
    return head


def all_verified(text: str, *, trusted: Collection[str]) -> tuple[Head, ...]:
    """The heads of a file, one a line. Raises `NoHead` also where there is none, `OtherKey`.

    >>> all_verified("a letter", trusted=())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    palermo.protect.signing.NoHead: PROTECT-050: this is no signed head of an audit chain, ...
    """
    heads = tuple(verified(line, trusted=trusted) for line in text.splitlines() if line.strip())
    if not heads:
        raise NoHead
    return heads


def _statement(head: Head, key: str) -> dict[str, Any]:
    return {"format": FORMAT, **asdict(head), "key": key}


def _read(line: str) -> dict[str, Any]:
    """The values of a line, each of the shape that `signed` gives it."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise NoHead from None
    if not isinstance(said, dict) or set(said) != {*SHAPES, "signature"} or type(said["number"]) is not int:
        raise NoHead
    if not all(re.fullmatch(shape, str(said[name]), re.ASCII) for name, shape in SHAPES.items()):
        raise NoHead
    return said


def _canonical(said: dict[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
