"""The pages as a Django app: templates, styles and template tags, no tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "palermo.web"
    label = "web"
    verbose_name = "Palermo's pages"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from palermo.web.doors import forget_keys

        user_logged_out.connect(forget_keys, dispatch_uid="forget_keys")
