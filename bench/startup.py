"""How long does `palermo` take to answer, against bare Python? Goal: under 5 times `python -c pass`.

Each command runs in turn with the others; the best of each counts, as other work disturbs that least.
"""

import subprocess
import sys
import time
from pathlib import Path

GOAL, TIMES = 5, 25
PALERMO = str(Path(sys.executable).with_name("palermo"))
BARE = "python -c pass"
COMMANDS = {
    BARE: [sys.executable, "-c", "pass"],
    "palermo --help": [PALERMO, "--help"],
    "palermo codes show acts": [PALERMO, "codes", "show", "acts"],
}


def seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


def main() -> None:
    took: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(TIMES):
        for name, command in COMMANDS.items():
            took[name].append(seconds(command))
    least = min(took[BARE])
    for name, all_times in took.items():
        best = min(all_times)
        print(f"{name:26} {best * 1000:7.1f} ms  {best / least:4.1f} times bare Python (goal {GOAL})")


if __name__ == "__main__":
    main()
