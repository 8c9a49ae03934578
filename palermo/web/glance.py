"""What must be seen of a case first? Who may be named, what happened, what is next: sentences from its codes.

Nothing is concluded that the record does not say: a step is named where something is open, with its reason.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from palermo.cases import Case, Episode, Referral, When
from palermo.web import facts, words
from palermo.web.words import label

NEXT = {
    "not_assessed": gettext_noop(
        "Nobody has assessed yet whether this is trafficking: screen the person, or say why not."
    ),
    "at_risk": gettext_noop("Signs of risk, no finding: screen again when something changes."),
    "presumed": gettext_noop(
        "Reasonable grounds: the identification by a national authority is still to come."
    ),
    "identified": gettext_noop(
        "Identified by an organisation: a State may still identify the person formally."
    ),
}


class Moment(NamedTuple):
    """Something of the case with its time; `kind` is one of episode, leg, detection, status, referral.

    `name` is short, for a picture; `text` says all.
    """

    kind: str
    name: str
    when: When | None
    until: When | None
    text: str


def happened(case: Case) -> tuple[str, ...]:
    """One sentence per episode: forms, where, how it ended."""
    return tuple(_episode(one) for one in case.episodes) or (_("The file says nothing of what happened."),)


def _episode(one: Episode) -> str:
    listed = words.reader().listed
    forms = listed(label(code, of="exploitation_forms") for code in one.forms)
    where = listed(map(words.place, one.exploited_in))
    parts = (
        forms or _("Form of exploitation not known"),
        _("in {place}").format(place=where) if where else "",
        label(one.exploitation, of="exploitation_states") if one.exploitation == "intended" else "",
        label(one.ending, of="endings") if one.ending != "unknown" else "",
    )
    return " · ".join(part for part in parts if part)


def next_steps(case: Case, referrals: tuple[Referral, ...]) -> tuple[str, ...]:
    """What is open: identification, referrals without an answer, needs that nobody was asked about."""
    return tuple(_open(case, referrals)) or (_("Nothing is open by what the record says."),)


def _open(case: Case, referrals: tuple[Referral, ...]) -> Iterator[str]:
    if case.status in NEXT:
        yield _(NEXT[case.status])
    for one in referrals:
        if one.state == "sent":
            service = label(one.service, of="services")
            yield _("Referral for {service}: no answer yet.").format(service=service)
    asked = {one.service for one in referrals}
    if waiting := [label(code, of="services") for code in case.needs if code not in asked]:
        yield _("Needs without a referral: {services}.").format(services=words.reader().listed(waiting))
    if any(one.ending == "still_held" for one in case.episodes):
        yield _("The person is still held, by what was last known.")


def moments(case: Case, referrals: tuple[Referral, ...]) -> tuple[Moment, ...]:
    """Everything of the case that has a time, the earliest first; what has none comes last."""
    found = (*_moments(case), *(_referral(one) for one in referrals))
    return tuple(sorted(found, key=lambda one: (one.when is None, one.when and one.when.earliest)))


def _moments(case: Case) -> Iterator[Moment]:
    for number, one in enumerate(case.episodes, 1):
        name = words.episode(number)
        yield Moment("episode", name, one.began, one.ended, f"{name}: {_episode(one)}")
        yield from (Moment("leg", facts.leg(leg), leg.when, None, facts.leg(leg)) for leg in one.journey)
    if case.detection:
        place = words.place(case.detection.place)
        text = _("Detected: {place}").format(place=place)
        yield Moment("detection", _("Detected"), case.detection.when, None, text)
    for step in case.statuses:
        name, by = label(step.step, of="status_steps"), label(step.authority, of="authority_types")
        text = _("{status}, decided by: {authority}").format(status=name, authority=by)
        yield Moment("status", name, step.when, None, text)


def _referral(one: Referral) -> Moment:
    service, state = label(one.service, of="services"), label(one.state, of="referral_states")
    text = _("Referred for {service} ({state})").format(service=service, state=state)
    return Moment("referral", service, one.when, None, text)
