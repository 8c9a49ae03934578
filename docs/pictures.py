"""How do the pages look? Takes the pictures of `docs/pictures` anew: `make pictures`.

The journey of `tests/journeys/test_pictures.py` walks the pages of an invented mission and keeps each as PNG;
here each is made small: fewer colours, and narrower where it must be.
"""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parent / "pictures"
MOST, COLOURS, NARROWER = 80_000, (64, 32, 16), 0.8
"""Bytes of a picture; colours to try; then how much smaller to try again."""


def light(content: bytes) -> bytes:
    """The picture as PNG of at most `MOST` bytes, with as many colours and pixels as that allows."""
    picture = Image.open(BytesIO(content)).convert("RGB")
    while True:
        for colours in COLOURS:
            written = BytesIO()
            picture.quantize(colours, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
            if written.tell() <= MOST:
                return written.getvalue()
        size = (int(picture.width * NARROWER), int(picture.height * NARROWER))
        picture = picture.resize(size, Image.Resampling.LANCZOS)


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    told = {**os.environ, "PALERMO_SCREENSHOTS": str(FOLDER)}
    walk = [sys.executable, "-m", "pytest", "-q", "tests/journeys/test_pictures.py"]
    if failed := subprocess.run(walk, env=told, check=False).returncode:
        return failed
    for path in sorted(FOLDER.glob("*.png")):
        path.write_bytes(light(path.read_bytes()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
