"""Parts of addresses that several apps take."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class RowNumberConverter(IntConverter):
    """The number of a row, small enough for every database: Django's own takes any length and then fails to ask."""

    regex = "[0-9]{1,18}"


register_converter(RowNumberConverter, "row")
