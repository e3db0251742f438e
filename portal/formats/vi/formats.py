"""27/11/2026, 14:05, 1.408: as bills and timetables here write them."""

SHORT_DATE_FORMAT = "d/m/Y"
SHORT_DATETIME_FORMAT = "H:i, d/m/Y"
MONTH_DAY_FORMAT = "j/n"
NUMBER_GROUPING = 3
