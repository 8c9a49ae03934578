"""Which classifications are there, in which version, and can they be trusted to be whole?

A pack is a folder: `pack.toml` (id, version, status, source, licence, and the SHA-256 of each file) beside
code lists in our CSV form. Ours stands in for the UN International Classification of Trafficking in Persons
until its text can be had, and says so. A pack never runs code and reads no file outside its folder.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from palermo import ProblemWithInput
from palermo.codes.listing import CodeList, code_list, read_list

PENDING = "pending the IC-TIP text"
LARGEST = 5_000_000
_FACTS = ("id", "version", "status", "source", "licence")
_FILE_NAME = re.compile(r"[a-z][a-z0-9_]*\.csv")
_OURS = ("acts", "means", "purposes", "exploitation_forms", "sectors")


@dataclass(frozen=True, slots=True)
class Pack:
    """A version of a classification. `lists` by the name of their file, without `.csv`."""

    id: str
    version: str
    status: str
    source: str
    licence: str
    lists: Mapping[str, CodeList]


class PackRefused(ProblemWithInput):
    """A pack that is not whole; `problems` lists all of its faults."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"CODES-020 {problem}" for problem in problems))


@cache
def packs() -> tuple[Pack, ...]:
    """The built-in packs.

    >>> [(pack.id, pack.version, pack.status) for pack in packs()]
    [('palermo', '2026.1', 'pending the IC-TIP text')]
    """
    lists = {name: code_list(name) for name in _OURS}
    source = "Palermo Protocol, Article 3 (a); ISIC Rev. 4; forms of exploitation: Palermo"
    return (Pack("palermo", "2026.1", PENDING, source, "Apache-2.0", lists),)


def read_pack(folder: Path) -> Pack:
    """The pack in `folder`, or `PackRefused` with all of its faults (CODES-020)."""
    stated = _stated(folder)
    files = stated.get("files")
    sums: dict[str, Any] = files if isinstance(files, dict) else {}
    faults = [*_fact_faults(stated, sums), *_file_faults(folder, sums)]
    if faults:
        raise PackRefused(tuple(faults))
    lists = {name[: -len(".csv")]: read_list(folder / name) for name in sums}
    return Pack(**{fact: stated[fact] for fact in _FACTS}, lists=lists)


def _stated(folder: Path) -> dict[str, Any]:
    import tomllib  # here, so that commands without a pack start quicker

    try:
        return tomllib.loads((folder / "pack.toml").read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise PackRefused(("pack.toml: expected a TOML file in UTF-8 in the pack's folder",)) from None


def _fact_faults(stated: Mapping[str, Any], sums: Mapping[str, Any]) -> Iterator[str]:
    for fact in _FACTS:
        if not isinstance(stated.get(fact), str) or not stated[fact].strip():
            yield f"pack.toml: expected {fact} as text"
    if not sums:
        yield "pack.toml: expected [files] with the SHA-256 of at least one list"


def _file_faults(folder: Path, sums: Mapping[str, Any]) -> Iterator[str]:
    for number, (name, expected) in enumerate(sums.items(), start=1):
        if not _FILE_NAME.fullmatch(name):
            yield f"pack.toml, file {number}: expected a name in snake_case, ending in .csv, no folder"
        else:
            yield from (f"{name}, {fault}" for fault in _content_faults(folder / name, expected))
    if any(path.name not in sums for path in folder.glob("*.csv")):
        yield "pack.toml: expected every .csv file of the folder under [files]"


def _content_faults(path: Path, expected: object) -> Iterator[str]:
    from hashlib import sha256  # here, so that commands without a pack start quicker

    from palermo.codes.checks import list_faults

    if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
        yield f"the file: expected a plain file of at most {LARGEST:,} bytes in the pack's folder"
        return
    content = path.read_bytes()
    if sha256(content).hexdigest() != expected:
        yield "the file: expected the content that its SHA-256 in pack.toml names"
    yield from list_faults(content)
