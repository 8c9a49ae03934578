"""Does an organisation's audit chain hold? Whoever audits can ask; nothing is changed."""

from palermo.actions.rights import acting, right
from palermo.store import audit
from palermo.store.access import Actor
from palermo.store.audit import Bad

__all__ = ["Bad", "verify_chain"]

check_can_verify_chain, can_verify_chain = right("audit.verify_chain")


def verify_chain(actor: Actor) -> Bad | None:
    """None where the chain holds, else the first bad entry and why."""
    with acting(actor, "audit.verify_chain"):
        return audit.verify(actor.organisation_id)
