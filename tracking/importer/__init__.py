"""Orders from a CSV or XLSX file: read and check everything first, then write in chunks that survive a kill.

A row is one line of an order; rows with the same order number make one order. A faulty row holds back its whole
order (half an order would be worse than none) and no other. Described in docs/importing.md.
"""

from tracking.importer.reading import UnreadableFile
from tracking.importer.report import ImportReport, RowError, write_error_file
from tracking.importer.running import ImportOptions, import_orders_file

__all__ = ["ImportOptions", "ImportReport", "RowError", "UnreadableFile", "import_orders_file", "write_error_file"]
