"""What happens with unlocked keys in the background? Names are made findable, and keys are changed.

It runs in the process that holds the keys, with the keys of the session that began it, and stops visibly
when that session locks. It goes on where it stopped when it is begun again.
"""

from collections.abc import Callable

from django.db import transaction

from palermo import ProblemWithInput
from palermo.actions import background
from palermo.actions.background import JobState, Run
from palermo.actions.rights import acting, right
from palermo.store import audit, indexing, jobs, key_holders, rekeying, vault
from palermo.store.access import Actor

check_can_index_names, can_index_names = right("vault.index_names")
check_can_change_key, can_change_key = right("vault.change_key")
check_can_work_state, can_work_state = right("vault.work_state")
check_can_cancel_work, can_cancel_work = right("vault.cancel_work")
INDEX, REKEY = "index", "rekey"
KINDS = (INDEX, REKEY)
BUSY = "STORE-036: this work is under way already; its page says how far it is"


def index_names(actor: Actor) -> str:
    """The id of the job that makes the names findable that arrived while the vault was locked; "" where none
    did.
    """
    with transaction.atomic(), acting(actor, "vault.index_names") as act:
        number = vault.ring(actor).newest
        if not indexing.pending(actor, number) or jobs.under_way(actor, kind=INDEX, now=act.now):
            return ""
        return background.start(act, INDEX, lambda run: _index(actor, run), stage="indexing")


def change_key(actor: Actor) -> str:
    """The id of the job that gives the vault a new key and seals everything to it; whoever left is out then.

    Raises `Locked`, and `ProblemWithInput` (STORE-036) while it runs. Begun again, it goes on where it
    stopped.
    """
    with transaction.atomic(), acting(actor, "vault.change_key") as act:
        audit.lock(actor.organisation_id)
        ring = vault.ring(actor)
        key_holders.check_whole(actor, ring)
        if jobs.under_way(actor, kind=REKEY, now=act.now):
            raise ProblemWithInput(BUSY)
        if not rekeying.waiting(actor, ring.newest) and len(ring.pairs) == 1:
            ring = key_holders.replace_key(actor, ring, now=act.now)
            act.details = {"number": ring.newest}
        transaction.on_commit(lambda: vault.renew(ring))
        return background.start(act, REKEY, lambda run: _rekey(actor, run), stage="sealing")


def work_state(actor: Actor, job: str) -> JobState:
    """How far a job with keys is."""
    with acting(actor, "vault.work_state") as act:
        return background.state(actor, act.scope, job, kinds=KINDS)


def cancel_work(actor: Actor, job: str) -> None:
    """Asks a job with keys to stop after its next batch."""
    with acting(actor, "vault.cancel_work") as act:
        background.cancel(actor, act.scope, job, kinds=KINDS)


def _index(actor: Actor, run: Run) -> str:
    number = vault.ring(actor, touch=False).newest
    _through(actor, run, "indexing", total=indexing.pending(actor, number), some=indexing.index_some)
    return ""


def _rekey(actor: Actor, run: Run) -> str:
    number = vault.ring(actor, touch=False).newest
    _through(actor, run, "sealing", total=rekeying.waiting(actor, number), some=rekeying.seal_anew)
    _index(actor, run)
    _forget(actor, number)
    return ""


def _through(
    actor: Actor, run: Run, stage: str, *, total: int, some: Callable[[Actor, vault.Ring], int]
) -> None:
    """Batch after batch, each with the keys that the session still holds."""
    done = 0
    while did := some(actor, vault.ring(actor, touch=False)):
        done += did
        run.beat(stage, done, max(total, done))
        run.check()


def _forget(actor: Actor, number: int) -> None:
    """The old keys go when nothing is under them: looked at under the lock of the organisation's writers."""
    with transaction.atomic():
        audit.lock(actor.organisation_id)
        if not rekeying.waiting(actor, number) and not indexing.pending(actor, number):
            key_holders.forget_keys_before(actor, number)
            vault.renew(vault.ring(actor, touch=False).only(number))
