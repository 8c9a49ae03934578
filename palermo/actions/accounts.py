"""Who may come in? Accounts, organisations, memberships; the operator of the installation makes the first.

Where `by` is None, the operator acts (command line, demo): the entry says so.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from palermo import ProblemWithInput
from palermo.actions.rights import check_can, clock, right
from palermo.codes import code_list
from palermo.codes.rights import rights
from palermo.store import accounts, audit
from palermo.store.access import Actor
from palermo.store.accounts import Hosted, Member

__all__ = [
    "Actor",
    "Hosted",
    "Member",
    "actor_for",
    "add_member",
    "create_organisation",
    "create_user",
    "memberships",
    "organisations",
    "roles",
]

check_can_create_user, can_create_user = right("accounts.create_user")
check_can_add_member, can_add_member = right("accounts.add_member")
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
        made = accounts.new_user(username, password=password, display=display, checked=True)
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
