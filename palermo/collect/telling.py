"""How often is a thing told? An unresolved label once per label and column, with its first row and its count.

A million rows with one label that nobody settled yet are one question for a person, not a million.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from palermo.cases import Problem
from palermo.collect.catalogue import known
from palermo.collect.sheets import Item

UNRESOLVED = known(40).code


def told_once(items: Iterable[Item]) -> Iterator[Item]:
    """The items in their order; unresolved labels come last, each with how many rows hold it."""
    first: dict[tuple[str, str], Problem] = {}
    times: dict[tuple[str, str], int] = {}
    for item in items:
        if isinstance(item, Problem) and item.code == UNRESOLVED:
            place = (item.column, item.found)
            first.setdefault(place, item)
            times[place] = times.get(place, 0) + 1
        else:
            yield item
    yield from (replace(problem, times=times[place]) for place, problem in first.items())
