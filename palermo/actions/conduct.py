"""How does an allegation against UN, mandated or aid personnel leave the mission? Sealed, and by no list.

Whoever reports is protected: no audit entry says that there was a report, and no page counts them. Where no
conduct key is configured the external channel is shown and nothing is stored.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from palermo import ProblemWithInput
from palermo.actions.rights import acting, right
from palermo.protect.conduct import Allegation
from palermo.store import conduct
from palermo.store.access import Actor
from palermo.store.conduct import Channel

check_can_channel, can_channel = right("conduct.channel")
check_can_report_allegation, can_report_allegation = right("conduct.report_allegation")
check_can_set_key, can_set_key = right("conduct.set_key")
LONGEST = 20_000
KEY_DIGITS = 64


def channel(actor: Actor) -> Channel:
    """Who is reached outside the mission, and whether a conduct key is configured."""
    with acting(actor, "conduct.channel"):
        return conduct.channel(actor)


def report_allegation(actor: Actor, text: str, *, now: datetime | None = None) -> bool:
    """Seals what was written to the conduct key; False where there is none, and then nothing is kept."""
    if not 0 < len(text.strip()) <= LONGEST:
        raise ProblemWithInput(f"CONDUCT-002: write between 1 and {LONGEST} signs")
    with acting(actor, "conduct.report_allegation", now=now) as act:
        content = msgspec.json.encode({"told": text, "at": act.now.date(), "by": actor.user_id})
        return conduct.pass_on(actor, content, now=act.now)


def set_key(actor: Actor, public: str, *, contact: str, now: datetime | None = None) -> None:
    """Configures the public conduct key (64 hex digits, "" for none) and whom to call outside the mission.

    Raises `ProblemWithInput`: CONDUCT-001 for what is no key, STORE-034 before there is a vault.
    """
    digits = public.strip().lower()
    if digits and not (len(digits) == KEY_DIGITS and set(digits) <= set("0123456789abcdef")):
        raise ProblemWithInput(
            "CONDUCT-001: a public key is 64 hexadecimal digits; palermo open --new-key FILE makes one"
        )
    with acting(actor, "conduct.set_key", now=now) as act:
        act.details = {"key": bool(digits)}
        if not conduct.configure(actor, bytes.fromhex(digits), contact=contact):
            raise ProblemWithInput("STORE-034: your organisation has no vault yet; a focal point sets it up")


def carried_out() -> Iterator[Allegation]:
    """All sealed allegations of the installation, for its operator, who cannot open them."""
    return conduct.carried_out()
