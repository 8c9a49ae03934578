"""How does a key stand on paper, so that a tired person types it back without an error?

128 random bits as seven groups of five signs (Crockford's base 32: no I, L, O, U). The fifth sign of each
group checks the other four and the group's place, so that a wrong group is named. Never stored anywhere but
on paper.
"""

import hashlib
import os

from palermo import ProblemWithInput
from palermo.codes.languages import phrase
from palermo.protect.keys import KeyPair, derived, pair_of

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans("OIL", "011")
GROUPS, DATA = 7, 4
SECRET = 16
SPARE = GROUPS * DATA * 5 - SECRET * 8


def new_recovery() -> bytes:
    """A random secret of 16 bytes."""
    return os.urandom(SECRET)


def recovery_pair(secret: bytes) -> KeyPair:
    """The key pair that the paper stands for (HKDF, then X25519)."""
    return pair_of(derived(secret, purpose="recovery key"))


def printed(secret: bytes) -> str:
    """The secret as it is printed.

    >>> printed(bytes(16))
    '00007-0000S-00007-00009-00009-00000-00VMQ'
    >>> typed(printed(bytes(16)).lower().replace("-", " ")) == bytes(16)
    True
    """
    number = int.from_bytes(secret) << SPARE | _spare(secret)
    signs = [SIGNS[number >> shift & 31] for shift in range((GROUPS * DATA - 1) * 5, -1, -5)]
    groups = ("".join(signs[at : at + DATA]) for at in range(0, len(signs), DATA))
    return "-".join(group + _check(group, place) for place, group in enumerate(groups))


def typed(text: str) -> bytes:
    """The secret that somebody typed; spaces, dashes and small letters do not matter, O reads as 0, I and L
    as 1.

    Raises `ProblemWithInput` (PROTECT-011), which names the groups that are wrong and never what they hold.
    """
    signs = "".join(sign for sign in text.upper().translate(READ_AS) if sign.isalnum())
    groups = [signs[at : at + DATA + 1] for at in range(0, len(signs), DATA + 1)]
    if len(signs) != GROUPS * (DATA + 1):
        raise ProblemWithInput(
            phrase(
                "PROTECT-011: the recovery key has {groups} groups of {each} signs; {typed} signs were typed",
                groups=GROUPS,
                each=DATA + 1,
                typed=len(signs),
            )
        )
    wrong = [str(place + 1) for place, group in enumerate(groups) if not _holds(group, place)]
    if wrong:
        raise ProblemWithInput(
            phrase("PROTECT-011: compare with the paper: wrong in group {groups}", groups=", ".join(wrong))
        )
    return _secret("".join(group[:DATA] for group in groups))


def _holds(group: str, place: int) -> bool:
    return set(group) <= set(SIGNS) and group[DATA:] == _check(group[:DATA], place)


def _secret(signs: str) -> bytes:
    number = 0
    for sign in signs:
        number = number << 5 | SIGNS.index(sign)
    secret = (number >> SPARE).to_bytes(SECRET)
    if number & (1 << SPARE) - 1 != _spare(secret):
        raise ProblemWithInput("PROTECT-011: compare with the paper: a group is wrong or in another's place")
    return secret


def _spare(secret: bytes) -> int:
    return int.from_bytes(hashlib.sha256(secret).digest()[:2]) >> 16 - SPARE


def _check(group: str, place: int) -> str:
    return SIGNS[hashlib.sha256(f"{place}{group}".encode()).digest()[0] & 31]
