from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class PortalConfig(AppConfig):
    name = "portal"
    default = True
    verbose_name = _("Portal")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal import notices, shop
        from portal.admin_exports import neutralise_admin_exports
        from portal.admin_mail import send_admin_letters_through_the_outbox
        from portal.checks import check_rate_limits
        from portal.experiments import running
        from portal.metrics import register_state_collector
        from portal.redirects import refuse_circular_redirects
        from portal.roles import grant_after_migrate
        from portal.site_setup import ensure_cache_table

        checks.register(check_rate_limits)
        neutralise_admin_exports()
        send_admin_letters_through_the_outbox()
        refuse_circular_redirects()
        register_state_collector()
        shop.connect()
        notices.connect()
        running.connect()
        post_migrate.connect(ensure_cache_table, sender=self)
        post_migrate.connect(grant_after_migrate)


class PortalUsersConfig(WagtailUsersAppConfig):
    """Wagtail's users with the forms of our own user."""

    user_viewset = "portal.user_admin.PortalUserViewSet"
