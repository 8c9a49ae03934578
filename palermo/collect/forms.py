"""Which purpose of the Protocol does a form of exploitation stand for? Palermo's reading, for all readers.

Source: Palermo Protocol, Article 3 (a). A form that the article does not name is "other".
"""

from collections.abc import Iterable

PURPOSES = {
    "prostitution": "sexual",
    "sexual_slavery": "sexual",
    "pornography": "sexual",
    "sexual_other": "sexual",
    "forced_labour": "forced_labour",
    "domestic_servitude": "forced_labour",
    "child_labour": "forced_labour",
    "servitude": "servitude",
    "slavery": "slavery",
    "organ_removal": "organs",
}


def purposes(forms: Iterable[str]) -> tuple[str, ...]:
    """The purposes of the forms, each once; none for an unknown form.

    >>> purposes(("sexual_other", "prostitution", "begging"))
    ('sexual', 'other')
    """
    return tuple(dict.fromkeys(PURPOSES.get(form, "other") for form in forms if form != "unknown"))
