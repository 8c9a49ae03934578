"""Does any column of the database hold a text that somebody planted in a field? On a real database."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from palermo import PalermoError
from palermo.actions import collect, labels
from palermo.store import labels as store

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SECRET = "SECRET Amina 0790123456"
PLACE = {"area": "MLI"}
WHEN = {"earliest": "2024-05-01", "latest": "2024-05-31"}
RETURN = {
    "iso3": "MLI", "country": "Mali", "region": "Africa", "subregion": "Sub-Saharan Africa",
    "indicator": "Detected trafficking victims", "dimension": "by citizenship", "category": "Mali",
    "sex": "Total", "age": "Total", "year": 2020, "unit": "Counts", "text": "3", "origin": "GLOTIP",
    "low": 3, "high": 3, "category_code": "MLI",
}  # fmt: skip


def division(**more: Any) -> dict[str, Any]:
    return {"place": {"area": "MLI", "first_level": "MLI-AMINA-0790123"}, **more}


PLANTED: dict[str, dict[str, Any]] = {
    "raw value": {"record": "case", "raw": {"gender": SECRET}},
    "raw key": {"record": "case", "raw": {SECRET: "Woman"}},
    "mrm": {"record": "case", "mrm_case": "AMINA-0790123456"},
    "division": {"record": "case", "detection": division()},
    "exact": {"record": "case", "detection": {"place": {"area": "MLI", "exact": SECRET}}},
    "decided by": {"record": "case", "statuses": [{"step": "presumed", "decided_by": "AMINA-0790123456"}]},
    "party": {"record": "case", "episodes": [{"parties": [{"party": SECRET}]}]},
    "unit": {"record": "case", "episodes": [{"parties": [{"unit": SECRET}]}]},
    "natural": {"record": "case", "source": {"layout": "htcds", "natural": SECRET}},
    "natural as a key": {"record": "case", "source": {"layout": "x", "natural": "a" * 32 + ":0790123456"}},
    "layout": {"record": "case", "source": {"layout": SECRET}},
    "names": {"record": "person", "names": [{"text": SECRET}]},
    "name of a party": {"record": "party", "name": SECRET},
    "parties": {"record": "incident", "type": "abduction", "when": WHEN, "place": PLACE, "parties": [SECRET]},
    "to": {"record": "referral", "case": "2" * 32, "service": "shelter", "to": SECRET},
    "effort": {"record": "effort", "month": WHEN, "interviews": 1, "without_indication": 0, **division()},
    "pattern": {"record": "pattern_return", "period": WHEN, **division()},
    **{f"return {name}": {"record": "state_return", **RETURN, name: SECRET}
       for name, value in RETURN.items() if isinstance(value, str)},
    "return natural": {"record": "state_return", **RETURN, "source": {"layout": "portal", "natural": SECRET}},
}  # fmt: skip
MARKS = (b"SECRET", b"AMINA", b"0790123")


def columns_with_it() -> set[tuple[str, str]]:
    """Table and column of every value of the database that holds a planted text."""
    from django.db import connection

    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                held = ((name, bytes(v) if isinstance(v, memoryview | bytes) else str(v).encode())
                        for name, v in zip(names, row, strict=True))  # fmt: skip
                found |= {(table, name) for name, text in held if any(mark in text for mark in MARKS)}
    return found


def take(actor: Any, planted: dict[str, Any], **more: Any) -> str:
    line = msgspec.json.encode({"id": "1" * 32, "organisation": actor.organisation_id, **planted})
    try:
        return str(collect.import_file(actor, line, now=NOW, **more).stored)
    except PalermoError as refusal:
        return str(refusal)


@pytest.mark.django_db
@pytest.mark.parametrize("where", PLANTED)
@pytest.mark.parametrize("owner", ["own", "real"])
def test_what_is_planted_reaches_no_column(house: Any, where: str, owner: str) -> None:
    said = take(house.actor(organisation=getattr(house, owner)), PLANTED[where], invented=owner == "own")
    assert said in ("0", "1")
    assert columns_with_it() == set()


@pytest.mark.django_db
def test_with_sealing_off_it_is_found(house: Any, sealing_off: None) -> None:
    """The control: the same records, and the search finds them where sealed values would be."""
    actor = house.actor()
    assert "1" in [take(actor, planted, invented=True) for planted in PLANTED.values()]
    assert {name for _, name in columns_with_it()} == {"cells", "sealed"}


@pytest.mark.django_db
def test_a_real_return_and_a_real_case_without_free_text_go_in(house: Any) -> None:
    actor = house.actor(organisation=house.real)
    assert take(actor, {"record": "state_return", **RETURN}) == "1"
    assert take(actor, {"record": "case", "raw": {"gender": "Woman"}, "sex": "female"}) == "1"


PERSON_IN_A_COLUMN = f"yearOfRegistration,gender,ageBroad,citizenship\n2019,Female,9--17,{SECRET}\n"


def a_settled_label(actor: Any) -> None:
    """Somebody's name stood in the column of citizenship, waited, and was settled."""
    collect.import_file(actor, PERSON_IN_A_COLUMN.encode(), layout="ctdc-37", invented=True, now=NOW)
    assert [one.label for one in labels.unresolved(actor)] == [SECRET]
    labels.settle(actor, SECRET, area="MLI", now=NOW)
    assert labels.unresolved(actor) == ()


@pytest.mark.django_db
def test_a_settled_label_is_kept_as_a_hash_only_and_still_found(house: Any) -> None:
    actor = house.actor()
    a_settled_label(actor)
    assert columns_with_it() == set()
    again = collect.import_file(actor, PERSON_IN_A_COLUMN.encode(), layout="ctdc-37", invented=True, now=NOW)
    assert again.superseded == 1, "the next import uses the decision"
    elsewhere = store.decisions(house.actor(organisation=house.other))
    assert SECRET in store.decisions(actor)
    assert f" {SECRET} " in store.decisions(actor)
    assert SECRET not in elsewhere, "another organisation's hash is another one"


@pytest.mark.django_db
def test_a_label_that_would_be_kept_is_found(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same label, stored the way that one of a return is."""
    settle = store.settle
    monkeypatch.setattr(store, "settle", lambda *told, **more: settle(*told, **{**more, "clear": True}))
    a_settled_label(house.actor())
    assert columns_with_it() == {("store_labeldecision", "label")}


@pytest.mark.django_db(transaction=True)
def test_labels_of_before_become_hashes(house: Any) -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from palermo.store.models import LabelDecision

    here = MigrationExecutor(connection).loader.graph.leaf_nodes("store")
    old = MigrationExecutor(connection).migrate([("store", "0009_shared")])
    try:
        place = old.apps.get_model("store", "Organisation").objects.get(public_id=house.own)
        table = old.apps.get_model("store", "LabelDecision")
        for label in (SECRET, f"{SECRET} "):
            table.objects.create(organisation=place, label=label, area="MLI", decided=NOW)
        assert columns_with_it() == {("store_labeldecision", "label")}
    finally:
        MigrationExecutor(connection).migrate(here)
    assert columns_with_it() == set()
    assert LabelDecision.objects.count() == 1
    assert store.decisions(house.actor())[SECRET] == "MLI"
