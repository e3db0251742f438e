"""ASCII addresses from Vietnamese titles."""

from anyascii import anyascii
from django.utils.text import slugify

# Wagtail's slug column holds 255 characters; addresses beyond this are cut by chat programs and letters.
MAX_LENGTH = 80


def ascii_slug(text: str) -> str:
    """Return `text` as an address part: "Đổi trả hàng" becomes "doi-tra-hang"; empty when nothing is left.

    Django's own slugify drops every letter without a decomposition, "đ" among them ("oi-tra-hang").
    """
    slug = slugify(anyascii(text))
    if len(slug) <= MAX_LENGTH:
        return slug
    return slug[: MAX_LENGTH + 1].rpartition("-")[0] or slug[:MAX_LENGTH]
