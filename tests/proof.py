"""How many examples does a law get? A few in `make test`; `make prove` multiplies them."""

import os

TIMES = int(os.environ.get("PALERMO_PROOF", "1"))


def examples(few: int) -> int:
    """`few`, or that many times more while proving."""
    return few * TIMES
