"""What is the store to Django? One app, labelled `store`; it starts nothing by itself."""

import gc

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "palermo.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Sweeps for cycles less often: records hold none, and an import makes a million objects."""
        gc.set_threshold(100_000, 20, 50)
