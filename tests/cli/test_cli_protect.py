"""`palermo protect`: what a picture tells besides itself is gone, and a refused file stops no other."""

import subprocess
import sys
from pathlib import Path

from PIL import Image

SECRET = b"SECRET place of the camera"


def test_metadata_go_and_a_refused_file_is_named_by_its_number(tmp_path: Path) -> None:
    picture, drawing, out = tmp_path / "Invented Name.jpg", tmp_path / "x.svg", tmp_path / "out"
    image = Image.new("RGB", (8, 8))
    told = image.getexif()
    told[0x010E] = SECRET.decode()
    image.save(picture, exif=told)
    drawing.write_text("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    assert SECRET in picture.read_bytes(), "the control"
    command = [Path(sys.executable).with_name("palermo"), "protect", picture, drawing, "-o", out]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert "file 2: PROTECT-" in done.stderr
    assert "Invented Name" not in done.stdout + done.stderr
    (clean,) = out.iterdir()
    assert SECRET not in clean.read_bytes()
    assert clean.stat().st_mode & 0o777 == 0o600
