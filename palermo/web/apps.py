"""The pages as a Django app: templates, styles and template tags, no tables."""

from django.apps import AppConfig
from django.core.checks import register


class WebConfig(AppConfig):
    name = "palermo.web"
    label = "web"
    verbose_name = "Palermo's pages"

    def ready(self) -> None:
        """Connects what listens to sign-ins and sign-outs, and what looks whether the styles are there."""
        from palermo.web import lighter, lockout, noting, sessions  # noqa: F401
        from palermo.web.doors import forget_keys, on_sign_out

        register(lighter.is_built)
        on_sign_out.connect(forget_keys, dispatch_uid="forget_keys")
