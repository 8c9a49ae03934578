"""How long does a plot take, and how heavy is it? Each kind warm, against reading the boundaries once.

Yardstick: `json.loads` of the built boundaries (about 1 MB), in the same run, so that ratios hold on any
machine. Goals: below 150 ms warm each; a map of the world at most 50 KB compressed. "New window" is a map of
a way that nobody has drawn before, with the boundaries read.
"""

import gzip
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from palermo.codes.languages import ENGLISH
from palermo.plots import journey_map, png
from palermo.plots.boundaries.world import BUILT, world
from palermo.plots.views import paths
from tests.plots.pictures import PLOTS

TIMES, GOAL = 15, 150


def milliseconds(work: Callable[[], Any], *, times: int = TIMES) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def new_window() -> Any:
    paths.cache_clear()
    return journey_map([("ERI", "SDN"), ("SDN", "LBY"), ("LBY", "ITA")], title="The way")


def main() -> None:
    content = BUILT.read_bytes()
    yardstick = milliseconds(lambda: json.loads(content))
    print(f"{'yardstick: reading the boundaries as JSON':42} {yardstick:7.1f} ms")
    world()
    for name, make in PLOTS.items():
        made = make(ENGLISH)
        warm = milliseconds(lambda make=make: make(ENGLISH))
        heavy = len(gzip.compress(made.svg.encode(), 9)) / 1024
        print(
            f"{name:42} {warm:7.1f} ms {warm / yardstick:6.2f} x {heavy:6.1f} KB compressed (goal {GOAL} ms)"
        )
    took = milliseconds(new_window, times=5)
    print(f"{'journey, new window':42} {took:7.1f} ms {took / yardstick:6.2f} x")
    for name in ("bars", "choropleth"):
        made = PLOTS[name](ENGLISH)
        took = milliseconds(lambda made=made: png(made), times=3)
        print(f"{name + ' as PNG at scale 3':42} {took:7.1f} ms {took / yardstick:6.2f} x")


if __name__ == "__main__":
    main()
