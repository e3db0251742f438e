from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.metrics import register_state_collector
        from portal.site_setup import ensure_cache_table

        register_state_collector()
        post_migrate.connect(ensure_cache_table, sender=self)
