"""Is every marked string of the pages in `palermo/locale/django.pot`? `--check` compares, else it is written.

Needs GNU gettext (`xgettext`); where it is missing the check says so and passes, and CI installs it.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "palermo" / "locale" / "django.pot"


def extracted() -> str:
    """The catalogue of a copy of the code, without dates and places."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "palermo"
        shutil.copytree(ROOT / "palermo", copy, ignore=shutil.ignore_patterns("__pycache__", "*.pot"))
        (copy / "locale").mkdir(exist_ok=True)
        words = ["makemessages", "--keep-pot", "--no-location", "--no-wrap", "-l", "en", "-v", "0"]
        subprocess.run([sys.executable, "-m", "django", *words], cwd=copy, check=True)
        text = (copy / "locale" / "django.pot").read_text("utf-8")
    return re.sub(
        r'"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Language): .*\n', "", text
    )


def main() -> int:
    if not shutil.which("xgettext"):
        print("translations: not checked, GNU gettext is not installed")
        return 0
    now = extracted()
    if "--check" not in sys.argv:
        CATALOGUE.parent.mkdir(exist_ok=True)
        CATALOGUE.write_text(now, "utf-8")
        return 0
    fine = CATALOGUE.is_file() and CATALOGUE.read_text("utf-8") == now
    print(
        "translations: fine" if fine else "translations: the catalogue is behind the pages; run `make docs`"
    )
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
