from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "support"
    verbose_name = _("Support")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from support import letters
        from support.signal_handlers import make_agent_group

        letters.register()
        post_migrate.connect(make_agent_group, sender=self)
