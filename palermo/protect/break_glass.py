"""When may two persons open one case that neither rights nor team reach, for how long, and what then?

One asks with a reason, another one grants it, a third one reviews it. It opens codes and exact places and
days of one case for some hours; never an identity, a file, a child's case or the conduct channel. Times are
dated policy (`policy/break_glass.toml`). Source: need to know, S/2016/949, paragraphs 29-33 and 63 (j);
children: Palermo Protocol, Article 3 (d).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from palermo.cases import Case
from palermo.codes.policies import policy

OPENS = frozenset({"coded", "protection_sensitive"})


class Transition(NamedTuple):
    before: str
    happens: str
    after: str


TRANSITIONS = (
    Transition("asked", "granted by a second person", "open"),
    Transition("asked", "refused by a second person", "refused"),
    Transition("asked", "nobody answered in time", "lapsed"),
    Transition("open", "the time is over", "ended"),
    Transition("open", "reviewed as justified", "justified"),
    Transition("open", "reviewed as not justified", "not_justified"),
    Transition("ended", "reviewed as justified", "justified"),
    Transition("ended", "reviewed as not justified", "not_justified"),
)
GRANTED, REFUSED, LAPSED, OVER, JUSTIFIED, NOT_JUSTIFIED = dict.fromkeys(one.happens for one in TRANSITIONS)
AFTER = {(one.before, one.happens): one.after for one in TRANSITIONS}
BY_TIME = frozenset({LAPSED, OVER})


@dataclass(frozen=True, slots=True)
class Times:
    """How long a granted request opens, waits for an answer, and waits for its review."""

    opens: timedelta
    answer: timedelta
    review: timedelta


def times(on: date) -> Times:
    """The times that hold on the day.

    >>> times(date(2026, 11, 1)).opens
    datetime.timedelta(seconds=14400)
    """
    held = policy("break_glass", on=on).value
    return Times(
        opens=timedelta(hours=held["open_hours"]),
        answer=timedelta(hours=held["answer_hours"]),
        review=timedelta(days=held["review_days"]),
    )


def after(state: str, happens: str) -> str | None:
    """The state that follows, or None where that cannot happen in this state.

    >>> after("asked", GRANTED), after("refused", GRANTED)
    ('open', None)
    """
    return AFTER.get((state, happens))


def standing(state: str, *, asked: datetime, until: datetime | None, now: datetime) -> str:
    """The state of a request at this moment: time ends what waits and what is open.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    >>> standing("asked", asked=noon, until=None, now=noon + timedelta(hours=25))
    'lapsed'
    >>> standing("open", asked=noon, until=noon + timedelta(hours=4), now=noon + timedelta(hours=4))
    'ended'
    """
    if state == "asked" and now >= asked + times(asked.date()).answer:
        return AFTER[state, LAPSED]
    if state == "open" and (until is None or now >= until):
        return AFTER[state, OVER]
    return state


def may_be_a_child(case: Case) -> bool:
    """Whether the person was, or may have been, under 18 at any moment that the case speaks of.

    An age that is not known, or that spans 18, counts as a child's: a wrong guess would open a child's file.

    >>> from palermo.cases import Age, Ages
    >>> grown = Case(id="1" * 32, organisation="2" * 32, ages=Ages(detection=Age(lowest=30)))
    >>> may_be_a_child(grown), may_be_a_child(Case(id="1" * 32, organisation="2" * 32))
    (False, True)
    """
    ages = (case.ages.recruitment, case.ages.start, case.ages.detection, case.ages.registration)
    known = [age.group for age in ages if age]
    return not known or any(group != "adult" for group in known)


def diagram() -> str:
    """`TRANSITIONS` as a Mermaid state diagram."""
    return "\n".join(("stateDiagram-v2", *_lines()))


def _lines() -> Iterator[str]:
    yield "    [*] --> asked: somebody asks with a reason"
    yield from (f"    {one.before} --> {one.after}: {one.happens}" for one in TRANSITIONS)
    left = {one.before for one in TRANSITIONS}
    yield from (f"    {end} --> [*]" for end in dict.fromkeys(AFTER.values()) if end not in left)
