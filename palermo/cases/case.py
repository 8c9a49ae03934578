"""What happened to one person, as one organisation knows it?

Unknown is a value, never a total. Status is a dated history. Sources: Palermo Protocol, Article 3;
S/2016/949, paragraphs 4-17, 29-32, 49-54; HTCDS 2.0; UNODC data portal.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from palermo.cases.record import AREA_OR_SPECIAL, Broken, Record
from palermo.cases.values import NO_SENTENCE, SHORT_CODE, Age, Months, Place, Source, When

NATIONAL = frozenset(
    (
        "police",
        "prosecution_or_court",
        "immigration",
        "labour_inspection",
        "social_services",
        "national_other",
    )
)


class Status(Record, frozen=True, kw_only=True):
    """One step of the history: who decided, when, on what grounds."""

    CODED = {
        "step": "status_steps",
        "authority": "authority_types",
        "area": AREA_OR_SPECIAL,
        "grounds": "status_grounds",
    }

    step: str
    when: When | None = None
    authority: str = "unknown"
    area: str = "unknown"
    decided_by: str | None = None
    grounds: str = "unknown"

    def faults(self) -> Iterator[Broken]:
        if self.step == "formally_identified" and self.authority not in NATIONAL:
            yield self.fault("authority", "a national authority; a de facto authority is not the State")
        if self.decided_by is not None and not SHORT_CODE.fullmatch(self.decided_by):
            yield self.fault("decided_by", NO_SENTENCE)


class Detection(Record, frozen=True, kw_only=True):
    """When, where and by which kind of authority the person was first found."""

    CODED = {"authority": "authority_types"}

    when: When | None = None
    place: Place = Place()
    authority: str = "unknown"


class Ages(Record, frozen=True, kw_only=True):
    """Age at four moments; None where not known. Tables use `detection`, the child rule `start`."""

    recruitment: Age | None = None
    start: Age | None = None
    detection: Age | None = None
    registration: Age | None = None


class ConflictLink(Record, frozen=True, kw_only=True):
    CODED = {"stage": "conflict_stages", "link": "conflict_links"}

    stage: str
    link: str


class PartyInvolved(Record, frozen=True, kw_only=True):
    """A party to the conflict; its unit identifies and is protected."""

    CODED = {"type": "party_types"}

    type: str = "unknown"
    party: str | None = None
    unit: str | None = None


class Actor(Record, frozen=True, kw_only=True):
    """A recruiter, exploiter or other actor by role, relation and sex; never named."""

    CODED = {
        "role": "actor_roles",
        "relation": "actor_relations",
        "sex": "sex",
        "citizenship": AREA_OR_SPECIAL,
    }

    role: str = "unknown"
    relation: str = "unknown"
    sex: str = "unknown"
    citizenship: str = "unknown"


class Leg(Record, frozen=True, kw_only=True):
    """One leg of the journey. Smuggling is not trafficking: it has its own field."""

    CODED = {"mode": "transport_modes", "smuggled": "answers"}

    origin: Place = Place()
    destination: Place = Place()
    when: When | None = None
    mode: str = "unknown"
    smuggled: str = "unknown"


class Episode(Record, frozen=True, kw_only=True):
    """One course of acts, means and purpose, realised, intended or unknown."""

    CODED = {
        "acts": "acts",
        "means": "means",
        "purposes": "purposes",
        "forms": "exploitation_forms",
        "sectors": "sectors",
        "exploitation": "exploitation_states",
        "sold": "answers",
        "resold": "answers",
        "ransom": "answers",
        "online": "answers",
        "ending": "endings",
    }

    acts: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    exploitation: str = "unknown"
    began: When | None = None
    ended: When | None = None
    duration: Months | None = None
    recruited_in: Place | None = None
    exploited_in: tuple[Place, ...] = ()
    conflict: tuple[ConflictLink, ...] = ()
    parties: tuple[PartyInvolved, ...] = ()
    actors: tuple[Actor, ...] = ()
    journey: tuple[Leg, ...] = ()
    sold: str = "unknown"
    resold: str = "unknown"
    ransom: str = "unknown"
    online: str = "unknown"
    ending: str = "unknown"

    def faults(self) -> Iterator[Broken]:
        if self.began and self.ended and self.ended.latest < self.began.earliest:
            yield self.fault("ended", "not before began")


class Repatriation(Record, frozen=True, kw_only=True):
    CODED = {"kind": "repatriation_kinds", "area": AREA_OR_SPECIAL, "voluntary": "answers"}

    area: str
    kind: str = "repatriation"
    when: When | None = None
    voluntary: str = "unknown"


class Reporter(Record, frozen=True, kw_only=True):
    """Who reports an absent person, and whether the person's whereabouts are known."""

    CODED = {"relation": "reporter_relations", "whereabouts": "whereabouts"}

    relation: str = "unknown"
    whereabouts: str = "not_known"


class Case(Record, frozen=True, kw_only=True, tag_field="record", tag="case"):
    """One person's situation as one organisation knows it. Person is None where no identity was taken.

    `mrm_case` is the number of a case of the monitoring and reporting mechanism, and nothing else of it.
    `raw` holds the label as found beside the code, for coded columns that resolved.
    """

    CODED = {
        "kind": "case_kinds",
        "sex": "sex",
        "gender": "gender",
        "citizenships": AREA_OR_SPECIAL,
        "stateless": "answers",
        "habitual_residence": AREA_OR_SPECIAL,
        "displacement": "displacement",
        "earlier_trafficking": "answers",
        "detained": "answers",
        "prosecuted": "answers",
        "in_state_return": "answers",
        "needs": "services",
    }

    id: str
    organisation: str
    kind: str = "direct"
    invented: bool = False
    source: Source | None = None
    arrived: datetime | None = None
    person: str | None = None
    sex: str = "unknown"
    gender: str = "unknown"
    citizenships: tuple[str, ...] = ()
    stateless: str = "unknown"
    habitual_residence: str = "unknown"
    displacement: str = "unknown"
    ages: Ages = Ages()
    statuses: tuple[Status, ...] = ()
    detection: Detection | None = None
    episodes: tuple[Episode, ...] = ()
    earlier_trafficking: str = "unknown"
    repatriation: Repatriation | None = None
    detained: str = "unknown"
    prosecuted: str = "unknown"
    in_state_return: str = "unknown"
    mrm_case: str | None = None
    needs: tuple[str, ...] = ()
    reporter: Reporter | None = None
    raw: dict[str, str] = {}

    def faults(self) -> Iterator[Broken]:
        if any(_before(later, earlier) for earlier, later in pairwise(self.statuses)):
            yield self.fault("statuses", "steps in the order of their dates")
        if (self.kind == "proxy") != (self.reporter is not None):
            yield self.fault("reporter", "given for a proxy report, and only there")
        if self.kind == "proxy" and self.detection:
            yield self.fault("detection", "none: a proxy report is documented, never detected")
        if self.kind == "proxy" and self.status == "formally_identified":
            yield self.fault("statuses", "no formal identification of an absent person")
        if self.mrm_case is not None and not SHORT_CODE.fullmatch(self.mrm_case):
            yield self.fault("mrm_case", NO_SENTENCE)

    @property
    def decided(self) -> Status | None:
        """The step that stands: the latest, but only a State takes a formal identification back."""
        stands: Status | None = None
        for step in self.statuses:
            if not (stands and stands.step == "formally_identified" and step.authority not in NATIONAL):
                stands = step
        return stands

    @property
    def status(self) -> str:
        """The code of the step that stands; `not_assessed` where there is none."""
        return self.decided.step if self.decided else "not_assessed"


def _before(later: Status, earlier: Status) -> bool:
    return bool(later.when and earlier.when and later.when.latest < earlier.when.earliest)
