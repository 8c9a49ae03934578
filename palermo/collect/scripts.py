"""In which script is a name written? By its first letter; Latin where the list has no code for it."""

import unicodedata

_SCRIPTS = {
    "ARABIC": "Arab",
    "ETHIOPIC": "Ethi",
    "CYRILLIC": "Cyrl",
    "HEBREW": "Hebr",
    "CJK": "Hans",
}


def script_of(name: str) -> str:
    """The ISO 15924 code of the script.

    >>> script_of("أمينة"), script_of("Amina"), script_of("ኣሚና")
    ('Arab', 'Latn', 'Ethi')
    """
    letter = next((one for one in name if one.isalpha()), "A")
    return _SCRIPTS.get(unicodedata.name(letter, "LATIN").split(" ")[0], "Latn")
