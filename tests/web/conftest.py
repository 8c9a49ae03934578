"""Which installation do the page tests look at? The demo's own: two of its organisations, made small."""

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

from palermo.actions import accounts, report
from palermo.actions.cases import count_cases
from palermo.cases import Case, Person
from palermo.cases.examples import Mission, invented_mission
from palermo.cli import demo
from palermo.collect.examples import CaseFile, case_file_list
from palermo.store import vault
from palermo.store.vault import Ring
from palermo.web.doors import VAULT
from tests.conftest import found_vault


@pytest.fixture(scope="session")
def mission() -> Mission:
    return invented_mission(cases=140)


@pytest.fixture(scope="session")
def case_files(mission: Mission) -> tuple[CaseFile, ...]:
    return case_file_list(mission)


class House:
    """A store with the demo's organisations and accounts, and clients that are signed in."""

    def __init__(self, mission: Mission, files: tuple[CaseFile, ...], rings: dict[str, Ring]) -> None:
        self.mission, self.files, self.rings = mission, files, rings
        self.first, self.second = mission.organisations[:2]

    def client(self, username: str) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(get_user_model().objects.get(username=username))
        return client

    def unlocked(self, username: str) -> Client:
        """A client whose session has the vault of its first organisation unlocked."""
        client = self.client(username)
        member = accounts.memberships(get_user_model().objects.get(username=username))[0]
        session = client.session
        session[VAULT] = vault.new_session()
        session.save()
        actor = replace(member.actor, session=session[VAULT])
        vault.unlock(actor, self.rings[actor.organisation_id])
        return client

    def cases(self, organisation: str) -> list[Case]:
        return [case for case in self.mission.cases if case.organisation == organisation]

    def count(self) -> int:
        """Cases that the first organisation holds in the store."""
        member = accounts.memberships(get_user_model().objects.get(username="focal-mission"))[0]
        return count_cases(member.actor)

    def persons(self, organisation: str) -> list[Person]:
        return [person for person in self.mission.persons if person.organisation == organisation]


def build(settings: object, mission: Mission, files: tuple[CaseFile, ...]) -> House:
    cache.clear()  # the rate limits of the tests before
    report.forget()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    demo.found_organisations(mission)
    rings = {one.id: found_vault(one.id) for one in mission.organisations[:4]}
    demo.import_all(files[:2])
    return House(mission, files, rings)


@pytest.fixture
def house(db: None, settings: object, mission: Mission, case_files: tuple[CaseFile, ...]) -> House:
    return build(settings, mission, case_files)


@pytest.fixture
def lasting_house(
    transactional_db: None, settings: object, mission: Mission, case_files: tuple[CaseFile, ...]
) -> House:
    """The same, committed, so that an import in the background sees it."""
    return build(settings, mission, case_files)
