"""Does `palermo open` write what was sealed, for its owner only, and nothing where the file is broken?"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from palermo.cli import main
from palermo.protect.containers import seal_file
from palermo.protect.keys import new_pair
from palermo.protect.recovery import printed, recovery_pair

MADE = datetime(2026, 3, 1, tzinfo=UTC)
SECRET = bytes(range(16))
CONTENT = b"invented" * 100_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.sealed"
    sealed = seal_file(
        [CONTENT],
        kind="export",
        made=MADE,
        passphrases=["four words not together"],
        keys=[recovery_pair(SECRET).public, new_pair().public],
    )
    path.write_bytes(b"".join(sealed))
    return path


def asked(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt="": answer)


def test_a_passphrase_opens_it(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, "four words not together")
    out = tmp_path / "out"
    assert main(["open", str(file), "-o", str(out)]) == 0
    assert out.read_bytes() == CONTENT
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", [printed(SECRET).lower(), recovery_pair(SECRET).private.hex() + "\n"])
def test_a_key_file_opens_it(file: Path, tmp_path: Path, text: str) -> None:
    key = tmp_path / "key"
    key.write_text(text)
    assert main(["open", str(file), "-o", str(tmp_path / "out"), "--key-file", str(key)]) == 0
    assert (tmp_path / "out").read_bytes() == CONTENT


def test_nothing_stays_where_the_end_is_broken(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(monkeypatch, "four words not together")
    file.write_bytes(file.read_bytes()[:-1])
    out = tmp_path / "out"
    assert main(["open", str(file), "-o", str(out)]) == 3
    assert "PROTECT-022" in capsys.readouterr().err
    assert not out.exists()


def test_a_wrong_passphrase_a_missing_file_and_a_file_in_the_way(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(monkeypatch, "five words not together")
    out = tmp_path / "out"
    assert main(["open", str(file), "-o", str(out)]) == 3
    assert main(["open", str(tmp_path / "none"), "-o", str(out)]) == 3
    assert not out.exists()
    out.write_bytes(b"mine")
    assert main(["open", str(file), "-o", str(out)]) == 3
    assert out.read_bytes() == b"mine"
    said = capsys.readouterr().err
    assert [code for code in ("PROTECT-021", "CLI-032", "CLI-033") if code not in said] == []


def test_a_new_key_is_for_its_owner_and_opens_what_is_sealed_to_its_public_half(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, sealed, out = tmp_path / "key", tmp_path / "file", tmp_path / "out"
    assert main(["open", "--new-key", str(key)]) == 0
    public = bytes.fromhex(capsys.readouterr().out.strip())
    assert key.stat().st_mode & 0o777 == 0o600
    sealed.write_bytes(b"".join(seal_file([CONTENT], kind="export", made=MADE, keys=[public])))
    assert main(["open", str(sealed), "-o", str(out), "--key-file", str(key)]) == 0
    assert out.read_bytes() == CONTENT
    kept = key.read_bytes()
    assert main(["open", "--new-key", str(key)]) == 3
    assert key.read_bytes() == kept, "a key that is there is never written over"


def test_without_an_output_it_says_so(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["open", str(file)]) == 3
    assert "CLI-034" in capsys.readouterr().err
