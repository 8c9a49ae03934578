"""Where do identities rest? A MARKED STAND-IN until sealing lands: it seals nothing.

It takes invented demo data of an invented organisation and refuses everything else, so that no real
identity, exact place or exact day is ever stored by this version. A sealed value is opaque to everyone
else: its first byte names its format, so that real sealing (X25519, AES-256-GCM) comes without a change
to any other column. `STAND_IN` is shown on the import page.
"""

from palermo import PolicyRefusal

STAND_IN = True
STAND_IN_FORMAT = b"\x00"


def seal(organisation: str, plaintext: bytes, *, invented: bool) -> bytes:
    """The opaque value. Raises `PolicyRefusal` (STORE-001) for anything but invented demo data."""
    if not invented:
        raise PolicyRefusal(REFUSAL)
    return STAND_IN_FORMAT + plaintext


def open_sealed(organisation: str, sealed: bytes) -> bytes:
    """What was sealed; raises `PolicyRefusal` (STORE-003) for a format that this version cannot open."""
    if bytes(sealed[:1]) != STAND_IN_FORMAT:
        raise PolicyRefusal("STORE-003: this was sealed by a newer version of Palermo; open it with that one")
    return bytes(sealed[1:])


REFUSAL = (
    "STORE-001: this file holds identities, exact places, exact days or case numbers, and this version of "
    "Palermo cannot seal them yet. Nothing of it was stored. What you can do: read it on your own computer "
    "(palermo collect FILE -o records.jsonl, then palermo report records.jsonl -o tables.xlsx), load a file "
    "without them, or use an organisation that was set up as invented to try Palermo out"
)
