"""How does a server start Palermo? `granian --interface wsgi palermo.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palermo.config.settings")
application = get_wsgi_application()
