"""The pages as a Django app: templates, styles and template tags, no tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "palermo.web"
    label = "web"
    verbose_name = "Palermo's pages"

    def ready(self) -> None:
        """Connects what listens to sign-ins and sign-outs."""
        from palermo.web import lockout, noting, sessions  # noqa: F401
        from palermo.web.doors import forget_keys, on_sign_out

        on_sign_out.connect(forget_keys, dispatch_uid="forget_keys")
