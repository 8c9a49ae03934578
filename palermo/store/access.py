"""Which rows may this person see? The only door to rows: every answer is cut to organisation and scope.

Another organisation's row answers exactly as a missing one: `Missing`, with the same words. Never imported
by pages; actions look up the right and pass its scope.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Count, Model, QuerySet

from palermo import ProblemWithInput
from palermo.store.models import (
    BadRowRow,
    CaseRow,
    Export,
    Job,
    Organisation,
    PersonRow,
    ProblemRow,
    RecordRow,
    ReturnRow,
    Submission,
    SupersededRow,
)

Row = TypeVar("Row", bound=Model)
UNRESOLVED = "COLLECT-040"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which organisation, in which role. Ids are public; `session` names what it unlocked."""

    user_id: str
    organisation_id: str
    role: str
    team: str = ""
    session: str = field(default="", repr=False, compare=False)


class Missing(ProblemWithInput):
    """There is no such row, or it is not this person's to see: the answer is the same."""

    def __init__(self) -> None:
        super().__init__("STORE-404: there is nothing here under this address, or it is not yours to see")


def organisation(actor: Actor) -> Organisation:
    """The actor's own organisation."""
    return one(Organisation.objects.filter(public_id=actor.organisation_id))


def one(rows: QuerySet[Row]) -> Row:
    """The only row; raises `Missing` where there is none."""
    row = rows.first()
    if row is None:
        raise Missing
    return row


def cases(actor: Actor, scope: str | None) -> QuerySet[CaseRow]:
    """Cases within the scope: those the user recorded, those of the team, or all of the organisation."""
    rows = _of(CaseRow, actor)
    if scope == "organisation":
        return rows
    if scope == "team" and actor.team:
        return rows.filter(team=actor.team)
    return _by(rows, actor, "recorded_by", scope)


def one_case(actor: Actor, scope: str | None, case: str) -> CaseRow:
    """The case with the submission that brought it, but not its content, which may be a large file."""
    rows = cases(actor, scope).select_related("organisation", "submission").defer("submission__sealed")
    return one(rows.filter(public_id=case))


def person(actor: Actor, person: str) -> PersonRow | None:
    """The person of a case that the actor was let into before."""
    return _of(PersonRow, actor).filter(public_id=person).first()


def is_erased(case: CaseRow) -> bool:
    """Whether the case was erased, or its person: a case that came later is of an erased person, too."""
    persons = PersonRow.objects.filter(organisation_id=case.organisation_id, public_id=case.person)
    return case.erased is not None or persons.filter(erased__isnull=False).exists()


def about(actor: Actor, kind: str, case: str) -> QuerySet[RecordRow]:
    """Records of a kind about one case, referrals say."""
    return _of(RecordRow, actor).filter(kind=kind, about=case).order_by("id")


def records(actor: Actor, kind: str) -> QuerySet[RecordRow]:
    return _of(RecordRow, actor).filter(kind=kind).order_by("id")


def returns(actor: Actor) -> QuerySet[ReturnRow]:
    return _of(ReturnRow, actor).order_by("id")


def state_of_records(actor: Actor) -> tuple[int, int]:
    """Changes whenever a record of the organisation was stored or superseded: the last write of any."""
    held = organisation(actor)
    return held.id, held.writes


def files_by_year(
    actor: Actor, *, years: Collection[int], standings: Collection[str], area: str | None = None
) -> dict[int, int]:
    """How many submissions brought the cases of each year that are counted so; of one area where it is named.

    A year without any is left out.
    """
    rows = _of(CaseRow, actor).filter(year__in=years, standing__in=standings).order_by()
    rows = rows.filter(area=area) if area else rows
    return dict(rows.values_list("year").annotate(Count("submission", distinct=True)))


def cases_named(actor: Actor, scope: str | None, ids: Collection[str]) -> QuerySet[CaseRow]:
    """The cases with these public ids, within the scope; others are left out without a word."""
    return cases(actor, scope).filter(public_id__in=ids)


def earlier(actor: Actor, kind: str, record: str) -> QuerySet[SupersededRow]:
    """Earlier versions of a record, the latest first."""
    return _of(SupersededRow, actor).filter(kind=kind, public_id=record).order_by("-version")


def submissions(actor: Actor, scope: str | None) -> QuerySet[Submission]:
    """Submissions that were taken in, without their content, the latest first."""
    return _sent(actor, scope).filter(expires=None)


def drafts(actor: Actor, scope: str | None) -> QuerySet[Submission]:
    """Files that were looked at and not taken in yet, without their content, the latest first."""
    return _sent(actor, scope).filter(expires__isnull=False, erased=None)


def _sent(actor: Actor, scope: str | None) -> QuerySet[Submission]:
    rows = _of(Submission, actor).defer("sealed", "choices").order_by("-id")
    return rows if scope == "organisation" else _by(rows, actor, "sent_by", scope)


def problems(actor: Actor, submission: Submission) -> QuerySet[ProblemRow]:
    return _of(ProblemRow, actor).filter(submission=submission).order_by("row", "id")


def bad_rows(actor: Actor, submission: Submission) -> QuerySet[BadRowRow]:
    return _of(BadRowRow, actor).filter(submission=submission).order_by("row", "id")


def unresolved_problems(actor: Actor) -> QuerySet[ProblemRow]:
    """Problems over all submissions of the organisation whose label no rule resolved to an area; a draft's
    are settled in the draft.
    """
    return _of(ProblemRow, actor).filter(code=UNRESOLVED, submission__expires=None).order_by("id")


def jobs(actor: Actor, scope: str | None) -> QuerySet[Job]:
    rows = _of(Job, actor).order_by("-id")
    return rows if scope == "organisation" else _by(rows, actor, "user", scope)


def exports(actor: Actor, scope: str | None) -> QuerySet[Export]:
    """Exports without their content, the latest first."""
    rows = _of(Export, actor).defer("content").select_related("user", "answered_by", "job").order_by("-id")
    return rows if scope == "organisation" else _by(rows, actor, "user", scope)


def _of(model: type[Any], actor: Actor) -> QuerySet[Any]:
    return model.objects.filter(organisation__public_id=actor.organisation_id)


def _by(rows: QuerySet[Row], actor: Actor, column: str, scope: str | None) -> QuerySet[Row]:
    known = scope in ("own", "team")
    return rows.filter(**{f"{column}__public_id": actor.user_id}) if known else rows.none()
