"""Can everybody tell the colours apart? Contrast against white, and distance for three kinds of eyes.

Source: WCAG 2.2 (1.4.3, 1.4.11); G. M. Machado and others (2009), "A Physiologically-based Model for
Simulation of Color Vision Deficiency", IEEE TVCG 15(6), full severity; CIE 1976 distance in L*a*b*.
"""

from itertools import combinations, pairwise

import numpy as np
import pytest

from palermo.plots import style

EYES = {
    "all cones": np.eye(3),
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def linear(colour: str) -> np.ndarray:
    shares = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def contrast(colour: str, other: str = style.PAPER) -> float:
    bright = sorted(float(TO_XYZ[1] @ linear(each)) for each in (colour, other))
    return (bright[1] + 0.05) / (bright[0] + 0.05)


def lab(colour: str, eyes: str) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(EYES[eyes] @ linear(colour), 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("look", style.LOOKS, ids=lambda look: look.pattern)
def test_every_colour_stands_out_from_white(look: style.Look) -> None:
    assert contrast(look.colour) >= 3


@pytest.mark.parametrize("eyes", EYES)
def test_any_two_colours_are_told_apart(eyes: str) -> None:
    for one, other in combinations(style.LOOKS, 2):
        assert np.linalg.norm(lab(one.colour, eyes) - lab(other.colour, eyes)) > 11, (
            one.colour,
            other.colour,
        )


def test_two_alike_are_caught() -> None:
    assert np.linalg.norm(lab("#00558c", "no green") - lab("#10588c", "no green")) < 11


def test_nothing_is_said_by_colour_alone() -> None:
    for part in ("pattern", "dashes", "marker", "colour"):
        assert len({getattr(look, part) for look in style.LOOKS}) == len(style.LOOKS)


def test_words_are_dark_enough() -> None:
    for tone in (style.INK, style.MUTED):
        assert contrast(tone) >= 4.5
        assert contrast(tone, style.NOT_KNOWN) >= 4.5


@pytest.mark.parametrize("eyes", EYES)
def test_steps_grow_darker_for_all(eyes: str) -> None:
    lightness = [float(lab(colour, eyes)[0]) for colour in style.STEPS]
    assert all(a - b >= 9 for a, b in pairwise(lightness))
    assert contrast(style.LAND_EDGE) >= 3
