"""How does an allegation against UN, mandated or aid personnel leave the mission? Sealed, and by no list.

Whoever reports is protected: no audit entry says that there was a report, and no page counts them. Where no
conduct key is configured the external channel is shown and nothing is stored.
"""

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from palermo import PolicyRefusal, ProblemWithInput
from palermo.actions.rights import acting, right
from palermo.codes.languages import phrase
from palermo.protect.conduct import Allegation
from palermo.protect.keys import fingerprint, usable
from palermo.store import audit, conduct
from palermo.store.access import Actor
from palermo.store.conduct import Channel

check_can_channel, can_channel = right("conduct.channel")
check_can_report_allegation, can_report_allegation = right("conduct.report_allegation")
check_can_set_key, can_set_key = right("conduct.set_key")
check_can_confirm_key, can_confirm_key = right("conduct.confirm_key")
LONGEST = 20_000
HEX_KEY = re.compile("[0-9a-f]{64}")


def channel(actor: Actor) -> Channel:
    """Who is reached outside the mission, and whether a conduct key is configured."""
    with acting(actor, "conduct.channel"):
        return conduct.channel(actor)


def report_allegation(actor: Actor, text: str, *, now: datetime | None = None) -> bool:
    """Seals what was written to the conduct key; False where there is none, and then nothing is kept."""
    if not 0 < len(text.strip()) <= LONGEST:
        raise ProblemWithInput(phrase("CONDUCT-002: write between 1 and {most} signs", most=LONGEST))
    with acting(actor, "conduct.report_allegation", now=now) as act:
        content = msgspec.json.encode({"told": text, "at": act.now.date(), "by": actor.user_id})
        return conduct.pass_on(actor, content, now=act.now)


def set_key(actor: Actor, public: str, *, contact: str, now: datetime | None = None) -> bool:
    """Sets the contact and the first public conduct key (64 hex digits); whether that is done with.

    A key that is set stays until somebody else confirms its successor ("" for none): then it is False. The
    present key withdraws what was proposed. The entry holds the fingerprints.
    Raises `ProblemWithInput`: CONDUCT-001 for what is no key, STORE-034 before there is a vault.
    """
    digits = public.strip().lower()
    key = bytes.fromhex(digits) if HEX_KEY.fullmatch(digits) else b""
    if digits and not (key and usable(key)):
        raise ProblemWithInput(
            "CONDUCT-001: this is no public key, of 64 hexadecimal digits, to which something can be sealed;"
            " palermo open --new-key FILE makes one"
        )
    with acting(actor, "conduct.set_key", now=now) as act:
        audit.lock(actor.organisation_id)
        held = conduct.channel(actor)
        if not conduct.configure(actor, contact):
            raise ProblemWithInput("STORE-034: your organisation has no vault yet; a focal point sets it up")
        act.details = {"contact_changed": contact != held.contact} | _fingerprints(held.public, key)
        if held.public and key != held.public:
            conduct.propose(actor, key, now=act.now)
        elif held.public:
            conduct.propose(actor, None, now=act.now)
        elif key:
            conduct.set_first(actor, key, now=act.now)
        return not held.public or key == held.public


def confirm_key(actor: Actor, shown: str, *, now: datetime | None = None) -> None:
    """Confirms the key that waits, or the one that one person set; `shown` is its fingerprint ("": none).

    Raises `ProblemWithInput`: CONDUCT-003 where nothing waits or it is another key than was shown,
    `PolicyRefusal`: CONDUCT-004 where the same person set or proposed it.
    """
    with acting(actor, "conduct.confirm_key", now=now) as act:
        audit.lock(actor.organisation_id)
        held = conduct.channel(actor)
        old = b"" if held.proposed is None else held.public
        key = held.public if held.proposed is None else held.proposed
        waits = held.proposed is not None or (held.public and not held.confirmed)
        if not waits or shown.strip() != (fingerprint(key) if key else ""):
            raise ProblemWithInput(
                "CONDUCT-003: this key does not wait to be confirmed; look at the page again"
            )
        if conduct.is_by(actor, held):
            raise PolicyRefusal("CONDUCT-004: whoever gave the key cannot confirm it; another person must")
        act.details = _fingerprints(old, key)
        conduct.confirm(actor, now=act.now)


def _fingerprints(old: bytes, new: bytes) -> dict[str, str]:
    return {name: fingerprint(key) if key else "" for name, key in (("old", old), ("new", new))}


def carried_out() -> Iterator[Allegation]:
    """All sealed allegations of the installation, for its operator, who cannot open them."""
    return conduct.carried_out()
