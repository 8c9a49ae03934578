"""What does one agency know of a person? Its own record of who she is, and its own case, both incomplete.

Several agencies that know the same person write her name, birth and ages in their own way; nothing here tells
them that she is the same. Identity goes to `Person`, the case refers to it by id only.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from palermo.cases.case import Ages, Case, Detection, Episode, Repatriation, Reporter, Status
from palermo.cases.examples.draws import (
    Weighted,
    about,
    answer,
    chance,
    instant,
    new_id,
    some,
    soon_after,
    stated_age,
)
from palermo.cases.examples.episodes import episodes
from palermo.cases.examples.naming import written
from palermo.cases.examples.places import RESETTLED
from palermo.cases.examples.truth import TruePerson
from palermo.cases.others import Organisation
from palermo.cases.person import Contact, Document, Person
from palermo.cases.values import Place, When
from palermo.codes import code_list


@dataclass(frozen=True, slots=True)
class Agency:
    """An organisation with its habits: spelling, share of native script, areas and parties it records."""

    organisation: Organisation
    habit: str
    native: float
    hosts: tuple[str, ...]
    parties: dict[str, str]
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
OTHERS_DECIDE = ("de_facto_authority", "intergovernmental", "self_or_family", "other", "unknown")
UNIDENTIFIED = {"at_risk": "at_risk", "not_identified": "not_identified"}
GROUNDS = {
    "presumed": Weighted({"screening": 60, "referral": 16, "registration": 14, "other": 2, "unknown": 8}),
    "identified": Weighted({"screening": 50, "registration": 30, "referral": 14, "unknown": 6}),
    "at_risk": Weighted({"screening": 70, "registration": 20, "unknown": 10}),
    "not_identified": Weighted({"screening": 80, "registration": 16, "unknown": 4}),
}
STATE_GROUNDS = {"police": "police_inquiry", "prosecution_or_court": "court_decision"}
REPORTERS = Weighted(
    {"parent": 40, "spouse": 8, "sibling": 14, "child": 5, "other_family": 12, "community_leader": 7}
    | {"witness": 5, "released_captive": 6, "organisation": 4, "other": 4, "unknown": 5}
)
WHEREABOUTS = Weighted({"not_known": 60, "believed": 24, "known": 12, "returned": 4})
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


def case_known(rng: Random, truth: TruePerson, agency: Agency, *, person: str | None, again: int = 0) -> Case:
    """The agency's case; `again` counts earlier cases of the same person, which lie some weeks before."""
    met = soon_after(rng, truth.found, 45 + 60 * again)
    statuses = _statuses(rng, truth, agency, met)
    return Case(
        id=new_id(rng),
        organisation=agency.id,
        invented=True,
        arrived=instant(rng, met + timedelta(days=rng.randint(0, 60))),
        person=person,
        sex=truth.sex if chance(rng, 0.97) else "unknown",
        gender=truth.gender if chance(rng, 0.9) else "unknown",
        citizenships=truth.citizenships if chance(rng, 0.94) else (),
        stateless="yes" if truth.stateless else answer(rng, 0, 0.2),
        habitual_residence=_residence(rng, truth),
        displacement=truth.displacement if chance(rng, 0.92) else "unknown",
        ages=_ages(rng, truth, met),
        statuses=statuses,
        detection=_detection(rng, truth, agency, met),
        episodes=episodes(rng, truth, parties=agency.parties),
        earlier_trafficking=answer(rng, 0.08, 0.5),
        repatriation=_repatriation(rng, truth, met),
        detained=answer(rng, 0.3 if truth.pattern == "armed_use" else 0.09, 0.35),
        prosecuted=answer(rng, 0.12 if truth.pattern == "armed_use" else 0.03, 0.4),
        in_state_return=_in_return(rng, statuses),
        mrm_case=_mrm(rng, truth, agency),
        needs=some(rng, SERVICES, 3),
    )


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
    before = (each for each in history if not each.when or each.when.latest <= decided)
    return (*before, _by_the_state(rng, truth.formal))


def _decided(rng: Random, truth: TruePerson, agency: Agency, step: str, day: date) -> Status:
    own = chance(rng, 0.96)
    return Status(
        step=step,
        when=When.day(day) if chance(rng, 0.92) else None,
        authority=agency.organisation.kind if own else rng.choice(OTHERS_DECIDE),
        area=truth.host,
        decided_by=agency.id if own else None,
        grounds=GROUNDS[step].pick(rng) if step in GROUNDS else "unknown",
    )


def _by_the_state(rng: Random, formal: tuple[str, str, date]) -> Status:
    authority, area, day = formal
    return Status(
        step="formally_identified",
        when=When.day(day) if chance(rng, 0.7) else When.month(day.year, day.month),
        authority=authority,
        area=area,
        grounds=STATE_GROUNDS.get(authority, "authority_decision"),
    )


def _in_return(rng: Random, statuses: tuple[Status, ...]) -> str:
    if statuses and statuses[-1].step == "formally_identified":
        return answer(rng, 0.7, 0.2)
    return answer(rng, 0.01, 0.5)


def _residence(rng: Random, truth: TruePerson) -> str:
    drawn = rng.random()
    if drawn < 0.12:
        return "unknown"
    return truth.home if drawn < 0.74 and truth.home != "unknown" else truth.host


def _ages(rng: Random, truth: TruePerson, met: date) -> Ages:
    return Ages(
        recruitment=stated_age(rng, truth.age_on(truth.began)) if chance(rng, 0.6) else None,
        start=stated_age(rng, truth.age_on(truth.began)) if chance(rng, 0.8) else None,
        detection=stated_age(rng, truth.age_on(truth.found)),
        registration=stated_age(rng, truth.age_on(met)),
    )


def _detection(rng: Random, truth: TruePerson, agency: Agency, met: date) -> Detection | None:
    if chance(rng, 0.03):
        return None
    own = {agency.organisation.kind: 100.0 - sum(FOUND_BY.values())}
    found = truth.found if chance(rng, 0.7) else met
    exact = f"Invented checkpoint {rng.randint(1, 40)}" if chance(rng, 0.3) else None
    return Detection(
        when=about(rng, found) if chance(rng, 0.5) else When.day(found),
        place=Place(area=truth.host, first_level=truth.division if chance(rng, 0.9) else None, exact=exact),
        authority=Weighted(FOUND_BY | own).pick(rng),
    )


def _repatriation(rng: Random, truth: TruePerson, met: date) -> Repatriation | None:
    if truth.fate != "victim" or truth.home in ("unknown", truth.host) or not chance(rng, 0.2):
        return None
    resettled = truth.displacement in ("refugee", "asylum_seeker") and chance(rng, 0.6)
    return Repatriation(
        area=rng.choice(RESETTLED) if resettled else truth.home,
        kind="resettlement" if resettled else "repatriation",
        when=about(rng, met + timedelta(days=rng.randint(30, 200))),
        voluntary=answer(rng, 0.72, 0.2),
    )


def _mrm(rng: Random, truth: TruePerson, agency: Agency) -> str | None:
    child = truth.age_on(truth.began) < 18 and truth.pattern in ("armed_use", "abducted")
    if child and agency.organisation.kind in ("un_entity", "un_mission") and chance(rng, 0.2):
        return f"MRM-INVENTED-{rng.randint(100, 9999)}"
    return None


def proxy_known(rng: Random, truth: TruePerson, agency: Agency, *, person: str | None) -> Case:
    """A report about an absent person by somebody else: documented, never detected, maybe still held."""
    met = soon_after(rng, truth.began, 60) if truth.began.year >= 2024 else truth.found
    step = Weighted({"presumed": 70, "at_risk": 12, "not_assessed": 18}).pick(rng)
    return Case(
        id=new_id(rng),
        organisation=agency.id,
        kind="proxy",
        invented=True,
        arrived=instant(rng, soon_after(rng, met, 20)),
        person=person,
        sex=truth.sex,
        citizenships=truth.citizenships,
        ages=Ages(start=stated_age(rng, truth.age_on(truth.began))),
        statuses=(_account(truth, agency, step, met),),
        episodes=tuple(_still_gone(each) for each in episodes(rng, truth, parties=agency.parties)[-1:]),
        reporter=Reporter(relation=REPORTERS.pick(rng), whereabouts=WHEREABOUTS.pick(rng)),
    )


def _account(truth: TruePerson, agency: Agency, step: str, met: date) -> Status:
    return Status(
        step=step,
        when=When.day(met),
        authority=agency.organisation.kind,
        area=truth.host,
        decided_by=agency.id,
        grounds="family_account",
    )


def _still_gone(told: Episode) -> Episode:
    """What a family can tell: how she was taken, not where she is and how it goes on."""
    return Episode(
        acts=told.acts[:1],
        means=told.means,
        forms=told.forms[:1],
        began=told.began,
        recruited_in=told.recruited_in,
        conflict=told.conflict[:1],
        ending="still_held",
    )
