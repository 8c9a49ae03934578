"""Which area does a label of a real file mean, and why? In doubt the answer is a question for a person.

Labels come from State returns and case files: names in six languages, adjectives, typing errors, broken
encodings, totals. Rules are cautious (case, accents, articles, brackets, a number before an adjective); the
rest is a table of aliases reviewed one by one. It never decides by likeness: a near name is only suggested.
A reason never repeats the label, which may be a name that slipped into the wrong column.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from palermo import ProblemWithInput
from palermo.codes.folding import BROKEN, fold
from palermo.codes.listing import code_list
from palermo.codes.names import Meaning, names

LONGEST = 120
_NO_DECISIONS: Mapping[str, str] = {}
_WORDS_NOT_CODES = frozenset({"NO", "NA", "SI"})
_ARTICLES = ("the", "la", "le", "les", "l", "el", "los", "las", "il", "lo", "gli", "die", "der", "das")
_QUESTION = re.compile(r"q\d+([\W_]\w+)*", re.IGNORECASE)
_DOTTED = re.compile(r"(?:[A-Z]\.){2,5}[A-Z]?\.?")
_NUMBERED = re.compile(r"\s*\d+\s+(\D+)")
_AND = re.compile(r"\s+(?:et|and|y|e|und|og|i)\s+|\s*[,;/+&]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resolution:
    """An area, or a special code, and the reason; neither where a person has to settle it.

    Only nationals of a known reporting State carry both: `special="nationals"` and the State as `area`.
    """

    area: str | None
    special: str | None
    reason: str

    @property
    def code(self) -> str | None:
        """The area if there is one, else the special code, else None: unresolved."""
        return self.area or self.special


def resolve(
    label: str | None, *, reporting: str | None = None, decisions: Mapping[str, str] = _NO_DECISIONS
) -> Resolution:
    """What `label` means, with the reason. Never raises on a label, whatever it holds.

    `reporting` is the ISO 3166 alpha-3 code of the State whose return it is. `decisions` are a person's
    answers (label, or `label_key(label)`, to the code of an area or special area); they win.
    Raises `ProblemWithInput` (CODES-005) where a decision names a code that does not exist.

    >>> resolve("3 maliens").area, resolve("Espa\\ufffda").area, resolve("Congolese").code
    ('MLI', 'ESP', None)
    >>> resolve("Nationals", reporting="SRB")
    Resolution(area='SRB', special='nationals', reason='reviewed alias: own citizens of the reporting State')
    """
    settled = _settled(label, decisions) if decisions and label else None
    resolution = settled or _resolve(label or "")
    if resolution.special == "nationals" and reporting in code_list("areas"):
        return replace(resolution, area=reporting)
    return resolution


def label_key(label: str) -> str:
    """The label as decisions are stored: the same for all ways of writing it that the rules hold equal."""
    return fold(label[:LONGEST])


def area_of_code(code: str) -> str | None:
    """The area of an ISO 3166 alpha-2 or alpha-3 code in upper case, for columns that hold codes; else None.

    >>> area_of_code("NO"), area_of_code("NOR"), area_of_code("no")
    ('NOR', 'NOR', None)
    """
    return code if code in code_list("areas") else _by_alpha2().get(code)


def _settled(label: str, decisions: Mapping[str, str]) -> Resolution | None:
    code = decisions.get(label) or decisions.get(label.strip()) or decisions.get(label_key(label))
    if code is None:
        return None
    if code in code_list("areas"):
        return Resolution(code, None, "settled by a person")
    if code in code_list("special_areas"):
        return Resolution(None, code, "settled by a person")
    raise ProblemWithInput(
        "CODES-005: a decision names neither an area nor a special area; see `palermo codes show`"
    )


class _NotKept(Exception):
    """Carries a resolution past the cache: its label may be a name or a phone number."""

    def __init__(self, resolution: Resolution) -> None:
        self.resolution = resolution


def _resolve(label: str) -> Resolution:
    try:
        return _remembered(label)
    except _NotKept as passed:
        return passed.resolution


@lru_cache(maxsize=65536)
def _remembered(label: str) -> Resolution:
    resolution = _by_rules(label)
    if resolution.code in (None, "not_an_area"):
        raise _NotKept(resolution)
    return resolution


def _by_rules(label: str) -> Resolution:
    if len(label) > LONGEST:
        return Resolution(None, None, "unresolved: longer than any name of a country")
    meaning = next((found for rule in _RULES if (found := rule(label.strip()))), None)
    if meaning is None:
        return Resolution(
            None, None, "unresolved: no name, reviewed alias or cautious rule fits" + _suggestion(label)
        )
    if meaning.code is None:
        return Resolution(None, None, f"unresolved: {meaning.who}")
    return Resolution(meaning.area, meaning.special, meaning.who)


def _blank(label: str) -> Meaning | None:
    return None if label else Meaning(None, "unknown", "blank")


def _code(label: str) -> Meaning | None:
    plain = label.replace(".", "") if _DOTTED.fullmatch(label) else label
    area = None if plain in _WORDS_NOT_CODES else area_of_code(plain)
    return Meaning(area, None, "ISO 3166 code") if area else None


def _abbreviation(label: str) -> Meaning | None:
    meaning = names().exact.get(label.replace(".", "") if _DOTTED.fullmatch(label) else label)
    return _because(meaning) if meaning else None


def _name(label: str) -> Meaning | None:
    meaning = names().folded.get(fold(label))
    return _because(meaning) if meaning else None


def _not_an_area(label: str) -> Meaning | None:
    if _QUESTION.fullmatch(label):
        return Meaning(None, "not_an_area", "a question number of a form")
    if not any(letter.isalpha() for letter in label.replace(BROKEN, "")):
        return Meaning(None, "not_an_area", "no letters: a number or a mark") if BROKEN not in label else None
    return None


def _m49_group(label: str) -> Meaning | None:
    return Meaning(None, "aggregate", "an M49 group of countries") if fold(label).startswith("m49 ") else None


def _in_brackets(label: str) -> Meaning | None:
    if label.startswith("(") and label.endswith(")") and "(" not in label[1:]:
        return _within(label[1:-1], "brackets around the whole label")
    return None


def _with_article(label: str) -> Meaning | None:
    key = fold(label)
    first, _, rest = key.partition(" ")
    if rest and first in _ARTICLES:
        return _within(rest, "article in front")
    if key.endswith(" the"):
        return _within(key.removesuffix(" the"), "article behind")
    return _within(key[2:], "article in front") if key.startswith("ال") else None


def _plural(label: str) -> Meaning | None:
    key = fold(label)
    meaning = _name(key[:-1]) or _misread(key[:-1]) if key.endswith("s") else None
    return replace(meaning, who=f"plural; {meaning.who}") if meaning and meaning.is_adjective else None


def _numbered(label: str) -> Meaning | None:
    """A number is ignored before an adjective only: "3 maliens" counts people, "3 Mali" may be anything."""
    match = _NUMBERED.fullmatch(label)
    meaning = match and (_name(match[1]) or _plural(match[1]))
    if meaning and meaning.is_adjective:
        return replace(meaning, who=f"the number in front is ignored; {meaning.who}")
    return None


def _several(label: str) -> Meaning | None:
    found = [_numbered(part) or _name(part) for part in _AND.split(label)]
    areas = {meaning.area if meaning else None for meaning in found}
    if len(areas) > 1 and None not in areas:
        return Meaning(None, "several", "several areas in one label: " + ", ".join(sorted(map(str, areas))))
    return None


def _wrong_encoding(label: str) -> Meaning | None:
    """UTF-8 that was read as Windows-1252 is read again."""
    try:
        mended = label.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return _within(mended, "UTF-8 that was read as Windows-1252") if mended != label else None


def _misread(label: str) -> Meaning | None:
    """Each U+FFFD stands for one letter outside ASCII, as in Espa?a; the rest has to fit one code only."""
    key = fold(label)
    if BROKEN not in key or len(key.replace(BROKEN, "")) < 3:
        return None
    fits = [name for name, gaps in _accented().get(len(key), ()) if _fits(key, name, gaps)]
    found = [names().folded[name] for name in fits]
    if len({meaning.code for meaning in found}) == 1 and found[0].code:
        return replace(_because(found[0]), who=f"a letter was lost, one name fits; {_because(found[0]).who}")
    return None


def _fits(key: str, name: str, gaps: str) -> bool:
    return all(
        gap == BROKEN if letter == BROKEN else letter == n
        for letter, n, gap in zip(key, name, gaps, strict=True)
    )


def _within(label: str, why: str) -> Meaning | None:
    meaning = _code(label) or _abbreviation(label) or _name(label)
    return replace(meaning, who=f"{why}; {meaning.who}") if meaning else None


def _because(meaning: Meaning) -> Meaning:
    is_name = meaning.code is None or meaning.who.startswith("UN name")
    return meaning if is_name else replace(meaning, who=f"reviewed alias: {meaning.who}")


_RULES: tuple[Callable[[str], Meaning | None], ...] = (
    _blank, _code, _abbreviation, _name, _not_an_area, _m49_group, _in_brackets, _with_article,
    _plural, _numbered, _several, _wrong_encoding, _misread,
)  # fmt: skip


@cache
def _by_alpha2() -> Mapping[str, str]:
    return {code.more["alpha2"]: area for area, code in code_list("areas").items() if code.more["alpha2"]}


@cache
def _accented() -> Mapping[int, list[tuple[str, str]]]:
    """Names with letters outside ASCII by length: folded, and folded with U+FFFD for each such letter."""
    lengths: dict[int, list[tuple[str, str]]] = {}
    for spelled in names().spelled:
        name, gaps = fold(spelled), fold("".join(c if c.isascii() else BROKEN for c in spelled))
        if BROKEN in gaps and len(name) == len(gaps):
            lengths.setdefault(len(name), []).append((name, gaps))
    return lengths


def _suggestion(label: str) -> str:
    """ "Did you mean", from names one letter away; empty where none or several are."""
    near = one_letter_away(fold(label))
    if len(near) != 1:
        return ""
    (area,) = near
    return f'. Did you mean "{code_list("areas").label(area)}" ({area})?'


def one_letter_away(name: str) -> set[str]:
    """Areas with a name that one letter more, less or other parts from `name`, which is folded."""
    return {code for cut in _cuts(name) for code in _one_letter_away().get(cut, ())}


@cache
def _one_letter_away() -> Mapping[str, frozenset[str]]:
    cuts: dict[str, frozenset[str]] = {}
    for name, meaning in names().folded.items():
        if meaning.area and len(name) > 3:
            for cut in _cuts(name):
                cuts[cut] = cuts.get(cut, frozenset()) | {meaning.area}
    return cuts


def _cuts(name: str) -> Iterator[str]:
    """The name, and the name without each one of its letters."""
    yield name
    for place in range(len(name)):
        yield name[:place] + name[place + 1 :]
