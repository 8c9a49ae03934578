"""How does a case enter the tables? One `Counted` row per case, by a counting rule that travels with them.

Rule (version 2026.1). A person identified by a national authority is a *detected victim*, until a national
authority takes that back; one identified by a UN mission or entity is *documented*; those identified by other
organisations and presumed victims are indicators of their own; none is ever summed with another. At risk, not
identified, not assessed, proxy reports and cases that a State's return already holds are not counted.

Year and country of a detected victim are those of detection by the State that identified her, else those of
its decision; of others those of detection, else of the decision; what is missing in one is taken from the
other. Age is that of the same moment: age when first found, carried forward to a later year.
Source: UNODC metadata sheet of 24 January 2023 (victim = identified by national authorities).
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from palermo.cases.case import NATIONAL, Case, Detection, Episode, Status
from palermo.cases.record import Record
from palermo.cases.values import Place, When, aged
from palermo.codes import crosswalk

COUNTING_RULE = "2026.1"
UNKNOWN = ("unknown",)
ROUTE = ("unknown>unknown",)
UNITED_NATIONS = frozenset(("un_mission", "un_entity"))
VICTIMS = ("detected_victims", "documented", "documented_others", "presumed")
NOT_COUNTED = ("proxy", "in_state_return", "at_risk", "not_identified", "not_assessed")


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
    in_return: str = "unknown"


def counted(case: Case) -> Counted:
    """The case's row for the tables; a case without a person is its own person.

    >>> counted(Case(id="1" * 32, organisation="2" * 32)).standing
    'not_assessed'
    """
    when, area = _when_and_where(case)
    stateless = case.stateless == "yes" or "stateless" in case.citizenships
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
        age_group=_age_group(case, when),
        stateless=stateless,
        citizenships=("stateless",) if stateless else case.citizenships or UNKNOWN,
        forms=forms,
        portal_forms=mapped,
        repatriation=_repatriated_to(case),
        displacement=case.displacement,
        conflict=_distinct(f"{c.stage}:{c.link}" for episode in case.episodes for c in episode.conflict),
        party_types=_distinct(p.type for episode in case.episodes for p in episode.parties),
        recruited_in=_areas(episode.recruited_in for episode in case.episodes),
        exploited_in=_areas(chain.from_iterable(episode.exploited_in for episode in case.episodes)),
        routes=tuple(dict.fromkeys(chain.from_iterable(map(_routes, case.episodes)))) or ROUTE,
        in_return=case.in_state_return,
    )


def standing(case: Case) -> str:
    """The indicator that counts the case, or why none does."""
    if case.kind == "proxy":
        return "proxy"
    decided = case.decided or UNDECIDED
    if decided.step == "formally_identified":
        return "detected_victims"
    if decided.step not in ("identified", "presumed"):
        return decided.step
    if case.in_state_return == "yes":
        return "in_state_return"
    if decided.step == "presumed":
        return "presumed"
    return "documented" if decided.authority in UNITED_NATIONS else "documented_others"


def _when_and_where(case: Case) -> tuple[When | None, str]:
    found, decided = case.detection or NOT_FOUND, case.decided or UNDECIDED
    if decided.step == "formally_identified" and not _found_by(decided, found):
        return _known(decided.when), decided.area
    area = found.place.area if found.place.area != "unknown" else decided.area
    return _known(found.when) or _known(decided.when), area


NOT_FOUND = Detection()
UNDECIDED = Status(step="not_assessed")


def _found_by(decided: Status, found: Detection) -> bool:
    """Whether the State that decided is the one that found her."""
    same = found.place.area == decided.area or "unknown" in (found.place.area, decided.area)
    return found.authority in NATIONAL and same


def _known(when: When | None) -> When | None:
    return when if when and when.year else None


def _age_group(case: Case, when: When | None) -> str:
    age, found = case.ages.detection, case.detection.when if case.detection else None
    if age is None:
        return "unknown"
    return (aged(age, found=found.coarse(), later=when.coarse()) if found and when else age).group


def _repatriated_to(case: Case) -> tuple[str, ...]:
    """Resettlement in a third country is not repatriation."""
    back = case.repatriation
    return (back.area,) if back and back.kind == "repatriation" else ()


def _routes(episode: Episode) -> Iterator[str]:
    """Recruitment and exploitation of one episode; areas of two episodes are never joined."""
    start = episode.recruited_in.area if episode.recruited_in else "unknown"
    yield from (f"{start}>{area}" for area in _areas(episode.exploited_in))


def _distinct(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes)) or UNKNOWN


def _areas(places: Iterable[Place | None]) -> tuple[str, ...]:
    return _distinct(place.area for place in places if place)
