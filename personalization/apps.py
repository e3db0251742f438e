from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PersonalizationConfig(AppConfig):
    name = "personalization"
    verbose_name = _("Personalization")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from personalization import signal_handlers  # noqa: F401  connects itself
        from personalization.digest import letters, stored_parts
        from personalization.segments import signals

        letters.register()
        stored_parts.register()
        signals.connect()
        autodiscover_modules("account_parts", "home_modules", "search_hints", "visitor_facts")
