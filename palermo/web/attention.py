"""How is what waits said? Each thing with what it is, who must act, by when, and where to."""

from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from palermo.actions.attention import Waits
from palermo.web import words

SOON = "ends_"


class Item(NamedTuple):
    """One thing that waits. `figure` is None where only one thing can wait."""

    name: str
    title: str
    figure: int | None
    text: str
    who: str
    address: str
    due: str
    late: bool


def item(waits: Waits, *, now: datetime) -> Item:
    """What waits, in words."""
    title, text, who, page = _said(waits)
    late = waits.due is not None and waits.due < now
    return Item(
        waits.name, title, waits.count or None, text, who, reverse(page), _due(waits.due, late=late), late
    )


def _due(due: datetime | None, *, late: bool) -> str:
    if due is None:
        return ""
    day = words.day(due.date())
    return _("It was due on {day}.").format(day=day) if late else _("By {day}.").format(day=day)


def _said(waits: Waits) -> tuple[str, str, str, str]:
    """Title, text, who must act, and the name of the page."""
    for found in (_of_the_vault, _of_requests, _of_files):
        if said := found(waits.name, waits.count):
            return said
    return _of_the_house(waits)


def _of_the_vault(name: str, count: int) -> tuple[str, str, str, str] | None:
    focal = _("A focal point does this.")
    return {
        "vault": (
            _("Vault"),
            _("It is not set up yet: until then files with names, exact places or exact days are refused."),
            focal,
            "vault",
        ),
        "new_key": (
            _("New key"),
            _("Somebody who held the key has left: give the vault a new one."),
            focal,
            "vault",
        ),
        "members_to_let_in": (
            _("Members to let in"),
            ngettext(
                "One member made a key and waits for the vault.",
                "So many members made a key and wait for the vault.",
                count,
            ),
            _("A focal point whose key opens the vault does this."),
            "vault",
        ),
    }.get(name)


def _of_requests(name: str, count: int) -> tuple[str, str, str, str] | None:
    return {
        "exports": (
            _("Exports to agree to"),
            ngettext(
                "A colleague asked for an export of identities.",
                "Colleagues asked for exports of identities.",
                count,
            ),
            _("Another focal point than the one who asked answers."),
            "exports",
        ),
        "break_glass_answer": (
            _("Break-glass to answer"),
            ngettext("A case was asked for in an emergency.", "Cases were asked for in an emergency.", count),
            _("A focal point or verifier who did not ask answers."),
            "break-glass",
        ),
        "break_glass_review": (
            _("Break-glass to review"),
            ngettext(
                "A case was opened to somebody for some hours.",
                "Cases were opened to somebody for some hours.",
                count,
            ),
            _("A third person reviews, neither who asked nor who answered."),
            "break-glass",
        ),
        "roles_given": (
            _("Roles given"),
            _("An administrator gave a role that reaches cases. Say that you saw it, below."),
            _("Each focal point does this."),
            "members",
        ),
    }.get(name)


def _of_files(name: str, count: int) -> tuple[str, str, str, str] | None:
    return {
        "imports": (
            _("Imports to mend"),
            ngettext(
                "A file has rows that stayed out. They are kept until the day below.",
                "Files have rows that stayed out. The first are kept until the day below.",
                count,
            ),
            _("Whoever may import files mends them."),
            "imports",
        ),
        "labels": (
            _("Labels to settle"),
            ngettext(
                "A label of an area waits for a decision.", "Labels of areas wait for a decision.", count
            ),
            _("A focal point decides."),
            "labels",
        ),
        "ends_submission": (
            _("Files that end soon"),
            _("Their time to be kept ends within 30 days. The records that they brought stay."),
            _("Nobody needs to act: they end by themselves."),
            "imports",
        ),
    }.get(name)


def _of_the_house(waits: Waits) -> tuple[str, str, str, str]:
    if waits.name.startswith(SOON):
        text = {
            "ends_identity": _("Names and other identities come to the end of their time within 30 days."),
            "ends_files": _("Attached files come to the end of their time within 30 days."),
        }.get(waits.name, _("Exact places and days come to the end of their time within 30 days."))
        return (
            _("Kept long enough"),
            text,
            _("Nobody needs to act: they end by themselves, and what is coded stays."),
            "cases",
        )
    text = _("There is none of the last two days.") if waits.due else _("None was ever made.")
    return (_("Backup"), text, _("Whoever runs the server makes one; an administrator asks."), "backups")
