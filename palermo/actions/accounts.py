"""Who may come in? Accounts, organisations, memberships; the operator of the installation makes the first.

Where `by` is None, the operator acts (command line, demo): the entry says so.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from palermo import PolicyRefusal, ProblemWithInput
from palermo.actions.rights import acting, check_can, clock, right
from palermo.codes import code_list
from palermo.codes.rights import rights
from palermo.store import accounts, audit, sign_ins
from palermo.store.access import Actor, Missing
from palermo.store.accounts import Hosted, Member

__all__ = [
    "Actor",
    "Hosted",
    "Member",
    "actor_for",
    "add_member",
    "create_organisation",
    "create_user",
    "end_sessions",
    "memberships",
    "organisations",
    "reset_second_factor",
    "roles",
]

check_can_create_user, can_create_user = right("accounts.create_user")
check_can_add_member, can_add_member = right("accounts.add_member")
check_can_end_sessions, can_end_sessions = right("accounts.end_sessions")
check_can_reset_second_factor, can_reset_second_factor = right("accounts.reset_second_factor")
OPERATOR = "operator"


def create_user(
    username: str,
    *,
    password: str,
    display: str = "",
    by: Actor | None = None,
    checked: bool = True,
    now: datetime | None = None,
) -> str:
    """The public id of a new account. `checked=False` accepts a weak password: for the demo only."""
    if by is None:
        return accounts.new_user(username, password=password, display=display, checked=checked)
    check_can_create_user(by)
    with transaction.atomic():
        made = accounts.new_user(
            username, password=password, display=display, checked=True, organisation=by.organisation_id
        )
        audit.append(by, "accounts.create_user", now=now or clock(), subjects=[made], details={})
    return made


def create_organisation(
    name: str,
    *,
    short: str,
    kind: str,
    areas: Sequence[str] = (),
    invented: bool = False,
    id: str = "",
    now: datetime | None = None,
) -> str:
    """The public id of a new organisation; `id` keeps that of a record that exists already.

    An `invented` organisation holds nobody real: its members unlock without a second factor.
    """
    code_list("organisation_kinds")[kind]
    with transaction.atomic():
        made = accounts.new_organisation(
            name, short=short, kind=kind, areas=areas, invented=invented, public_id=id
        )
        operator = Actor(OPERATOR, made, OPERATOR)
        audit.append(operator, "accounts.create_organisation", now=now or clock(), details={"kind": kind})
    return made


def add_member(
    user: str,
    *,
    organisation: str,
    role: str,
    team: str = "",
    by: Actor | None = None,
    now: datetime | None = None,
) -> str:
    """The public id of the membership of a user (public id) in an organisation (public id)."""
    at = now or clock()
    if role not in rights(at.date()).roles:
        raise ProblemWithInput("RIGHTS-002: there is no such role; see palermo/codes/policy/rights.toml")
    if by is not None:
        check_can(by, "accounts.add_member", now=at)
        organisation = by.organisation_id
    with transaction.atomic():
        made = accounts.new_membership(user, organisation=organisation, role=role, team=team, now=at)
        actor = by or Actor(OPERATOR, organisation, OPERATOR)
        audit.append(actor, "accounts.add_member", now=at, subjects=[user], details={"role": role})
    return made


def memberships(user: Any) -> tuple[Member, ...]:
    """Current memberships of a signed-in user (anything with `public_id`), the oldest first."""
    return accounts.members(getattr(user, "public_id", ""))


def actor_for(user: Any, *, membership: str = "") -> Actor | None:
    """The actor of the chosen membership (its id), else of the first; None where the user has none."""
    held = memberships(user)
    chosen = [member for member in held if member.id == membership] or list(held)
    return chosen[0].actor if chosen else None


def organisations() -> tuple[Hosted, ...]:
    """All organisations of this installation: for its operator on the command line, never for a page."""
    return accounts.hosted()


def roles(now: datetime | None = None) -> dict[str, str]:
    """What each role does, by role."""
    return dict(rights((now or clock()).date()).roles)


def end_sessions(user: str, *, by: Actor, now: datetime | None = None) -> int:
    """Signs a member (public id) out everywhere, with what was unlocked; how many sessions there were.

    Raises `Missing` for whoever is no member of the actor's organisation, `PolicyRefusal` (RIGHTS-016) for
    oneself and for an account that belongs to another organisation, too.
    """
    with acting(by, "accounts.end_sessions", now=now) as act:
        _check_ours_alone(by, user)
        ended = sign_ins.end_all(user)
        act.subjects, act.details = [user], {"sessions": ended}
    return ended


def reset_second_factor(user: str, *, by: Actor, now: datetime | None = None) -> int:
    """Takes away the second factors of a member who lost them, and signs them out; how many there were.

    The member signs in with the password and sets up a new one before the vault opens. Raises as
    `end_sessions`. Who asked must have been recognised first: docs/how-to/sign-in.md.
    """
    with acting(by, "accounts.reset_second_factor", now=now) as act:
        _check_ours_alone(by, user)
        gone, ended = sign_ins.forget_factors(user), sign_ins.end_all(user)
        act.subjects, act.details = [user], {"factors": gone, "sessions": ended}
    return gone


def _check_ours_alone(by: Actor, user: str) -> None:
    places = {one.organisation for one in accounts.members(user)}
    if by.organisation_id not in places:
        raise Missing
    if user == by.user_id:
        raise PolicyRefusal("RIGHTS-016: this is your own account; look after it on the page Account")
    if len(places) > 1:
        raise PolicyRefusal(
            "RIGHTS-016: this account belongs to another organisation, too; ask whoever runs this"
            " installation"
        )
