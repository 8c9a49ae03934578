"""Does `palermo audit` say which chain holds, name the first bad entry, and write heads worth keeping?"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from palermo.cli import main


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    status = main(["audit", *map(str, words)])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


@pytest.mark.django_db(transaction=True)
def test_chains_that_hold_end_with_0(house: Any, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys, "verify")
    assert (status, err) == (0, "")
    assert [line.split(":")[0] for line in out.splitlines()] == ["OWN", "OTHER", "REAL"]
    assert out.count("without a head kept elsewhere") == 3
    assert said(capsys, "verify", "--organisation", house.own)[1].startswith("OWN: the chain holds")
    assert said(capsys, "verify", "--organisation", "OTHER")[1].count("\n") == 1


@pytest.mark.django_db(transaction=True)
def test_heads_show_a_chain_written_anew(
    house: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], audit_lifted: Callable[[], None]
) -> None:
    from palermo.store import audit
    from palermo.store.models import AuditEntry, AuditHead

    kept = tmp_path / "heads.jsonl"
    status, out, err = said(capsys, "head", "-o", kept)
    assert (status, out) == (0, "")
    assert audit.signer() in err
    assert [json.loads(line)["organisation"] for line in kept.read_text("utf-8").splitlines()] == [
        house.own, house.other, house.real,
    ]  # fmt: skip
    assert kept.stat().st_mode & 0o777 == 0o600
    held = said(capsys, "verify", "--head", kept)
    assert held[0] == 0
    assert held[1].count("it is the one that left on") == 3
    audit_lifted()
    rows = AuditEntry.objects.filter(organisation__public_id=house.own).order_by("number")
    last = rows.last()
    body = last.body.replace("operator", "auditor")
    made = audit.digest(last.previous, body)
    rows.filter(id=last.id).update(body=body, digest=made)
    AuditHead.objects.filter(organisation__public_id=house.own).update(digest=made)
    assert said(capsys, "verify")[0] == 0, "the chain alone shows nothing"
    status, out, _err = said(capsys, "verify", "--head", kept)
    assert status == 1
    assert f"OWN: entry {last.number}: it is not the entry that the head of" in out
    assert "OTHER: the chain holds" in out


@pytest.mark.django_db(transaction=True)
def test_a_bad_entry_and_a_lost_organisation_end_with_1(
    house: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], audit_lifted: Callable[[], None]
) -> None:
    from datetime import UTC, datetime

    from django.conf import settings

    from palermo.protect.signing import Head, signed
    from palermo.store.models import AuditEntry

    at = datetime(2026, 11, 1, tzinfo=UTC).isoformat(timespec="microseconds")
    gone = Head(organisation="0" * 32, number=7, digest="a" * 64, at=at)
    kept = tmp_path / "head.jsonl"
    kept.write_text(signed(gone, private=settings.AUDIT_KEY), "utf-8")
    status, out, _err = said(capsys, "verify", "--head", kept)
    assert status == 1
    assert f"{gone.organisation}: entry 1: the whole chain is missing" in out
    assert said(capsys, "verify", "--organisation", "OWN", "--head", kept)[0] == 0
    audit_lifted()
    AuditEntry.objects.filter(organisation__public_id=house.other, number=1).update(body="{}")
    status, out, _err = said(capsys, "verify")
    assert status == 1
    assert "OTHER: entry 1: it was altered" in out


@pytest.mark.django_db(transaction=True)
def test_a_head_of_another_key_is_refused_until_the_key_is_named(
    house: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    from palermo.protect.signing import fingerprint, new_signing_key, public_half

    settings.AUDIT_KEY = earlier = new_signing_key()
    kept = tmp_path / "head.jsonl"
    said(capsys, "head", "-o", kept)
    settings.AUDIT_KEY = new_signing_key()
    status, out, err = said(capsys, "verify", "--head", kept)
    assert (status, out) == (3, "")
    assert "PROTECT-051" in err
    name = fingerprint(public_half(earlier))
    assert name in err
    assert said(capsys, "verify", "--head", kept, "--key", name)[0] == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_wrong_is_said_with_a_code(
    house: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_bytes(b"Dear \xff")
    for words, status, code in (
        (("verify", "--head", letter), 3, "PROTECT-050"),
        (("verify", "--head", tmp_path / "none"), 3, "CLI-030"),
        (("verify", "--organisation", "Nobody"), 3, "CLI-041"),
        (("head", "-o", letter), 3, "CLI-040"),
    ):
        ended, _out, err = said(capsys, *words)
        assert (ended, code in err, "Dear" in err) == (status, True, False), words
    assert letter.read_bytes() == b"Dear \xff"


def test_it_works_on_a_home_of_its_own_and_makes_the_key_private(tmp_path: Path) -> None:
    def palermo(*words: str) -> subprocess.CompletedProcess[str]:
        own = {"PALERMO_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "palermo.config.settings"}
        env = os.environ | own | {"PALERMO_DATABASE_URL": ""}
        command = [sys.executable, "-c", "import sys; from palermo.cli import main; sys.exit(main())", *words]
        return subprocess.run(command, capture_output=True, text=True, env=env)

    behind = palermo("audit", "verify")
    assert (behind.returncode, "Traceback" in behind.stderr) == (3, False)
    assert palermo("manage", "migrate", "-v", "0").returncode == 0
    empty = palermo("audit", "verify")
    assert (empty.returncode, empty.stdout) == (0, "")
    assert "no organisation" in empty.stderr
    assert (tmp_path / "audit-key").stat().st_mode & 0o777 == 0o600
