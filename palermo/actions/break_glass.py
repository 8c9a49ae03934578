"""Who opened a case in an emergency, who let them, and who looked at it afterwards? Two persons and a third.

What is opened is one case of the own organisation for some hours: its codes and, where the vault is unlocked,
its exact places and days. Never an identity, a file, the case of a child, or another organisation's: that
answers as a missing one. The owner is told, and every step is in the chain with the case as its subject.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from palermo import PolicyRefusal, ProblemWithInput
from palermo.actions.rights import Act, acting, right
from palermo.codes.languages import phrase
from palermo.protect import break_glass as rules
from palermo.protect.break_glass import GRANTED, JUSTIFIED, NOT_JUSTIFIED, REFUSED, times
from palermo.store import access, audit, audit_reading, breaking, rows, vault
from palermo.store.access import Actor

check_can_ask, can_ask = right("break_glass.ask")
check_can_answer, can_answer = right("break_glass.answer")
check_can_review, can_review = right("break_glass.review")
check_can_requests, can_requests = right("break_glass.requests")
SHOWN = 50
LONGEST_REASON = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as the actor may see it. `due` is the day by which it must be reviewed.

    Who reaches no case (an auditor) is not told which case or who: `case` and `who` are "". `reason` is None
    where it was not opened, `looks` where nobody counted.
    """

    id: str
    case: str
    who: str
    role: str
    asked: datetime
    answered: datetime | None
    until: datetime | None
    due: datetime | None
    reviewed: datetime | None
    state: str
    mine: bool
    may_answer: bool
    may_review: bool
    late: bool
    reason: str | None = None
    looks: int | None = None


@dataclass(frozen=True, slots=True)
class Requests:
    """What the actor asked for, what waits for her answer, and what for her review, the most urgent first."""

    mine: tuple[Request, ...]
    waiting: tuple[Request, ...]
    reviews: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What the owner of a case is told: a role opened it, until when."""

    id: str
    case: str
    role: str
    until: datetime | None
    over: bool


def ask(actor: Actor, case: str, reason: str, *, now: datetime | None = None) -> str:
    """The id of a request to open a case (its number) that the actor does not reach; the reason is sealed.

    Raises `Missing`, `NoVault`, `PolicyRefusal` for what may be a child's case (RIGHTS-010) or was erased
    (RIGHTS-018), and `ProblemWithInput` (RIGHTS-011) where there is nothing to ask for.
    """
    with acting(actor, "break_glass.ask", now=now) as act:
        row = access.one_case(actor, act.scope, case)
        act.subjects = [row.public_id]
        _check_needed(act, row, reason)
        _check_adult(act, row)
        audit.lock(actor.organisation_id)  # so that neither a change of the key nor an erasure comes between
        if access.is_erased(row):
            raise PolicyRefusal(
                "RIGHTS-018: what identifies this person was erased; there is nothing to open"
            )
        sealer = vault.sealer(actor.organisation_id)
        if sealer is None:
            raise vault.NoVault
        return breaking.keep(actor, row.public_id, reason.strip(), sealer=sealer, now=act.now)


def answer(actor: Actor, request: str, yes: bool, *, now: datetime | None = None) -> None:
    """Another person grants the request for a limited time, having the reason before her, or refuses it.

    Raises `Missing`, `Locked`, `PolicyRefusal` (RIGHTS-012) for whoever asked, in any role, and RIGHTS-013
    where it was answered already.
    """
    with acting(actor, "break_glass.answer", now=now) as act:
        row = breaking.one_request(actor, act.scope, request)
        act.subjects, act.details = [row.about], {"granted": yes}
        if actor.user_id == row.asked_by.public_id:
            raise PolicyRefusal(
                "RIGHTS-012: a second person answers, not the one who asked, in whatever role"
            )
        changes: dict[str, Any] = {"answered": act.now}
        if yes:
            vault.ring(actor)
            _check_adult(act, access.one_case(actor, "organisation", row.about))
            changes["until"] = act.now + times(act.now.date()).opens
        _move(act, row, GRANTED if yes else REFUSED, changes)


def review(actor: Actor, request: str, justified: bool, *, now: datetime | None = None) -> None:
    """A third person says whether it was justified; what is still open is closed by it.

    Raises `Missing`, `PolicyRefusal` (RIGHTS-012) for the two who opened it, RIGHTS-013 where there is
    nothing to review.
    """
    with acting(actor, "break_glass.review", now=now) as act:
        row = breaking.one_request(actor, act.scope, request)
        act.subjects, act.details = [row.about], {"justified": justified}
        if actor.user_id in _two(row):
            raise PolicyRefusal("RIGHTS-012: a third person reviews, neither who asked nor who granted it")
        changes: dict[str, Any] = {"reviewed": act.now}
        if row.until and act.now < row.until:
            changes["until"] = act.now
        _move(act, row, JUSTIFIED if justified else NOT_JUSTIFIED, changes)


def requests(actor: Actor, *, own: bool = True, now: datetime | None = None) -> Requests:
    """The actor's own requests (unless not `own`), those that wait for her answer, and for her review."""
    with acting(actor, "break_glass.requests", now=now) as act:
        mine = breaking.requests(actor, "own")[:SHOWN] if own else ()
        open_ones = breaking.requests(actor, act.scope).filter(state__in=breaking.KEPT_OPEN)
        told = [_request(act, row) for row in open_ones]
        return Requests(
            tuple(_request(act, row) for row in mine),
            tuple(one for one in told if one.may_answer),
            tuple(sorted((one for one in told if one.may_review), key=_urgent)),
        )


def one_request(actor: Actor, request: str, *, now: datetime | None = None) -> Request:
    """One request, with its reason where the vault is unlocked. Raises `Missing`."""
    with acting(actor, "break_glass.one_request", now=now) as act:
        row = breaking.one_request(actor, act.scope, request)
        ring = vault.unlocked(actor) if act.reach("protection_sensitive") else None
        act.subjects, act.details = [row.about], {"reason": ring is not None}
        reason = breaking.reason_of(row, ring) if ring else None
        return replace(_request(act, row), reason=reason, looks=_looks(actor, row))


def notices(actor: Actor, *, case: str = "", now: datetime | None = None) -> tuple[Notice, ...]:
    """Cases of the actor (or one of them) that were opened this way, until she says that she saw it."""
    with acting(actor, "break_glass.notices", now=now) as act:
        roles = [role for role in act.table.roles if act.table.scope(act.action, role=role)]
        found = breaking.unseen(actor, act.scope, roles=roles, case=case)
        return tuple(
            Notice(row.public_id, row.about, row.asked_role, row.until, not row.until or row.until <= act.now)
            for row in found
        )


def seen(actor: Actor, request: str, *, now: datetime | None = None) -> None:
    """The owner saw the notice. Raises `Missing` where it is not hers, or was seen."""
    told = notices(actor, now=now)
    with acting(actor, "break_glass.seen", now=now) as act:
        if request not in {one.id for one in told}:
            raise access.Missing
        row = breaking.one_request(actor, "organisation", request)
        act.subjects = [row.about]
        breaking.mark_seen(row, now=act.now)


def _check_needed(act: Act, row: Any, reason: str) -> None:
    scope = act.table.scope("cases.one_case", role=act.actor.role, data_class="protection_sensitive")
    if access.cases(act.actor, scope).filter(id=row.id).exists():
        raise ProblemWithInput("RIGHTS-011: your role reaches this case already; open it from the cases")
    if breaking.waits(act.actor, row.public_id, now=act.now):
        raise ProblemWithInput("RIGHTS-011: you asked for this case already; see your requests")
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise ProblemWithInput(
            phrase("RIGHTS-011: give a reason of at most {most} signs", most=LONGEST_REASON)
        )


def _check_adult(act: Act, row: Any) -> None:
    if rules.may_be_a_child(rows.record_of(row, act.actor.organisation_id)):
        raise PolicyRefusal(
            "RIGHTS-010: the case of a child is never opened this way, and an age that is not known, or was"
            " under 18 at any time, counts as a child's: a wrong guess would open a child's file. Ask whoever"
            " works with the child, or a focal point"
        )


def _move(act: Act, row: Any, happens: str, changes: dict[str, Any]) -> None:
    state = rules.after(breaking.state_of(row, act.now), happens)
    if state is None or not breaking.move(row, state, by=act.actor, **changes):
        raise ProblemWithInput("RIGHTS-013: this was decided already, or its time is over; reload the page")


def _request(act: Act, row: Any) -> Request:
    state, who = breaking.state_of(row, act.now), act.actor.user_id
    due = row.until + times(row.until.date()).review if row.until else None
    sees = bool(act.reach("coded") or act.reach("protection_sensitive"))
    reviewable = state in ("open", "ended")
    return Request(
        id=row.public_id,
        case=row.about if sees else "",
        who=row.asked_by.get_full_name() if sees else "",
        role=row.asked_role,
        asked=row.asked,
        answered=row.answered,
        until=row.until,
        due=due,
        reviewed=row.reviewed,
        state=state,
        mine=who == row.asked_by.public_id,
        may_answer=state == "asked" and who != row.asked_by.public_id and can_answer(act.actor),
        may_review=reviewable and who not in _two(row) and can_review(act.actor),
        late=bool(reviewable and due and due < act.now),
    )


def _two(row: Any) -> set[str]:
    return {user.public_id for user in (row.asked_by, row.answered_by) if user}


def _urgent(request: Request) -> datetime:
    return request.due or request.asked


def _looks(actor: Actor, row: Any) -> int:
    """How often the case was opened this way while it was open."""
    entries = audit_reading.concerning(actor, (row.about,), size=SHOWN * 10)
    opened = (one for one in entries if one.counts.get("break_glass"))
    return sum(1 for one in opened if row.until and row.answered <= one.at <= row.until)
