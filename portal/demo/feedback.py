"""What readers of the demo shop tell: votes of the last weeks, some with a reason, a comment, a search."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from kb.services import feedback

# The same votes in every installation.
SEED = 20
WEEKS = 9


@dataclass(frozen=True)
class Opinion:
    """How one article is received: `yes` and `no` votes, and what some of those wrote whom it did not help."""

    article: str
    yes: int
    no: int
    queries: tuple[str, ...] = ()
    complaints: tuple[tuple[str, str], ...] = ()  # (reason, comment)
    praise: str = ""


OPINIONS = (
    Opinion(
        "nm-ma-loi-may-giat-w85",
        41,
        6,
        ("máy giặt báo lỗi e18", "w85 lỗi e10", "ma loi may giat"),
        (("incomplete", "Máy tôi báo E24 mà trong bảng không có."),),
        "Có bảng mã lỗi, dò một phút là ra. Cảm ơn!",
    ),
    Opinion(
        "nm-may-giat-khong-xa-nuoc",
        12,
        14,
        ("máy giặt không vắt", "may giat khong xa nuoc"),
        (
            ("incomplete", "Không thấy nói bộ lọc cặn nằm ở đâu trên máy."),
            ("unclear", "Bước tháo ống xả khó hiểu, cần thêm hình."),
            ("wrong", "Nắp bộ lọc của máy tôi vặn ngược chiều so với bài."),
        ),
    ),
    Opinion("nm-may-giat-rung-manh-keu-to", 18, 4, ("máy giặt kêu to khi vắt",)),
    Opinion("nm-may-in-ket-giay", 25, 5, ("máy in kẹt giấy", "may in bi ket giay"), (("outdated", ""),)),
    Opinion(
        "nm-ket-noi-may-in-wifi",
        9,
        11,
        ("cài wifi máy in j330", "máy in không nhận wifi"),
        (("outdated", "Bộ phát của tôi chỉ có 5 GHz, bài không nhắc tới."), ("unclear", "")),
    ),
    Opinion(
        "nm-doi-tra-dieu-kien", 33, 21, ("đổi trả",), (("dislike_rule", "15 ngày ngắn quá."), ("dislike_rule", ""))
    ),
    Opinion("nm-doi-tra-tien-hoan", 17, 3, ("bao giờ nhận tiền hoàn",)),
    Opinion("nm-dieu-hoa-khong-mat", 22, 8, ("điều hòa không mát", "máy lạnh chạy yếu"), (("other_question", ""),)),
    Opinion("nm-thay-loi-loc-r9", 29, 2, ("thay lõi lọc r9",), (), "Làm theo từng bước là xong, không phải gọi thợ."),
    Opinion("nm-den-bao-may-loc-nuoc-r9", 8, 1, ("đèn đỏ máy lọc nước",)),
    Opinion("nm-robot-s7-khong-ve-tram", 6, 7, ("robot không về sạc",), (("incomplete", ""),)),
    Opinion("nm-giao-hang-thoi-gian-phi", 24, 6, ("phí giao hàng",)),
    Opinion("nm-bao-hanh-yeu-cau", 14, 2, ("bảo hành ở đâu",)),
    Opinion("nm-lot-giay-noi-chien", 3, 1),
    Opinion("nm-may-in-ket-giay-en", 7, 2, ("paper jam",), (("unclear", "Which cover do I open first?"),)),
)


def load(refresh: bool) -> None:
    """Record the votes that are missing; `refresh` moves them to the last weeks. Safe to run again."""
    now = timezone.now()
    feedback.record_former_votes([vote for opinion in OPINIONS for vote in _votes_of(opinion, now)], moves_old=refresh)


def _votes_of(opinion: Opinion, now: datetime) -> list[feedback.FormerVote]:
    # The texts of this file say what was told; chance only spreads it over the weeks.
    chance = Random(f"{SEED} {opinion.article}")  # noqa: S311
    votes = []
    for number in range(opinion.yes + opinion.no):
        is_helpful = number >= opinion.no
        reason, comment = opinion.complaints[number] if number < len(opinion.complaints) else ("", "")
        if number == opinion.no:
            comment = opinion.praise
        votes.append(
            feedback.FormerVote(
                article_external_id=opinion.article,
                visitor_key=f"demo-{number}",
                is_helpful=is_helpful,
                voted_at=now - timedelta(minutes=chance.randrange(WEEKS * 7 * 24 * 60)),
                reason=reason,
                comment=comment,
                query=chance.choice(("", *opinion.queries)),
            )
        )
    return votes
