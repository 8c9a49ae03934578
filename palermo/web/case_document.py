"""How is one case printed? As a document of what stays readable: no name, no exact place, no exact day."""

from palermo.actions.case_papers import Paper
from palermo.plots import Plot
from palermo.report.document import Document, Facts, Figure, Grid, Heading, Paragraph, Part
from palermo.web import case_pictures, facts, glance, words
from palermo.web.words import label, said


def document(paper: Paper) -> Document:
    """The paper of one case in the reader's language."""
    case = paper.case
    moments = glance.moments(case, paper.referrals)
    pictures = (case_pictures.in_time(moments), case_pictures.journey(case))
    parts: tuple[Part, ...] = (
        Facts(
            (
                (said("Number of the case"), case.id),
                (said("Status"), label(case.status, of="status_steps")),
                (said("Version"), words.plain_number(paper.version)),
                (said("Arrived"), words.day(paper.arrived)),
            )
        ),
        Heading(said("What happened")),
        *map(Paragraph, glance.happened(case)),
        Heading(said("What is next")),
        *map(Paragraph, glance.next_steps(case, paper.referrals)),
        *_pictures(pictures),
        *_sections(paper),
        *_history(paper),
    )
    marks = (said("internal"), *((said("invented"),) if paper.invented else ()))
    title = said("One case, without name, exact place and exact day")
    return Document(title, words.reader(), parts, paper.on.date(), marks)


def _pictures(plots: tuple[Plot | None, ...]) -> tuple[Part, ...]:
    return tuple(part for plot in plots if plot for part in (Heading(plot.title), Figure(plot)))


def _sections(paper: Paper) -> tuple[Part, ...]:
    shown = (one for one in facts.sections(paper.case) if one.facts)
    return tuple(
        part
        for one in shown
        for part in (
            Heading(one.title),
            Facts(tuple((fact.term, words.reader().listed(fact.values)) for fact in one.facts)),
        )
    )


def _history(paper: Paper) -> tuple[Part, ...]:
    steps = paper.case.statuses
    if not steps:
        return ()
    header = (said("When"), said("Status"), said("Decided by"))
    rows = tuple(
        (
            words.when(one.when),
            label(one.step, of="status_steps"),
            label(one.authority, of="authority_types"),
        )
        for one in steps
    )
    return Heading(words.status_history()), Grid(words.status_history(), header, rows, stubs=3)
