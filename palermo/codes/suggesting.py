"""What may a label mean that no rule resolved? A few areas to choose from, each with its reason.

Suggestions for a person, who decides: nothing is ever settled by likeness. A reason never repeats the label,
which may be a name that slipped into the wrong column.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from palermo.codes.folding import fold
from palermo.codes.languages import marked
from palermo.codes.listing import code_list
from palermo.codes.names import names
from palermo.codes.resolver import LONGEST, one_letter_away

MOST = 3
LIKE = 0.6
SHORTEST = 4
_NAMED = re.compile(r"\(([A-Z]{3})\)")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An area or special area that the label may mean, and why it is put forward."""

    code: str
    reason: str


@lru_cache(maxsize=1000)
def suggestions(label: str, *, most: int = MOST) -> tuple[Suggestion, ...]:
    """The most likely meanings, the strongest reason first; none where nothing is near.

    >>> [one.code for one in suggestions("Dominican")], [one.code for one in suggestions("Abaniaa")]
    (['DMA', 'DOM'], ['ALB'])
    """
    key, found = fold(label[:LONGEST]), dict[str, str]()
    for code, reason in (*_reviewed(key), *_one_letter(key), *_within(key), *_alike(key)):
        found.setdefault(code, reason)
    return tuple(Suggestion(code, reason) for code, reason in list(found.items())[:most])


def _reviewed(key: str) -> Iterator[tuple[str, str]]:
    """What a reviewed label may mean: the reviewer named the areas, or said that none is stated."""
    meaning = names().folded.get(key)
    if meaning and not meaning.code:
        for code in _NAMED.findall(meaning.who):
            if code in code_list("areas"):
                yield code, marked("Reviewed: it may mean this area or another one.")
        if "not stated" in meaning.who:
            yield "unknown", marked("Reviewed: it names a people, and no citizenship.")


def _one_letter(key: str) -> Iterator[tuple[str, str]]:
    for code in sorted(one_letter_away(key)):
        yield code, marked("One letter away from a known name.")


def _within(key: str) -> Iterator[tuple[str, str]]:
    """Known names among the words of the label, the longest first."""
    words = key.split()
    for size in range(len(words) - 1, 0, -1):
        for at in range(len(words) - size + 1):
            part = " ".join(words[at : at + size])
            meaning = names().folded.get(part) if len(part) >= SHORTEST else None
            if meaning and meaning.code:
                yield meaning.code, marked("A known name is a part of it.")
    for word in words if len(words) > 1 else ():
        for code in sorted(one_letter_away(word)) if len(word) > SHORTEST else ():
            yield code, marked("A part of it is one letter away from a known name.")


def _alike(key: str) -> Iterator[tuple[str, str]]:
    """Names that share most pairs of letters, the nearest first."""
    pairs = _pairs(key)
    shared = Counter(name for pair in pairs for name in _by_pair().get(pair, ()))
    scores = {name: 2 * n / (len(pairs) + len(_pairs(name))) for name, n in shared.items()}
    near = sorted((name for name, score in scores.items() if score >= LIKE), key=lambda n: (-scores[n], n))
    for name in near[: 2 * MOST]:
        meaning = names().folded[name]
        if meaning.code:
            yield meaning.code, marked("Written much like a known name.")


def _pairs(key: str) -> frozenset[str]:
    return frozenset(key[at : at + 2] for at in range(len(key) - 1))


@cache
def _by_pair() -> Mapping[str, tuple[str, ...]]:
    """Known names by each pair of letters in them."""
    found: dict[str, list[str]] = {}
    for name in names().folded:
        for pair in _pairs(name) if len(name) >= SHORTEST else ():
            found.setdefault(pair, []).append(name)
    return {pair: tuple(held) for pair, held in found.items()}
