"""When are two labels the same but for writing? After folding case, accents, punctuation and letter variants.

Source: Unicode compatibility decomposition (NFKD) and the letter variants that Arabic, Persian and Kurdish
keyboards mix. It never drops a letter; U+FFFD, the mark of a broken one, stays as a letter.
"""

import re
import unicodedata

BROKEN = "\ufffd"
_VARIANTS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ک": "ك", "ی": "ي", "ى": "ي", "ة": "ه"}
    | {"ـ": None, "&": " and ", "’": "'", "`": "'"}
)
_BETWEEN_WORDS = re.compile(rf"(?:[^\w{BROKEN}]|_)+")


def fold(label: str) -> str:
    """The label in lower case without accents and punctuation, words parted by one space.

    >>> fold("  CÔTE d’Ivoire "), fold("Bosnia & Herzegovina"), fold("أفغانستان") == fold("افغانستان")
    ('cote d ivoire', 'bosnia and herzegovina', True)
    """
    plain = unicodedata.normalize("NFKD", label.casefold().translate(_VARIANTS))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _BETWEEN_WORDS.sub(" ", letters.casefold().translate(_VARIANTS)).strip()
