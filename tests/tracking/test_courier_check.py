"""Is this courier real? What a caller claims, held against the order."""

import random

import pytest
from django.test import Client

from tests.factories.access import page_of
from tests.factories.tracking import make_order, shipment_payload
from tracking import services
from tracking.access import links
from tracking.courier_check import Answer, Claim, Door, judge

DOOR = Door(cod_amount=1_250_000, waybills=("ghn12345678",))


@pytest.mark.parametrize(
    ("claim", "door", "answer"),
    [
        (Claim(1_250_000, "", "5678"), DOOR, Answer.GENUINE),
        (Claim(None, "", "GHN 1234-5678"), DOOR, Answer.GENUINE),
        (Claim(1_250_000, "", ""), DOOR, Answer.UNPROVED),
        (Claim(1_250_001, "", "5678"), DOOR, Answer.FALSE),
        (Claim(1_250_000, "", "5679"), DOOR, Answer.FALSE),
        (Claim(1_250_000, "0123456789", "5678"), DOOR, Answer.FALSE),
        (Claim(None, "0123456789", ""), DOOR, Answer.FALSE),
        (Claim(1_250_000, "", "678"), DOOR, Answer.FALSE),
        (Claim(0, "", "5678"), Door(0, ("5678",)), Answer.GENUINE),
        (Claim(1_250_000, "", "5678"), Door(1_250_000, ()), Answer.FALSE),
        (Claim(1_250_000, "", "5678"), Door(1_250_000, ("",)), Answer.FALSE),
    ],
)
def test_the_whole_claim_has_to_fit(claim, door, answer):
    assert judge(claim, door) == answer


def scripted(calls: int) -> tuple[int, int]:
    """Half the callers are real, half know name, telephone, article and price; how many were judged wrongly."""
    dice = random.Random(20261122)
    false_genuine = false_alarm = 0
    for call in range(calls):
        price = dice.randrange(100, 5_000) * 1_000
        number = f"GHN{dice.randrange(10**9):09d}"
        door = Door(price, (number.lower(),))
        if call % 2:
            claim = Claim(dice.choice([price, None]), "", number[-dice.randrange(4, 9) :])
            false_alarm += judge(claim, door) != Answer.GENUINE
        else:
            guess = f"{dice.randrange(10**4):04d}" if dice.random() < 0.5 else ""
            account = f"{dice.randrange(10**10)}" if dice.random() < 0.8 else ""
            false_genuine += judge(Claim(price, account, guess), door) == Answer.GENUINE
    return false_genuine, false_alarm


@pytest.mark.parametrize(
    "calls", [500, pytest.param(5_000, marks=pytest.mark.soak), pytest.param(100_000, marks=pytest.mark.soak)]
)
def test_of_scripted_calls_at_most_one_fake_in_a_thousand_is_believed(calls):
    false_genuine, false_alarm = scripted(calls)

    print(f"{calls} calls: {false_genuine} fakes believed, {false_alarm} real couriers doubted")
    assert false_genuine <= calls // 2 / 1000
    assert false_alarm == 0


# --- The page --------------------------------------------------------------------------------------


@pytest.fixture
def order(db):
    parcel = shipment_payload("picked_up", "out_for_delivery", tracking_number="GHN12345678")
    return make_order(cod_amount=1_250_000, shipments=[parcel])


@pytest.fixture
def reader(order) -> Client:
    """Somebody who opened the link of one of our letters."""
    client = Client()
    client.post(links.path_of(services.grant_link(order=order, language="vi")))
    return client


def answer(reader, order, **claim):
    response = reader.post(page_of(order, "courier/"), claim)
    return response, " ".join(response.content.decode().split())


def test_a_real_courier_is_recognised(reader, order):
    _, text = answer(reader, order, amount="1.250.000 đ", waybill="5678")

    assert "Đúng, khớp với đơn của bạn" in text


def test_every_wrong_claim_gets_the_same_answer(reader, order):
    wrong = [{"waybill": "9999"}, {"amount": "1.250.001", "waybill": "5678"}, {"account": "19001", "waybill": "5678"}]

    texts = [answer(reader, order, **claim)[1] for claim in wrong]

    assert all("Không, điều này không khớp" in text for text in texts)
    assert not any("12345678" in text or "1.250.000 ₫" in text for text in texts)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ({}, "ít nhất một điều"),
        ({"amount": "1.25"}, "đủ số tiền"),
        ({"amount": "một triệu"}, "đủ số tiền"),
        ({"waybill": "678"}, "Ít nhất bốn"),
        ({"account": "x" * 10_000}, "Nhiều nhất 64"),
    ],
)
def test_a_claim_that_says_nothing_is_explained(reader, order, claim, said):
    response, text = answer(reader, order, **claim)

    assert response.status_code == 200 and said in text
    assert "khớp với đơn của bạn" not in text


def test_the_sixth_claim_of_a_day_is_not_looked_at_from_any_browser(reader, order):
    for digits in range(5):
        assert answer(reader, order, waybill=f"000{digits}")[0].status_code == 200
    other = Client()
    other.post(links.path_of(services.grant_link(order=order, language="vi")))

    response, text = answer(other, order, waybill="5678")

    assert response.status_code == 429 and "Retry-After" in response
    assert "Đúng, khớp" not in text and "năm lần" in text
