"""Which value does a rule have on a given day, and who set it? Every value is dated and cites its source."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from palermo import ProblemWithInput
from palermo.codes.languages import phrase


@dataclass(frozen=True, slots=True)
class Policy:
    """One dated value. `value` is what the rule uses; `since` the first day on which it holds."""

    name: str
    value: Any
    since: date
    source: str


def policy(name: str, *, on: date) -> Policy:
    """The value of `name` that holds on the day `on`; raises `ProblemWithInput` where none does.

    >>> policy("flow_line", on=date(2026, 1, 1)).value
    5
    """
    for entry in reversed(_read(name.partition(".")[0])):
        if entry["since"] <= on:
            return Policy(name, entry["value"], entry["since"], entry["source"])
    raise ProblemWithInput(
        phrase(
            "CODES-003: the policy {name} has no value on {on}; see palermo/codes/policy", name=name, on=on
        )
    )


@cache
def fingerprint_of_all() -> str:
    """32 hex digits of SHA-256 that change whenever any dated value of any policy does, rights included."""
    import hashlib

    files = sorted((Path(__file__).parent / "policy").glob("*.toml"))
    texts = (f"{path.name}\n{path.read_text('utf-8')}\0" for path in files)
    return hashlib.sha256("".join(texts).encode()).hexdigest()[:32]


@cache
def _read(name: str) -> list[dict[str, Any]]:
    import tomllib  # here, so that commands without a policy start quicker

    path = Path(__file__).parent / "policy" / f"{name}.toml"
    if not path.is_file():
        raise ProblemWithInput(
            phrase("CODES-004: there is no policy {name}; see palermo/codes/policy", name=name)
        )
    entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["values"]
    return sorted(entries, key=lambda entry: entry["since"])
