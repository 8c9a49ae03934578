"""Does an administrator see that backups are made and can be read? The real commands, beside the pages."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from palermo.actions import accounts, collect
from palermo.cases import Name, Person, encode_all
from palermo.cli import demo

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(bool(os.environ.get("PALERMO_DATABASE_URL")), reason="about SQLite's own file"),
]
SignedIn = Callable[..., Page]
PROGRAM = "import sys; from palermo.cli import main; sys.exit(main())"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def beside(settings: Any, tmp_path: Path) -> Callable[..., str]:
    """Runs a command of Palermo in a process of its own, on the database whose pages are served."""
    from django.db import connection

    home = tmp_path / "installation"
    home.mkdir()
    for key in Path(settings.HOME).glob("*-key"):
        shutil.copy(key, home)
    (home / "palermo.sqlite3").symlink_to(connection.settings_dict["NAME"])
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env |= {"PALERMO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "palermo.config.settings"}

    def palermo(*words: str, typed: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *words], env=env, cwd=ROOT, input=typed,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return palermo


def set_up_vault(page: Page) -> str:
    """The set-up through its pages; what was written on paper."""
    page.goto("/vault/set-up")
    page.get_by_label("New vault passphrase").fill("violet kettle north again")
    page.get_by_label("The same passphrase again").fill("violet kettle north again")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/write-down")
    paper = " ".join(page.locator("ol.recovery code").all_inner_texts())
    page.goto("/vault/set-up/prove")
    page.get_by_label("Recovery key from your paper").fill(paper)
    page.get_by_role("button", name="Finish the set-up").click()
    expect(page.get_by_text("The vault is set up and unlocked")).to_be_visible()
    return paper


def test_backup_and_drill_are_seen(
    signed_in: SignedIn, beside: Callable[..., str], said: list[str], tmp_path: Path
) -> None:
    place = accounts.create_organisation("Invented Clinic", short="CLINIC", kind="ngo", invented=True)
    for role in ("focal_point", "administrator"):
        made = accounts.create_user(f"{role}-clinic", password=demo.PASSWORD, checked=False)
        accounts.add_member(made, organisation=place, role=role)
    paper = set_up_vault(signed_in("focal_point-clinic"))
    person = Person(id="a" * 32, organisation=place, names=(Name(text="Invented Patient"),), invented=True)
    collect.import_file(demo_actor(place), encode_all([person]), invented=True)

    admin = signed_in("administrator-clinic")
    admin.goto("/backups")
    backup, drill = (
        admin.locator("dt", has_text=title).locator("xpath=..") for title in ("Last backup", "Last drill")
    )
    expect(backup).to_contain_text("none yet")
    expect(drill).to_contain_text("none yet")
    (tmp_path / "out").mkdir()
    beside("backup", "-o", str(tmp_path / "out"))
    admin.reload()
    expect(backup).to_contain_text("MB")
    expect(drill).to_contain_text("none yet")
    told = beside("backup", "drill", str(tmp_path / "out"), "--recovery-key", typed=f"{paper}\n\n")
    assert re.search("CLINIC .* holds +opened", told)
    admin.reload()
    for line in ("passed", "The audit chain held.", "One identity opened with the printed recovery key."):
        expect(drill).to_contain_text(line)
    assert "Invented Patient" not in admin.content() + told
    assert said == []


def demo_actor(place: str) -> accounts.Actor:
    from palermo.store.models import User

    (member,) = accounts.memberships(User.objects.get(username="focal_point-clinic"))
    return accounts.Actor(member.user, place, member.role)
