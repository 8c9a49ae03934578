"""Who may come in? Accounts, organisations, memberships; the operator of the installation makes the first.

Where `by` is None, the operator acts (command line, demo): the entry says so.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from palermo import PolicyRefusal, ProblemWithInput
from palermo.actions.rights import acting, check_can, clock, right
from palermo.codes import code_list
from palermo.codes.rights import rights
from palermo.store import accounts, audit, key_holders, sign_ins, vault
from palermo.store.access import Actor, Missing
from palermo.store.accounts import Hosted, Member, Staff

__all__ = [
    "Actor",
    "Hosted",
    "Invited",
    "Member",
    "Staff",
    "actor_for",
    "add_member",
    "begin",
    "change_role",
    "create_organisation",
    "create_user",
    "end_sessions",
    "invite",
    "memberships",
    "organisations",
    "remove_member",
    "reset_second_factor",
    "roles",
    "staff",
]

check_can_create_user, can_create_user = right("accounts.create_user")
check_can_add_member, can_add_member = right("accounts.add_member")
check_can_staff, can_staff = right("accounts.staff")
check_can_remove_member, can_remove_member = right("accounts.remove_member")
check_can_end_sessions, can_end_sessions = right("accounts.end_sessions")
check_can_reset_second_factor, can_reset_second_factor = right("accounts.reset_second_factor")
OPERATOR = "operator"
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


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
            username,
            password=password,
            display=display,
            checked=True,
            organisation=by.organisation_id,
            first=True,
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


@dataclass(frozen=True, slots=True)
class Begun:
    """A new organisation and its first administrator's password, said once and kept nowhere."""

    organisation: str
    password: str = field(repr=False)


def begin(
    name: str,
    *,
    short: str,
    kind: str,
    administrator: str,
    areas: Sequence[str] = (),
    invented: bool = False,
    now: datetime | None = None,
) -> Begun:
    """An organisation with its first administrator, a new account; all or nothing. For the operator alone.

    Raises CODES-001 for an unknown kind or area, STORE-020 where the user name is taken or none, STORE-022
    where name or short name is.
    """
    name, short, administrator = name.strip(), short.strip(), administrator.strip()
    for area in areas:
        code_list("areas")[area]
    accounts.check_username(administrator)
    password = _first_password()
    with transaction.atomic():
        accounts.check_new_organisation(name, short=short)
        made = create_organisation(name, short=short, kind=kind, areas=areas, invented=invented, now=now)
        user = accounts.new_user(
            administrator, password=password, display="", checked=True, organisation=made, first=True
        )
        add_member(user, organisation=made, role="administrator", now=now)
    return Begun(made, password)


def add_member(
    user: str,
    *,
    organisation: str,
    role: str,
    team: str = "",
    by: Actor | None = None,
    now: datetime | None = None,
) -> str:
    """The public id of the membership of a user (public id) in an organisation (public id).

    Where an administrator gives it to an account of elsewhere, it waits for the user's own word.
    """
    at = now or clock()
    if by is not None:
        check_can(by, "accounts.add_member", now=at)
        organisation = by.organisation_id
        _check_somebody_else(by, user)
    _check_role(role, at)
    with transaction.atomic():
        ours = by is None or _is_ours(by, user)
        made = accounts.new_membership(
            user, organisation=organisation, role=role, team=team, now=at, accepted=ours
        )
        if by is not None:
            _announce(by, role, at)
        actor = by or Actor(OPERATOR, organisation, OPERATOR)
        audit.append(actor, "accounts.add_member", now=at, subjects=[user], details={"role": role})
    return made


@dataclass(frozen=True, slots=True)
class Invited:
    """A new membership; `password` is the first one of a new account, said once and kept nowhere, or ""."""

    membership: str
    password: str = field(default="", repr=False)


def invite(
    username: str, *, role: str, by: Actor, display: str = "", team: str = "", now: datetime | None = None
) -> Invited:
    """Adds the account of that user name to the administrator's organisation; makes one where there is none.

    An account of elsewhere is a member once its user accepts: nobody joins an organisation unasked.
    Raises RIGHTS-002 for an unknown role, RIGHTS-014 where the user name is her own, RIGHTS-015 where the
    member has the role already.
    """
    with acting(by, "accounts.invite", now=now) as act:
        _check_role(role, act.now)
        user, password = accounts.user_called(username), ""
        if not user:
            password = _first_password()
            user = accounts.new_user(username, password=password, display=display, checked=True, first=True)
        _check_somebody_else(by, user)
        _check_new(by, user, role)
        act.subjects, act.details = [user], {"role": role, "new": bool(password)}
        ours = bool(password) or _is_ours(by, user)
        made = accounts.new_membership(
            user, organisation=by.organisation_id, role=role, team=team, now=act.now, accepted=ours
        )
        _announce(by, role, act.now)
        return Invited(made, password)


def _first_password() -> str:
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(5)) for _ in range(4))


def _is_ours(by: Actor, user: str) -> bool:
    """Whether the account has accepted a membership of the administrator's organisation."""
    return by.organisation_id in {one.organisation for one in accounts.members(user)}


def _announce(by: Actor, role: str, at: datetime) -> None:
    """Tells the focal points, where the role reaches cases: an administrator alone must not open them."""
    if rights(at.date()).scope("cases.list_cases", role=role):
        accounts.announce(by.organisation_id, role, now=at)


def staff(*, by: Actor) -> tuple[Staff, ...]:
    """The members of the actor's organisation, with role, team, since when, and their last sign-in."""
    with acting(by, "accounts.staff"):
        return accounts.staff(by.organisation_id)


def remove_member(membership: str, *, by: Actor, now: datetime | None = None) -> bool:
    """Ends a membership (its id); whether the vault waits for a new key, because it was a holder who left.

    Where no other role of the member may unlock, their key goes and what they had unlocked is locked at once.
    Raises `Missing`, `PolicyRefusal` (RIGHTS-014) for the last administrator.
    """
    with acting(by, "accounts.remove_member", now=now) as act:
        audit.lock(by.organisation_id)  # so that two administrators cannot remove each other
        gone = accounts.membership(by.organisation_id, membership)
        _check_one_stays(by, gone)
        accounts.end_membership(by.organisation_id, membership, now=act.now)
        opened = _keep_out(by, gone.user, act.now)
        act.subjects, act.details = [gone.user], {"role": gone.role, "rekey_due": opened}
    return opened


def change_role(
    membership: str, role: str, *, by: Actor, team: str | None = None, now: datetime | None = None
) -> str:
    """The id of the membership in the new role; the old one ends. A role that may not unlock loses its key.

    Raises `Missing`, RIGHTS-002, RIGHTS-014 for oneself and for the last administrator, RIGHTS-015.
    """
    with acting(by, "accounts.change_role", now=now) as act:
        audit.lock(by.organisation_id)
        held = accounts.membership(by.organisation_id, membership)
        _check_role(role, act.now)
        _check_somebody_else(by, held.user)
        _check_one_stays(by, held)
        _check_new(by, held.user, role)
        accounts.end_membership(by.organisation_id, membership, now=act.now)
        made = accounts.new_membership(
            held.user,
            organisation=by.organisation_id,
            role=role,
            team=held.team if team is None else team,
            now=act.now,
            accepted=held.accepted,
        )
        _announce(by, role, act.now)
        opened = _keep_out(by, held.user, act.now)
        act.subjects, act.details = [held.user], {"from": held.role, "role": role, "rekey_due": opened}
    return made


def _keep_out(by: Actor, user: str, at: datetime) -> bool:
    """Takes the user's key away where no role that is left may unlock; whether it opened the vault."""
    table = rights(at.date())
    held = (one.role for one in accounts.members(user) if one.organisation == by.organisation_id)
    if any(table.scope("vault.unlock", role=role) for role in held):
        return False
    opened = key_holders.turn_out(by, user)
    lock = partial(vault.lock_user, user, organisation=by.organisation_id)
    lock()
    transaction.on_commit(lock)  # an unlock that began before is over by then
    return opened


def _check_role(role: str, at: datetime) -> None:
    if role not in rights(at.date()).roles:
        raise ProblemWithInput("RIGHTS-002: there is no such role; see palermo/codes/policy/rights.toml")


def _check_somebody_else(by: Actor, user: str) -> None:
    if user == by.user_id:
        raise PolicyRefusal(
            "RIGHTS-014: nobody gives a role to himself or herself; ask another administrator, or whoever"
            " runs this installation"
        )


def _check_one_stays(by: Actor, held: Staff) -> None:
    last = accounts.how_many(by.organisation_id, role="administrator") < 2
    if held.role == "administrator" and held.accepted and last:
        raise PolicyRefusal("RIGHTS-014: this is the last administrator; add another one first")


def _check_new(by: Actor, user: str, role: str) -> None:
    if role in accounts.roles_of(by.organisation_id, user):
        raise ProblemWithInput("RIGHTS-015: this member has that role already")


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

    Of an account that belongs to another organisation, too, only what it unlocked here is locked: 0. Raises
    `Missing` for whoever is no member of the actor's organisation, `PolicyRefusal` (RIGHTS-016) for oneself.
    """
    with acting(by, "accounts.end_sessions", now=now) as act:
        alone = _places(by, user) == {by.organisation_id}
        ended = sign_ins.end_all(user) if alone else 0
        vault.lock_user(user, organisation=by.organisation_id)
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


def _places(by: Actor, user: str) -> set[str]:
    """The organisations of a member of the actor's own; one that she has not accepted is none of them."""
    places = {one.organisation for one in accounts.members(user)}
    if by.organisation_id not in places:
        raise Missing
    if user == by.user_id:
        raise PolicyRefusal("RIGHTS-016: this is your own account; look after it on the page Account")
    return places


def _check_ours_alone(by: Actor, user: str) -> None:
    if len(_places(by, user)) > 1:
        raise PolicyRefusal(
            "RIGHTS-016: this account belongs to another organisation, too; ask whoever runs this"
            " installation"
        )
