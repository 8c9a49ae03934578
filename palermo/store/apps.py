"""What is the store to Django? One app, labelled `store`; it starts nothing by itself."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "palermo.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
