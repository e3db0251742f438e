"""Which column is which: our own names, and the Vietnamese headers that KiotViet, Haravan and Sapo export.

The vendors' headers come from their public help pages and sample files; a header that is not listed here is
ignored and named in the report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tracking.importer.reading import Cell, UnreadableFile

ALIASES: dict[str, tuple[str, ...]] = {
    "order_number": ("mã đơn hàng", "mã đơn", "số đơn hàng", "mã hóa đơn", "mã đặt hàng", "order", "order id"),
    "placed_at": ("ngày đặt", "ngày đặt hàng", "thời gian", "thời gian tạo", "ngày tạo", "ngày tạo đơn", "order date"),
    "email": ("email khách hàng", "thư điện tử", "e-mail", "email liên hệ"),
    "phone": ("điện thoại", "số điện thoại", "sđt", "điện thoại khách hàng", "số điện thoại người nhận"),
    "recipient": ("người nhận", "tên người nhận", "tên khách hàng", "khách hàng", "họ tên"),
    "address": ("địa chỉ", "địa chỉ nhận", "địa chỉ giao hàng", "địa chỉ người nhận"),
    "product_code": ("mã sản phẩm", "mã mẫu", "product"),
    "sku": ("mã hàng", "mã sku"),
    "title": ("tên hàng", "tên sản phẩm", "sản phẩm", "tên phiên bản", "item"),
    "quantity": ("số lượng", "sl", "qty"),
    "unit_price": ("đơn giá", "giá bán", "giá", "price"),
    "shipping_amount": ("phí vận chuyển", "phí giao hàng", "phí ship"),
    "discount_amount": ("giảm giá", "chiết khấu", "giảm giá hóa đơn"),
    "cod_amount": ("tiền thu hộ", "thu hộ", "cod", "còn cần thu"),
    "promised_from": ("dự kiến giao từ", "giao từ ngày"),
    "promised_until": ("dự kiến giao", "dự kiến giao đến", "ngày giao dự kiến", "giao trước ngày"),
    "carrier": ("đối tác giao hàng", "đơn vị vận chuyển", "hãng vận chuyển", "nhà vận chuyển"),
    "tracking_number": ("mã vận đơn", "số vận đơn"),
    "status": ("trạng thái giao hàng", "trạng thái", "tình trạng giao hàng"),
    "status_at": ("thời gian trạng thái", "thời điểm trạng thái", "ngày cập nhật trạng thái"),
}
REQUIRED = ("order_number", "placed_at", "title", "quantity", "unit_price")
EITHER_OF = ("email", "phone")


@dataclass(frozen=True)
class Columns:
    """Where each known field stands, the headers that nobody understood, and how many there are in all."""

    positions: dict[str, int]
    ignored: tuple[str, ...]
    width: int

    def pick(self, cells: Sequence[Cell]) -> dict[str, Cell]:
        """Return the row's cells by field; a short row has empty cells at its end."""
        return {name: cells[at] if at < len(cells) else None for name, at in self.positions.items()}


def header_key(header: object) -> str:
    """Return a header as it is compared: without marks, case, punctuation and doubled spaces."""
    text = unicodedata.normalize("NFD", str(header or "").casefold()).replace("đ", "d")
    letters = "".join(character for character in text if not unicodedata.combining(character))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


_FIELD_BY_KEY = {header_key(alias): field for field, aliases in ALIASES.items() for alias in (field, *aliases)}


def find_columns(headers: Sequence[Cell]) -> Columns:
    """Return where each field stands; raises UnreadableFile when a needed column is missing or doubled."""
    positions: dict[str, int] = {}
    ignored = []
    for at, header in enumerate(headers):
        field = _FIELD_BY_KEY.get(header_key(header))
        if field is None:
            ignored += [str(header)] if header else []
        elif field in positions:
            raise UnreadableFile(f"two columns mean {field}: {headers[positions[field]]!r} and {header!r}; rename one")
        else:
            positions[field] = at
    missing = [name for name in REQUIRED if name not in positions]
    if missing:
        known = "; ".join(f"{name} ({', '.join(ALIASES[name][:2])})" for name in missing)
        raise UnreadableFile(f"missing columns: {known}")
    if not any(name in positions for name in EITHER_OF):
        raise UnreadableFile("missing columns: email or phone; without one nobody can look an order up")
    return Columns(positions, tuple(ignored), len(headers))
