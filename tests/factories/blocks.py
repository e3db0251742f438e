"""One valid block of each kind, as the page stores it, and what the blocks choose from."""

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale

from kb.models import ReusableText
from tests.factories.kb import make_part, make_product, text

YOUTUBE = "https://youtu.be/aqz-KE-bpKQ"


def make_image(description="Lưới lọc nằm ở góc phải, dưới cùng"):
    return get_image_model().objects.create(title="Lưới lọc", description=description, file=get_test_image_file())


def make_document(name="huong-dan.pdf", content=b"%PDF-1.7\n" + b"x" * 2_000):
    return get_document_model().objects.create(title="Sách hướng dẫn", file=ContentFile(content, name=name))


def make_reusable_text(words="<p>Gọi tổng đài từ 8 giờ.</p>", *, language="vi", **fields):
    locale = Locale.objects.get(language_code=language)
    return ReusableText.objects.create(name="Gọi ai", text=words, locale=locale, **fields)


def image_block(image, *, alt="", caption=""):
    return {"type": "image", "value": {"image": image and image.pk, "alt": alt, "caption": caption}}


def step(words, *, image=None, image_alt="", minutes=None):
    return {"text": f"<p>{words}</p>", "image": image and image.pk, "image_alt": image_alt, "minutes": minutes}


def steps_block(*lines, title="", minutes=None):
    return {"type": "steps", "value": {"title": title, "minutes": minutes, "steps": list(lines)}}


def faq_block(*pairs, title="Hỏi nhanh"):
    questions = [{"question": question, "answer": f"<p>{answer}</p>"} for question, answer in pairs]
    return {"type": "faq", "value": {"title": title, "questions": questions}}


def table_block(rows, *, caption="Mã lỗi"):
    value = {
        "data": rows,
        "first_row_is_table_header": True,
        "first_col_is_header": True,
        "table_header_choice": "both",
        "table_caption": caption,
    }
    return {"type": "table", "value": value}


def video_block(*, title="Thay lõi", file=None, captions=None, link="", poster=None, transcript="<p>Khóa van.</p>"):
    value = {
        "title": title,
        "file": file and file.pk,
        "captions": captions and captions.pk,
        "link": link,
        "poster": poster and poster.pk,
        "transcript": transcript,
    }
    return {"type": "video", "value": value}


def parts_block(*parts, title="", quantity=1, remark=""):
    lines = [{"part": part.pk, "quantity": quantity, "remark": remark} for part in parts]
    return {"type": "spare_parts", "value": {"title": title, "parts": lines}}


def facts_block(product, *names):
    return {"type": "product_facts", "value": {"product": product and product.pk, "specifications": list(names)}}


def download_block(document, *, title="", description="", language=""):
    value = {"document": document and document.pk, "title": title, "description": description, "language": language}
    return {"type": "download", "value": value}


def reuse_block(reusable_text):
    return {"type": "reusable_text", "value": reusable_text.pk}


def one_of_each():
    """Return a body with every kind of block, and all they choose from, saved."""
    image = make_image()
    product = make_product(specifications=[("Khối lượng giặt", "8,5 kg"), ("Độ ồn", "52 dB")])
    return [
        text("<h2>Trước tiên</h2><p>Đọc kỹ.</p><h3>Chi tiết</h3><p>Rồi làm.</p>"),
        steps_block(step("Tắt máy", minutes=1), step("Vặn lưới", image=image, minutes=3), title="Vệ sinh lưới"),
        {"type": "note", "value": "<p>Lau khô.</p>"},
        {"type": "warning", "value": "<p>Rút phích.</p>"},
        table_block([["Mã", "Nghĩa"], ["E1", "Nước yếu"]]),
        image_block(image, caption="Lưới lọc"),
        video_block(file=make_document("thay-loi.mp4", b"\x00\x00\x00\x18ftypmp42"), poster=image),
        video_block(link=YOUTUBE, title="Xem thêm", poster=image),
        parts_block(make_part(price=120_000, products=[product]), quantity=2, remark="Kèm gioăng"),
        download_block(make_document()),
        faq_block(("Có mất phí không?", "Không."), title="Trước khi gọi"),
        facts_block(product, "Độ ồn"),
        reuse_block(make_reusable_text()),
    ]
