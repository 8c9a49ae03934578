"""Is a name of a folder on the disk, too? A file that was renamed into place is there after a power cut.

POSIX `fsync` of a directory. No Django: settings and a restore start without an installation.
"""

import os
from pathlib import Path


def onto_disk(folder: Path) -> None:
    """Returns when the folder's list of names is on the disk; at once on Windows, which has no such call."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
