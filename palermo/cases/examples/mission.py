"""Which case files can a newcomer, a test or a benchmark work with? Those of an invented mission.

Five invented organisations, about 4,000 cases over 24 months, in real areas with invented divisions. The same
seed gives the same bytes. No person, group, authority or share in it is real or an estimate of anything real.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from random import Random

from palermo.cases.case import Case
from palermo.cases.examples import around
from palermo.cases.examples.around import Interview
from palermo.cases.examples.draws import Weighted, chance
from palermo.cases.examples.known import Agency, case_known, identity, meeting, proxy_known
from palermo.cases.examples.story import Story, tell
from palermo.cases.examples.truth import TruePerson, true_person
from palermo.cases.lines import AnyRecord
from palermo.cases.others import (
    AggregateReturn,
    Effort,
    Incident,
    Organisation,
    Party,
    PatternReturn,
    Referral,
)
from palermo.cases.person import Person


@dataclass(frozen=True, slots=True)
class Mission:
    """The records of an invented mission, and what no organisation knows: `truth` and `story`."""

    organisations: tuple[Organisation, ...]
    parties: tuple[Party, ...]
    persons: tuple[Person, ...]
    cases: tuple[Case, ...]
    incidents: tuple[Incident, ...]
    referrals: tuple[Referral, ...]
    efforts: tuple[Effort, ...]
    aggregate_returns: tuple[AggregateReturn, ...]
    pattern_returns: tuple[PatternReturn, ...]
    truth: Mapping[str, int] = field(repr=False)
    story: Story

    @property
    def records(self) -> tuple[AnyRecord, ...]:
        """All records, organisations first, each after what it refers to."""
        held: tuple[tuple[AnyRecord, ...], ...] = (
            self.organisations,
            self.parties,
            self.persons,
            self.cases,
            self.incidents,
            self.referrals,
            self.efforts,
            self.aggregate_returns,
            self.pattern_returns,
        )
        return tuple(chain.from_iterable(held))

    def of(self, organisation: str) -> tuple[AnyRecord, ...]:
        """The records of one organisation, itself first."""
        return tuple(each for each in self.records if _owner(each) == organisation)


def _owner(record: AnyRecord) -> str:
    return record.id if isinstance(record, Organisation) else record.organisation


KNOWN_TO = Weighted({1: 84, 2: 12, 3: 4})


def invented_mission(*, seed: int = 1949, cases: int = 4000) -> Mission:
    """The mission with `cases` cases, three of them the story's; deterministic in `seed`.

    >>> mission = invented_mission(cases=40)
    >>> len(mission.cases), len(mission.organisations), all(case.invented for case in mission.cases)
    (40, 5, True)
    """
    rng = Random(seed)  # noqa: S311
    organisations = around.organisations(rng)
    known_parties = around.parties(rng, organisations[0].id)
    agencies = _agencies(organisations, known_parties)
    told = tell(rng, mission=agencies[0], refugees=agencies[1], ngo=agencies[3])
    truth = dict.fromkeys(told.ids, told.story.number)
    persons, held = list(told.persons), list(told.cases)
    interviews = list(told.interviews)
    for number, person, case, interview in _people(rng, agencies, count=max(0, cases - len(held))):
        held.append(case)
        interviews += [interview] if interview else []
        truth[case.id] = number
        if person and person.id not in truth:
            persons.append(person)
            truth[person.id] = number
    return Mission(
        organisations=organisations,
        parties=known_parties,
        persons=tuple(persons),
        cases=tuple(held),
        incidents=_incidents(rng, organisations, known_parties, count=cases // 50),
        referrals=(*told.referrals, *_referrals(rng, organisations, held[len(told.cases) :])),
        efforts=_efforts(rng, organisations, interviews),
        aggregate_returns=tuple(around.aggregate_returns(rng, organisations[0].id)),
        pattern_returns=tuple(around.pattern_returns(rng, organisations[0].id)),
        truth=truth,
        story=told.story,
    )


def _agencies(organisations: tuple[Organisation, ...], parties: tuple[Party, ...]) -> tuple[Agency, ...]:
    """The four that hold cases. The mission may hold none in SOM; the State sends returns only."""
    mission, refugees, children, ngo, _ = organisations
    by_type = {(party.type, area): party.id for party in reversed(parties) for area in party.areas}
    everywhere = tuple(around.HOST_AREAS)
    return (
        Agency(mission, "english", 0.5, ("IRQ", "LBY", "NGA", "SDN"), by_type, proxies=0.04),
        Agency(refugees, "plain", 0.25, everywhere, {}),
        Agency(children, "french", 0.4, everywhere, {}, proxies=0.05),
        Agency(ngo, "german", 0.7, ngo.areas, {}, proxies=0.14),
    )


WEIGHTS = (34, 30, 16, 20)


def _people(
    rng: Random, agencies: tuple[Agency, ...], *, count: int
) -> Iterator[tuple[int, Person | None, Case, Interview | None]]:
    """True person number, the agency's person (None where no identity was taken), its case and interview."""
    made, number = 0, 0
    while made < count:
        number += 1
        truth = true_person(rng, number=number)
        for agency in _who_knows(rng, truth, agencies):
            for person, case, interview in _at(rng, truth, agency):
                if made < count:
                    made += 1
                    yield number, person, case, interview


def _who_knows(rng: Random, truth: TruePerson, agencies: tuple[Agency, ...]) -> tuple[Agency, ...]:
    child = truth.age_on(truth.found) < 18
    there = [
        (agency, weight)
        for place, (agency, weight) in enumerate(zip(agencies, WEIGHTS, strict=True))
        if truth.host in agency.hosts and (place != 2 or child)
    ]
    first = Weighted(dict(enumerate(weight for _, weight in there))).pick(rng)
    others = [place for place in range(len(there)) if place != first]
    more = rng.sample(others, min(KNOWN_TO.pick(rng) - 1, len(others)))
    return tuple(there[place][0] for place in (first, *sorted(more)))


def _at(
    rng: Random, truth: TruePerson, agency: Agency
) -> Iterator[tuple[Person | None, Case, Interview | None]]:
    person = identity(rng, truth, agency) if chance(rng, 0.88) else None
    named = person.id if person else None
    if chance(rng, agency.proxies):
        yield person, proxy_known(rng, truth, agency, person=named), None
        return
    for again in (0, 1) if person and chance(rng, 0.025) else (0,):
        at = meeting(rng, truth, again=again)
        interview = agency.id, at.found, truth.division
        yield person, case_known(rng, truth, agency, at, person=named), interview


def _incidents(
    rng: Random, organisations: tuple[Organisation, ...], parties: tuple[Party, ...], *, count: int
) -> tuple[Incident, ...]:
    by_mission = around.incidents(rng, organisations[0].id, known=parties, count=count)
    return (*by_mission, *around.incidents(rng, organisations[2].id, known=(), count=count // 4))


def _referrals(
    rng: Random, organisations: tuple[Organisation, ...], cases: Iterable[Case]
) -> tuple[Referral, ...]:
    return around.referrals(rng, cases, to=tuple(each.short for each in organisations[1:4]))


def _efforts(
    rng: Random, organisations: tuple[Organisation, ...], interviews: list[Interview]
) -> tuple[Effort, ...]:
    each = (around.efforts(rng, organisation, interviews) for organisation in organisations[:4])
    return tuple(chain.from_iterable(each))
