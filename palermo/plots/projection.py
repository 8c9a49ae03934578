"""Where on the sheet is a place on the globe? The Equal Earth projection, there and back.

Source: B. Šavrič, T. Patterson and B. Jenny (2018), "The Equal Earth map projection", International Journal
of Geographical Information Science 33(3), 454–465. Areas keep their size against each other, so that a
coloured map does not make the north look larger. Degrees in, sphere radii out; x to the east, y to the north.
"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
M = np.sqrt(3) / 2
TURNS = 12
X_MOST, Y_MOST = 2.7066299836960748, 1.3173627591574133  # 180 east on the equator, and a pole


def forward(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """x and y of longitudes (from the middle meridian) and latitudes in degrees.

    >>> x, y = forward(np.array([180.0]), np.array([0.0]))
    >>> float(x[0].round(5)), float(y[0])
    (2.70663, 0.0)
    """
    t = np.arcsin(M * np.sin(np.radians(lat)))
    return np.radians(lon) * np.cos(t) / (M * _slope(t)), _height(t)


def inverse(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Longitudes and latitudes in degrees of x and y, by Newton's steps."""
    t = y / A1
    for _ in range(TURNS):
        t = t - (_height(t) - y) / _slope(t)
    lat = np.arcsin(np.clip(np.sin(t) / M, -1, 1))
    return np.degrees(M * x * _slope(t) / np.cos(t)), np.degrees(lat)


def around(lon: Numbers, middle: float) -> Numbers:
    """Longitudes counted from a middle meridian, from -180 to 180."""
    return (lon - middle + 180) % 360 - 180 if middle else lon


def _height(t: Numbers) -> Numbers:
    return t * (A1 + A2 * t**2 + t**6 * (A3 + A4 * t**2))


def _slope(t: Numbers) -> Numbers:
    return A1 + 3 * A2 * t**2 + t**6 * (7 * A3 + 9 * A4 * t**2)
