"""What stands beside the cases? Organisations, parties, incidents, referrals, effort, returns: invented."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from palermo.cases.case import Case
from palermo.cases.examples.draws import FIRST, LAST, Weighted, chance, instant, new_id, some
from palermo.cases.examples.places import DIVISIONS
from palermo.cases.others import (
    AggregateReturn,
    Effort,
    Incident,
    Organisation,
    Party,
    PatternReturn,
    Referral,
)
from palermo.cases.values import Place, When

HOST_AREAS = tuple(DIVISIONS)
NO_CASES = ("YEM", "SOM")
MONTHS = tuple((year, month) for year in (2024, 2025) for month in range(1, 13))

ORGANISATIONS = (
    ("United Nations Mission for the Five Areas (invented)", "UNMFA (invented)", "un_mission", HOST_AREAS),
    ("UN Entity for Refugees (invented)", "UNER (invented)", "un_entity", HOST_AREAS),
    ("UN Entity for Children (invented)", "UNEC (invented)", "un_entity", HOST_AREAS),
    ("Lantern House, an NGO (invented)", "Lantern House (invented)", "ngo", ("IRQ", "LBY", "NGA")),
    ("National Committee of IRQ (invented)", "State of IRQ (invented)", "national_authority", ("IRQ",)),
)  # fmt: skip
PARTIES = (
    ("The Grey Banner (invented)", "designated_terrorist_group", ("IRQ", "SYR")),
    ("Front of the Two Rivers (invented)", "armed_group", ("IRQ",)),
    ("Guards of the Dunes (invented)", "militia", ("LBY", "SDN")),
    ("Salt Road Brigade (invented)", "armed_group", ("LBY", "NER")),
    ("Lake Shore Movement (invented)", "designated_terrorist_group", ("NGA", "NER", "TCD")),
    ("Army of the Host State (invented)", "armed_force", ("SDN",)),
    ("Expeditionary Corps (invented)", "foreign_force", ("LBY",)),
    ("Village Watch (invented)", "militia", ("NGA",)),
    ("League of the Horn (invented)", "armed_group", ("SOM", "ETH")),
    ("Company of Masks (invented)", "other", ("LBY",)),
    ("Men without a Name (invented)", "unknown", ("SDN",)),
)
INCIDENTS = Weighted(
    {"abduction": 30, "recruitment_or_use": 24, "sexual_violence": 14, "sale": 12, "hostage_taking": 9}
    | {"forced_displacement": 9, "other": 4}
)
VERIFIED = Weighted(
    {"verified": 38, "report_pending_verification": 36, "reported_not_verified": 16}
    | {"verification_found_that_incident_did_not_occur": 6, "not_mrm": 6}
)
REFERRED = Weighted({"sent": 24, "accepted": 26, "completed": 38, "declined": 12})


def organisations(rng: Random) -> tuple[Organisation, ...]:
    """The five: UN mission, refugee entity, children's entity, NGO, national authority."""
    return tuple(
        Organisation(id=new_id(rng), name=name, short=short, kind=kind, areas=areas, invented=True)
        for name, short, kind, areas in ORGANISATIONS
    )


def parties(rng: Random, organisation: str) -> tuple[Party, ...]:
    """Invented parties to the conflicts, as `organisation` keeps them; every party type occurs."""
    return tuple(
        Party(id=new_id(rng), organisation=organisation, name=name, type=kind, areas=areas, invented=True)
        for name, kind, areas in PARTIES
    )


def incidents(
    rng: Random, organisation: str, *, known: tuple[Party, ...], count: int
) -> tuple[Incident, ...]:
    """`count` incidents, by one of the `known` parties or by nobody known."""
    return tuple(_incident(rng, organisation, known) for _ in range(count))


def _incident(rng: Random, organisation: str, known: tuple[Party, ...]) -> Incident:
    party = rng.choice(known) if known and chance(rng, 0.7) else None
    area = (
        next((area for area in party.areas if area in DIVISIONS), "IRQ") if party else rng.choice(HOST_AREAS)
    )
    day = FIRST + timedelta(days=rng.randint(0, (LAST - FIRST).days))
    lowest = rng.choice((1, 1, 2, 3, 5, 8, 20))
    return Incident(
        id=new_id(rng),
        organisation=organisation,
        type=INCIDENTS.pick(rng),
        when=When.day(day) if chance(rng, 0.7) else When.month(day.year, day.month),
        place=Place(
            area=area, first_level=_division(rng, area), exact=f"Invented village {rng.randint(1, 99)}"
        ),
        parties=(party.id,) if party else (),
        persons_lowest=lowest,
        persons_highest=None if chance(rng, 0.2) else lowest + rng.choice((0, 0, 0, 2, 10)),
        verification=VERIFIED.pick(rng),
        invented=True,
    )


def _division(rng: Random, area: str) -> str:
    return f"{area}-{rng.randint(1, DIVISIONS[area]):02d}"


def referrals(rng: Random, cases: Iterable[Case], *, to: tuple[str, ...]) -> tuple[Referral, ...]:
    """Referrals of direct cases to the services they need; `to` are short names of who gives them."""
    return tuple(
        referral(rng, case, service=service, to=rng.choice(to), state=REFERRED.pick(rng))
        for case in cases
        if case.kind == "direct"
        for service in case.needs
        if chance(rng, 0.5)
    )


def referral(rng: Random, case: Case, *, service: str, to: str, state: str) -> Referral:
    """One referral, sent within ten days of the first step, else of the detection."""
    first = case.statuses[0].when if case.statuses else None
    first = first or (case.detection.when if case.detection else None)
    sent = min(LAST, (first.latest if first else LAST) + timedelta(days=rng.randint(0, 10)))
    return Referral(
        id=new_id(rng),
        organisation=case.organisation,
        case=case.id,
        service=service,
        to=to,
        when=When.day(sent),
        state=state,
        invented=True,
    )


Interview = tuple[str, date, str]


def efforts(rng: Random, organisation: Organisation, interviews: Iterable[Interview]) -> tuple[Effort, ...]:
    """Interviews per month and division: those behind the cases, and those that indicated nothing.

    They are counted on their true day, however roughly a case tells it: a coarse date makes no trend.
    """
    held = Counter(
        (day.year, day.month, division) for by, day, division in interviews if by == organisation.id
    )
    return tuple(
        _effort(rng, organisation.id, year, month, area, division, held[year, month, division])
        for year, month in MONTHS
        for area in organisation.areas
        for division in (f"{area}-{number:02d}" for number in range(1, DIVISIONS[area] + 1))
    )


def _effort(
    rng: Random, organisation: str, year: int, month: int, area: str, division: str, cases: int
) -> Effort:
    nothing = rng.randint(0, 6 + 2 * cases)
    return Effort(
        id=new_id(rng),
        organisation=organisation,
        month=When.month(year, month),
        place=Place(area=area, first_level=division),
        interviews=cases + nothing,
        without_indication=nothing,
        invented=True,
    )


def aggregate_returns(rng: Random, organisation: str) -> Iterator[AggregateReturn]:
    """Yearly counts, by sex and age group, from areas where the mission may not hold cases."""
    for area in NO_CASES:
        for year in (2024, 2025):
            for sex in ("female", "male"):
                for age_group in ("child", "adult"):
                    low = rng.randint(3, 60)
                    yield AggregateReturn(
                        id=new_id(rng),
                        organisation=organisation,
                        indicator="documented",
                        place=Place(area=area),
                        period=When.year_of(year),
                        low=low,
                        high=low + rng.choice((0, 0, 5, 12)),
                        sex=sex,
                        age_group=age_group,
                        arrived=instant(rng, date(year, 12, 20)),
                        invented=True,
                    )


def pattern_returns(rng: Random, organisation: str) -> Iterator[PatternReturn]:
    """Quarterly observations without counts, from the same areas."""
    for area in NO_CASES:
        for year, month in MONTHS[2::3]:
            yield PatternReturn(
                id=new_id(rng),
                organisation=organisation,
                place=Place(area=area),
                period=When(earliest=date(year, month - 2, 1), latest=When.month(year, month).latest),
                forms=some(rng, ("forced_marriage", "armed_support", "forced_labour", "begging"), 3),
                means=some(rng, ("abduction", "force", "deception", "payments_benefits"), 2),
                links=some(rng, ("armed_group", "fleeing_conflict", "in_conflict_zone"), 2),
                party_types=some(rng, ("armed_group", "militia"), 2),
                displacement=some(rng, ("internally_displaced", "refugee", "migrant"), 2),
                arrived=instant(rng, When.month(year, month).latest),
                invented=True,
            )
