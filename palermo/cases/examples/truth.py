"""What really happened to the invented persons? The ground truth, of which every agency knows a part.

Kept apart: it is never stored and never written into a case file.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from palermo.cases.examples.draws import FIRST, LAST, Weighted, chance, years_between
from palermo.cases.examples.naming import TrueName, true_name
from palermo.cases.examples.patterns import MIX, PATTERNS, Pattern
from palermo.cases.examples.places import CULTURE, CULTURES, DIVISIONS, HOSTS, ORIGINS

FATES = Weighted({"victim": 78, "at_risk": 8, "not_identified": 8, "not_assessed": 6})
GENDERS = {
    "female": Weighted({"trans_man": 5, "trans": 2, "non_conforming": 2}),
    "male": Weighted({"trans_woman": 5, "trans": 2, "non_conforming": 2}),
}
DAYS = (LAST - FIRST).days


@dataclass(frozen=True, slots=True)
class TruePerson:
    """One invented person: who, and what was done to her, from `began` to `ended`, until she was found.

    `earlier` is the day when an earlier episode began, where there was one; `ending` is how the last one
    ended, "still_held" where it goes on while she is met.
    """

    number: int
    name: TrueName
    sex: str
    gender: str
    birth: date
    citizenships: tuple[str, ...]
    stateless: bool
    displacement: str
    host: str
    division: str
    fate: str
    pattern: str
    intended: bool
    began: date
    ended: date
    earlier: date | None
    ending: str
    found: date
    formal: tuple[str, str, date] | None

    @property
    def happened(self) -> Pattern:
        return PATTERNS[self.pattern]

    @property
    def home(self) -> str:
        return self.citizenships[0] if self.citizenships else "unknown"

    def age_on(self, day: date) -> int:
        return years_between(self.birth, day)


AUTHORITIES = Weighted(
    {"police": 40, "prosecution_or_court": 20, "national_other": 16, "social_services": 11}
    | {"immigration": 8, "labour_inspection": 5}
)


def true_person(rng: Random, *, number: int) -> TruePerson:
    """An invented person found between January 2024 and December 2025 in one of the five areas."""
    host = HOSTS.pick(rng)
    pattern = MIX[host].pick(rng)
    scene = PATTERNS[pattern]
    citizenship = _citizenship(rng, host, scene)
    sex = _sex(rng, scene)
    found = _found(rng, host)
    intended = chance(rng, 0.07)
    ongoing = not intended and chance(rng, scene.ongoing)
    began, ended = _dates(rng, scene, found, intended=intended, ongoing=ongoing)
    birth = _birth(rng, scene, began)
    stateless = chance(rng, 0.03)
    fate = FATES.pick(rng)
    return TruePerson(
        number=number,
        name=_name(rng, citizenship, sex),
        sex=sex,
        gender=_gender(rng, sex, years=years_between(birth, found)),
        birth=birth,
        citizenships=() if stateless else _citizenships(rng, citizenship),
        stateless=stateless,
        displacement=_displacement(rng, citizenship, host, stateless),
        host=host,
        division=f"{host}-{rng.randint(1, DIVISIONS[host]):02d}",
        fate=fate,
        pattern=pattern,
        intended=intended,
        began=began,
        ended=ended,
        earlier=None if intended else _earlier(rng, scene, birth, began),
        ending=_ending(rng, scene, intended=intended, ongoing=ongoing),
        found=found,
        formal=_formal(rng, fate, host, citizenship, found),
    )


def _citizenship(rng: Random, host: str, scene: Pattern) -> str:
    if scene.foreign is None and chance(rng, 0.3):
        return host
    drawn = ORIGINS[host].pick(rng)
    return ORIGINS[host].pick(rng) if scene.foreign and drawn == host else drawn


def _citizenships(rng: Random, first: str) -> tuple[str, ...]:
    second = rng.choice(("SDN", "SYR", "NER", "ETH", "FRA"))
    return (first, second) if chance(rng, 0.03) and second != first else (first,)


def _name(rng: Random, citizenship: str, sex: str) -> TrueName:
    culture = CULTURES[citizenship].pick(rng) if citizenship in CULTURES else CULTURE[citizenship]
    return true_name(rng, culture=culture, sex=sex)


def _sex(rng: Random, scene: Pattern) -> str:
    return "other" if chance(rng, 0.004) else "female" if chance(rng, scene.female) else "male"


def _gender(rng: Random, sex: str, *, years: int) -> str:
    if chance(rng, 0.02) and sex in GENDERS and years >= 14:
        return GENDERS[sex].pick(rng)
    return {"female": "woman", "male": "man"}.get(sex, "non_conforming")


def _found(rng: Random, host: str) -> date:
    """Spread over the two years; rising in SDN, so that a trend can be read there."""
    share = max(rng.random(), rng.random()) if host == "SDN" else rng.random()
    return FIRST + timedelta(days=int(share * (DAYS + 1)))


def _dates(rng: Random, scene: Pattern, found: date, *, intended: bool, ongoing: bool) -> tuple[date, date]:
    shortest, longest = scene.months
    months = shortest + (longest - shortest) * rng.random() ** 2.2
    ended = found if ongoing else found - timedelta(days=int(400 * rng.random() ** 3))
    return ended - timedelta(days=1 + (rng.randint(3, 40) if intended else int(30.4 * months))), ended


def _birth(rng: Random, scene: Pattern, began: date) -> date:
    child = chance(rng, scene.child)
    eldest, oldest = scene.eldest_child, scene.oldest
    years = rng.randint(scene.youngest, eldest) if child else 18 + int((oldest - 18) * rng.random() ** 2.4)
    return began - timedelta(days=int(365.25 * years) + rng.randint(3, 360))


def _earlier(rng: Random, scene: Pattern, birth: date, began: date) -> date | None:
    """When an earlier episode began: not at an age below that of the pattern."""
    day = began - timedelta(days=rng.randint(60, 700))
    return day if chance(rng, 0.12) and years_between(birth, day) >= scene.youngest else None


def _ending(rng: Random, scene: Pattern, *, intended: bool, ongoing: bool) -> str:
    if intended:
        return "released" if scene.eldest_child < 6 else rng.choice(("left", "escaped", "released"))
    return "still_held" if ongoing else scene.ending.pick(rng)


def _displacement(rng: Random, citizenship: str, host: str, stateless: bool) -> str:
    if stateless:
        return "stateless"
    if citizenship == host:
        return Weighted({"internally_displaced": 46, "resident": 30, "returnee": 10, "unknown": 14}).pick(rng)
    return Weighted({"refugee": 28, "asylum_seeker": 22, "migrant": 36, "resident": 3, "unknown": 11}).pick(
        rng
    )


def _formal(rng: Random, fate: str, host: str, citizenship: str, found: date) -> tuple[str, str, date] | None:
    """Authority, area and day of the formal identification by a State, where there was one."""
    decided = found + timedelta(days=rng.randint(5, 240))
    if fate != "victim" or decided > LAST or not chance(rng, 0.36):
        return None
    return AUTHORITIES.pick(rng), citizenship if chance(rng, 0.04) else host, decided
