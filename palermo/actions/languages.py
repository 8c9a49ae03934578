"""In which language does an account read the pages? A setting of the user's own; nothing of an organisation.

Kept with the account, so that it comes along to another computer. Not a right and not in the audit chain.
"""

from palermo import ProblemWithInput
from palermo.codes.listing import LANGUAGES
from palermo.store import accounts


def choose_language(user: str, code: str) -> None:
    """Keeps the language (a code of the six) with the account `user`. Raises STORE-023 for any other."""
    if code not in LANGUAGES:
        raise ProblemWithInput("STORE-023: Palermo does not speak this language; choose one of the list")
    accounts.keep_language(user, code)
