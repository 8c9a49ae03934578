"""Does an export hold what it should, for whom it should, as long as it should, and nothing beside it?"""

import csv
import io
import logging
import subprocess
import sys
import time
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from palermo import PolicyRefusal, ProblemWithInput
from palermo.actions import accounts, collect, export_making, exports
from palermo.actions import vault as vault_actions
from palermo.actions.background import Run, Stopped
from palermo.actions.cases import CaseFilter
from palermo.actions.exports import ExportView
from palermo.cases import Case, Detection, Name, Person, Place, Status, When, encode_all
from palermo.codes.formulas import guarded, unguarded
from palermo.protect.containers import CutOrAltered, NotForThisKey, open_file
from palermo.protect.exported import KINDS, packed
from palermo.protect.keys import new_pair
from palermo.store import exporting, vault
from palermo.store.access import Actor, Missing
from palermo.store.models import AuditEntry, Export, Job
from tests.proof import examples

NAME, FORMULA, VILLAGE = "SECRET Amina Invented", "=HYPERLINK(1)", "SECRET Invented Well"
MARKS = (b"SECRET", b"HYPERLINK")
LATER = timedelta(hours=72, seconds=1)
lasting = pytest.mark.django_db(transaction=True)


def fill(actor: Actor, *, number: int = 3) -> None:
    """Invented cases with a name, an exact place and an exact day each."""
    records: list[Any] = []
    for n in range(number):
        id = f"{n + 1:032x}"
        names = (Name(text=NAME if n else FORMULA),)
        found = Detection(when=When.day(date(2024, 5, 3)), place=Place(area="MLI", exact=VILLAGE))
        steps = (Status(step="presumed" if n else "identified", authority="un_entity"),)
        own = actor.organisation_id
        records.append(Person(id=f"{n + 1:0>31}f", organisation=own, names=names, invented=True))
        records.append(
            Case(id=id, organisation=own, person=records[-1].id, sex="female" if n else "male",
                 detection=found, statuses=steps, invented=True)
        )  # fmt: skip
    assert collect.import_file(actor, encode_all(records), invented=True).stored == 2 * number


def ended(actor: Actor, export: str) -> ExportView:
    for _ in range(600):
        view = exports.state(actor, export)
        if view.state != "running" and not Job.objects.filter(outcome="").exists():
            return view
        time.sleep(0.02)
    raise AssertionError("the export did not end")


def made(actor: Actor, kind: str, **more: Any) -> str:
    """An export of that kind that is done."""
    export = exports.ask(actor, kind, **more)
    if kind == "identities":
        exports.agree(second(actor), export, True)
    exports.start(actor, export)
    view = ended(actor, export)
    assert (view.state, view.problem) == ("done", "")
    return export


def second(actor: Actor) -> Actor:
    """Another focal point of the organisation, with the vault unlocked as whoever asks has it."""
    user = accounts.create_user(
        f"second-{vault.new_session()}", password="a quiet long sentence", checked=False
    )
    accounts.add_member(user, organisation=actor.organisation_id, role="focal_point")
    other = Actor(user, actor.organisation_id, "focal_point", session=vault.new_session())
    vault.unlock(other, vault.ring(actor))
    return other


def opened(content: bytes, **key: Any) -> dict[str, str]:
    """The files of an export by name."""
    clear = b"".join(open_file([content], **key))
    with zipfile.ZipFile(io.BytesIO(clear)) as pack:
        return {name: pack.read(name).decode("utf-8-sig") for name in pack.namelist()}


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def whole(actor: Actor, kind: str, **more: Any) -> dict[str, str]:
    export = made(actor, kind, **more)
    return opened(exports.download(actor, export), passphrase=exports.passphrase(actor, export))


@lasting
def test_an_export_of_identities_holds_them_and_nothing_else_does(
    house: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The control is in the file: what no column and no log holds is there."""
    caplog.set_level(logging.DEBUG)
    actor = house.actor()
    fill(actor)
    export = made(actor, "identities")
    content = exports.download(actor, export)
    assert columns_with_it() == set()
    words = exports.passphrase(actor, export)
    assert columns_with_it(words.encode()) == set()
    told = caplog.text.encode()
    assert not [mark for mark in (*MARKS, words.encode()) if mark in told]
    files = opened(content, passphrase=words)
    assert {row["names"] for row in rows_of(files["persons.csv"])} == {NAME, f"'{FORMULA}"}
    assert {row["detected_place"] for row in rows_of(files["cases.csv"])} == {VILLAGE}
    people = {row["person"]: row["cases"] for row in rows_of(files["persons.csv"])}
    assert people == {row["person"]: row["case"] for row in rows_of(files["cases.csv"])}


@lasting
def test_each_kind_holds_what_it_says(house: Any) -> None:
    actor = house.actor()
    fill(actor)
    coded, exact = whole(actor, "coded"), whole(actor, "exact")
    assert set(coded) == set(exact) == {"cases.csv", "about.txt"}
    assert "SECRET" not in "".join(coded.values())
    (first, *_) = rows_of(coded["cases.csv"])
    assert (first["detected"], first["detected_area"], first["status"]) == ("2024-05", "MLI", "identified")
    assert VILLAGE in exact["cases.csv"]
    assert "2024-05-03" in exact["cases.csv"]
    assert NAME not in "".join(exact.values())


@lasting
def test_a_coded_export_needs_no_key(house: Any) -> None:
    actor = house.actor()
    fill(actor)
    vault.lock(actor.session)
    assert len(rows_of(whole(actor, "coded")["cases.csv"])) == 3
    with pytest.raises(vault.Locked):
        exports.start(actor, exports.ask(actor, "exact"))


@lasting
def test_it_says_who_and_when_and_what_inside(house: Any) -> None:
    actor = house.actor()
    fill(actor)
    about = whole(actor, "identities", filters=CaseFilter(status="presumed", detected_from="2024"))[
        "about.txt"
    ]
    for line in ("Organisation: Mission own (OWN)", "Asked for by: focal_point--", "Agreed to by: second-",
                 "(focal_point)", "status = presumed", "detected_from = 2024", "Cases: 2",
                 "Persons: 2",
                 "Invented: every person", "Destroy every copy by: 20"):  # fmt: skip
        assert line in about, line


@lasting
def test_the_filters_and_the_scope_hold(house: Any) -> None:
    actor, other = house.actor(), house.actor(organisation=house.other)
    fill(actor)
    assert len(rows_of(whole(actor, "coded", filters=CaseFilter(sex="male"))["cases.csv"])) == 1
    assert rows_of(whole(other, "coded")["cases.csv"]) == []
    assert rows_of(whole(house.actor("case_worker", team="north"), "coded")["cases.csv"]) == []
    assert len(rows_of(whole(house.actor("analyst"), "coded")["cases.csv"])) == 3


@lasting
def test_another_key_opens_it_and_no_passphrase_is_made(house: Any) -> None:
    actor, pair = house.actor(), new_pair()
    fill(actor)
    export = made(actor, "exact", recipient=exports.public_key(pair.public.hex()))
    content = exports.download(actor, export)
    assert VILLAGE in opened(content, private=pair.private)["cases.csv"]
    with pytest.raises(NotForThisKey):
        opened(content, private=new_pair().private)
    assert not exports.state(actor, export).passphrase_waits
    with pytest.raises(PolicyRefusal, match="EXPORT-005"):
        exports.passphrase(actor, export)


@pytest.mark.parametrize("text", ["", "Amina", "0" * 64, "g" * 64, "11" * 31])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(ProblemWithInput, match="EXPORT-002") as refused:
        exports.public_key(text)
    assert "Amina" not in str(refused.value)


@lasting
def test_the_passphrase_is_shown_once_and_in_that_session_only(house: Any) -> None:
    actor = house.actor()
    fill(actor)
    export = made(actor, "coded")
    elsewhere = Actor(actor.user_id, actor.organisation_id, actor.role, session=vault.new_session())
    with pytest.raises(PolicyRefusal, match="EXPORT-005"):
        exports.passphrase(elsewhere, export)
    assert not exports.state(elsewhere, export).passphrase_waits
    assert exports.state(actor, export).passphrase_waits
    words = exports.passphrase(actor, export)
    assert opened(exports.download(actor, export), passphrase=words)
    with pytest.raises(PolicyRefusal, match="EXPORT-005"):
        exports.passphrase(actor, export)
    again = made(actor, "coded")
    exports.forget(actor.session)
    with pytest.raises(PolicyRefusal, match="EXPORT-005"):
        exports.passphrase(actor, again)


@pytest.mark.django_db
def test_an_account_without_the_key_agrees_to_nothing(house: Any) -> None:
    """The control is the same account once it has the key; a refusal needs none."""
    actor = house.actor()
    export, refused = exports.ask(actor, "identities"), exports.ask(actor, "identities")
    other = second(actor)
    vault.lock(other.session)
    with pytest.raises(vault.Locked):
        exports.agree(other, export, True)
    assert exports.state(actor, export).state == "asked"
    exports.agree(other, refused, False)
    vault.unlock(other, vault.ring(actor))
    exports.agree(other, export, True)
    assert [exports.state(actor, one).state for one in (export, refused)] == ["ready", "refused"]


@pytest.mark.django_db
def test_the_same_person_cannot_agree(house: Any) -> None:
    """The control: another one can, once."""
    actor = house.actor()
    export = exports.ask(actor, "identities")
    for role in ("focal_point", "case_worker"):
        accounts.add_member(actor.user_id, organisation=house.own, role=role)
    with pytest.raises(PolicyRefusal, match="EXPORT-003"):
        exports.agree(actor, export, True)
    with pytest.raises(PolicyRefusal, match="EXPORT-004"):
        exports.start(actor, export)
    other = second(actor)
    assert [view.id for view in exports.waiting(other)] == [export]
    assert exports.waiting(actor) == ()
    exports.agree(other, export, True)
    with pytest.raises(PolicyRefusal, match="EXPORT-004"):
        exports.agree(second(actor), export, False)
    assert exports.state(actor, export).state == "ready"
    assert exports.waiting(other) == ()


@pytest.mark.django_db
def test_who_agrees_sees_what_it_would_hold(house: Any) -> None:
    actor = house.actor()
    fill(actor)
    export = exports.ask(actor, "identities", CaseFilter(sex="female"))
    view, cases = exports.one_waiting(second(actor), export)
    assert (view.kind, view.filters.sex, cases) == ("identities", "female", 2)
    assert view.asked_by.startswith("focal_point-")


@pytest.mark.django_db
def test_a_refusal_ends_it(house: Any) -> None:
    actor = house.actor()
    export = exports.ask(actor, "identities")
    exports.agree(second(actor), export, False)
    assert exports.state(actor, export).state == "refused"
    with pytest.raises(PolicyRefusal, match="EXPORT-004"):
        exports.start(actor, export)


@pytest.mark.django_db
def test_an_agreement_holds_for_a_day(house: Any) -> None:
    actor, now = house.actor(), datetime(2026, 11, 1, 12, tzinfo=UTC)
    export = exports.ask(actor, "identities", now=now)
    exports.agree(second(actor), export, True, now=now + timedelta(hours=1))
    with pytest.raises(PolicyRefusal, match="EXPORT-004"):
        exports.start(actor, export, now=now + timedelta(hours=25, seconds=1))
    assert exports.state(actor, export).state == "expired"


@pytest.mark.django_db
def test_another_organisation_finds_nothing(house: Any) -> None:
    actor, other = house.actor(), house.actor(organisation=house.other)
    export = exports.ask(actor, "identities")
    calls = (exports.state, exports.start, exports.download, exports.withdraw, exports.passphrase,
             exports.one_waiting, lambda who, id: exports.agree(who, id, True))  # fmt: skip
    said = set()
    for call in calls:
        for id in (export, "0" * 32):
            with pytest.raises(Missing) as refused:
                call(other, id)
            said.add(str(refused.value))
    assert len(said) == 1
    assert exports.waiting(other) == exports.list_exports(other) == ()
    assert [view.id for view in exports.list_exports(actor)] == [export]


@pytest.mark.django_db
def test_a_colleague_downloads_nothing(house: Any) -> None:
    actor = house.actor()
    export = exports.ask(actor, "coded")
    for call in (exports.state, exports.start, exports.download, exports.withdraw, exports.passphrase):
        with pytest.raises(Missing):
            call(second(actor), export)


@lasting
@pytest.mark.parametrize("how", ["expired", "withdrawn"])
def test_what_has_ended_cannot_be_downloaded_and_its_bytes_are_gone(house: Any, how: str) -> None:
    actor = house.actor()
    fill(actor)
    export, other = made(actor, "coded"), made(actor, "coded")
    piece = exports.download(actor, export)[-40:]
    assert columns_with_it(piece) == {("store_export", "content")}, "the control"
    if how == "withdrawn":
        exports.withdraw(actor, export)
    else:
        exports.withdraw(actor, other)
        assert exports.end_expired(datetime.now(UTC) + LATER) == 1
    assert exports.state(actor, export).state == how
    for call in (exports.download, exports.start, exports.passphrase):
        with pytest.raises(PolicyRefusal, match=r"EXPORT-00[45]"):
            call(actor, export)
    assert columns_with_it(piece) == set()


@lasting
def test_the_next_look_ends_what_is_over(house: Any) -> None:
    actor = house.actor()
    fill(actor)
    export = made(actor, "coded")
    Export.objects.update(expires=datetime.now(UTC) - timedelta(seconds=1))
    assert [view.state for view in exports.list_exports(actor)] == ["expired"]
    assert Export.objects.get().content is None
    assert not exports.state(actor, export).passphrase_waits


@lasting
def test_a_lock_before_the_work_begins_leaves_nothing(house: Any) -> None:
    actor = house.actor()
    fill(actor)
    export = exports.ask(actor, "exact")
    with transaction.atomic():  # the work begins when this ends
        exports.start(actor, export)
        vault_actions.lock(actor)
    view = ended(actor, export)
    assert view.state == "locked"
    assert view.problem.startswith("STORE-030")
    assert Export.objects.get().content is None
    vault.unlock(actor, house.rings[house.own])
    exports.start(actor, export)
    assert ended(actor, export).state == "done", "it can be started again"


@pytest.mark.django_db
@pytest.mark.parametrize(("how", "error"), [("lock", vault.Locked), ("stop", Stopped)])
def test_a_lock_or_a_stop_during_the_work_leaves_nothing(
    house: Any, how: str, error: type[Exception]
) -> None:
    actor = house.actor()
    fill(actor)

    class Ends(Run):
        """Somebody ends it after the first batch."""

        def check(self) -> None:
            if how == "lock":
                vault.lock(actor.session)
            else:
                self.stop.set()
            super().check()

    export = exports.ask(actor, "exact")
    Export.objects.update(state="running")
    order = export_making.Order(actor, export, "exact", CaseFilter(), "organisation", None)
    with pytest.raises(error):
        export_making.make(order, Ends("0" * 32, "writing"), words="four words not together")
    assert Export.objects.get().content is None
    assert Export.objects.get().state == "running"


@pytest.mark.django_db
def test_work_of_a_process_that_is_gone_shows_as_interrupted(house: Any) -> None:
    actor = house.actor()
    export = exports.ask(actor, "coded")
    with transaction.atomic():
        exports.start(actor, export)
        transaction.set_rollback(True)
    assert exports.state(actor, export).state == "ready", "what was taken back never ran"
    exports.start(actor, export)  # nothing commits in this test: the thread never begins
    assert exports.state(actor, export).state == "running"
    Job.objects.update(process="f" * 32)
    collect.close_interrupted()
    assert exports.state(actor, export).state == "interrupted"


@pytest.mark.django_db
def test_one_at_a_time_and_withdrawn_while_it_runs(house: Any) -> None:
    actor = house.actor()
    first, then = exports.ask(actor, "coded"), exports.ask(actor, "coded")
    exports.start(actor, first)
    with pytest.raises(ProblemWithInput, match="EXPORT-BUSY"):
        exports.start(actor, then)
    exports.withdraw(actor, first)
    assert exports.state(actor, first).state == "withdrawn"
    order = export_making.Order(actor, first, "coded", CaseFilter(), "organisation", None)
    with pytest.raises(PolicyRefusal, match="EXPORT-004"):
        export_making.make(order, Run("0" * 32, "writing"), words="four words not together")
    assert Export.objects.filter(content=None).count() == 2


@lasting
def test_the_chain_tells_of_every_step_and_of_whom(house: Any) -> None:
    from palermo.store import audit

    actor = house.actor()
    fill(actor)
    export = made(actor, "identities")
    exports.download(actor, export)
    exports.withdraw(actor, export)
    bodies = [msgspec.json.decode(e.body) for e in AuditEntry.objects.order_by("id")]
    steps = [body for body in bodies if body["action"].startswith("exports.")]
    assert [body["action"].removeprefix("exports.") for body in steps] == [
        "ask", "agree", "start", "made", "download", "withdraw"
    ]  # fmt: skip
    subjects = next(body for body in steps if body["action"] == "exports.made")["subjects"]
    assert {audit.pseudonym(house.own, f"{n:032x}") for n in (1, 2, 3)} < set(subjects)
    assert next(b for b in steps if b["action"] == "exports.download")["details"]["cases"] == 3
    assert audit.verify(house.own) is None


@lasting
def test_palermo_open_opens_what_was_downloaded(house: Any, tmp_path: Path) -> None:
    """In a process of its own, with a key that it made itself."""
    key, sealed, out = tmp_path / "key", tmp_path / "export.palermo", tmp_path / "export.zip"
    palermo = Path(sys.executable).with_name("palermo")
    printed = subprocess.run([palermo, "open", "--new-key", key], capture_output=True, text=True, check=True)
    actor = house.actor()
    fill(actor)
    export = made(actor, "exact", recipient=exports.public_key(printed.stdout))
    sealed.write_bytes(exports.download(actor, export))
    subprocess.run([palermo, "open", sealed, "-o", out, "--key-file", key], check=True, capture_output=True)
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as pack:
        assert pack.testzip() is None
        assert VILLAGE in pack.read("cases.csv").decode("utf-8-sig")


@lasting
def test_a_cut_export_opens_to_nothing(house: Any) -> None:
    actor = house.actor()
    fill(actor)
    export = made(actor, "coded")
    content, words = exports.download(actor, export), exports.passphrase(actor, export)
    with pytest.raises(CutOrAltered):
        opened(content[:-1], passphrase=words)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "filters",
    [
        CaseFilter(area=NAME),
        CaseFilter(detected_from="May"),
        CaseFilter(detected_to="２０２４"),
        CaseFilter(sex="x"),
    ],
)
def test_only_codes_are_filters(house: Any, filters: CaseFilter) -> None:
    with pytest.raises(ProblemWithInput, match="EXPORT-001") as refused:
        exports.ask(house.actor(), "coded", filters)
    assert "SECRET" not in str(refused.value)
    assert not Export.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "kinds"),
    [("collector", ""), ("case_worker", "coded exact"), ("focal_point", "coded exact identities"),
     ("analyst", "coded"), ("verifier", ""), ("administrator", ""), ("auditor", "")],
)  # fmt: skip
def test_each_role_asks_for_what_the_table_says(house: Any, role: str, kinds: str) -> None:
    from palermo import NotAllowed

    actor, allowed = house.actor(role), []
    for kind in KINDS:
        try:
            exports.ask(actor, kind)
            allowed.append(kind)
        except NotAllowed:
            continue
    assert allowed == kinds.split()


SIGNS = st.text(st.sampled_from("=+-@＝＋－＠\t\r\n '\"a1,;\u200b\u3000\ufeff"), max_size=8)


@settings(max_examples=examples(300), deadline=None)
@given(SIGNS | st.text(max_size=12))
def test_no_cell_begins_a_formula_and_guarding_comes_off(text: str) -> None:
    kept = guarded(text)
    plain = "".join(sign for sign in kept if sign.isprintable() and not sign.isspace())
    assert not plain.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not kept.startswith(("\t", "\r", "\n"))
    assert unguarded(kept) == (text[1:] if kept == text and text != unguarded(text) else text)


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(SIGNS | st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=4)
)
def test_cells_come_out_of_the_pack_as_they_went_in_but_guarded(cells: list[str]) -> None:
    parts = b"".join(packed([("cases.csv", [tuple(cells)] * 3)], about=lambda: "Invented."))
    with zipfile.ZipFile(io.BytesIO(parts)) as pack:
        text = pack.read("cases.csv").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [list(map(guarded, cells))] * 3


def test_the_page_of_the_guide_shows_the_transitions(root: Path) -> None:
    """Every transition of the table is an arrow of the diagram, and nothing else is."""
    text = (root / "docs" / "how-to" / "export-safely.md").read_text("utf-8")
    drawn = {tuple(line.strip().split(" --> ")) for line in text.splitlines() if " --> " in line}
    table = {(a, b) for a, following in exporting.TRANSITIONS.items() for b in following}
    assert drawn == table
    assert all(set(following) <= set(exporting.TRANSITIONS) for following in exporting.TRANSITIONS.values())


def columns_with_it(*marks: bytes) -> set[tuple[str, str]]:
    """Table and column of every value of the database that holds one of the marks."""
    from django.db import connection

    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                held = ((name, bytes(v) if isinstance(v, memoryview | bytes) else str(v).encode())
                        for name, v in zip(names, row, strict=True))  # fmt: skip
                found |= {(table, name) for name, text in held if any(m in text for m in marks or MARKS)}
    return found
