"""Does a case of the invented mission contradict itself? Each check can find one, and finds none."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import pytest

from palermo.cases import Case, When
from palermo.cases.case import (
    Actor,
    Ages,
    ConflictLink,
    Episode,
    PartyInvolved,
    Repatriation,
    Reporter,
    Status,
)
from palermo.cases.examples import Mission, invented_mission
from palermo.cases.examples.draws import FIRST, LAST
from palermo.cases.values import Age

GROUPS, FORCES = {"armed_group", "designated_terrorist_group", "militia"}, {"armed_force", "foreign_force"}
ARMED = ("armed_group", "armed_force")
AGES = ("recruitment", "start", "detection", "registration")
VICTIM = ("presumed", "identified", "formally_identified")


def age(case: Case, moment: str) -> Age | None:
    found: Age | None = getattr(case.ages, moment)
    return found


def highest(age: Age) -> int:
    return 120 if age.highest is None else age.highest


def younger(case: Case, years: int) -> bool:
    """At the start, as far as it is known: younger than `years`."""
    started = case.ages.start
    return started is not None and started.lowest < years


def elder(case: Case, years: int) -> bool:
    return case.ages.start is not None and highest(case.ages.start) >= years


def ages_run_backwards(case: Case) -> bool:
    known = [each for each in (age(case, moment) for moment in AGES) if each]
    return any(highest(b) < a.lowest or b.lowest < a.lowest for a, b in combinations(known, 2))


def told(case: Case) -> Iterator[When]:
    yield from (status.when for status in case.statuses if status.when)
    yield from (w for e in case.episodes for w in (e.began, e.ended, *(leg.when for leg in e.journey)) if w)
    yield from (each.when for each in (case.detection, case.repatriation) if each and each.when)


def links(episode: Episode) -> set[str]:
    return {each.link for each in episode.conflict}


def kinds(episode: Episode) -> set[str]:
    return {each.type for each in episode.parties}


def armed_actors(episode: Episode) -> set[str]:
    return {each.relation for each in episode.actors} & set(ARMED)


def stages_of(episode: Episode, link: str) -> set[str]:
    return {each.stage for each in episode.conflict if each.link == link}


def exploiter_at_no_link(episode: Episode) -> bool:
    armed = any(a.role == "exploiter" and a.relation in ARMED for a in episode.actors)
    return armed and "exploitation" in stages_of(episode, "none")


def by_episode(holds: Callable[[Episode], bool]) -> Callable[[Case], bool]:
    return lambda case: any(map(holds, case.episodes))


def realised(case: Case) -> list[Episode]:
    return [episode for episode in case.episodes if episode.exploitation == "realised"]


def with_form(case: Case, *forms: str) -> bool:
    return any(form in forms for episode in case.episodes for form in episode.forms)


def statuses_run_backwards(case: Case) -> bool:
    days = [status.when for status in case.statuses if status.when]
    return any(b.earliest < a.earliest or b.latest < a.latest for a, b in pairwise(days))


def sent_back(case: Case) -> bool:
    back = case.repatriation
    own = back is not None and back.area in case.citizenships
    return own and case.displacement in ("refugee", "asylum_seeker")


def made(**fields: Any) -> Case:
    return Case(id="1" * 32, organisation="2" * 32, **fields)


def proxy(relation: str = "parent", whereabouts: str = "known", **fields: Any) -> Case:
    return made(kind="proxy", reporter=Reporter(relation=relation, whereabouts=whereabouts), **fields)


def held(**fields: Any) -> dict[str, tuple[Episode, ...]]:
    return {"episodes": (Episode(**fields),)}


def aged(years: int) -> Ages:
    return Ages(start=Age.exactly(years))


def on(step: str, day: int = 1, **fields: Any) -> Status:
    return Status(step=step, when=When.day(date(2025, 12, day)), **fields)


EARLY = datetime(2025, 1, 1, tzinfo=UTC)
LINK = ConflictLink(stage="exploitation", link="none")
BY_FORCE = (ConflictLink(stage="exploitation", link="armed_force"),)
BY_GROUP = (ConflictLink(stage="exploitation", link="armed_group"),)
SOLDIER, FIGHTER = Actor(role="exploiter", relation="armed_force"), Actor(relation="armed_group")
GROUP, FORCE = (PartyInvolved(type="armed_group"),), (PartyInvolved(type="foreign_force"),)
HOME_AGAIN = Repatriation(area="SYR", voluntary="no", when=When.day(date(2026, 1, 2)))


class Check(NamedTuple):
    """What no case may be, and a case that is."""

    wrong: Callable[[Case], bool]
    control: Case


CHECKS = {
    "a later age below an earlier one": Check(
        ages_run_backwards, made(ages=Ages(start=Age.exactly(20), detection=Age.exactly(17)))
    ),
    "died, and was met": Check(
        lambda c: c.kind == "direct" and any(e.ending == "died" for e in c.episodes),
        made(**held(ending="died")),
    ),
    "still held in an episode before the last": Check(
        lambda c: any(e.ending in ("still_held", "died") for e in c.episodes[:-1]),
        made(episodes=(Episode(ending="still_held"), Episode())),
    ),
    "still held, with an end": Check(
        by_episode(lambda e: e.ending == "still_held" and e.ended is not None),
        made(**held(ending="still_held", ended=When.year_of(2024))),
    ),
    "still held when met, and nothing goes on": Check(
        lambda c: (
            c.kind == "direct"
            and any(e.ending == "still_held" and e.exploitation != "realised" for e in c.episodes)
        ),
        made(**held(ending="still_held", exploitation="intended")),
    ),
    "still held, and repatriated": Check(
        lambda c: bool(c.repatriation) and any(e.ending == "still_held" for e in c.episodes),
        made(repatriation=HOME_AGAIN, **held(ending="still_held")),
    ),
    "ransomed without a ransom": Check(
        by_episode(lambda e: e.ending == "ransomed" and e.ransom != "yes"),
        made(**held(ending="ransomed", ransom="no")),
    ),
    "held for ransom without a ransom": Check(
        by_episode(lambda e: "ransom_captivity" in e.forms and e.ransom == "no"),
        made(**held(forms=("ransom_captivity",), ransom="no")),
    ),
    "resold, never sold": Check(
        by_episode(lambda e: e.resold == "yes" and e.sold != "yes"), made(**held(resold="yes", sold="no"))
    ),
    "linked to a force, by groups": Check(
        by_episode(lambda e: "armed_force" in links(e) and bool(kinds(e)) and kinds(e) <= GROUPS),
        made(**held(conflict=BY_FORCE, parties=GROUP)),
    ),
    "linked to a group, by forces": Check(
        by_episode(lambda e: "armed_group" in links(e) and bool(kinds(e)) and kinds(e) <= FORCES),
        made(**held(conflict=BY_GROUP, parties=FORCE)),
    ),
    "a party and no link to it": Check(
        by_episode(lambda e: bool(e.parties) and not links(e) & set(ARMED)), made(**held(parties=GROUP))
    ),
    "an armed actor and no link to its side": Check(
        by_episode(lambda e: not armed_actors(e) <= links(e)), made(**held(actors=(FIGHTER,)))
    ),
    "an armed exploiter where no link is": Check(
        by_episode(exploiter_at_no_link), made(**held(actors=(SOLDIER,), conflict=(LINK,)))
    ),
    "in arms, and by nobody armed": Check(
        lambda c: (
            c.kind == "direct"
            and any("armed_combat" in e.forms and not links(e) & set(ARMED) for e in realised(c))
        ),
        made(**held(forms=("armed_combat",), exploitation="realised")),
    ),
    "tells of days after it arrived": Check(
        lambda c: c.arrived is not None and any(w.latest > c.arrived.date() for w in told(c)),
        made(arrived=EARLY, statuses=(on("presumed"),)),
    ),
    "something after the two years": Check(
        lambda c: any(when.latest > LAST for when in told(c)), made(repatriation=HOME_AGAIN)
    ),
    "arrived outside the two years and two months": Check(
        lambda c: c.arrived is None or not FIRST <= c.arrived.date() <= date(2026, 2, 28), made()
    ),
    "exploited, and no victim": Check(
        lambda c: c.status not in VICTIM and any(e.exploitation == "realised" for e in c.episodes),
        made(statuses=(on("at_risk"),), **held(exploitation="realised")),
    ),
    "married before 12": Check(
        lambda c: younger(c, 12) and with_form(c, "forced_marriage"),
        made(ages=aged(11), **held(forms=("forced_marriage",))),
    ),
    "in combat, married or sexually exploited before 10": Check(
        lambda c: younger(c, 10) and with_form(c, "armed_combat", "forced_marriage", "prostitution"),
        made(ages=aged(9), **held(forms=("armed_combat",))),
    ),
    "an intimate partner before 12": Check(
        lambda c: (
            younger(c, 12)
            and any(a.relation == "intimate_partner" for e in c.episodes for a in e.actors)
        ),
        made(ages=aged(11), **held(actors=(Actor(relation="intimate_partner"),))),
    ),
    "adopted as an adult": Check(
        lambda c: elder(c, 12) and with_form(c, "illegal_adoption"),
        made(ages=aged(20), **held(forms=("illegal_adoption",))),
    ),
    "reported by the spouse of a child": Check(
        lambda c: c.reporter is not None and c.reporter.relation == "spouse" and younger(c, 16),
        proxy("spouse", ages=aged(11)),
    ),
    "reported by a child of somebody young": Check(
        lambda c: c.reporter is not None and c.reporter.relation == "child" and younger(c, 30),
        proxy("child", ages=aged(20)),
    ),
    "returned, and still held": Check(
        lambda c: (
            c.reporter is not None
            and c.reporter.whereabouts == "returned"
            and any(e.ending in ("still_held", "died") for e in c.episodes)
        ),
        proxy(whereabouts="returned", **held(ending="still_held")),
    ),
    "abducted, and only at risk": Check(
        lambda c: c.status == "at_risk" and bool(c.episodes) and c.kind == "proxy",
        proxy(statuses=(on("at_risk"),), **held(means=("abduction",))),
    ),
    "sent back into danger": Check(
        lambda c: sent_back(c) and c.repatriation is not None and c.repatriation.voluntary != "yes",
        made(displacement="refugee", citizenships=("SYR",), repatriation=HOME_AGAIN),
    ),
    "a trans woman of sex female": Check(
        lambda c: (c.gender, c.sex) in (("trans_woman", "female"), ("trans_man", "male")),
        made(gender="trans_woman", sex="female"),
    ),
    "in a State's return without the State": Check(
        lambda c: c.in_state_return == "yes" and c.status != "formally_identified",
        made(in_state_return="yes", statuses=(on("presumed"),)),
    ),
    "steps out of order": Check(
        statuses_run_backwards,
        made(statuses=(on("presumed", 9), Status(step="identified", when=When.month(2025, 12)))),
    ),
    "stateless, with a citizenship": Check(
        lambda c: (c.stateless == "yes" or c.displacement == "stateless") and bool(c.citizenships),
        made(stateless="yes", citizenships=("SYR",)),
    ),
    "one episode after another, and no earlier trafficking": Check(
        lambda c: len(c.episodes) > 1 and c.earlier_trafficking != "yes",
        made(episodes=(Episode(), Episode())),
    ),
    "a small child held to account": Check(
        lambda c: c.ages.detection is not None and highest(c.ages.detection) < 10
        and "yes" in (c.detained, c.prosecuted),
        made(ages=Ages(detection=Age.exactly(5)), prosecuted="yes"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def mission() -> Mission:
    return invented_mission()


@pytest.mark.parametrize("name", CHECKS)
def test_no_case_contradicts_itself(name: str, mission: Mission) -> None:
    check = CHECKS[name]
    assert check.wrong(check.control), "the check would find one"
    assert [case.id for case in mission.cases if check.wrong(case)] == []


@pytest.mark.parametrize("seed", [1, 7, 2026])
def test_nor_under_another_seed(seed: int) -> None:
    cases = invented_mission(seed=seed, cases=1500).cases
    assert [name for name, check in CHECKS.items() for case in cases if check.wrong(case)] == []


def test_nobody_but_an_organisation_or_a_state_identifies(mission: Mission) -> None:
    steps = [status for case in mission.cases for status in case.statuses if status.step == "identified"]
    assert steps
    assert not {status.authority for status in steps} & {"self_or_family", "unknown"}
    assert {case.status for case in mission.cases if case.kind == "proxy"} <= {
        *("presumed", "at_risk", "not_assessed")
    }


def test_hardly_any_refugee_goes_back(mission: Mission) -> None:
    assert sum(map(sent_back, mission.cases)) <= 8


def test_what_goes_on_while_she_is_met_is_rare(mission: Mission) -> None:
    direct = [case for case in mission.cases if case.kind == "direct" and case.episodes]
    assert 0 < sum(case.episodes[-1].ending == "still_held" for case in direct) / len(direct) < 0.06


def test_effort_does_not_pile_up_in_a_month(mission: Mission) -> None:
    """A year-precise date is no date in December. Only in SDN do cases really rise."""
    months = Counter[tuple[int, int]]()
    for effort in (each for each in mission.efforts if each.place.area != "SDN"):
        day = effort.month.earliest
        months[day.year, day.month] += effort.interviews - effort.without_indication
    usual = sorted(months.values())[len(months) // 2]
    assert len(months) == 24
    assert all(0.65 * usual < count < 1.45 * usual for count in months.values())
    assert all(months[year, 12] < 1.2 * usual for year in (2024, 2025))


def test_a_referral_is_sent_after_the_first_step_and_before_she_leaves(mission: Mission) -> None:
    cases = {case.id: case for case in mission.cases}
    for referral in mission.referrals:
        case, sent = cases[referral.case], referral.when
        first = case.statuses[0].when if case.statuses else None
        left = case.repatriation.when if case.repatriation else None
        assert sent
        assert sent.latest <= LAST
        assert not first or first.earliest <= sent.earliest
        assert not left or sent.earliest <= left.latest
