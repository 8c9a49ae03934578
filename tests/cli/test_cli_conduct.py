"""Does `palermo conduct` carry allegations out and delete what arrived, and nothing that did not?"""

from pathlib import Path
from typing import Any

import pytest

from palermo.actions import conduct
from palermo.cli import main
from palermo.protect.containers import open_file
from palermo.protect.keys import new_pair
from palermo.store.models import AuditEntry, ConductRow

CONDUCT = new_pair()


@pytest.fixture
def told(house: Any) -> Any:
    """Two invented allegations that wait."""
    conduct.set_key(house.actor("administrator"), CONDUCT.public.hex(), contact="Invented line 7")
    actor = house.actor("collector")
    for text in ("Invented first", "Invented second"):
        assert conduct.report_allegation(actor, text)
    return actor


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    status = main(["conduct", *map(str, words)])
    shown = capsys.readouterr()
    assert shown.out == ""
    return status, shown.err


def waiting() -> int:
    return ConductRow.objects.count()


@pytest.mark.django_db
def test_where_nothing_waits_it_says_so(house: Any, tmp_path: Path, capsys: Any) -> None:
    status, err = said(capsys, "-o", tmp_path / "out")
    assert (status, err[:13]) == (0, "Nothing waits")
    assert not (tmp_path / "out").exists()


@pytest.mark.django_db
def test_what_the_office_has_is_deleted_and_what_came_later_waits(
    told: Any, tmp_path: Path, capsys: Any
) -> None:
    out, entries = tmp_path / "out", AuditEntry.objects.count()
    status, err = said(capsys, "-o", out)
    assert (status, "--carried" in err) == (0, True)
    assert conduct.report_allegation(told, "Invented later")
    assert said(capsys, "--carried", out)[0] == 0
    assert waiting() == 1
    again = tmp_path / "again"
    assert said(capsys, "-o", again)[0] == 0
    (file,) = again.iterdir()
    assert b"Invented later" in b"".join(open_file([file.read_bytes()], private=CONDUCT.private))
    assert AuditEntry.objects.count() == entries, "no entry says that there was a report"


@pytest.mark.django_db
def test_a_copy_that_was_cut_deletes_nothing(told: Any, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "out"
    said(capsys, "-o", out)
    cut, whole = sorted(out.iterdir())
    content = cut.read_bytes()
    cut.write_bytes(content[:-1])
    status, err = said(capsys, "--carried", out)
    assert (status, "cut on their way" in err, waiting()) == (1, True, 1)
    assert said(capsys, "--carried", out) == (
        1,
        f"Nothing was deleted: no file in {out} is one that waits here.\n",
    )
    whole.unlink()
    said(capsys, "-o", out)
    assert cut.read_bytes() == content, "and it is written anew"
    assert said(capsys, "--carried", out)[0] == 0
    assert waiting() == 0


@pytest.mark.django_db
def test_a_folder_of_something_else_or_none_deletes_nothing(told: Any, tmp_path: Path, capsys: Any) -> None:
    assert said(capsys, "--carried", tmp_path)[0] == 1
    status, err = said(capsys, "--carried", tmp_path / "none")
    assert (status, err[:11]) == (3, "CONDUCT-010")
    assert waiting() == 2
    with pytest.raises(SystemExit):
        main(["conduct"])


@pytest.mark.django_db(transaction=True)
def test_no_byte_of_it_is_left_in_the_database_file(told: Any, tmp_path: Path, capsys: Any) -> None:
    from django.db import connection

    path = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or not path.is_file():
        pytest.skip("the database is no file here")
    sealed = [bytes(row.sealed)[-40:] for row in ConductRow.objects.all()]

    def left() -> int:
        files = [path, path.with_name(f"{path.name}-wal")]
        content = b"".join(each.read_bytes() for each in files if each.exists())
        return sum(each in content for each in sealed)

    assert left() == 2, "the control: they are found while they wait"
    said(capsys, "-o", tmp_path / "out")
    assert said(capsys, "--carried", tmp_path / "out")[0] == 0
    assert left() == 0
