"""What does one agency know of a person? Its own record of who she is, and its own case, both incomplete.

Several agencies that know the same person write her name, birth and ages in their own way; nothing here tells
them that she is the same. Identity goes to `Person`, the case refers to it by id only.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from palermo.cases.case import Ages, Case, Detection, Episode, Repatriation, Reporter, Status
from palermo.cases.examples.draws import (
    FIRST,
    HABITS_OF_AGE,
    LAST,
    Weighted,
    about,
    answer,
    chance,
    instant,
    new_id,
    some,
    soon_after,
    stated_age,
    within,
)
from palermo.cases.examples.episodes import episodes
from palermo.cases.examples.naming import written
from palermo.cases.examples.places import RESETTLED
from palermo.cases.examples.truth import TruePerson
from palermo.cases.others import Organisation
from palermo.cases.person import Contact, Document, Person
from palermo.cases.values import Age, Place, When
from palermo.codes import code_list


@dataclass(frozen=True, slots=True)
class Agency:
    """An organisation with its habits: spelling, share of native script, areas and parties it records."""

    organisation: Organisation
    habit: str
    native: float
    hosts: tuple[str, ...]
    parties: dict[tuple[str, str], str]
    proxies: float = 0.0

    @property
    def id(self) -> str:
        return self.organisation.id


SERVICES = tuple(code_list("services"))
FOUND_BY = {
    "police": 11,
    "immigration": 5,
    "de_facto_authority": 3,
    "self_or_family": 9,
    "ngo": 8,
    "social_services": 2,
    "labour_inspection": 1.4,
    "prosecution_or_court": 1,
    "national_other": 1,
    "intergovernmental": 2,
    "other": 1,
    "unknown": 5,
}
OTHERS_DECIDE = ("de_facto_authority", "intergovernmental", "other")
OTHERS_SUSPECT = (*OTHERS_DECIDE, "self_or_family", "unknown")
UNIDENTIFIED = {"at_risk": "at_risk", "not_identified": "not_identified"}
GROUNDS = {
    "presumed": Weighted({"screening": 60, "referral": 16, "registration": 14, "other": 2, "unknown": 8}),
    "identified": Weighted({"screening": 50, "registration": 30, "referral": 14, "unknown": 6}),
    "at_risk": Weighted({"screening": 70, "registration": 20, "unknown": 10}),
    "not_identified": Weighted({"screening": 80, "registration": 16, "unknown": 4}),
}
STATE_GROUNDS = {"police": "police_inquiry", "prosecution_or_court": "court_decision"}
OTHER_REPORTERS = {"sibling": 14, "other_family": 12, "community_leader": 7, "witness": 5}
OTHER_REPORTERS |= {"released_captive": 6, "organisation": 4, "other": 4, "unknown": 5}
REPORTERS = (
    (35, Weighted({"spouse": 24, "child": 40, "parent": 6} | OTHER_REPORTERS)),
    (18, Weighted({"spouse": 16, "parent": 32} | OTHER_REPORTERS)),
    (0, Weighted({"parent": 46} | OTHER_REPORTERS)),
)
WHEREABOUTS = Weighted({"not_known": 60, "believed": 24, "known": 12})
CLOSED = Weighted({"still_held": 84, "died": 6, "returned": 7, "unknown": 3})
RETURNED = Weighted({"escaped": 40, "released": 40, "ransomed": 20})
LAST_ARRIVAL = date(2026, 2, 20)
NOTES = ("", "", "", "", "Invented note: prefers a woman interviewer.", "Invented note: call in the morning.")


def identity(rng: Random, truth: TruePerson, agency: Agency) -> Person:
    """The person as the agency wrote her down: names by its habit, birthdays of 1 January."""
    return Person(
        id=new_id(rng),
        organisation=agency.id,
        invented=True,
        names=written(rng, truth.name, habit=agency.habit, native=agency.native),
        birth=_birth(rng, truth.birth),
        contacts=_contacts(rng),
        documents=_documents(rng, truth),
        notes=rng.choice(NOTES),
    )


def _birth(rng: Random, birth: date) -> When | None:
    drawn = rng.random()
    if drawn < 0.24:
        return When.day(birth)
    slip = rng.choice((0, 0, 0, -1, 1, 2)) if drawn < 0.62 else 0
    if drawn < 0.62:
        return When.day(date(birth.year + slip, 1, 1))
    return When.year_of(birth.year) if drawn < 0.78 else None


def _contacts(rng: Random) -> tuple[Contact, ...]:
    if not chance(rng, 0.3):
        return ()
    kind = rng.choice(("phone", "phone", "phone", "phone", "email", "address", "other"))
    number = rng.randint(1000, 9999)
    value = {"phone": f"+000 000 {number}", "email": f"invented{number}@example.invalid"}
    return (
        Contact(value=value.get(kind, f"Invented street {number}"), kind=kind, safe=answer(rng, 0.5, 0.3)),
    )


def _documents(rng: Random, truth: TruePerson) -> tuple[Document, ...]:
    if not chance(rng, 0.12):
        return ()
    number = f"INVENTED-{rng.randint(10000, 99999)}"
    return (Document(number=number, type=rng.choice(("passport", "identity card")), area=truth.home),)


@dataclass(frozen=True, slots=True)
class Meeting:
    """When an agency met the person, and when, in its record, she was first found."""

    met: date
    found: date


def meeting(rng: Random, truth: TruePerson, *, again: int = 0) -> Meeting:
    """`again` counts earlier cases of the same person at the agency, which lie some weeks before."""
    met = soon_after(rng, truth.found, 45 + 60 * again)
    same_month = met.replace(day=1) == truth.found.replace(day=1)
    found = met if same_month and chance(rng, 0.6) else truth.found
    return Meeting(met, min(found, truth.formal[2]) if truth.formal else found)


def case_known(rng: Random, truth: TruePerson, agency: Agency, at: Meeting, *, person: str | None) -> Case:
    """The agency's case. It arrives after all that it tells."""
    statuses = _statuses(rng, truth, agency, at.met)
    decided = max((each.when.latest for each in statuses if each.when), default=at.met)
    back = _repatriation(rng, truth, max(at.met, decided))
    told = max(at.met, decided, back.when.latest if back and back.when else at.met)
    arrived = min(told + timedelta(days=rng.randint(0, 50)), LAST_ARRIVAL)
    by = min(arrived, LAST)
    known = episodes(rng, truth, parties=agency.parties, by=by)
    return Case(
        id=new_id(rng),
        organisation=agency.id,
        invented=True,
        arrived=instant(rng, arrived),
        person=person,
        sex=truth.sex if chance(rng, 0.97) else "unknown",
        gender=truth.gender if chance(rng, 0.9) else "unknown",
        citizenships=truth.citizenships if chance(rng, 0.94) else (),
        stateless="yes" if truth.stateless else answer(rng, 0, 0.2),
        habitual_residence=_residence(rng, truth),
        displacement=truth.displacement if chance(rng, 0.92) else "unknown",
        ages=_ages(rng, truth, known, at.met),
        statuses=statuses,
        detection=_detection(rng, truth, agency, at.found, by=by),
        episodes=known,
        earlier_trafficking="yes" if truth.earlier and len(known) > 1 else answer(rng, 0.08, 0.5),
        repatriation=back,
        detained=_held_against(rng, truth, armed=0.3, else_=0.09),
        prosecuted=_held_against(rng, truth, armed=0.12, else_=0.03),
        in_state_return=_in_return(rng, statuses),
        mrm_case=_mrm(rng, truth, agency),
        needs=some(rng, SERVICES, 3),
    )


def _held_against(rng: Random, truth: TruePerson, *, armed: float, else_: float) -> str:
    """Detained or prosecuted, despite non-punishment; not as a small child."""
    if truth.age_on(truth.found) < 12:
        return answer(rng, 0, 0.3)
    return answer(rng, armed if truth.pattern == "armed_use" else else_, 0.37)


def _statuses(rng: Random, truth: TruePerson, agency: Agency, met: date) -> tuple[Status, ...]:
    if truth.fate == "not_assessed":
        steps: list[str] = ["not_assessed"] if chance(rng, 0.3) else []
    elif truth.fate in UNIDENTIFIED:
        steps = ["presumed"] if chance(rng, 0.2) else []
        steps.append(UNIDENTIFIED[truth.fate])
    else:
        steps = ["presumed"] if chance(rng, 0.6) else []
        steps += ["identified"] if not steps or chance(rng, 0.6) else []
    days = sorted(soon_after(rng, met, 40) for _ in steps)
    history = tuple(_decided(rng, truth, agency, step, day) for step, day in zip(steps, days, strict=True))
    if not truth.formal or not chance(rng, 0.85):
        return history
    decided = truth.formal[2]
    before = tuple(each for each in history if not each.when or each.when.latest <= decided)
    return (*before, _by_the_state(rng, truth.formal, after=before))


def _decided(rng: Random, truth: TruePerson, agency: Agency, step: str, day: date) -> Status:
    own = chance(rng, 0.96)
    others = OTHERS_SUSPECT if step in ("presumed", "at_risk") else OTHERS_DECIDE
    return Status(
        step=step,
        when=When.day(day) if chance(rng, 0.92) else None,
        authority=agency.organisation.kind if own else rng.choice(others),
        area=truth.host,
        decided_by=agency.id if own else None,
        grounds=GROUNDS[step].pick(rng) if step in GROUNDS else "unknown",
    )


def _by_the_state(rng: Random, formal: tuple[str, str, date], *, after: tuple[Status, ...]) -> Status:
    """By month only where no earlier step is of that month: the order of steps stays plain."""
    authority, area, day = formal
    month = When.month(day.year, day.month)
    exact = chance(rng, 0.7) or any(each.when and each.when.latest >= month.earliest for each in after)
    return Status(
        step="formally_identified",
        when=When.day(day) if exact else month,
        authority=authority,
        area=area,
        grounds=STATE_GROUNDS.get(authority, "authority_decision"),
    )


def _in_return(rng: Random, statuses: tuple[Status, ...]) -> str:
    if statuses and statuses[-1].step == "formally_identified":
        return answer(rng, 0.7, 0.2)
    return answer(rng, 0, 0.5)


def _residence(rng: Random, truth: TruePerson) -> str:
    drawn = rng.random()
    if drawn < 0.12:
        return "unknown"
    return truth.home if drawn < 0.74 and truth.home != "unknown" else truth.host


def _ages(rng: Random, truth: TruePerson, known: tuple[Episode, ...], met: date) -> Ages:
    """One habit per case, so that a later age never contradicts an earlier one."""
    habit = HABITS_OF_AGE.pick(rng)
    began = truth.earlier if truth.earlier and len(known) > 1 else truth.began
    started = bool(known) and any(each.exploitation != "intended" for each in known)

    def stated(day: date, share: float) -> Age | None:
        years, youngest = truth.age_on(day), truth.happened.youngest
        return stated_age(years, habit=habit, youngest=youngest) if chance(rng, share) else None

    return Ages(
        recruitment=stated(began, 0.54) if known else None,
        start=stated(began, 0.72) if started else None,
        detection=stated(truth.found, 0.9),
        registration=stated(met, 0.9),
    )


def _detection(rng: Random, truth: TruePerson, agency: Agency, found: date, *, by: date) -> Detection | None:
    if chance(rng, 0.03):
        return None
    own = {agency.organisation.kind: 100.0 - sum(FOUND_BY.values())}
    exact = f"Invented checkpoint {rng.randint(1, 40)}" if chance(rng, 0.3) else None
    return Detection(
        when=about(rng, found, by=by) if chance(rng, 0.5) else When.day(found),
        place=Place(area=truth.host, first_level=truth.division if chance(rng, 0.9) else None, exact=exact),
        authority=Weighted(FOUND_BY | own).pick(rng),
    )


def _repatriation(rng: Random, truth: TruePerson, after: date) -> Repatriation | None:
    """Nobody who is still held leaves, and nobody who seeks refuge is sent back against her will."""
    left = after + timedelta(days=rng.randint(20, 200))
    free = truth.fate == "victim" and truth.ending != "still_held"
    if not free or left > LAST or truth.home in ("unknown", truth.host) or not chance(rng, 0.34):
        return None
    fled = truth.displacement in ("refugee", "asylum_seeker")
    if fled and chance(rng, 0.4):
        return None
    resettled = fled and not chance(rng, 0.03)
    return Repatriation(
        area=rng.choice(RESETTLED) if resettled else truth.home,
        kind="resettlement" if resettled else "repatriation",
        when=about(rng, left, by=LAST),
        voluntary="yes" if fled else answer(rng, 0.72, 0.2),
    )


def _mrm(rng: Random, truth: TruePerson, agency: Agency) -> str | None:
    child = truth.age_on(truth.began) < 18 and truth.pattern in ("armed_use", "abducted")
    if child and agency.organisation.kind in ("un_entity", "un_mission") and chance(rng, 0.2):
        return f"MRM-INVENTED-{rng.randint(100, 9999)}"
    return None


def proxy_known(rng: Random, truth: TruePerson, agency: Agency, *, person: str | None) -> Case:
    """A report about an absent person by somebody else: documented, never detected, mostly still held.

    Where nothing is known to have been done to her, somebody fears for her, and there is no episode.
    """
    told = within(rng, max(FIRST, truth.began), truth.found)
    arrived = soon_after(rng, told, 20)
    gone = truth.fate == "victim" and not truth.intended
    closed = CLOSED.pick(rng) if gone else ""
    known = episodes(rng, truth, parties=agency.parties, by=arrived)[-1:] if gone else ()
    feared = Weighted({"presumed": 80, "not_assessed": 20} if gone else {"at_risk": 70, "not_assessed": 30})
    age = stated_age(
        truth.age_on(truth.began), habit=HABITS_OF_AGE.pick(rng), youngest=truth.happened.youngest
    )
    return Case(
        id=new_id(rng),
        organisation=agency.id,
        kind="proxy",
        invented=True,
        arrived=instant(rng, arrived),
        person=person,
        sex=truth.sex,
        citizenships=truth.citizenships,
        ages=Ages(start=age) if gone else Ages(),
        statuses=(_account(truth, agency, feared.pick(rng), told),),
        episodes=tuple(_still_gone(each, _how(rng, closed)) for each in known),
        reporter=Reporter(relation=_reporter(rng, truth), whereabouts=_whereabouts(rng, closed)),
    )


def _how(rng: Random, closed: str) -> str:
    return RETURNED.pick(rng) if closed == "returned" else closed


def _reporter(rng: Random, truth: TruePerson) -> str:
    """No child has a husband who reports her, and no young person a child who does."""
    years = truth.age_on(truth.began)
    return next(reporters for lowest, reporters in REPORTERS if years >= lowest).pick(rng)


def _whereabouts(rng: Random, closed: str) -> str:
    if not closed:
        return "known"
    return "returned" if closed == "returned" else WHEREABOUTS.pick(rng)


def _account(truth: TruePerson, agency: Agency, step: str, met: date) -> Status:
    return Status(
        step=step,
        when=When.day(met),
        authority=agency.organisation.kind,
        area=truth.host,
        decided_by=agency.id,
        grounds="family_account",
    )


def _still_gone(told: Episode, ending: str) -> Episode:
    """What a family can tell: how she was taken, not where she is and how it goes on."""
    return Episode(
        acts=told.acts[:1],
        means=told.means,
        forms=told.forms[:1],
        began=told.began,
        recruited_in=told.recruited_in,
        conflict=told.conflict[:1],
        ransom="yes" if ending == "ransomed" or "ransom_captivity" in told.forms[:1] else "unknown",
        ending=ending,
    )
