"""Which right does each page need? The dated table `policy/doors.toml`, one row for each address.

Source: docs/decisions; need to know. Never open by default: an address or a method without a row is closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from palermo import ProblemWithInput
from palermo.codes.policies import policy
from palermo.codes.rights import rights

READS, SENDS = ("GET", "HEAD"), ("POST",)


@dataclass(frozen=True, slots=True)
class Door:
    """One row: the actions that reading and sending need, or the reason why the page needs no right."""

    read: str = ""
    send: str = ""
    signed_in: str = ""
    open: str = ""

    @property
    def methods(self) -> tuple[str, ...]:
        """What the door takes; empty where the row does not say: the view of an exception decides itself."""
        return (READS if self.read else ()) + (SENDS if self.send else ())

    def action(self, method: str) -> str:
        """The action that a request with this method needs; "" where the door does not take the method.

        >>> door("labels", on=date(2026, 11, 1)).action("POST")
        'labels.settle'
        """
        return self.read if method in READS else self.send if method in SENDS else ""


CLOSED = Door()


def door(name: str, *, on: date) -> Door:
    """The row of an address by its name; `CLOSED` for one without a row.

    >>> door("no-such-page", on=date(2026, 11, 1)) == CLOSED
    True
    """
    return doors(on).get(name, CLOSED)


@lru_cache(maxsize=8)
def doors(on: date) -> Mapping[str, Door]:
    """All rows that hold on the day; raises `ProblemWithInput` (CODES-006) where one is not well formed."""
    table = {name: Door(**row) for name, row in policy("doors", on=on).value.items()}
    actions = rights(on).audited
    for row in table.values():
        ways = [way for way in (row.read or row.send, row.signed_in, row.open) if way]
        if len(ways) != 1 or not {row.read, row.send} <= {"", *actions}:
            raise ProblemWithInput(
                "CODES-006: a row of doors.toml names an action that rights.toml has not, or not just one of"
                " an action, signed_in and open; mend it"
            )
    return table
