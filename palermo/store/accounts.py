"""How do accounts, organisations and memberships come to be? An organisation's audit chain starts with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, Subquery

from palermo import ProblemWithInput
from palermo.codes.languages import phrase
from palermo.store.access import Actor, Missing, one
from palermo.store.audit import START
from palermo.store.models import AuditHead, KeyHold, Membership, Organisation, RoleGiven, User


@dataclass(frozen=True, slots=True)
class Member:
    """One membership of a user, as a page shows it."""

    id: str
    user: str
    organisation: str
    organisation_name: str
    short: str
    invented: bool
    role: str
    team: str

    @property
    def actor(self) -> Actor:
        return Actor(user_id=self.user, organisation_id=self.organisation, role=self.role, team=self.team)


def check_username(username: str) -> None:
    """Raises `ProblemWithInput` (STORE-020) where it has signs that no user name has."""
    try:
        User._meta.get_field("username").clean(username, None)
    except ValidationError:
        raise ProblemWithInput(
            "STORE-020: a user name is made of letters, digits and @ . + - _, up to 150; choose another one"
        ) from None


def new_user(
    username: str, *, password: str, display: str, checked: bool, organisation: str = "", first: bool = False
) -> str:
    """The public id of a new account; raises `ProblemWithInput` where name or password will not do.

    `organisation` (its public id) is where the user is going to work: its name is no part of a password. The
    `first` password is one that somebody else knows.
    """
    user = User(username=username, display=display, first_password=first)
    user.comes_to = Organisation.objects.filter(public_id=organisation)  # type: ignore[attr-defined]
    if User.objects.filter(username__iexact=username).exists():
        raise ProblemWithInput("STORE-020: this user name is taken; choose another one")
    if checked:
        _check_password(password, user)
    user.set_password(password)
    user.save()
    return user.public_id


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        todo = " ".join(error.messages)
        raise ProblemWithInput(
            phrase("STORE-021: the password is too easy to guess. {todo}", todo=todo)
        ) from None


def check_new_organisation(name: str, *, short: str) -> None:
    """Raises `ProblemWithInput` (STORE-022) where one of both is empty, too long or another one's already."""
    longest = Organisation._meta.get_field("short").max_length or 0
    if not name or not short or len(short) > longest:
        raise ProblemWithInput(
            phrase(
                "STORE-022: name and short name are needed, the short one up to {longest} signs",
                longest=longest,
            )
        )
    if Organisation.objects.filter(Q(name__iexact=name) | Q(short__iexact=short)).exists():
        raise ProblemWithInput(
            "STORE-022: an organisation of that name or short name is here already; see `palermo organisation"
            " list`"
        )


def new_organisation(
    name: str, *, short: str, kind: str, areas: Sequence[str], invented: bool, public_id: str
) -> str:
    """The public id of a new organisation, whose audit chain is empty."""
    given = {"public_id": public_id} if public_id else {}
    made = Organisation.objects.create(
        name=name, short=short, kind=kind, areas=" ".join(areas), invented=invented, **given
    )
    AuditHead.objects.create(organisation=made, digest=START)
    return made.public_id


@dataclass(frozen=True, slots=True)
class Hosted:
    """One organisation of this installation, for its operator."""

    id: str
    short: str
    invented: bool


def hosted() -> tuple[Hosted, ...]:
    """All organisations of this installation, the oldest first."""
    rows = Organisation.objects.order_by("id").values_list("public_id", "short", "invented")
    return tuple(Hosted(*row) for row in rows)


def new_membership(
    user: str, *, organisation: str, role: str, team: str, now: datetime, accepted: bool = True
) -> str:
    """The public id of the membership; the same one where the user has that role already.

    Where it is not `accepted`, it waits for its user and gives nothing.
    """
    person = User.objects.filter(public_id=user).first()
    place = Organisation.objects.filter(public_id=organisation).first()
    if person is None or place is None:
        raise Missing
    held, _ = Membership.objects.update_or_create(
        organisation=place,
        user=person,
        role=role,
        defaults={"team": team, "since": now, "until": None, "accepted": now if accepted else None},
    )
    return held.public_id


def members(user: str) -> tuple[Member, ...]:
    """Current memberships of a user, the oldest first; none where the account is closed."""
    return tuple(map(_member, _held(user).filter(accepted__isnull=False)))


def invitations(user: str) -> tuple[Member, ...]:
    """Memberships that wait for the user's own word, the oldest first; none where the account is closed."""
    return tuple(map(_member, _held(user).filter(accepted=None)))


def accept(membership: str, *, now: datetime) -> None:
    Membership.objects.filter(public_id=membership, accepted=None).update(accepted=now)


def _held(user: str) -> QuerySet[Membership]:
    rows = Membership.objects.filter(user__public_id=user, user__is_active=True, until=None)
    return rows.select_related("organisation", "user").order_by("id")


def _member(row: Membership) -> Member:
    return Member(
        id=row.public_id,
        user=row.user.public_id,
        organisation=row.organisation.public_id,
        organisation_name=row.organisation.name,
        short=row.organisation.short,
        invented=row.organisation.invented,
        role=row.role,
        team=row.team,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """One current membership as its organisation's administrator sees it."""

    id: str
    user: str
    username: str
    name: str
    role: str
    team: str
    since: datetime
    last_sign_in: datetime | None
    holds_key: bool
    second_factor: bool
    accepted: bool


def staff(organisation: str) -> tuple[Staff, ...]:
    """Current memberships of an organisation (public id), by name of their users."""
    rows = _current(organisation).select_related("user")
    holds = KeyHold.objects.filter(organisation__public_id=organisation, member__isnull=False)
    keyed, second = set(holds.values_list("member__user_id", flat=True)), _with_second_factor()
    return tuple(
        _staff(row, row.user_id in keyed, row.user_id in second)
        for row in rows.order_by("user__username", "id")
    )


def membership(organisation: str, membership: str) -> Staff:
    """One current membership; raises `Missing`, for another organisation's as well."""
    row = one(_current(organisation).select_related("user").filter(public_id=membership))
    held = KeyHold.objects.filter(organisation__public_id=organisation, member__user=row.user_id).exists()
    return _staff(row, held, row.user_id in _with_second_factor())


def end_membership(organisation: str, membership: str, *, now: datetime) -> None:
    _current(organisation).filter(public_id=membership).update(until=now)


def roles_of(organisation: str, user: str) -> tuple[str, ...]:
    """The roles that a user (public id) has now in an organisation, those not accepted yet as well."""
    return tuple(_current(organisation).filter(user__public_id=user).values_list("role", flat=True))


def how_many(organisation: str, *, role: str) -> int:
    """How many users who can sign in have the role now."""
    return _current(organisation).filter(role=role, user__is_active=True, accepted__isnull=False).count()


def user_called(username: str) -> str:
    """The public id of the account of that user name; "" where there is none."""
    return User.objects.filter(username=username).values_list("public_id", flat=True).first() or ""


def password_is_own(user: str) -> None:
    """The user has chosen a password herself."""
    User.objects.filter(public_id=user, first_password=True).update(first_password=False)


def keep_language(user: str, code: str) -> None:
    User.objects.filter(public_id=user).update(language=code)


def announce(organisation: str, role: str, *, now: datetime) -> None:
    """Tells the focal points that the role was given."""
    place = Organisation.objects.get(public_id=organisation)
    RoleGiven.objects.create(organisation=place, role=role, given=now)


def announced(actor: Actor) -> QuerySet[RoleGiven]:
    """Roles given since the actor has hers, that she has not seen; the latest first."""
    mine = _current(actor.organisation_id).filter(user__public_id=actor.user_id, role=actor.role)
    since = Subquery(mine.order_by("id").values("since")[:1])
    rows = RoleGiven.objects.filter(organisation__public_id=actor.organisation_id, given__gte=since)
    return rows.exclude(seen_by__public_id=actor.user_id).order_by("-id")


def mark_seen(row: RoleGiven, *, user: str) -> None:
    row.seen_by.add(User.objects.get(public_id=user))


def _current(organisation: str) -> QuerySet[Membership]:
    return Membership.objects.filter(organisation__public_id=organisation, until=None)


def _with_second_factor() -> set[int]:
    """Users (integer keys, which stay here) who have an app or a passkey."""
    from allauth.mfa.models import Authenticator

    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return set(Authenticator.objects.filter(type__in=kinds).values_list("user_id", flat=True))


def _staff(row: Membership, holds_key: bool, second_factor: bool) -> Staff:
    """What an account is and does elsewhere is not told before it has accepted."""
    accepted = row.accepted is not None
    return Staff(
        id=row.public_id,
        user=row.user.public_id,
        username=row.user.username,
        name=row.user.get_full_name() if accepted else row.user.username,
        role=row.role,
        team=row.team,
        since=row.since,
        last_sign_in=row.user.last_login if accepted else None,
        holds_key=holds_key,
        second_factor=second_factor and accepted,
        accepted=accepted,
    )
