"""How do the tests run? As an installation of their own, in a temporary folder that goes when they end."""

import atexit
import os
import shutil
import tempfile

_HOME = tempfile.mkdtemp(prefix="palermo-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["PALERMO_HOME"] = _HOME
_UMASK = os.umask(0o077)

from palermo.config.settings import *  # noqa: E402, F403

os.umask(_UMASK)
