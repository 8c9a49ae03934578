"""Do administrators and auditors see when the last backup and drill were, of their own organisation only?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from palermo import NotAllowed
from palermo.actions import backups
from palermo.actions.backups import Made

NOW = datetime.now(UTC)
MADE = Made(Path("x"), size=7_000_000, rows=1234, recipients=1, removed=0)
GOOD = {"made": "x", "entries": 1234, "chain": True, "identity": "opened"}


def page(actor: Any) -> str:
    client = Client()
    client.force_login(get_user_model().objects.get(public_id=actor.user_id))
    answer = client.get("/backups")
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_before_the_first_backup_the_page_says_so(house: Any, role: str) -> None:
    shown = page(house.actor(role))
    assert shown.count("none yet") == 2
    assert "palermo backup drill" in shown


@pytest.mark.django_db
def test_other_roles_do_not_see_it(house: Any) -> None:
    for role in ("focal_point", "analyst", "collector"):
        actor = house.actor(role)
        client = Client()
        client.force_login(get_user_model().objects.get(public_id=actor.user_id))
        assert client.get("/backups").status_code == 403
        with pytest.raises(NotAllowed):
            backups.state(actor)


@pytest.mark.django_db
def test_the_last_backup_and_drill_are_shown_with_their_counts(house: Any) -> None:
    actor = house.actor("administrator")
    backups.note_made(MADE, now=NOW)
    backups.note_drill({house.own: GOOD}, now=NOW)
    shown = page(actor)
    for words in ("1 234 entries", "7 MB", "passed", "The audit chain held.", "One identity opened"):
        assert words in shown, words
    assert "late" not in shown.replace("template", "")
    assert "none yet" not in shown
    assert " rows" not in shown.partition("<dl")[2], "those of others, too, and of what is in no count"


@pytest.mark.django_db
def test_the_latest_counts_and_a_failed_one_is_named(house: Any) -> None:
    actor = house.actor("administrator")
    backups.note_drill({house.own: GOOD}, now=NOW - timedelta(days=200))
    assert ">late<" in page(actor)
    backups.note_drill({house.own: {**GOOD, "chain": False, "identity": "not tried"}}, now=NOW)
    shown = page(actor)
    assert ">failed<" in shown
    assert "The audit chain did not hold." in shown


@pytest.mark.django_db
def test_one_that_could_not_restore_the_backup_is_named_and_why(house: Any) -> None:
    actor = house.actor("administrator")
    backups.note_drill({house.own: GOOD}, now=NOW - timedelta(days=1))
    assert ">failed<" not in page(actor), "the control"
    backups.note_failed("PROTECT-022", now=NOW)
    shown = page(actor)
    assert ">failed<" in shown
    assert "could not be restored (PROTECT-022)" in shown
    assert "passed" not in shown
    assert backups.state(house.actor("administrator", house.other)).drill is not None


@pytest.mark.django_db
def test_another_organisations_drill_is_not_shown(house: Any) -> None:
    actor = house.actor("administrator")
    backups.note_drill({house.other: GOOD, "0" * 32: GOOD}, now=NOW)
    assert backups.state(actor).drill is None
    assert page(actor).count("none yet") == 2
    assert backups.state(house.actor("administrator", house.other)).drill is not None
