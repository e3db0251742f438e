"""The zone whose days count."""

from zoneinfo import ZoneInfo

from django.conf import settings

# The day of an order is the shop's day, wherever the reader is.
SHOP_ZONE = ZoneInfo(settings.TIME_ZONE)
