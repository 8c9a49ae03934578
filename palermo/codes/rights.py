"""Who may do what, and how far? The dated table `policy/rights.toml`; nothing decides but this table.

Source: docs/decisions; need to know. Never grants by default: a role, action or class without a row may not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from palermo import ProblemWithInput
from palermo.codes.languages import phrase
from palermo.codes.policies import policy

SCOPES = ("own", "team", "organisation", "agreement")
DATA_CLASSES = ("identity", "protection_sensitive", "coded", "aggregate")


class Right(NamedTuple):
    """One row: this role may do this action, with this class of content, as far as the scope goes."""

    role: str
    action: str
    data_class: str
    scope: str


@dataclass(frozen=True, slots=True)
class Rights:
    """All rights that hold on a day."""

    roles: Mapping[str, str]
    audited: Mapping[str, bool]
    table: Mapping[tuple[str, str, str], str]
    since: date

    def scope(self, action: str, *, role: str, data_class: str = "") -> str | None:
        """How far the role may go, or None; without a class, the widest scope of any class.

        >>> rights(date(2026, 11, 1)).scope("cases.one_case", role="verifier", data_class="identity") is None
        True
        >>> rights(date(2026, 11, 1)).scope("cases.one_case", role="collector")
        'own'
        """
        classes = (data_class,) if data_class else DATA_CLASSES
        held = [s for c in classes if (s := self.table.get((action, role, c)))]
        return max(held, key=SCOPES.index, default=None)

    def __iter__(self) -> Iterator[Right]:
        return (Right(role, action, name, scope) for (action, role, name), scope in self.table.items())


@lru_cache(maxsize=8)
def rights(on: date) -> Rights:
    """The table that holds on the day; raises `ProblemWithInput` (CODES-005) where it is not well formed."""
    held = policy("rights", on=on)
    roles, actions = _whole(held.value)
    table = {
        (action, role, name): scope
        for action, row in actions.items()
        for name, scopes in row.items()
        if name != "audited"
        for role, scope in scopes.items()
    }
    for (_, role, name), scope in table.items():
        if role not in roles or name not in DATA_CLASSES or scope not in SCOPES:
            raise ProblemWithInput(
                "CODES-005: rights.toml names a role, class or scope that there is not; mend the row"
            )
    audited = {action: bool(row["audited"]) for action, row in actions.items()}
    return Rights(roles=roles, audited=audited, table=table, since=held.since)


def _whole(value: dict[str, Any]) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    """Roles and actions; each action says whether it is audited, and has one class with a role at least."""
    roles, actions = value.get("roles"), value.get("actions")
    if not isinstance(roles, dict) or not isinstance(actions, dict):
        raise ProblemWithInput("CODES-005: rights.toml needs the tables `roles` and `actions`; add them")
    for action, row in actions.items():
        classes = [scopes for name, scopes in row.items() if name != "audited"]
        given = bool(classes) and all(isinstance(scopes, dict) and scopes for scopes in classes)
        if not given or not isinstance(row.get("audited"), bool):
            raise ProblemWithInput(
                phrase(
                    'CODES-005: the row "{action}" of rights.toml needs `audited` (true or false) and a class'
                    " with roles; add what is missing",
                    action=action,
                )
            )
    return roles, actions
