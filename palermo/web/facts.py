"""What does a case say, in words? Sections of term and values with labels, for the page of one case.

What is known is listed, each value with what the file said for it; what is not known is named in one line,
so that unknown is seen and does not drown the rest. Never a name: the person comes from the vault and is
shown apart.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from palermo.cases import Actor, Case, ConflictLink, Episode, Leg, PartyInvolved
from palermo.collect.columns import fields_of, label_of
from palermo.web import words
from palermo.web.words import label


@dataclass(frozen=True, slots=True)
class Told:
    """A column of the file, in its layout's words, and the label that stood there."""

    column: str
    label: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and its values; `path` is the field of the case, `told` what the file said for it."""

    path: str
    term: str
    values: tuple[str, ...]
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """`name` is the same in every language; an episode has its number in it."""

    name: str
    title: str
    facts: tuple[Fact, ...]
    unknown: tuple[str, ...]


def sections(case: Case) -> tuple[Section, ...]:
    """Sections of the case in the order of its page; an episode is a section of its own."""
    told = _told(case.raw)
    absent = _("Report of an absent person") if case.reporter else _("Detection")
    return (
        section("detection", absent, detection_facts(case), told),
        section("person", _("The person, without identity"), person_facts(case), told),
        *(
            section(f"episode-{number}", words.episode(number), episode_facts(episode), told)
            for number, episode in enumerate(case.episodes, 1)
        ),
        section("after", _("What came after"), after_facts(case), told),
    )


def section(name: str, title: str, facts: Iterator[Fact], told: Mapping[str, tuple[Told, ...]]) -> Section:
    """The facts with a known value, and the terms of the others."""
    given = tuple(facts)
    nothing = _("Unknown")
    known = tuple(fact for fact in given if any(value != nothing for value in fact.values))
    unknown = tuple(fact.term for fact in given if fact not in known)
    return Section(name, title, tuple(replace(fact, told=told.get(fact.path, ())) for fact in known), unknown)


def _told(raw: Mapping[str, str]) -> dict[str, tuple[Told, ...]]:
    """What the file said, by the field that it told; what told no field is under ""."""
    found: dict[str, tuple[Told, ...]] = {}
    for column, text in raw.items():
        for path in fields_of(column) or ("",):
            found[path] = (*found.get(path, ()), Told(label_of(column), text))
    return found


def other_labels(case: Case) -> tuple[Told, ...]:
    """What the file said in columns that no field of the case repeats."""
    return _told(case.raw).get("", ())


def detection_facts(case: Case) -> Iterator[Fact]:
    if case.reporter:
        yield _one("reporter", _("Reported by"), label(case.reporter.relation, of="reporter_relations"))
        where = label(case.reporter.whereabouts, of="whereabouts")
        yield _one("reporter.whereabouts", _("Whereabouts of the person"), where)
        return
    found = case.detection
    yield _one("detection.when", _("Date"), words.when(found.when if found else None))
    yield _one("detection.place", _("Place"), words.place(found.place if found else None))
    by = label(found.authority if found else "unknown", of="authority_types")
    yield _one("detection.authority", _("By"), by)


def person_facts(case: Case) -> Iterator[Fact]:
    yield _one("sex", _("Sex"), label(case.sex, of="sex"))
    yield _one("gender", _("Gender"), label(case.gender, of="gender"))
    yield _one("ages.recruitment", _("Age at recruitment"), words.age(case.ages.recruitment))
    yield _one("ages.start", _("Age at the start of exploitation"), words.age(case.ages.start))
    yield _one("ages.detection", _("Age at detection"), words.age(case.ages.detection))
    yield _one("ages.registration", _("Age at registration"), words.age(case.ages.registration))
    yield _coded("citizenships", _("Citizenship"), case.citizenships, "area_or_special")
    yield _one("stateless", _("Stateless"), label(case.stateless, of="answers"))
    yield _one("habitual_residence", _("Habitual residence"), words.area(case.habitual_residence))
    yield _one("displacement", _("Displacement"), label(case.displacement, of="displacement"))


def episode_facts(episode: Episode) -> Iterator[Fact]:
    yield _one("episodes.began", _("Began"), words.when(episode.began))
    yield _one("episodes.ended", _("Ended"), words.when(episode.ended))
    yield _one("episodes.duration", _("Duration"), words.months(episode.duration))
    yield _coded("episodes.acts", _("Acts"), episode.acts, "acts")
    yield _coded("episodes.means", _("Means"), episode.means, "means")
    yield _coded("episodes.purposes", _("Purposes"), episode.purposes, "purposes")
    state = label(episode.exploitation, of="exploitation_states")
    yield _one("episodes.exploitation", _("Exploitation"), state)
    yield _coded("episodes.forms", _("Forms of exploitation"), episode.forms, "exploitation_forms")
    yield _coded("episodes.sectors", _("Sectors"), episode.sectors, "sectors")
    yield _one("episodes.recruited_in", _("Recruited in"), words.place(episode.recruited_in))
    yield _several("episodes.exploited_in", _("Exploited in"), map(words.place, episode.exploited_in))
    yield _several("episodes.conflict", _("Link with the conflict"), map(_link, episode.conflict))
    yield _several("episodes.parties", _("Parties to the conflict involved"), map(_party, episode.parties))
    yield _several("episodes.actors", _("Others involved"), map(_actor, episode.actors))
    yield _several("episodes.journey", _("Journey"), map(leg, episode.journey))
    yield _one("episodes.sold", _("Sold"), label(episode.sold, of="answers"))
    yield _one("episodes.resold", _("Sold again"), label(episode.resold, of="answers"))
    yield _one("episodes.ransom", _("Ransom asked"), label(episode.ransom, of="answers"))
    yield _one("episodes.online", _("Online"), label(episode.online, of="answers"))
    yield _one("episodes.ending", _("How it ended"), label(episode.ending, of="endings"))


def after_facts(case: Case) -> Iterator[Fact]:
    home = case.repatriation
    kind = label(home.kind, of="repatriation_kinds") if home else ""
    yield _one("repatriation", _("Repatriation or resettlement"), kind)
    yield _one("repatriation.area", _("To"), words.area(home.area if home else "unknown"))
    voluntary = label(home.voluntary if home else "unknown", of="answers")
    yield _one("repatriation.voluntary", _("Voluntary"), voluntary)
    yield _coded("needs", _("Needs"), case.needs, "services")
    yield _one("earlier_trafficking", _("Trafficked before"), label(case.earlier_trafficking, of="answers"))
    yield _one("detained", _("Detained despite non-punishment"), label(case.detained, of="answers"))
    yield _one("prosecuted", _("Prosecuted despite non-punishment"), label(case.prosecuted, of="answers"))
    yield _one("in_state_return", _("Already in a State's return"), label(case.in_state_return, of="answers"))
    yield _one("mrm_case", _("Number of the MRM case"), case.mrm_case or "")


def _one(path: str, term: str, value: str) -> Fact:
    return Fact(path, term, (value or _("Unknown"),))


def _several(path: str, term: str, values: Iterable[str]) -> Fact:
    return Fact(path, term, tuple(values) or (_("Unknown"),))


def _coded(path: str, term: str, codes: tuple[str, ...], of: str) -> Fact:
    return _several(path, term, (label(code, of=of) for code in codes))


def _link(link: ConflictLink) -> str:
    return f"{label(link.link, of='conflict_links')} ({label(link.stage, of='conflict_stages')})"


def _party(party: PartyInvolved) -> str:
    return _listed((label(party.type, of="party_types"), party.unit or ""))


def _actor(actor: Actor) -> str:
    parts = (
        label(actor.role, of="actor_roles"),
        label(actor.relation, of="actor_relations"),
        label(actor.sex, of="sex"),
    )
    return _listed(dict.fromkeys(part for part in parts if part != _("Unknown"))) or _("Unknown")


def leg(leg: Leg) -> str:
    """One leg of a journey: from where to where, by what, smuggled or not."""
    way = _("{origin} to {destination}").format(
        origin=words.place(leg.origin), destination=words.place(leg.destination)
    )
    smuggled = _("smuggled") if leg.smuggled == "yes" else ""
    mode = label(leg.mode, of="transport_modes") if leg.mode != "unknown" else ""
    return _listed((way, mode, smuggled))


def _listed(parts: Iterable[str]) -> str:
    """Those that are not empty, with the language's comma."""
    return words.reader().listed(part for part in parts if part)
