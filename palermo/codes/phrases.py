"""How does a sentence stay translatable until somebody reads it? With its pattern, and its values beside it.

A text without values is its own pattern. Never a found value: what a phrase holds may be stored and shown.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

SAY = "say"


class Phrase(str):
    """An English sentence that still knows its pattern and its values, so that a door can translate it.

    A value may be a text, a number, a date or a phrase itself; each is said in the reader's language.
    """

    pattern: str
    values: Mapping[str, object]

    def __reduce__(self) -> tuple[object, ...]:
        return _made, (self.pattern, dict(self.values))


def phrase(pattern: str, **values: object) -> Phrase:
    """The sentence in English, with `values` put into the `{places}` of `pattern`.

    >>> phrase("a label has 1 to {most} characters", most=200)
    'a label has 1 to 200 characters'
    """
    return _made(pattern, values)


def _made(pattern: str, values: Mapping[str, object]) -> Phrase:
    made = Phrase(pattern.format(**values) if values else pattern)
    made.pattern, made.values = pattern, values
    return made


def marked(text: str) -> str:
    """The text as it is, marked to be translated where it is shown.

    >>> marked("Detected trafficking victims")
    'Detected trafficking victims'
    """
    return text


def packed(text: str) -> str:
    """The text for a column of a store; a `Phrase` with its pattern and values, as JSON.

    >>> packed("a year"), unpacked(packed(phrase("at most {most} rows", most=5))).values
    ('a year', {'most': 5})
    """
    return json.dumps(_flat(text), ensure_ascii=False) if isinstance(text, Phrase) else text


def _flat(value: object) -> object:
    match value:
        case Phrase():
            return {SAY: value.pattern, "with": {name: _flat(one) for name, one in value.values.items()}}
        case date():
            return {"day": value.isoformat()[:10]}
        case int() | float():
            return value
        case _:
            return str(value)


def unpacked(text: str) -> str:
    """What `packed` took; a text that was stored before there were phrases is as it was."""
    if not text.startswith(f'{{"{SAY}": '):
        return text
    held = json.loads(text)
    return _phrase(held[SAY], held["with"])


def _full(value: object) -> object:
    match value:
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case {"say": str(pattern), "with": dict(values)}:
            return _phrase(pattern, values)
        case _:
            return value


def _phrase(pattern: str, values: dict[str, Any]) -> Phrase:
    return _made(pattern, {name: _full(one) for name, one in values.items()})
