"""How does a case enter the tables? One `Counted` row per case, by a counting rule that travels with them.

Rule (version 2026.1). A person identified by a national authority is a *detected victim*; one identified by
an organisation is *documented*; presumed victims are a third indicator; they are never summed. At risk, not
identified, not assessed and proxy reports are not victims. Year and country are those of detection, where
the detecting authority is of the kind counted, else those of the decision counted. Age is age at detection.
Source: UNODC metadata sheet of 24 January 2023 (victim = identified by national authorities).
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from palermo.cases.case import NATIONAL, Case, Episode, Status
from palermo.cases.record import Record
from palermo.cases.values import Place, When
from palermo.codes import crosswalk

COUNTING_RULE = "2026.1"
UNKNOWN = ("unknown",)
ROUTE = ("unknown>unknown",)
STANDINGS = {"formally_identified": "detected_victims", "identified": "documented", "presumed": "presumed"}
NOT_COUNTED = ("proxy", "at_risk", "not_identified", "not_assessed")


class Counted(Record, frozen=True, kw_only=True):
    """One case as tables see it: codes only. Multi-valued fields are never empty; unknown is a value.

    `routes` holds "recruited>exploited" per episode, so that areas of two episodes are never joined.
    """

    case: str
    organisation: str
    person: str
    standing: str
    year: int | None
    area: str
    sex: str
    age_group: str
    stateless: bool
    citizenships: tuple[str, ...]
    forms: tuple[str, ...]
    portal_forms: tuple[str, ...]
    repatriation: tuple[str, ...]
    displacement: str
    conflict: tuple[str, ...]
    party_types: tuple[str, ...]
    recruited_in: tuple[str, ...]
    exploited_in: tuple[str, ...]
    routes: tuple[str, ...] = ROUTE


def counted(case: Case) -> Counted:
    """The case's row for the tables; a case without a person is its own person.

    >>> counted(Case(id="1" * 32, organisation="2" * 32)).standing
    'not_assessed'
    """
    when, area = _when_and_where(case)
    forms = _distinct(form for episode in case.episodes for form in episode.forms)
    mapped = _distinct(target for form in forms for target in crosswalk("portal").get(form, ()))
    return Counted(
        case=case.id,
        organisation=case.organisation,
        person=case.person or case.id,
        standing=standing(case),
        year=when.year if when else None,
        area=area,
        sex=case.sex,
        age_group=case.ages.detection.group if case.ages.detection else "unknown",
        stateless=case.stateless == "yes" or "stateless" in case.citizenships,
        citizenships=case.citizenships or (("stateless",) if case.stateless == "yes" else UNKNOWN),
        forms=forms,
        portal_forms=mapped,
        repatriation=(case.repatriation.area,) if case.repatriation else (),
        displacement=case.displacement,
        conflict=_distinct(f"{c.stage}:{c.link}" for episode in case.episodes for c in episode.conflict),
        party_types=_distinct(p.type for episode in case.episodes for p in episode.parties),
        recruited_in=_areas(episode.recruited_in for episode in case.episodes),
        exploited_in=_areas(chain.from_iterable(episode.exploited_in for episode in case.episodes)),
        routes=tuple(dict.fromkeys(chain.from_iterable(map(_routes, case.episodes)))) or ROUTE,
    )


def standing(case: Case) -> str:
    """The indicator that counts the case, or why none does."""
    return "proxy" if case.kind == "proxy" else STANDINGS.get(case.status, case.status)


def _when_and_where(case: Case) -> tuple[When | None, str]:
    found, decided = case.detection, case.statuses[-1] if case.statuses else Status(step="not_assessed")
    formal = decided.step == "formally_identified"
    if found and (not formal or found.authority in NATIONAL):
        return found.when, found.place.area
    return decided.when, decided.area


def _routes(episode: Episode) -> Iterator[str]:
    """Recruitment and exploitation of one episode; areas of two episodes are never joined."""
    start = episode.recruited_in.area if episode.recruited_in else "unknown"
    yield from (f"{start}>{area}" for area in _areas(episode.exploited_in))


def _distinct(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes)) or UNKNOWN


def _areas(places: Iterable[Place | None]) -> tuple[str, ...]:
    return _distinct(place.area for place in places if place)
