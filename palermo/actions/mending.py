"""How does a person put a draft right? Columns, values of a whole column, single cells; each can be undone.

The file stays as it came: what was changed rests beside it, sealed, and is laid over it at each reading. Each
change reads the file again, as a job, so that what the page says is what an import would do.
"""

from collections.abc import Mapping

import msgspec
from django.db import transaction

from palermo import ProblemWithInput
from palermo.actions import drafting
from palermo.actions.drafting import begin
from palermo.actions.rights import acting, right
from palermo.store import access, drafts, headers, submissions, vault
from palermo.store.access import Actor
from palermo.store.drafts import Meant, Mend

check_can_mend, can_mend = right("mending.mend")
check_can_mend_all, can_mend_all = right("mending.mend_all")
check_can_take_back, can_take_back = right("mending.take_back")
check_can_map_columns, can_map_columns = right("mending.map_columns")
check_can_forget_columns, can_forget_columns = right("mending.forget_columns")
LONGEST = 32_767
TWICE = (
    "IMPORT-002: two columns cannot be read as the same field; choose another one, or not to read one of them"
)
NOT_THERE = (
    "IMPORT-003: this row or column is not in the file any more, or does not wait; look at the draft again"
)


def mend(actor: Actor, draft: str, row: int, place: int, value: str) -> str:
    """Lays another value over one cell; the id of the job that reads the file again.

    Raises `Missing`, `Locked`, `ProblemWithInput` (IMPORT-003) for a cell that is not of a bad row.
    """
    with transaction.atomic(), acting(actor, "mending.mend") as act:
        looked = drafting.to_change(act, draft)
        found = _found(actor, looked, row, place)
        kept = tuple(each for each in looked.choices.mends if (each.row, each.place) != (row, place))
        before = next((m.found for m in looked.choices.mends if (m.row, m.place) == (row, place)), found)
        made = Mend(row, place, before, value[:LONGEST])
        looked.choices = msgspec.structs.replace(looked.choices, mends=(*kept, made))
        return begin(act, lambda run: drafting.reread(actor, looked, run), about=looked.row)


def mend_all(actor: Actor, draft: str, row: int, place: int, value: str) -> str:
    """Lays another value over every cell of a column that says what it says in this row; the job's id."""
    with transaction.atomic(), acting(actor, "mending.mend_all") as act:
        looked = drafting.to_change(act, draft)
        found = _found(actor, looked, row, place).strip()
        kept = tuple(each for each in looked.choices.values if (each.place, each.found) != (place, found))
        made = Meant(place, found, value[:LONGEST])
        looked.choices = msgspec.structs.replace(looked.choices, values=(*kept, made))
        return begin(act, lambda run: drafting.reread(actor, looked, run), about=looked.row)


def take_back(actor: Actor, draft: str, change: str) -> str:
    """Takes one change back, by its name in the list of changes; the id of the job that reads again.

    One that was taken back before changes nothing.
    """
    with transaction.atomic(), acting(actor, "mending.take_back") as act:
        looked = drafting.to_change(act, draft)
        place = actor.organisation_id
        mends, values = (
            tuple(each for each in held if drafts.name_of(each, place) != change)
            for held in (looked.choices.mends, looked.choices.values)
        )
        looked.choices = msgspec.structs.replace(looked.choices, mends=mends, values=values)
        return begin(act, lambda run: drafting.reread(actor, looked, run), about=looked.row)


def map_columns(actor: Actor, draft: str, mapping: Mapping[int, str]) -> str:
    """Has columns (by place) read as these fields, "" for not at all, and remembers it for files with the
    same header; the id of the job that reads the file again.

    Raises `ProblemWithInput`: IMPORT-002 for a field that two columns would be, IMPORT-003 for what is none.
    """
    from palermo.collect import field_of

    with transaction.atomic(), acting(actor, "mending.map_columns") as act:
        looked = drafting.to_change(act, draft)
        row, known = looked.row, looked.choices.columns
        for place, name in mapping.items():
            if not 0 <= place < len(known) or (name and field_of(row.layout, name) is None):
                raise ProblemWithInput(NOT_THERE)
        chosen = {**looked.choices.mapping, **mapping}
        names = [chosen.get(n, column.name if column.is_read else "") for n, column in enumerate(known)]
        if len(set(filter(None, names))) < len(list(filter(None, names))):
            raise ProblemWithInput(TWICE)
        looked.choices = msgspec.structs.replace(looked.choices, mapping=chosen, remembered=True)
        headers.remember(actor, row.layout, looked.choices.header, chosen, now=act.now)
        act.subjects, act.details = [row.public_id], {"columns": len(mapping)}
        return begin(act, lambda run: drafting.reread(actor, looked, run), about=looked.row)


def forget_columns(actor: Actor, draft: str) -> str:
    """Has the columns recognised as at first, and forgets what was remembered; the job's id."""
    with transaction.atomic(), acting(actor, "mending.forget_columns") as act:
        looked = drafting.to_change(act, draft)
        headers.forget(actor, looked.choices.header)
        mapping = drafting.likely(looked) if looked.choices.loosely else {}
        looked.choices = msgspec.structs.replace(looked.choices, mapping=mapping, remembered=False)
        act.subjects = [looked.row.public_id]
        return begin(act, lambda run: drafting.reread(actor, looked, run), about=looked.row)


def _found(actor: Actor, looked: drafting.Looked, row: int, place: int) -> str:
    """What the file says in a cell of a bad row, or where a label is not resolved; "" where nothing may be
    opened.
    """
    names = looked.choices.columns
    if not 0 <= place < len(names):
        raise ProblemWithInput(NOT_THERE)
    name, ring = names[place].name, vault.unlocked(actor)
    bad = access.bad_rows(actor, looked.row).filter(row=row).first()
    told = access.problems(actor, looked.row).filter(row=row, column=name).first()
    if bad is None and told is None:
        raise ProblemWithInput(NOT_THERE)
    opening = submissions.Opening(ring) if ring else None
    if bad is not None and opening and (held := opening.bad_row(looked.row, bad)):
        return held.cells.get(name, "")
    return (opening.found(looked.row, told.found) or "") if opening and told else ""
