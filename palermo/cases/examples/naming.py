"""How do two agencies write the same name? Invented persons, with the spelling noise of real life.

Name parts are common ones, put together by chance: no person is meant. Noise after `notes/link.md` of the
design: transliteration habits, dropped hamza, ta marbuta as ha, given and father's name swapped, missing
father. Rates are assumptions, not estimates.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from palermo.cases.examples.draws import chance
from palermo.cases.person import Name


class Part(NamedTuple):
    latin: str
    native: str


@dataclass(frozen=True, slots=True)
class TrueName:
    """The name as it is; `family` is None where a people uses father's and grandfather's names only."""

    script: str
    given: Part
    father: Part
    grandfather: Part
    mother: Part
    family: Part | None


HABITS = {
    "english": (),
    "plain": (("kh", "h"), ("gh", "g"), ("ou", "u"), ("aa", "a"), ("ss", "s"), ("dh", "d"), ("'", "")),
    "french": (("sh", "ch"), ("w", "u"), ("ou", "u"), ("u", "ou"), ("j", "dj")),
    "german": (("sh", "sch"), ("j", "dsch"), ("y", "j"), ("w", "u"), ("z", "s")),
}
SLIPS = (("a", "e"), ("e", "i"), ("i", "ee"), ("q", "k"), ("d", "t"), ("m", "mm"), ("n", "nn"), ("h", ""))
WRITTEN_LOOSELY = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي", "ئ": "ي", "ء": None})
_WORD = re.compile(r"[^\s-]+")
SCRIPTS = {"arabic": "Arab", "kurdish": "Arab", "tigrinya": "Ethi"}


@cache
def parts() -> Mapping[tuple[str, str], tuple[Part, ...]]:
    """Name parts by culture and part (female, male, family)."""
    found: dict[tuple[str, str], list[Part]] = {}
    with (Path(__file__).parent / "names.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault((row["culture"], row["part"]), []).append(Part(row["latin"], row["native"]))
    return {key: tuple(each) for key, each in found.items()}


def true_name(rng: Random, *, culture: str, sex: str) -> TrueName:
    """A name put together by chance from the parts of a culture; sex other than female gets a man's name."""
    men, women = parts()[culture, "male"], parts()[culture, "female"]
    families = parts().get((culture, "family"))
    return TrueName(
        script=SCRIPTS.get(culture, "Latn"),
        given=rng.choice(women if sex == "female" else men),
        father=rng.choice(men),
        grandfather=rng.choice(men),
        mother=rng.choice(women),
        family=rng.choice(families) if families else None,
    )


def written(rng: Random, name: TrueName, *, habit: str, native: float) -> tuple[Name, ...]:
    """The name as an agency with this habit writes it; `native` is its share of names in native script."""
    chosen = _order(rng, name)
    full = " ".join(spelled(rng, part.latin, habit=habit) for _, part in chosen)
    latin = (Name(text=full),) if chance(rng, 0.4) else _by_part(rng, chosen, habit)
    return (*latin, *_native(rng, name, chosen, native), *_rarely(rng, name, habit))


def spelled(rng: Random, latin: str, *, habit: str) -> str:
    """One part by the agency's habit, sometimes with a slip.

    >>> spelled(Random(1), "Shahin", habit="french")
    'Chahin'
    """
    text = latin.lower()
    for found, put in HABITS[habit]:
        text = text.replace(found, put)
    if chance(rng, 0.12):
        found, put = rng.choice(SLIPS)
        text = text[0] + text[1:].replace(found, put, 1)
    return _WORD.sub(lambda word: word.group().capitalize(), text)


def _order(rng: Random, name: TrueName) -> list[tuple[str, Part]]:
    chosen = [("given", name.given)]
    if not chance(rng, 0.15):
        chosen.append(("father", name.father))
    if name.family is None or chance(rng, 0.3):
        chosen.append(("grandfather", name.grandfather))
    if name.family is not None and not chance(rng, 0.12):
        chosen.append(("family", name.family))
    if len(chosen) > 1 and chance(rng, 0.06):
        chosen[0], chosen[1] = ("given", chosen[1][1]), (chosen[1][0], chosen[0][1])
    return chosen


def _by_part(rng: Random, chosen: list[tuple[str, Part]], habit: str) -> tuple[Name, ...]:
    return tuple(Name(text=spelled(rng, part.latin, habit=habit), kind=kind) for kind, part in chosen)


def _native(rng: Random, name: TrueName, chosen: list[tuple[str, Part]], share: float) -> tuple[Name, ...]:
    if not chance(rng, share):
        return ()
    text = " ".join(part.native for _, part in chosen)
    loose = name.script == "Arab" and chance(rng, 0.4)
    return (Name(text=text.translate(WRITTEN_LOOSELY) if loose else text, script=name.script),)


def _rarely(rng: Random, name: TrueName, habit: str) -> tuple[Name, ...]:
    if chance(rng, 0.1):
        return (Name(text=spelled(rng, name.mother.latin, habit=habit), kind="mother"),)
    alias = f"Umm {name.grandfather.latin}" if chance(rng, 0.5) else f"Abu {name.grandfather.latin}"
    return (Name(text=alias, kind="alias"),) if chance(rng, 0.02) else ()
