"""The field in which an editor sees the address of a page grow while typing its title."""

from wagtail.admin.widgets.slug import SlugInput
from wagtail.models import Locale

# While an editor types, the browser makes the slug; left alone (Wagtail 8.0) it turns "Đổi trả" into "dji-tr".
PLAIN_LETTERS = [
    ("[àáảãạăằắẳẵặâầấẩẫậÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ]", "a"),
    ("[èéẻẽẹêềếểễệÈÉẺẼẸÊỀẾỂỄỆ]", "e"),
    ("[ìíỉĩịÌÍỈĨỊ]", "i"),
    ("[òóỏõọôồốổỗộơờớởỡợÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ]", "o"),
    ("[ùúủũụưừứửữựÙÚỦŨỤƯỪỨỬỮỰ]", "u"),
    ("[ỳýỷỹỵỲÝỶỸỴ]", "y"),
    ("[đĐ]", "d"),
    ("[\u0300-\u036f]", ""),
]


def ascii_slug_input(locale: Locale | None) -> SlugInput:
    """Return the field for a slug that makes a readable address of a Vietnamese title."""
    return SlugInput(formatters=PLAIN_LETTERS, locale=locale)
