"""Orders from files: the good rows land, the bad ones are named, a kill costs nothing."""

import csv
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tracking.importer import ImportOptions, UnreadableFile, import_orders_file, running
from tracking.models import ImportJob, Order, Shipment, TrackingEvent

pytestmark = pytest.mark.django_db

HEADER = "Mã đơn hàng,Ngày đặt,Email,SĐT,Tên hàng,Số lượng,Đơn giá"
GOOD = "A1,20/11/2026 08:30,an@example.com,,Nồi chiên,1,2.190.000 ₫"


def write(tmp_path, *lines: str, encoding="utf-8", name="orders.csv") -> Path:
    path = tmp_path / name
    path.write_bytes("\n".join(lines).encode(encoding) + "\n".encode(encoding))
    return path


def run(path: Path, **options):
    return import_orders_file(path, ImportOptions(**options))


def test_the_documented_example_is_imported(capsys):
    example = settings.BASE_DIR / "docs" / "examples" / "orders.csv"

    call_command("import_orders", str(example))
    call_command("import_orders", str(example))

    assert "2 created, 0 updated, 0 unchanged, 0 rejected" in capsys.readouterr().out
    order = Order.objects.get(external_number="WEB-2001")
    assert [(line.title, line.quantity, line.unit_price) for line in order.lines.all()] == [
        ("Nồi chiên không dầu NM-F6", 1, 2_490_000),
        ("Rổ chiên thay thế", 2, 190_000),
    ]
    assert (order.contact_phone, order.shipping_amount, order.headline) == ("+84900000021", 30_000, "shipped")
    assert order.placed_at.isoformat() == "2026-11-20T02:15:00+00:00"
    shipment = Shipment.objects.get(order=order)
    assert (shipment.carrier, shipment.tracking_number, shipment.status) == ("ghn", "GHNVD0021", "in_transit")
    assert TrackingEvent.objects.count() == 1


FAULTS = [
    ("B,40/11/2026,an@example.com,,Nồi,1,1000", "placed_at", "no such day"),
    ("B,hôm qua,an@example.com,,Nồi,1,1000", "placed_at", "not a date"),
    ("B,20/11/2026,,,Nồi,1,1000", "order", "nobody can look the order up"),
    ("B,20/11/2026,an,,Nồi,1,1000", "email", "not an e-mail address"),
    ("B,20/11/2026,,123,Nồi,1,1000", "phone", "not a phone number"),
    ("B,20/11/2026,an@example.com,,,1,1000", "title", "empty"),
    ("B,20/11/2026,an@example.com,,Nồi,0,1000", "quantity", "not a quantity"),
    ("B,20/11/2026,an@example.com,,Nồi,1.5,1000", "quantity", "not a quantity"),
    ("B,20/11/2026,an@example.com,,Nồi,1,1.250", "unit_price", "thousands or decimals"),
    ("B,20/11/2026,an@example.com,,Nồi,1,-5", "unit_price", "not an amount"),
    ("B,20/11/2026,an@example.com,,Nồi,1,99999999999", "unit_price", "less than or equal"),
    (",20/11/2026,an@example.com,,Nồi,1,1000", "order_number", "missing"),
    ('B,20/11/2026,an@example.com,,"Nồi,1,1000', "row", "quotation marks"),
    ("B,20/11/2026,an@example.com,,Nồi,1,1000,dư", "row", "more cells"),
    (f"B,20/11/2026,an@example.com,,{'N' * 11_000},1,1000", "title", "longer than 10000"),
]


@pytest.mark.parametrize(("row", "field", "reason"), FAULTS)
def test_a_faulty_row_is_named_and_the_others_land(tmp_path, row, field, reason):
    path = write(tmp_path, HEADER, GOOD, row, GOOD.replace("A1", "A2"))

    report = run(path)

    assert (report.created, Order.objects.count()) == (2, 2)
    fault = report.errors[0]
    assert (fault.line, fault.field) == (3, field)
    assert reason in fault.reason


def test_a_line_in_another_encoding_is_named(tmp_path):
    path = write(tmp_path, HEADER, GOOD)
    path.write_bytes(
        path.read_bytes() + b"B,20/11/2026,an@example.com,,N\xe9i,1,1000\n" + GOOD.replace("A1", "A2").encode()
    )

    report = run(path)

    assert report.created == 2
    assert [(error.line, "encoding" in error.reason) for error in report.errors] == [(3, True)]


def test_an_order_is_written_whole_or_not_at_all(tmp_path):
    path = write(tmp_path, HEADER, "A,20/11/2026,an@example.com,,Nồi,1,1000", "A,,,,Rổ,x,1000", "A,,,,Kẹp,1,10")

    report = run(path)

    assert (report.rejected, Order.objects.count()) == (1, 0)
    assert [error.line for error in report.errors] == [2, 3, 4]
    assert "held back" in report.errors[0].reason


def test_rows_of_one_order_must_agree(tmp_path):
    report = run(write(tmp_path, HEADER, GOOD, GOOD.replace("an@", "binh@")))

    assert report.rejected == 1
    assert "differs from line 2" in report.errors[1].reason


def _windows_1258(text: str) -> bytes:
    """Encode as old Windows does: letters with their shape, tone marks after them."""
    encoded = bytearray()
    for character in text:
        try:
            encoded += character.encode("cp1258")
        except UnicodeEncodeError:
            first, *marks = unicodedata.normalize("NFD", character)
            shape = next((mark for mark in marks if mark in "\u0302\u0306\u031b"), "")
            tones = [mark for mark in marks if mark != shape]
            encoded += unicodedata.normalize("NFC", first + shape).encode("cp1258") + "".join(tones).encode("cp1258")
    return bytes(encoded)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_of_spreadsheets_are_recognised(tmp_path, encoding, separator):
    text = "\r\n".join([HEADER, GOOD.replace(",,", ',,"').replace("Nồi chiên", 'Nồi chiên"')]).replace(",", separator)
    path = tmp_path / "orders.csv"
    path.write_bytes(_windows_1258(text) if encoding == "cp1258" else text.encode(encoding))

    run(path)

    assert Order.objects.get().lines.get().title == "Nồi chiên"


def test_a_workbook_is_read_with_its_types(tmp_path):
    from datetime import datetime

    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append([10001, datetime(2026, 11, 20, 8, 30), "an@example.com", 912345678, "Nồi", 2.0, 1_250_000])  # noqa: DTZ001
    path = tmp_path / "orders.xlsx"
    book.save(path)

    report = run(path)

    order = Order.objects.get()
    assert report.errors == []
    assert (order.external_number, order.contact_phone) == ("10001", "+84912345678")
    assert order.lines.get().unit_price == 1_250_000


def test_a_formula_is_text_on_the_way_in_and_harmless_on_the_way_out(tmp_path):
    title = '=HYPERLINK("http://x")'
    row = f'=1+1,20/11/2026,an@example.com,,"{title.replace(chr(34), chr(34) * 2)}",x,1000'
    good = f'A1,20/11/2026,an@example.com,,"{title.replace(chr(34), chr(34) * 2)}",1,1000'
    faults = tmp_path / "faults.csv"

    call_command("import_orders", str(write(tmp_path, HEADER, row, good)), errors=faults)

    assert Order.objects.get().lines.get().title == title
    written = list(csv.reader(faults.read_text(encoding="utf-8-sig").splitlines()))
    assert written[1][:3] == ["2", "'=1+1", "quantity"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        ("Mã đơn hàng,Ngày đặt\n1,2\n".encode(), "missing columns: title"),
        ("Mã đơn hàng,Ngày đặt,Tên hàng,Số lượng,Đơn giá\n".encode(), "email or phone"),
        ("Mã đơn hàng,Mã đơn,Email\n".encode(), "two columns mean order_number"),
        (b"PK\x03\x04broken", "damaged"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(tmp_path, content, reason):
    path = tmp_path / "orders.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=reason):
        call_command("import_orders", str(path))

    assert Order.objects.count() == ImportJob.objects.count() == 0


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match="no such file"):
        call_command("import_orders", str(tmp_path / "nothing.csv"))


@pytest.mark.parametrize(
    ("member", "content", "reason"),
    [
        ("xl/vbaProject.bin", b"x", "macros"),
        ("xl/externalLinks/externalLink1.xml", b"x", "links to other files"),
        ("xl/big.xml", b"0" * 30_000_000, "unpacks"),
    ],
)
def test_a_hostile_workbook_is_refused(tmp_path, member, content, reason):
    path = tmp_path / "orders.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)

    with pytest.raises(UnreadableFile, match=reason):
        run(path)


def test_a_dry_run_writes_nothing(tmp_path, capsys):
    call_command("import_orders", str(write(tmp_path, HEADER, GOOD, "B,x,,,,,")), dry_run=True)

    assert Order.objects.count() == ImportJob.objects.count() == 0
    assert "1 good rows, 1 orders rejected; nothing written" in capsys.readouterr().out


def test_a_killed_import_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    path = write(tmp_path, HEADER, *(GOOD.replace("A1", f"A{at}") for at in range(5)))
    ingest, calls = running.ingest_orders, []

    def killed_in_the_second_chunk(payloads, **options):
        calls.append([payload.external_number for payload in payloads])
        if len(calls) == 2:
            raise KeyboardInterrupt
        return ingest(payloads, **options)

    monkeypatch.setattr(running, "ingest_orders", killed_in_the_second_chunk)
    with pytest.raises(KeyboardInterrupt):
        run(path)
    interrupted = Order.objects.count()
    report = run(path)

    assert interrupted == 2
    assert calls == [["A0", "A1"], ["A2", "A3"], ["A2", "A3"], ["A4"]]
    assert (report.resumed_at, report.created, Order.objects.count()) == (2, 5, 5)


def test_the_same_file_again_changes_nothing_and_a_changed_one_updates(tmp_path):
    run(write(tmp_path, HEADER, GOOD))
    again = run(write(tmp_path, HEADER, GOOD))
    changed = run(write(tmp_path, HEADER, GOOD.replace("Nồi chiên,1", "Nồi chiên,2")))

    assert (again.unchanged, changed.updated) == (1, 1)
    assert Order.objects.get().lines.get().quantity == 2


def test_single_groups_are_amounts_when_dots_are_declared(tmp_path):
    path = write(tmp_path, HEADER, GOOD.replace("2.190.000 ₫", "1.250"))

    assert run(path).rejected == 1
    assert run(path, dots_are_thousands=True).created == 1
    assert Order.objects.get().lines.get().unit_price == 1_250


def test_a_status_needs_its_time_and_an_unknown_one_is_kept(tmp_path):
    header = f"{HEADER},Đơn vị vận chuyển,Mã vận đơn,Trạng thái,Thời gian trạng thái"
    rows = [f"{GOOD},GHN,G1,Bay vào vũ trụ,21/11/2026 10:00", f"{GOOD.replace('A1', 'A2')},GHN,G2,Đã giao,"]

    report = run(write(tmp_path, header, *rows))

    assert [(error.line, error.field) for error in report.errors] == [(3, "status_at")]
    assert TrackingEvent.objects.get().raw_text == "Bay vào vũ trụ"
    assert Order.objects.get().shipments.get().status == "unknown"


def test_columns_nobody_understands_are_named(tmp_path, capsys):
    call_command("import_orders", str(write(tmp_path, f"{HEADER},Màu", f"{GOOD},đỏ")))

    assert "columns not understood, ignored: Màu" in capsys.readouterr().out
