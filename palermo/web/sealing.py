"""How do sign-in secrets rest in the database? Sealed with AES-256-GCM, under a key that is not in it.

The key of each purpose is derived with HKDF-SHA256 (RFC 5869) from the installation's record key, which is a
file of its own or comes from the environment. Covers second factors and sessions, never a case: those are
sealed to their organisation's public key (`store/vault.py`).
"""

import hashlib
import hmac
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from palermo import ProblemWithInput

NONCE = 12
FACTOR, SESSION, NAME = "second factor", "session", "hidden name"


class Unreadable(ProblemWithInput):
    """What was sealed was altered, or another record key sealed it."""


def seal(plain: bytes, *, purpose: str) -> bytes:
    """Nonce and ciphertext; only `unseal` with the same purpose and record key opens them."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_key(settings.RECORD_KEY, purpose)).encrypt(nonce, plain, purpose.encode())


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """What `seal` was given. Raises `Unreadable` (WEB-010)."""
    try:
        aead = AESGCM(_key(settings.RECORD_KEY, purpose))
        return aead.decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
    except (InvalidTag, ValueError):
        raise Unreadable(
            "WEB-010: this was sealed under another record key; put the file record-key back from a backup"
        ) from None


def seal_text(text: str, *, purpose: str) -> str:
    return urlsafe_b64encode(seal(text.encode(), purpose=purpose)).decode()


def unseal_text(sealed: str, *, purpose: str) -> str:
    try:
        raw = urlsafe_b64decode(sealed)
    except ValueError:
        raw = b""
    return unseal(raw, purpose=purpose).decode()


def hidden(text: str, *, purpose: str = NAME) -> str:
    """A keyed hash of 32 hex digits: the same for the same text, and no way back without the record key."""
    return hmac.new(_key(settings.RECORD_KEY, purpose), text.encode(), hashlib.sha256).hexdigest()[:32]


@lru_cache(maxsize=16)
def _key(record_key: bytes, purpose: str) -> bytes:
    info = b"palermo sign-in: " + purpose.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(record_key)


class SealedSession:
    """Serializer of Django's sessions: a pending second factor or a user name is not readable on the disk."""

    def dumps(self, held: dict[str, Any]) -> bytes:
        return seal(json.dumps(held, separators=(",", ":")).encode(), purpose=SESSION)

    def loads(self, sealed: bytes) -> Any:
        return json.loads(unseal(sealed, purpose=SESSION))
