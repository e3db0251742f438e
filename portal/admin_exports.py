"""The files that Wagtail's reports offer: an editor's title must not run in an administrator's spreadsheet."""

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from portal.lib.spreadsheets import neutralise_formula


def neutralise_admin_exports() -> None:
    """Have every text of every CSV report neutralised; called once at start-up. XLSX cells are typed by Wagtail."""
    SpreadsheetExportMixin.custom_value_preprocess[str] = {SpreadsheetExportMixin.FORMAT_CSV: neutralise_formula}
