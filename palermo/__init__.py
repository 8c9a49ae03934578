"""Data collection on trafficking in persons in armed conflict: case files in, Global Report tables out.

Source: S/2016/949, paragraph 63 (g). `STEPS` orders everything that lists the steps.
"""

import os
from typing import NamedTuple

__version__ = "0.1.0"


os.environ["OPENPYXL_LXML"] = "False"
"""Else openpyxl reads with lxml, which comes with Word files, what defusedxml refuses."""


class Step(NamedTuple):
    name: str
    question: str
    source: str


STEPS = (
    Step("collect", "what did the field send us?", "S/2016/949, paragraphs 54 and 63 (g)(h)"),
    Step(
        "protect",
        "may this be shared, with whom, for what?",
        "S/2016/949, paragraphs 29–33, 49, 51–52 and 63 (j)",
    ),
    Step("report", "what do we tell UNODC and the Council?", "S/2016/949, paragraphs 20, 63 (g)(h) and 64"),
)


class PalermoError(Exception):
    """Anything Palermo refuses. The message never holds a name, a phone number or free text."""


class ProblemWithInput(PalermoError):
    """What was given cannot be used; shown without a traceback."""


class NotAllowed(PalermoError):
    """The user's roles do not hold the right that the action names."""


class PolicyRefusal(PalermoError):
    """A dated policy forbids it, whoever asks."""
