"""Which courses of acts, means and purpose does an invented case hold? One or more, often incomplete."""

from datetime import date, timedelta
from itertools import pairwise
from random import Random

from palermo.cases.case import Actor, ConflictLink, Episode, Leg, PartyInvolved
from palermo.cases.examples.draws import Weighted, about, answer, chance, some
from palermo.cases.examples.patterns import PURPOSE, Pattern
from palermo.cases.examples.places import BEYOND, DIVISIONS, TRANSITS
from palermo.cases.examples.truth import TruePerson
from palermo.cases.values import Months, Place, When

ACTS = ("transportation", "transfer", "harbouring", "receipt")
MODES = Weighted({"road": 60, "foot": 22, "sea": 6, "air": 7, "rail": 1.5, "other": 1.5, "unknown": 8})
SEXES = Weighted({"male": 66, "female": 18, "other": 0.4, "unknown": 16})
SIDE_ROLES = Weighted({"transporter": 34, "seller": 16, "buyer": 18, "guard": 24, "other": 4, "unknown": 4})
SIDE_RELATIONS = Weighted({"smuggler": 24, "stranger": 24, "armed_group": 20, "official": 6, "unknown": 26})


def episodes(rng: Random, person: TruePerson, *, parties: dict[str, str]) -> tuple[Episode, ...]:
    """The episodes of a person; `parties` gives the id of a known party by its type, where it is recorded."""
    if person.fate in ("not_assessed", "not_identified") and chance(rng, 0.8):
        return ()
    if person.fate == "at_risk" and chance(rng, 0.7):
        return ()
    first = _episode(rng, person, parties, began=person.began, ended=person.ended)
    if person.intended or not chance(rng, 0.11):
        return (first,)
    earlier = person.began - timedelta(days=rng.randint(60, 700))
    before = _episode(rng, person, parties, began=earlier, ended=person.began - timedelta(days=5))
    return (before, first)


def _episode(
    rng: Random, person: TruePerson, parties: dict[str, str], *, began: date, ended: date
) -> Episode:
    scene = person.happened
    forms = scene.forms.pick(rng) if not chance(rng, 0.05) else ()
    state = "intended" if person.intended else "unknown" if chance(rng, 0.06) else "realised"
    start = about(rng, began)
    return Episode(
        acts=("recruitment", *some(rng, ACTS, 3)) if chance(rng, 0.85) else some(rng, ACTS, 2),
        means=scene.means.pick(rng) if chance(rng, 0.9) else (),
        purposes=_purposes(forms),
        forms=forms,
        sectors=_sectors(rng, scene, forms),
        exploitation=state,
        began=start,
        ended=_end(rng, start, ended),
        duration=None if state == "intended" or chance(rng, 0.4) else _months(rng, began, ended),
        recruited_in=_recruited_in(rng, person),
        exploited_in=() if state == "intended" else _exploited_in(rng, person),
        conflict=_conflict(rng, scene),
        parties=_parties(rng, scene, parties),
        actors=_actors(rng, person, scene),
        journey=_journey(rng, person, began),
        sold=answer(rng, scene.sold, 0.25),
        resold=answer(rng, scene.sold * 0.4, 0.3),
        ransom=answer(rng, scene.ransom, 0.2),
        online=answer(rng, 0.5 if "pornography" in forms else 0.06, 0.4),
        ending=_ending(rng, person, scene),
    )


def _purposes(forms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(PURPOSE.get(form, "other") for form in forms if form != "unknown"))


def _sectors(rng: Random, scene: Pattern, forms: tuple[str, ...]) -> tuple[str, ...]:
    worked = any(
        form in ("forced_labour", "child_labour", "domestic_servitude", "servitude") for form in forms
    )
    return (rng.choice(scene.sectors),) if worked and scene.sectors and chance(rng, 0.8) else ()


def _end(rng: Random, start: When | None, ended: date) -> When | None:
    end = about(rng, ended)
    return None if end and start and end.latest < start.earliest else end


def _months(rng: Random, began: date, ended: date) -> Months:
    months = (ended - began).days // 30
    return Months(lowest=months, highest=months if chance(rng, 0.7) else months + 3)


def _ending(rng: Random, person: TruePerson, scene: Pattern) -> str:
    if person.intended:
        return rng.choice(("left", "escaped", "released", "unknown"))
    return scene.ending.pick(rng)


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


def _conflict(rng: Random, scene: Pattern) -> tuple[ConflictLink, ...]:
    return tuple(
        ConflictLink(stage=stage, link=links.pick(rng))
        for stage, links in scene.links.items()
        if chance(rng, 0.8)
    )


def _parties(rng: Random, scene: Pattern, parties: dict[str, str]) -> tuple[PartyInvolved, ...]:
    if scene.parties is None or chance(rng, 0.2):
        return ()
    kind = scene.parties.pick(rng)
    party = parties.get(kind) if chance(rng, 0.7) else None
    unit = f"Invented unit {rng.randint(1, 30)}" if party and chance(rng, 0.3) else None
    return (PartyInvolved(type=kind, party=party, unit=unit),)


def _actors(rng: Random, person: TruePerson, scene: Pattern) -> tuple[Actor, ...]:
    recruiter = Actor(
        role="recruiter", relation=scene.recruiter.pick(rng), sex=SEXES.pick(rng), citizenship=person.home
    )
    exploiter = Actor(role="exploiter", relation=scene.exploiter.pick(rng), sex=SEXES.pick(rng))
    found = [recruiter] if chance(rng, 0.75) else []
    found += [exploiter] if chance(rng, 0.6) else []
    if chance(rng, 0.15):
        found.append(Actor(role=SIDE_ROLES.pick(rng), relation=SIDE_RELATIONS.pick(rng)))
    return tuple(found)


def _journey(rng: Random, person: TruePerson, began: date) -> tuple[Leg, ...]:
    if person.home in ("unknown", person.host):
        return _leg_at_home(rng, person, began) if chance(rng, 0.25) else ()
    stops = [person.home, person.host]
    if chance(rng, 0.5):
        stops.insert(1, rng.choice(TRANSITS[person.host]))
    smuggled = answer(rng, 0.58, 0.18)
    return tuple(
        Leg(
            origin=Place(area=start),
            destination=Place(area=end),
            when=about(rng, began),
            mode=MODES.pick(rng),
            smuggled=smuggled,
        )
        for start, end in pairwise(stops)
        if start != end
    )


def _leg_at_home(rng: Random, person: TruePerson, began: date) -> tuple[Leg, ...]:
    return (
        Leg(
            origin=_place(rng, person.host),
            destination=Place(area=person.host, first_level=person.division),
            when=about(rng, began),
            mode=MODES.pick(rng),
            smuggled=answer(rng, 0.02, 0.2),
        ),
    )
