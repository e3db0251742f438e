from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TrackingConfig(AppConfig):
    name = "tracking"
    verbose_name = _("Tracking")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tracking import letters, signal_handlers, stored_parts

        post_migrate.connect(signal_handlers.guard_history, sender=self)
        signal_handlers.connect()
        letters.register()
        stored_parts.register()
