"""Which story do the pages and the tutorial tell? One girl, known to three agencies and to the State.

Her father reports that she was abducted at 13. At 21 she escapes and is screened, offline, by the UN
mission: the child rule asks for her age at the start, so no means need be shown. She accepts services and
refuses to take part in accountability (no record holds that yet: it belongs to consent). The refugee entity
misspells her, with a birthday of 1 January. The State identifies her: her case moves from "documented" to
"detected victims" and she is counted once. Her name is plainly invented ("nimune" is Kurdish for "example")
and used nowhere else.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random

from palermo.cases.case import (
    Actor,
    Ages,
    Case,
    ConflictLink,
    Detection,
    Episode,
    Leg,
    PartyInvolved,
    Reporter,
    Status,
)
from palermo.cases.examples.around import Interview, referral
from palermo.cases.examples.draws import new_id
from palermo.cases.examples.known import Agency
from palermo.cases.others import Referral
from palermo.cases.person import Name, Person
from palermo.cases.values import Age, Months, Place, When

NUMBER = 0
HOME = Place(area="IRQ", first_level="IRQ-02", exact="Invented village 100")
TAKEN = When.month(2017, 2)
ESCAPED = When.day(date(2025, 3, 4))
SCREENED = date(2025, 3, 11)
FORMAL = date(2025, 9, 16)


@dataclass(frozen=True, slots=True)
class Story:
    """Ids by role, so that a test, the demo or the tutorial finds her again."""

    number: int
    ngo_person: str
    proxy_case: str
    mission_person: str
    mission_case: str
    refugee_person: str
    refugee_case: str


@dataclass(frozen=True, slots=True)
class StoryRecords:
    story: Story
    persons: tuple[Person, ...]
    cases: tuple[Case, ...]
    referrals: tuple[Referral, ...]
    interviews: tuple[Interview, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return (*(person.id for person in self.persons), *(case.id for case in self.cases))


def tell(rng: Random, *, mission: Agency, refugees: Agency, ngo: Agency) -> StoryRecords:
    """Her three persons and three cases, with their ids by role, and the services that she accepts."""
    persons = _at_the_ngo(rng, ngo), _at_the_mission(rng, mission), _at_the_refugee_entity(rng, refugees)
    cases = (
        _family_report(rng, ngo, persons[0].id),
        _screened(rng, mission, persons[1].id),
        _registered(rng, refugees, persons[2].id),
    )
    story = Story(
        number=NUMBER,
        ngo_person=persons[0].id,
        proxy_case=cases[0].id,
        mission_person=persons[1].id,
        mission_case=cases[1].id,
        refugee_person=persons[2].id,
        refugee_case=cases[2].id,
    )
    served = tuple(
        referral(rng, cases[1], service=need, to=ngo.organisation.short, state=state)
        for need, state in zip(
            cases[1].needs, ("completed", "completed", "accepted", "accepted"), strict=True
        )
    )
    interviews = tuple((agency.id, SCREENED, "IRQ-02") for agency in (mission, refugees))
    return StoryRecords(story, persons, cases, served, interviews)


def _at_the_ngo(rng: Random, agency: Agency) -> Person:
    names = Name(text="زەرینا نموونە", script="Arab"), Name(text="Zerina Nimune")
    birth = When.month(2003, 11)
    return Person(id=new_id(rng), organisation=agency.id, invented=True, names=names, birth=birth)


def _at_the_mission(rng: Random, agency: Agency) -> Person:
    return Person(
        id=new_id(rng),
        organisation=agency.id,
        invented=True,
        names=(
            Name(text="Zerina", kind="given"),
            Name(text="Nimune", kind="family"),
            Name(text="زەرینا نموونە", script="Arab"),
        ),
        birth=When.day(date(2003, 11, 20)),
        notes="Invented note: accepts services; refuses to take part in accountability.",
    )


def _at_the_refugee_entity(rng: Random, agency: Agency) -> Person:
    names = Name(text="Nimona", kind="given"), Name(text="Zarrina", kind="family")
    birth = When.day(date(2004, 1, 1))
    return Person(id=new_id(rng), organisation=agency.id, invented=True, names=names, birth=birth)


def _family_report(rng: Random, agency: Agency, person: str) -> Case:
    told = datetime(2024, 2, 6, 9, 30, tzinfo=UTC)
    return Case(
        id=new_id(rng),
        organisation=agency.id,
        kind="proxy",
        invented=True,
        arrived=told,
        person=person,
        sex="female",
        gender="woman",
        citizenships=("IRQ",),
        habitual_residence="IRQ",
        displacement="internally_displaced",
        ages=Ages(recruitment=Age.exactly(13), start=Age.exactly(13)),
        statuses=(_decided(agency, "presumed", told.date(), "family_account"),),
        episodes=(
            Episode(
                acts=("receipt",),
                means=("abduction", "force"),
                exploitation="unknown",
                began=TAKEN,
                recruited_in=HOME,
                conflict=(ConflictLink(stage="recruitment", link="armed_group"),),
                parties=(PartyInvolved(type="designated_terrorist_group"),),
                ending="still_held",
            ),
        ),
        reporter=Reporter(relation="parent", whereabouts="not_known"),
    )


def _screened(rng: Random, agency: Agency, person: str) -> Case:
    return Case(
        id=new_id(rng),
        organisation=agency.id,
        invented=True,
        arrived=datetime(2025, 9, 18, 7, 12, tzinfo=UTC),
        person=person,
        sex="female",
        gender="woman",
        citizenships=("IRQ",),
        stateless="no",
        habitual_residence="IRQ",
        displacement="internally_displaced",
        ages=Ages(
            recruitment=Age.exactly(13),
            start=Age.exactly(13),
            detection=Age.exactly(21),
            registration=Age.exactly(21),
        ),
        statuses=(
            _decided(agency, "presumed", SCREENED, "screening"),
            _decided(agency, "identified", date(2025, 4, 2), "screening"),
            Status(
                step="formally_identified",
                when=When.day(FORMAL),
                authority="prosecution_or_court",
                area="IRQ",
                grounds="court_decision",
            ),
        ),
        detection=Detection(when=When.day(SCREENED), place=HOME, authority="un_mission"),
        episodes=(_episode(agency),),
        earlier_trafficking="no",
        detained="no",
        prosecuted="no",
        in_state_return="yes",
        needs=("shelter", "psychosocial", "legal", "documentation"),
    )


def _episode(agency: Agency) -> Episode:
    group = "designated_terrorist_group"
    party = PartyInvolved(type=group, party=agency.parties.get((group, "IRQ")), unit="Invented unit 7")
    syria = Place(area="SYR")
    return Episode(
        acts=("transportation", "transfer", "harbouring", "receipt"),
        means=("abduction", "force"),
        purposes=("slavery", "sexual", "other"),
        forms=("forced_marriage", "sexual_slavery", "armed_support"),
        exploitation="realised",
        began=TAKEN,
        ended=ESCAPED,
        duration=Months(lowest=96, highest=97),
        recruited_in=HOME,
        exploited_in=(syria, Place(area="IRQ", first_level="IRQ-04")),
        conflict=(
            ConflictLink(stage="recruitment", link="armed_group"),
            ConflictLink(stage="transit", link="trafficked_into_conflict"),
            ConflictLink(stage="exploitation", link="armed_group"),
            ConflictLink(stage="detection", link="post_conflict"),
        ),
        parties=(party,),
        actors=(
            Actor(role="recruiter", relation="armed_group", sex="male"),
            Actor(role="seller", relation="armed_group", sex="male"),
            Actor(role="buyer", relation="armed_group", sex="male"),
            Actor(role="exploiter", relation="armed_group", sex="male"),
        ),
        journey=(Leg(origin=HOME, destination=syria, when=When.year_of(2017), mode="road", smuggled="no"),),
        sold="yes",
        resold="yes",
        ransom="no",
        online="yes",
        ending="escaped",
    )


def _registered(rng: Random, agency: Agency, person: str) -> Case:
    day = date(2025, 5, 20)
    return Case(
        id=new_id(rng),
        organisation=agency.id,
        invented=True,
        arrived=datetime(2025, 5, 27, 13, 40, tzinfo=UTC),
        person=person,
        sex="female",
        citizenships=("IRQ",),
        displacement="internally_displaced",
        ages=Ages(start=Age(lowest=12, highest=15), detection=Age.exactly(21), registration=Age.exactly(21)),
        statuses=(_decided(agency, "identified", day, "registration"),),
        detection=Detection(
            when=When.month(2025, 3), place=Place(area="IRQ", first_level="IRQ-02"), authority="un_entity"
        ),
        episodes=(
            Episode(
                acts=("receipt",),
                means=("abduction",),
                purposes=("slavery",),
                forms=("forced_marriage",),
                exploitation="realised",
                began=When.year_of(2017),
                ended=When(earliest=date(2025, 1, 1), latest=day),
                recruited_in=Place(area="IRQ", first_level="IRQ-02"),
                exploited_in=(Place(area="SYR"),),
                conflict=(ConflictLink(stage="exploitation", link="armed_group"),),
                sold="yes",
                ending="escaped",
            ),
        ),
        needs=("shelter", "documentation"),
    )


def _decided(agency: Agency, step: str, day: date, grounds: str) -> Status:
    return Status(
        step=step,
        when=When.day(day),
        authority=agency.organisation.kind,
        area="IRQ",
        decided_by=agency.id,
        grounds=grounds,
    )
