"""What does a row of an HTCDS file say? A person apart, to be sealed, and a coded case.

Source: HTCDS 2.0, IOM, CC BY 4.0. HTCDS has one date of a case, that of the incoming referral: it is taken
for detection and status. A row about a perpetrator stays out: Palermo never keeps a perpetrator's name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from palermo.cases import (
    NATIONAL,
    Actor,
    Age,
    Ages,
    Case,
    Contact,
    Detection,
    Document,
    Episode,
    Leg,
    Name,
    Person,
    Place,
    Problem,
    Status,
    When,
)
from palermo.codes import crosswalk_back
from palermo.codes.languages import phrase
from palermo.collect.areas import Areas
from palermo.collect.arriving import KEY, Arrival
from palermo.collect.catalogue import problem, refused
from palermo.collect.cells import Row
from palermo.collect.dates import when_of, years_between
from palermo.collect.forms import purposes
from palermo.collect.htcds_layout import Value, known_columns, suggestion, values_in
from palermo.collect.scripts import script_of
from palermo.collect.sheets import Convert, Read

SEXES = {"woman": "female", "man": "male"}
CONSENT = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
MOST = 50
OLDEST = 120


def converter(
    header: tuple[str, ...], arrival: Arrival, areas: Areas
) -> tuple[Convert, Iterable[Problem], Iterable[int]]:
    """What turns a row into person and case, no warnings, the columns it reads. Raises COLLECT-011."""
    places = {name: place for place, name in enumerate(header) if name in known_columns()}
    if len(places) < sum(name in known_columns() for name in header):
        twice = sorted({name for name in header if name in known_columns() and header.count(name) > 1})
        raise refused(11, expected=phrase("the columns {names} once", names=", ".join(twice)))
    reader = _Rows(places, arrival, areas)
    return reader, (), (place for place, name in enumerate(header) if name in (*places, KEY))


@dataclass
class _Draft:
    """What one row says so far."""

    row: int
    problems: list[Problem] = field(default_factory=list)
    values: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    dates: dict[str, When] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    citizenships: tuple[str, ...] = ()
    start: Age | None = None
    birth: When | None = None
    names: list[Name] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    address: list[str] = field(default_factory=list)
    event_place: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    raw: dict[str, str] = field(default_factory=dict)

    def wrong(self, number: int, column: str, found: str, hint: str = "") -> None:
        self.problems.append(problem(number, row=self.row, column=column, found=found, suggestion=hint))

    def targets(self, column: str) -> tuple[str, ...]:
        """Our codes for what the column holds, each once."""
        return tuple(dict.fromkeys(value.target for value in self.values.get(column, ()) if value.target))

    def only(self, column: str, otherwise: str) -> str:
        return next(iter(self.targets(column)), otherwise)


Fill = Callable[[_Draft, str, str], None]


class _Rows:
    """Turns rows into persons and cases; one filler per column, chosen once."""

    def __init__(self, places: dict[str, int], arrival: Arrival, areas: Areas) -> None:
        self._arrival, self._areas = arrival, areas
        self._today = arrival.arrived.date()
        self._fill = [
            (place, name, self._filler(known_columns()[name].kind)) for name, place in places.items()
        ]

    def __call__(self, row: Row, natural: str) -> Read:
        draft = _Draft(row.number)
        filled = 0
        for place, name, fill in self._fill:
            value = row.cells[place].replace("\xa0", " ").strip()
            if value:
                filled += 1
                self._filled(draft, fill, name, value)
        if not filled:
            return Read()
        self._check(draft)
        if any(one.refused for one in draft.problems):
            return Read(problems=tuple(draft.problems))
        key = self._arrival.key(row.number, natural)
        person = self._person(draft, key)
        case = self._arrival.stamped(
            self._case(draft, person.id if person else None), row=row.number, natural=natural
        )
        return Read((person, case) if person else (case,), tuple(draft.problems))

    def _filled(self, draft: _Draft, fill: Fill, name: str, value: str) -> None:
        if len(value) > self._arrival.limits.cell_characters:
            draft.wrong(21, name, value)
        else:
            fill(draft, name, value)

    def _filler(self, kind: str) -> Fill:
        """What a filled cell of this kind of column adds to the draft."""
        family, _, detail = kind.partition(":")
        if family == "name":
            return lambda draft, _, value: draft.names.append(
                Name(text=value, script=script_of(value), kind=detail)
            )
        if family == "contact":
            return lambda draft, _, value: draft.contacts.append(Contact(value=value, kind=detail))
        return {
            "one": _one,
            "many": _many,
            "birth": self._birth,
            "date": self._date,
            "age": _age,
            "place": self._place,
            "citizenship": self._citizenship,
            "document": lambda draft, _, value: draft.documents.append(Document(number=value)),
            "address": lambda draft, _, value: draft.address.append(value),
            "event_place": lambda draft, _, value: draft.event_place.append(value),
            "note": lambda draft, name, value: draft.notes.append(f"{known_columns()[name].label}: {value}"),
            "consent": _consent,
            "perpetrator": lambda draft, name, _: draft.wrong(33, name, ""),
            "left_out": lambda draft, name, value: None,
        }[family]

    def _birth(self, draft: _Draft, name: str, value: str) -> None:
        draft.birth = when_of(value, latest=self._today)
        if not draft.birth:
            draft.wrong(26, name, value)

    def _date(self, draft: _Draft, name: str, value: str) -> None:
        when = when_of(value, latest=self._today)
        if when:
            draft.dates[name] = when
        else:
            draft.wrong(26, name, value)

    def _citizenship(self, draft: _Draft, name: str, value: str) -> None:
        codes = self._areas.codes(value)
        if codes:
            draft.citizenships, draft.raw[name] = codes, value
        else:
            draft.citizenships = ("unknown",)
            draft.wrong(40, name, value)
            self._areas.asked(value)

    def _place(self, draft: _Draft, name: str, value: str) -> None:
        """An area by name, else an exact place in free text, whose last part may name the area."""
        area = self._areas.code(value)
        if area:
            draft.places[name], draft.raw[name] = Place(area=area), value
        else:
            last = value.rpartition(",")[2].strip()
            draft.places[name] = Place(area=(last and self._areas.code(last)) or "unknown", exact=value)

    def _check(self, draft: _Draft) -> None:
        """Fields that contradict each other."""
        seen = draft.dates.get("cas_IncomingReferralDate")
        if draft.birth and seen and years_between(draft.birth, seen) is None:
            draft.wrong(28, "prs_Birthdate", "")

    def _person(self, draft: _Draft, key: str) -> Person | None:
        if draft.address:
            draft.contacts.append(Contact(value=", ".join(draft.address), kind="address"))
        told = (draft.names, draft.birth, draft.contacts, draft.documents, draft.notes)
        if not any(told):
            return None
        return Person(
            id=self._arrival.id(f"{key} person"),
            organisation=self._arrival.organisation,
            invented=self._arrival.invented,
            arrived=self._arrival.arrived,
            names=tuple(draft.names),
            birth=draft.birth,
            contacts=tuple(draft.contacts),
            documents=tuple(draft.documents),
            notes="\n".join(draft.notes),
        )

    def _case(self, draft: _Draft, person: str | None) -> Case:
        gender = draft.only("prs_Gender", "unknown")
        statuses = self._statuses(draft)
        return Case(
            id="0" * 32,
            organisation=self._arrival.organisation,
            invented=self._arrival.invented,
            arrived=self._arrival.arrived,
            person=person,
            sex=SEXES.get(gender, "unknown"),
            gender=gender,
            citizenships=draft.citizenships,
            stateless="yes" if "stateless" in draft.citizenships else "unknown",
            ages=_ages(draft),
            statuses=statuses,
            detection=self._detection(draft, statuses),
            episodes=_episodes(draft),
            needs=draft.targets("spl_Type"),
            raw=draft.raw,
        )

    def _statuses(self, draft: _Draft) -> tuple[Status, ...]:
        authority = draft.only("vic_TraffickingStatusDecisionMakingOrg", "unknown")
        step = draft.only("vic_TraffickingStatus", "")
        if step == "identified" and authority in NATIONAL:
            step = "formally_identified"
        when, area = draft.dates.get("cas_IncomingReferralDate"), self._arrival.area or "unknown"
        return (Status(step=step, when=when, authority=authority, area=area),) if step else ()

    def _detection(self, draft: _Draft, statuses: tuple[Status, ...]) -> Detection | None:
        when, area = draft.dates.get("cas_IncomingReferralDate"), self._arrival.area
        if not (when or area):
            return None
        authority = statuses[0].authority if statuses else "unknown"
        return Detection(when=when, place=Place(area=area or "unknown"), authority=authority)


def _one(draft: _Draft, name: str, value: str) -> None:
    _coded(draft, name, value, most=1)


def _many(draft: _Draft, name: str, value: str) -> None:
    _coded(draft, name, value, most=MOST)


def _coded(draft: _Draft, name: str, value: str, *, most: int) -> None:
    found = values_in(name, value, most=most)
    if found:
        draft.values[name], draft.raw[name] = found, value
    else:
        draft.wrong(24, name, value, suggestion(name, value))


def _age(draft: _Draft, name: str, value: str) -> None:
    digits = value.removesuffix(".0")
    if digits.isascii() and digits.isdigit() and len(digits) <= 3 and int(digits) <= OLDEST:
        draft.start = Age.exactly(int(digits))
    else:
        draft.wrong(27, name, value)


def _consent(draft: _Draft, name: str, value: str) -> None:
    answer = CONSENT.get(value.casefold())
    if answer is None:
        draft.wrong(24, name, value)
    elif not answer:
        draft.wrong(47, name, "")


def _ages(draft: _Draft) -> Ages:
    """Age when the organisation took the case up, from the birth date: at detection and at registration."""
    seen = draft.dates.get("cas_IncomingReferralDate")
    years = years_between(draft.birth, seen) if draft.birth and seen else None
    age = Age(lowest=years[0], highest=years[1]) if years and years[1] <= OLDEST else None
    return Ages(start=draft.start, detection=age, registration=age)


def _episodes(draft: _Draft) -> tuple[Episode, ...]:
    forms = _forms(draft)
    online = any("online" in draft.targets(column) for column in ONLINE)
    relation = draft.only("vic_RelationshipToTrafficker", "")
    recruited = "vic_MethodOfRecruitment" in draft.values or "vic_LocationOfRecruitment" in draft.places
    episode = Episode(
        acts=("recruitment",) if recruited or _event(draft) == "recruitment" else (),
        means=draft.targets("vic_MethodsOfControl"),
        purposes=purposes(forms),
        forms=forms,
        sectors=draft.targets("vic_ForcedLabourIndustry"),
        began=draft.dates.get("hte_Date") if _event(draft) == "exploitation" else None,
        recruited_in=draft.places.get("vic_LocationOfRecruitment") or _event_place(draft, "recruitment"),
        exploited_in=_exploited_in(draft),
        actors=(Actor(relation=relation),) if relation else (),
        journey=_journey(draft),
        online="yes" if online else "unknown",
    )
    return () if episode == Episode() else (episode,)


ONLINE = ("vic_MethodOfRecruitment", "vic_RecruitmentWebsitesAndApps", "vic_ExploitationWebsitesAndApps")


def _forms(draft: _Draft) -> tuple[str, ...]:
    """Our forms; a type of sexual exploitation takes the place of sexual exploitation as such."""
    back = crosswalk_back("htcds")
    types = [form for value in draft.values.get("vic_TypeOfSexExploitation", ()) for form in back[value.code]]
    codes = [value.code for value in draft.values.get("vic_TypeOfExploitation", ())]
    general = [form for code in codes if not (types and code == "SexualExploitation") for form in back[code]]
    return tuple(dict.fromkeys((*general, *types)))


def _event(draft: _Draft) -> str:
    return draft.only("hte_Type", "")


def _event_place(draft: _Draft, kind: str) -> Place | None:
    """The place of the row's event, if the event is of this kind."""
    if _event(draft) != kind or not (draft.event_place or "hte_Country" in draft.places):
        return None
    country = draft.places.get("hte_Country", Place())
    exact = [*draft.event_place, *([country.exact] if country.exact else [])]
    return Place(area=country.area, exact=", ".join(exact) or None)


def _exploited_in(draft: _Draft) -> tuple[Place, ...]:
    places = (draft.places.get("vic_LocationOfExploitation"), _event_place(draft, "exploitation"))
    return tuple(dict.fromkeys(place for place in places if place))


def _journey(draft: _Draft) -> tuple[Leg, ...]:
    through = _event_place(draft, "transit")
    return (Leg(destination=through, when=draft.dates.get("hte_Date")),) if through else ()
