"""Which courses of acts, means and purpose does an invented case hold? One or more, often incomplete."""

from datetime import date, timedelta
from itertools import pairwise
from random import Random

from palermo.cases.case import Actor, ConflictLink, Episode, Leg, PartyInvolved
from palermo.cases.examples.draws import Weighted, about, answer, chance, some
from palermo.cases.examples.patterns import PURPOSE, Pattern
from palermo.cases.examples.places import BEYOND, DIVISIONS, TRANSITS
from palermo.cases.examples.truth import TruePerson
from palermo.cases.values import Months, Place

ACTS = ("transportation", "transfer", "harbouring", "receipt")
MODES = Weighted({"road": 60, "foot": 22, "sea": 6, "air": 7, "rail": 1.5, "other": 1.5, "unknown": 8})
SEXES = Weighted({"male": 66, "female": 18, "other": 0.4, "unknown": 16})
SIDE_ROLES = Weighted({"transporter": 34, "seller": 16, "buyer": 18, "guard": 24, "other": 4, "unknown": 4})
SIDE_RELATIONS = Weighted({"smuggler": 24, "stranger": 24, "armed_group": 20, "official": 6, "unknown": 26})


ARMED_RELATIONS = ("armed_group", "armed_force")
STATES = ("armed_force", "foreign_force")
SIDES = Weighted({"armed_group": 80, "armed_force": 20})
SUSPECTED = Weighted({"unknown": 60, "intended": 40})


def episodes(
    rng: Random, person: TruePerson, *, parties: dict[tuple[str, str], str], by: date
) -> tuple[Episode, ...]:
    """The episodes of a person as told `by` a day; `parties` gives the id of a known party by type and area.

    Of somebody who is no victim there is mostly none, else what was suspected and came to nothing.
    """
    if person.fate != "victim":
        return (_suspected(rng, person, by),) if chance(rng, 0.22) else ()
    last = _episode(rng, person, parties, (person.began, person.ended), by=by)
    if not person.earlier:
        return (last,)
    span = person.earlier, person.began - timedelta(days=5)
    return (_episode(rng, person, parties, span, by=by), last)


def _suspected(rng: Random, person: TruePerson, by: date) -> Episode:
    scene = person.happened
    forms = scene.forms.pick(rng) if chance(rng, 0.5) else ()
    return Episode(
        acts=("recruitment",) if chance(rng, 0.7) else (),
        means=scene.means.pick(rng) if chance(rng, 0.5) else (),
        purposes=_purposes(forms),
        forms=forms,
        exploitation="intended" if person.fate == "at_risk" else SUSPECTED.pick(rng),
        began=about(rng, person.began, by=by),
        recruited_in=_recruited_in(rng, person),
        journey=_journey(rng, person, person.began, by=by),
    )


def _episode(
    rng: Random,
    person: TruePerson,
    parties: dict[tuple[str, str], str],
    span: tuple[date, date],
    *,
    by: date,
) -> Episode:
    scene, (began, ended) = person.happened, span
    forms = scene.forms.pick(rng) if not chance(rng, 0.05) else ()
    state = "intended" if person.intended else "unknown" if chance(rng, 0.06) else "realised"
    ending = _ending(rng, person, scene, last=ended == person.ended)
    goes_on = ending == "still_held"
    side, kind = _side(rng, scene, forms)
    actors = _actors(rng, person, side)
    sold = answer(rng, scene.sold, 0.25)
    held = "ransom_captivity" in forms or ending == "ransomed"
    return Episode(
        acts=("recruitment", *some(rng, ACTS, 3)) if chance(rng, 0.85) else some(rng, ACTS, 2),
        means=scene.means.pick(rng) if chance(rng, 0.9) else (),
        purposes=_purposes(forms),
        forms=forms,
        sectors=_sectors(rng, scene, forms),
        exploitation="realised" if goes_on else state,
        began=about(rng, began, by=by),
        ended=None if goes_on else about(rng, ended, by=by),
        duration=None if state == "intended" or chance(rng, 0.4) else _months(rng, span, open=goes_on),
        recruited_in=_recruited_in(rng, person),
        exploited_in=() if state == "intended" else _exploited_in(rng, person),
        conflict=_conflict(rng, person, side, actors),
        parties=_parties(rng, person, kind, parties),
        actors=actors,
        journey=_journey(rng, person, began, by=by),
        sold=sold,
        resold=answer(rng, 0.4, 0.3) if sold == "yes" else sold,
        ransom="yes" if held else answer(rng, scene.ransom, 0.2),
        online=answer(rng, 0.5 if "pornography" in forms else 0.06, 0.4),
        ending=ending,
    )


def _purposes(forms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(PURPOSE.get(form, "other") for form in forms if form != "unknown"))


def _sectors(rng: Random, scene: Pattern, forms: tuple[str, ...]) -> tuple[str, ...]:
    worked = any(
        form in ("forced_labour", "child_labour", "domestic_servitude", "servitude") for form in forms
    )
    return (rng.choice(scene.sectors),) if worked and scene.sectors and chance(rng, 0.8) else ()


def _months(rng: Random, span: tuple[date, date], *, open: bool) -> Months:
    months = (span[1] - span[0]).days // 30
    if open:
        return Months(lowest=months)
    return Months(lowest=months, highest=months if chance(rng, 0.7) else months + 3)


def _ending(rng: Random, person: TruePerson, scene: Pattern, *, last: bool) -> str:
    """How it ended, as the agency knows it; that it goes on is known to whoever meets her."""
    if not last:
        return scene.ending.pick(rng)
    known = person.ending == "still_held" or chance(rng, 0.85)
    return person.ending if known else "unknown"


def _side(rng: Random, scene: Pattern, forms: tuple[str, ...]) -> tuple[str, str]:
    """Which side of the conflict traffics: the relation of its people, and the type of the party.

    Both empty where no party does. Links and armed actors follow from it, so that they never disagree.
    """
    if scene.parties is not None:
        kind = scene.parties.pick(rng)
        return ("armed_force" if kind in STATES else "armed_group"), kind
    armed = any(form.startswith("armed_") for form in forms)
    relation = SIDES.pick(rng) if armed else scene.exploiter.pick(rng)
    return (relation, "") if relation in ARMED_RELATIONS else ("", "")


def _place(rng: Random, area: str) -> Place:
    if area not in DIVISIONS or chance(rng, 0.15):
        return Place(area=area)
    first_level = f"{area}-{rng.randint(1, DIVISIONS[area]):02d}"
    exact = f"Invented village {rng.randint(1, 99)}" if chance(rng, 0.35) else None
    return Place(area=area, first_level=first_level, exact=exact)


def _recruited_in(rng: Random, person: TruePerson) -> Place | None:
    drawn = rng.random()
    if drawn < 0.14:
        return None
    if drawn < 0.20:
        return Place()
    if drawn < 0.34:
        return _place(rng, rng.choice(TRANSITS[person.host]))
    home = person.home if person.home != "unknown" and drawn < 0.78 else person.host
    return _place(rng, home)


def _exploited_in(rng: Random, person: TruePerson) -> tuple[Place, ...]:
    if chance(rng, 0.1):
        return ()
    here = Place(area=person.host, first_level=person.division)
    drawn = rng.random()
    if drawn < 0.72:
        return (here,)
    beyond = Place(area=rng.choice(BEYOND[person.host]))
    return (beyond, here) if drawn < 0.88 else (beyond,)


def _conflict(
    rng: Random, person: TruePerson, side: str, actors: tuple[Actor, ...]
) -> tuple[ConflictLink, ...]:
    """A link per stage; where a party traffics, its link is at the stages of its people, once at least."""
    armed = {actor.role for actor in actors if actor.relation in ARMED_RELATIONS}
    main = "recruitment" if person.intended else "exploitation"
    at = {"recruitment"} if "recruiter" in armed else set()
    at |= {main} if side and (not at or armed - {"recruiter"}) else set()
    stages = person.happened.links.items()
    drawn = {stage: links.pick(rng) for stage, links in stages if stage in at or chance(rng, 0.8)}
    return tuple(
        ConflictLink(stage=stage, link=_link(link, side, stage in at))
        for stage, link in drawn.items()
        if not (person.intended and stage == "exploitation")
    )


def _link(link: str, side: str, led: bool) -> str:
    """The link drawn, corrected by the side: without one no armed link is left."""
    if led:
        return side
    return (side or "in_conflict_zone") if link in ARMED_RELATIONS else link


def _parties(
    rng: Random, person: TruePerson, kind: str, parties: dict[tuple[str, str], str]
) -> tuple[PartyInvolved, ...]:
    if not kind or chance(rng, 0.2):
        return ()
    party = parties.get((kind, person.host)) if chance(rng, 0.9) else None
    unit = f"Invented unit {rng.randint(1, 30)}" if party and chance(rng, 0.3) else None
    return (PartyInvolved(type=kind, party=party, unit=unit),)


def _actors(rng: Random, person: TruePerson, side: str) -> tuple[Actor, ...]:
    scene = person.happened
    relation = _relation(scene.recruiter.pick(rng), side)
    recruiter = Actor(role="recruiter", relation=relation, sex=SEXES.pick(rng), citizenship=person.home)
    relation = _exploiter(rng, scene, side)
    exploiter = Actor(role="exploiter", relation=relation, sex=SEXES.pick(rng))
    found = [recruiter] if chance(rng, 0.75) else []
    found += [exploiter] if chance(rng, 0.6) and not person.intended else []
    if chance(rng, 0.15):
        found.append(Actor(role=SIDE_ROLES.pick(rng), relation=_relation(SIDE_RELATIONS.pick(rng), side)))
    return tuple(found)


def _exploiter(rng: Random, scene: Pattern, side: str) -> str:
    """Where no pattern of parties is known, the side was drawn from the exploiters."""
    if side and scene.parties is None:
        return side
    return _relation(scene.exploiter.pick(rng), side)


def _relation(relation: str, side: str) -> str:
    return (side or "unknown") if relation in ARMED_RELATIONS else relation


def _journey(rng: Random, person: TruePerson, began: date, *, by: date) -> tuple[Leg, ...]:
    if person.home in ("unknown", person.host):
        return _leg_at_home(rng, person, began, by=by) if chance(rng, 0.25) else ()
    stops = [person.home, person.host]
    if chance(rng, 0.5):
        stops.insert(1, rng.choice(TRANSITS[person.host]))
    smuggled = answer(rng, 0.58, 0.18)
    return tuple(
        Leg(
            origin=Place(area=start),
            destination=Place(area=end),
            when=about(rng, began, by=by),
            mode=MODES.pick(rng),
            smuggled=smuggled,
        )
        for start, end in pairwise(stops)
        if start != end
    )


def _leg_at_home(rng: Random, person: TruePerson, began: date, *, by: date) -> tuple[Leg, ...]:
    return (
        Leg(
            origin=_place(rng, person.host),
            destination=Place(area=person.host, first_level=person.division),
            when=about(rng, began, by=by),
            mode=MODES.pick(rng),
            smuggled=answer(rng, 0.02, 0.2),
        ),
    )
