"""Is a pack read only when it is whole, and are all of its faults told at once?"""

import hashlib
from pathlib import Path

import pytest

from palermo.codes import PackRefused, packs, read_pack
from palermo.codes.checks import COLUMNS

LIST = ",".join(COLUMNS) + "\nalpha,Alpha,,,,,,,Invented,2026-01-01,\nbeta,Beta,,,,,,,Invented,,\n"
FACTS = {"id": "invented", "version": "1.0", "status": "draft", "source": "Invented", "licence": "CC0"}


def _make(folder: Path, content: str = LIST, *, name: str = "forms.csv", **changed: str) -> Path:
    """A pack in `folder`, whole unless something is changed."""
    data = content.encode()
    (folder / "forms.csv").write_bytes(data)
    sums = changed.pop("sums", hashlib.sha256(data).hexdigest())
    facts = "".join(f'{fact} = "{value}"\n' for fact, value in (FACTS | changed).items())
    (folder / "pack.toml").write_text(f'{facts}[files]\n"{name}" = "{sums}"\n', encoding="utf-8")
    return folder


def test_a_whole_pack_is_read(tmp_path: Path) -> None:
    pack = read_pack(_make(tmp_path))
    assert (pack.id, pack.version, pack.status, pack.licence) == ("invented", "1.0", "draft", "CC0")
    assert list(pack.lists["forms"]) == ["alpha", "beta"]
    assert pack.lists["forms"].label("beta") == "Beta"


def test_our_own_pack_waits_for_the_classification_of_the_un() -> None:
    (ours,) = packs()
    assert ours.status == "pending the IC-TIP text"
    assert set(ours.lists) == {"acts", "means", "purposes", "exploitation_forms", "sectors"}


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    _make(tmp_path, LIST + "alpha,,,,,,,,,,\n", sums="0" * 64, version="", licence=" ")
    (tmp_path / "more.csv").write_text(LIST, encoding="utf-8")
    with pytest.raises(PackRefused) as refused:
        read_pack(tmp_path)
    told = "\n".join(refused.value.problems)
    for part in (
        "expected version",
        "expected licence",
        "SHA-256",
        "row 4: expected a label_en",
        "under [files]",
    ):
        assert part in told
    assert "row 4: expected a code that no other row has" in told
    assert str(refused.value).startswith("CODES-020 ")


@pytest.mark.parametrize("name", ["../forms.csv", "/etc/passwd", "sub/forms.csv", "Forms.csv", "forms.txt"])
def test_a_pack_never_reads_outside_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackRefused, match="no folder"):
        read_pack(_make(tmp_path, name=name))


def test_a_link_is_no_plain_file(tmp_path: Path) -> None:
    _make(tmp_path)
    (tmp_path / "forms.csv").rename(tmp_path / "elsewhere.txt")
    (tmp_path / "forms.csv").symlink_to(tmp_path / "elsewhere.txt")
    with pytest.raises(PackRefused, match="plain file"):
        read_pack(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff", b"id = ", b"files = 3", b"[files]\n"])
def test_a_broken_pack_toml_is_a_clear_problem(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pack.toml").write_bytes(content)
    with pytest.raises(PackRefused, match=r"pack\.toml"):
        read_pack(tmp_path)


def test_a_folder_without_a_pack_is_a_clear_problem(tmp_path: Path) -> None:
    with pytest.raises(PackRefused, match=r"pack\.toml: expected a TOML file"):
        read_pack(tmp_path / "nowhere")


def test_no_problem_repeats_what_was_found(tmp_path: Path) -> None:
    with pytest.raises(PackRefused) as refused:
        read_pack(_make(tmp_path, LIST.replace("beta,Beta", "Amina,").replace("2026", "Amina")))
    assert "Amina" not in str(refused.value)
