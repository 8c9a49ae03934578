"""What does a case say, in words? Sections of term and values with labels, for the page of one case.

What is known is listed; what is not known is named in one line, so that unknown is seen and does not drown
the rest. Never a name: the person comes from the vault and is shown apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from palermo.cases import Actor, Case, ConflictLink, Episode, Leg, PartyInvolved
from palermo.web import words
from palermo.web.words import label


@dataclass(frozen=True, slots=True)
class Fact:
    term: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    facts: tuple[Fact, ...]
    unknown: tuple[str, ...]


RAW_TERMS = {
    "citizenships": gettext_lazy("Citizenship"),
    "detection.place": gettext_lazy("Place of detection"),
    "sex": gettext_lazy("Sex"),
    "habitual_residence": gettext_lazy("Habitual residence"),
}


def sections(case: Case) -> tuple[Section, ...]:
    """Sections of the case in the order of its page; an episode is a section of its own."""
    episodes = (
        section(_("Episode {number}").format(number=number), episode_facts(episode))
        for number, episode in enumerate(case.episodes, 1)
    )
    return (
        section(_("Report of an absent person") if case.reporter else _("Detection"), detection_facts(case)),
        section(_("The person, without identity"), person_facts(case)),
        *episodes,
        section(_("What came after"), after_facts(case)),
    )


def section(title: str, facts: Iterator[Fact]) -> Section:
    """The facts with a known value, and the terms of the others."""
    given = tuple(facts)
    nothing = _("Unknown")
    known = tuple(fact for fact in given if any(value != nothing for value in fact.values))
    return Section(title, known, tuple(fact.term for fact in given if fact not in known))


def detection_facts(case: Case) -> Iterator[Fact]:
    if case.reporter:
        yield _one(_("Reported by"), label(case.reporter.relation, of="reporter_relations"))
        yield _one(_("Whereabouts of the person"), label(case.reporter.whereabouts, of="whereabouts"))
        return
    found = case.detection
    yield _one(_("Date"), words.when(found.when if found else None))
    yield _one(_("Place"), words.place(found.place if found else None))
    yield _one(_("By"), label(found.authority if found else "unknown", of="authority_types"))


def person_facts(case: Case) -> Iterator[Fact]:
    yield _one(_("Sex"), label(case.sex, of="sex"))
    yield _one(_("Gender"), label(case.gender, of="gender"))
    yield _one(_("Age at recruitment"), words.age(case.ages.recruitment))
    yield _one(_("Age at the start of exploitation"), words.age(case.ages.start))
    yield _one(_("Age at detection"), words.age(case.ages.detection))
    yield _one(_("Age at registration"), words.age(case.ages.registration))
    yield Fact(_("Citizenship"), _labels(case.citizenships, "area_or_special"))
    yield _one(_("Stateless"), label(case.stateless, of="answers"))
    yield _one(_("Habitual residence"), words.area(case.habitual_residence))
    yield _one(_("Displacement"), label(case.displacement, of="displacement"))


def episode_facts(episode: Episode) -> Iterator[Fact]:
    yield _one(_("Began"), words.when(episode.began))
    yield _one(_("Ended"), words.when(episode.ended))
    yield _one(_("Duration"), words.months(episode.duration))
    yield Fact(_("Acts"), _labels(episode.acts, "acts"))
    yield Fact(_("Means"), _labels(episode.means, "means"))
    yield Fact(_("Purposes"), _labels(episode.purposes, "purposes"))
    yield _one(_("Exploitation"), label(episode.exploitation, of="exploitation_states"))
    yield Fact(_("Forms of exploitation"), _labels(episode.forms, "exploitation_forms"))
    yield Fact(_("Sectors"), _labels(episode.sectors, "sectors"))
    yield _one(_("Recruited in"), words.place(episode.recruited_in))
    yield _several(_("Exploited in"), (words.place(where) for where in episode.exploited_in))
    yield _several(_("Link with the conflict"), (_link(link) for link in episode.conflict))
    yield _several(_("Parties to the conflict involved"), (_party(party) for party in episode.parties))
    yield _several(_("Others involved"), (_actor(actor) for actor in episode.actors))
    yield _several(_("Journey"), (_leg(leg) for leg in episode.journey))
    for term, answer in _questions(episode):
        yield _one(term, label(answer, of="answers"))
    yield _one(_("How it ended"), label(episode.ending, of="endings"))


def after_facts(case: Case) -> Iterator[Fact]:
    home = case.repatriation
    yield _one(_("Repatriation or resettlement"), label(home.kind, of="repatriation_kinds") if home else "")
    yield _one(_("To"), words.area(home.area if home else "unknown"))
    yield _one(_("Voluntary"), label(home.voluntary if home else "unknown", of="answers"))
    yield Fact(_("Needs"), _labels(case.needs, "services"))
    yield _one(_("Trafficked before"), label(case.earlier_trafficking, of="answers"))
    yield _one(_("Detained despite non-punishment"), label(case.detained, of="answers"))
    yield _one(_("Prosecuted despite non-punishment"), label(case.prosecuted, of="answers"))
    yield _one(_("Already in a State's return"), label(case.in_state_return, of="answers"))
    yield _one(_("Number of the MRM case"), case.mrm_case or "")


def raw_labels(case: Case) -> tuple[tuple[str, str], ...]:
    """Field and label as found in the file, for coded columns that resolved."""
    return tuple((str(RAW_TERMS.get(field, field)), found) for field, found in case.raw.items())


def _one(term: str, value: str) -> Fact:
    return Fact(term, (value or _("Unknown"),))


def _several(term: str, values: Iterator[str]) -> Fact:
    return Fact(term, tuple(values) or (_("Unknown"),))


def _labels(codes: tuple[str, ...], of: str) -> tuple[str, ...]:
    return tuple(label(code, of=of) for code in codes) or (_("Unknown"),)


def _link(link: ConflictLink) -> str:
    return f"{label(link.link, of='conflict_links')} ({label(link.stage, of='conflict_stages')})"


def _party(party: PartyInvolved) -> str:
    return ", ".join(part for part in (label(party.type, of="party_types"), party.unit) if part)


def _actor(actor: Actor) -> str:
    parts = (
        label(actor.role, of="actor_roles"),
        label(actor.relation, of="actor_relations"),
        label(actor.sex, of="sex"),
    )
    return ", ".join(dict.fromkeys(part for part in parts if part != _("Unknown"))) or _("Unknown")


def _leg(leg: Leg) -> str:
    way = _("{origin} to {destination}").format(
        origin=words.place(leg.origin), destination=words.place(leg.destination)
    )
    smuggled = _("smuggled") if leg.smuggled == "yes" else ""
    mode = label(leg.mode, of="transport_modes") if leg.mode != "unknown" else ""
    return ", ".join(part for part in (way, mode, smuggled) if part)


def _questions(episode: Episode) -> tuple[tuple[str, str], ...]:
    return (
        (_("Sold"), episode.sold),
        (_("Sold again"), episode.resold),
        (_("Ransom asked"), episode.ransom),
        (_("Online"), episode.online),
    )
