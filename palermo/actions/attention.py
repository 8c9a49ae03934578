"""What needs somebody, and by when? Only what the actor can act on, the most urgent first.

Each question belongs to an action and is asked only where the actor holds that action's right; numbers and
dates come out, in one statement for all of them. Never here: a case, a name, a label.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from palermo.actions import backups, labels
from palermo.actions.rights import Act, acting, can, right
from palermo.protect import break_glass as rules
from palermo.store import access, accounts, breaking, key_holders, retention, submissions, waiting
from palermo.store.access import Actor
from palermo.store.columns import State
from palermo.store.waiting import Asked, Found

check_can_what_waits, can_what_waits = right("attention.what_waits")
SOON = timedelta(days=30)
BACKUP_LATE = timedelta(days=2)
LOOKS = timedelta(minutes=10)
LAST = datetime.max.replace(tzinfo=UTC)
NOTHING = Found(0)


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits: how many of it, 0 where it is only one, and when it is due, if there is a day."""

    name: str
    count: int = 0
    due: datetime | None = None


def what_waits(actor: Actor, *, now: datetime | None = None) -> tuple[Waits, ...]:
    """What waits for this actor, by its day; what has none comes last."""
    with acting(actor, "attention.what_waits", now=now) as act:
        found = waiting.looked(actor, dict(_asked(act)))
        waits = (*_of_the_vault(actor, found), *_of_rows(act, found), *_of_others(act))
        return tuple(sorted(waits, key=lambda each: each.due or LAST))


def _asked(act: Act) -> Iterator[tuple[str, Asked]]:
    """The questions of which the actor holds the right, and the rows that answer them."""
    actor, table = act.actor, act.table
    if can(actor, "vault.begin_set_up") or can(actor, "vault.let_in"):
        yield "vault", Asked(key_holders.vaults(actor))
    if can(actor, "vault.let_in"):
        yield "new_key", Asked(key_holders.vaults(actor).filter(rekey_due=True))
        yield "members_to_let_in", Asked(key_holders.waiting(actor))
    if reach := table.scope("exports.waiting", role=actor.role, data_class="identity"):
        rows = access.exports(actor, reach).filter(state="asked", expires__gt=act.now)
        yield "exports", Asked(rows.exclude(user__public_id=actor.user_id), "expires")
    yield from _in_emergencies(act)
    if can(actor, "joining.given"):
        yield "roles_given", Asked(accounts.announced(actor))
    if reach := table.scope("collect.list_submissions", role=actor.role):
        yield "imports", Asked(submissions.to_mend(access.submissions(actor, reach)), "arrived")


def _in_emergencies(act: Act) -> Iterator[tuple[str, Asked]]:
    """Requests to open a case that somebody else made, and that the actor has not answered."""
    actor, reach = act.actor, act.table.scope("break_glass.requests", role=act.actor.role)
    rows = breaking.requests(actor, reach).exclude(asked_by__public_id=actor.user_id)
    if can(actor, "break_glass.answer"):
        since = act.now - rules.times(act.now.date()).answer
        yield "break_glass_answer", Asked(rows.filter(state="asked", asked__gt=since), "asked")
    if can(actor, "break_glass.review"):
        others = rows.filter(state="open").exclude(answered_by__public_id=actor.user_id)
        yield "break_glass_review", Asked(others, "until")


def _of_the_vault(actor: Actor, found: Mapping[str, Found]) -> Iterator[Waits]:
    if "vault" not in found:
        return
    if not found["vault"].count:
        if can(actor, "vault.begin_set_up"):
            yield Waits("vault")
        return
    if found.get("new_key", NOTHING).count:
        yield Waits("new_key")
    if members := found.get("members_to_let_in", NOTHING).count:
        yield Waits("members_to_let_in", members)


def _of_rows(act: Act, found: Mapping[str, Found]) -> Iterator[Waits]:
    """What has rows, and how long after the first of them it is due."""
    times, kept = rules.times(act.now.date()), {one.name: one for one in retention.CLASSES}
    for name, waits in found.items():
        first = waits.first
        if not waits.count or name in ("vault", "new_key", "members_to_let_in"):
            continue
        if name == "break_glass_answer" and first:
            first += times.answer
        if name == "break_glass_review" and first:
            first += times.review
        if name == "imports" and first:
            first = kept["submission"].end(first, act.now)
        yield Waits(name, waits.count, first)


def _of_others(act: Act) -> Iterator[Waits]:
    """What other steps know."""
    actor = act.actor
    if can(actor, "labels.unresolved") and (count := len(labels.unresolved(actor))):
        yield Waits("labels", count)
    if can(actor, "erasure.preview_erasure"):
        state, day = (
            access.state_of_records(actor),
            act.now.replace(hour=0, minute=0, second=0, microsecond=0),
        )
        yield from _ending(actor.organisation_id, state, day)
    if can(actor, "backups.state"):
        last = _backup(actor.organisation_id, actor.role, act.now.timestamp() // LOOKS.total_seconds())
        if last is None or act.now > last + BACKUP_LATE:
            yield Waits("backup", due=last + BACKUP_LATE if last else None)


@lru_cache(maxsize=16)
def _ending(organisation: str, state: State, day: datetime) -> tuple[Waits, ...]:
    """Asked once a day, and after each write to the organisation's records."""
    found = retention.ending(organisation, now=day, within=SOON)
    return tuple(Waits(f"ends_{one.name}", one.rows, one.first) for one in found)


@lru_cache(maxsize=16)
def _backup(organisation: str, role: str, _slot: float) -> datetime | None:
    """When the last backup was made. Asked again after some minutes: it is looked for in the audit chain."""
    last = backups.state(Actor("", organisation, role)).backup
    return last.at if last else None
