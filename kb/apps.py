from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class KnowledgeBaseConfig(AppConfig):
    name = "kb"
    verbose_name = _("Knowledge base")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kb import letters, page_changes, signal_handlers
        from kb.care import due_letters
        from kb.checks import check_search_index
        from kb.recommendations import model

        letters.register()
        due_letters.register()
        signal_handlers.connect()
        page_changes.connect()
        model.connect()
        checks.register(check_search_index)
