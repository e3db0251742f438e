"""27 Nov 2026: 5/12 would be May to some readers of English and December to others."""

SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "H:i, j M Y"
MONTH_DAY_FORMAT = "j M"
