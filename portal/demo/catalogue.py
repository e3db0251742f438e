"""The demo shop's categories and products, in both languages; figures agree with the demo's articles."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Both:
    """One text in both languages."""

    vi: str
    en: str

    def in_language(self, code: str) -> str:
        return self.vi if code == "vi" else self.en


@dataclass(frozen=True)
class DemoCategory:
    """A category; `parent` is the code of the one it lies in, `slug_en` its address in the English tree."""

    code: str
    slug_en: str
    title: Both
    summary: Both
    icon: str
    phase: str = ""
    parent: str = ""


@dataclass(frozen=True)
class DemoTask:
    """Something to do again and again; `article` is an external id without its language."""

    what: Both
    interval_months: int
    minutes: int
    article: str = ""


@dataclass(frozen=True)
class DemoProduct:
    """An appliance; `slugs` are its addresses, `image` the name of a picture of the demo."""

    code: str
    kind: str
    slugs: Both
    name: Both
    summary: Both
    image: str
    specifications: tuple[tuple[Both, Both], ...]
    tasks: tuple[DemoTask, ...]


CATEGORIES = [
    DemoCategory("mua-hang", "buying", Both("Mua hàng và thanh toán", "Buying and paying"), Both("Chọn máy, cách trả tiền, trả góp và hóa đơn.", "Choosing an appliance, ways to pay, instalments and invoices."), "card", "before"),
    DemoCategory("giao-hang", "delivery", Both("Giao hàng và lắp đặt", "Delivery and installation"), Both("Bao lâu thì tới, phí bao nhiêu, kiểm hàng và hẹn thợ lắp.", "How long it takes, what it costs, checking the parcel and booking the fitter."), "truck", "during"),
    DemoCategory("doi-tra", "returns", Both("Đổi trả và hoàn tiền", "Returns and refunds"), Both("Điều kiện, cách gửi hàng về và khi nào nhận lại tiền.", "Conditions, how to send it back and when the money arrives."), "refund", "after"),
    DemoCategory("bao-hanh", "warranty", Both("Bảo hành", "Warranty"), Both("Thời hạn từng máy, cách yêu cầu và những trường hợp không được bảo hành.", "How long each product is covered, how to claim and what is not covered."), "shield", "after"),
    DemoCategory("su-dung", "using", Both("Dùng máy và xử lý sự cố", "Using your appliance"), Both("Hướng dẫn, mã lỗi và cách khắc phục cho từng loại máy.", "Guides, error codes and fixes for each kind of appliance."), "wrench", "after"),
    DemoCategory("may-giat", "washing-machines", Both("Máy giặt", "Washing machines"), Both("W85 cửa trước và T100 cửa trên.", "W85 front-loading and T100 top-loading."), "washing", "after", "su-dung"),
    DemoCategory("loc-nuoc", "water-purifiers", Both("Máy lọc nước", "Water purifiers"), Both("Máy lọc nước RO R9.", "The R9 reverse-osmosis purifier."), "water", "after", "su-dung"),
    DemoCategory("may-in", "printers", Both("Máy in", "Printers"), Both("Máy in laser L210 và máy in phun J330.", "The L210 laser and the J330 ink-jet printer."), "printer", "after", "su-dung"),
    DemoCategory("dieu-hoa", "air-conditioners", Both("Điều hòa", "Air conditioners"), Both("Điều hòa inverter A12.", "The A12 inverter air conditioner."), "snow", "after", "su-dung"),
    DemoCategory("noi-chien", "air-fryers", Both("Nồi chiên không dầu", "Air fryers"), Both("Nồi chiên F6.", "The F6 air fryer."), "fryer", "after", "su-dung"),
    DemoCategory("robot", "robot-vacuums", Both("Robot hút bụi", "Robot vacuums"), Both("Robot hút và lau S7.", "The S7 vacuuming and mopping robot."), "robot", "after", "su-dung"),
    DemoCategory("bao-duong", "maintenance", Both("Vệ sinh và bảo dưỡng", "Cleaning and maintenance"), Both("Bao lâu một lần, mất mấy phút, cần những gì.", "How often, how long and what you need."), "calendar", "after"),
    DemoCategory("linh-kien", "spare-parts", Both("Linh kiện và vật tư", "Spare parts and supplies"), Both("Tìm đúng mã, bảng giá và cách đặt mua.", "Finding the right code, prices and how to order."), "part", "after"),
    DemoCategory("tai-khoan", "account", Both("Tài khoản và dữ liệu cá nhân", "Account and personal data"), Both("Tra cứu đơn, điểm thưởng, thông tin liên hệ và quyền riêng tư.", "Looking up orders, points, contact details and privacy."), "user"),
]  # fmt: skip

WARRANTY = Both("Bảo hành", "Warranty")
SIZE = Both("Kích thước (rộng × sâu × cao)", "Size (width × depth × height)")
POWER = Both("Công suất", "Power")
WARRANTY_24 = Both("24 tháng, động cơ 10 năm", "24 months, motor 10 years")
WARRANTY_12 = Both("12 tháng", "12 months")
CONNECTIONS = Both("Kết nối", "Connections")
PRINT_METHOD = Both("Công nghệ in", "Printing method")
TRAY = Both("Khay giấy", "Paper tray")
YIELD = Both("Số trang mỗi hộp mực", "Pages per cartridge")
WASH_LOAD = Both("Khối lượng giặt", "Load")
WATER_USE = Both("Nước cho một mẻ đầy", "Water for a full load")
DAILY_TIME = Both("Thời gian giặt đồ hằng ngày", "Everyday programme")
HOT_WASH = Both("Giặt nước nóng", "Hot wash")
SPIN = Both("Vắt tối đa", "Fastest spin")
ADD_ITEMS = Both("Thêm đồ giữa chừng", "Adding items")

PRODUCTS = [
    DemoProduct(
        "NM-W85", "washing_machine", Both("may-giat-w85", "washing-machine-w85"),
        Both("Máy giặt cửa trước Mây W85", "Mây W85 front-loading washing machine"),
        Both("Giặt nước nóng đến 90 °C, vừa nhà 2–4 người.", "Hot wash up to 90 °C, for a household of two to four."),
        "may-giat-cua-truoc",
        (
            (WASH_LOAD, Both("8,5 kg", "8.5 kg")), (SIZE, Both("60 × 56 × 85 cm", "60 × 56 × 85 cm")),
            (WATER_USE, Both("58 lít", "58 litres")), (DAILY_TIME, Both("1 giờ 15 phút", "1 h 15 min")),
            (HOT_WASH, Both("Có, đến 90 °C", "Yes, up to 90 °C")), (SPIN, Both("1.200 vòng/phút", "1,200 rpm")),
            (ADD_ITEMS, Both("15 phút đầu", "In the first 15 minutes")), (WARRANTY, WARRANTY_24),
        ),
        (
            DemoTask(Both("Vệ sinh lồng giặt, gioăng và khay", "Clean drum, gasket and drawer"), 1, 20, "nm-ve-sinh-long-giat-w85"),
            DemoTask(Both("Rửa lưới lọc bơm xả", "Rinse the drain pump filter"), 3, 15),
        ),
    ),
    DemoProduct(
        "NM-T100", "washing_machine", Both("may-giat-t100", "washing-machine-t100"),
        Both("Máy giặt cửa trên Mây T100", "Mây T100 top-loading washing machine"),
        Both("Giặt được chăn bông, hợp nhà 5–6 người.", "Takes a thick quilt; for a household of five or six."),
        "may-giat-cua-tren",
        (
            (WASH_LOAD, Both("10 kg", "10 kg")), (SIZE, Both("57 × 60 × 101 cm", "57 × 60 × 101 cm")),
            (WATER_USE, Both("118 lít", "118 litres")), (DAILY_TIME, Both("55 phút", "55 min")),
            (HOT_WASH, Both("Không", "No")), (SPIN, Both("720 vòng/phút", "720 rpm")),
            (ADD_ITEMS, Both("Bất cứ lúc nào", "At any time")), (WARRANTY, WARRANTY_24),
        ),
        (
            DemoTask(Both("Rửa lưới lọc xả", "Rinse the drain filter"), 1, 15, "nm-ve-sinh-tui-loc-t100"),
            DemoTask(Both("Rửa lưới ở đầu ống cấp nước", "Rinse the screen of the inlet hose"), 3, 10, "nm-ve-sinh-tui-loc-t100"),
        ),
    ),
    DemoProduct(
        "NM-R9", "water_purifier", Both("may-loc-nuoc-r9", "water-purifier-r9"),
        Both("Máy lọc nước RO Mây R9", "Mây R9 reverse-osmosis water purifier"),
        Both("Chín lõi, nước uống tại vòi, tự thay lõi được.", "Nine cartridges, drinking water at the tap, filters you change yourself."),
        "loc-nuoc-r9",
        (
            (Both("Công suất lọc", "Output"), Both("Khoảng 10 lít/giờ", "About 10 litres an hour")),
            (Both("Bình áp", "Pressure tank"), Both("8 lít", "8 litres")),
            (Both("Số lõi lọc", "Cartridges"), Both("9", "9")),
            (Both("Nước thải cho 1 lít nước lọc", "Waste water per litre"), Both("Khoảng 1,5 lít", "About 1.5 litres")),
            (WARRANTY, WARRANTY_12),
        ),
        (
            DemoTask(Both("Thay lõi PP (số 1)", "Change the PP cartridge (no. 1)"), 3, 10, "nm-thay-loi-loc-r9"),
            DemoTask(Both("Thay lõi than (số 2 và 3)", "Change the carbon cartridges (no. 2 and 3)"), 6, 10, "nm-thay-loi-loc-r9"),
            DemoTask(Both("Thay bộ lõi khoáng (số 5–9)", "Change the mineral set (no. 5–9)"), 12, 10, "nm-thay-loi-loc-r9"),
            DemoTask(Both("Thay màng RO (số 4)", "Change the RO membrane (no. 4)"), 24, 25, "nm-thay-loi-loc-r9"),
        ),
    ),
    DemoProduct(
        "NM-L210", "printer", Both("may-in-laser-l210", "laser-printer-l210"),
        Both("Máy in laser Mây L210", "Mây L210 laser printer"),
        Both("In đen trắng nhanh cho văn phòng nhỏ.", "Fast black-and-white pages for a small office."),
        "may-in-laser",
        (
            (PRINT_METHOD, Both("Laser đen trắng", "Laser, black and white")), (TRAY, Both("150 tờ", "150 sheets")),
            (YIELD, Both("1.600; loại lớn 3.000", "1,600; large 3,000")), (CONNECTIONS, Both("Wi-Fi 2,4 GHz, USB", "Wi-Fi 2.4 GHz, USB")),
            (WARRANTY, WARRANTY_12),
        ),
        (DemoTask(Both("Lau kính laser và trục cuốn giấy", "Wipe laser glass and feed roller"), 6, 15, "nm-ban-in-bi-soc-mo-chu"),),
    ),
    DemoProduct(
        "NM-J330", "printer", Both("may-in-phun-j330", "ink-jet-printer-j330"),
        Both("Máy in phun Mây J330", "Mây J330 ink-jet printer"),
        Both("In màu tại nhà, bốn hộp mực thay riêng.", "Colour at home, four cartridges changed one by one."),
        "may-in-phun",
        (
            (PRINT_METHOD, Both("Phun màu, bốn hộp mực", "Ink-jet, four cartridges")), (TRAY, Both("100 tờ", "100 sheets")),
            (YIELD, Both("Đen 450; mỗi màu 320", "Black 450; each colour 320")), (CONNECTIONS, Both("Wi-Fi 2,4 GHz, USB", "Wi-Fi 2.4 GHz, USB")),
            (WARRANTY, WARRANTY_12),
        ),
        (DemoTask(Both("In mẫu thử, rửa đầu phun khi có nét đứt", "Print the test pattern, clean the head if lines break"), 1, 10, "nm-ban-in-bi-soc-mo-chu"),),
    ),
    DemoProduct(
        "NM-A12", "air_conditioner", Both("dieu-hoa-a12", "air-conditioner-a12"),
        Both("Điều hòa inverter Mây A12", "Mây A12 inverter air conditioner"),
        Both("Cho phòng ngủ 15–20 m², chạy êm và tiết kiệm điện.", "For a bedroom of 15–20 m², quiet and frugal."),
        "dieu-hoa-dan-lanh",
        (
            (Both("Diện tích phòng", "Room"), Both("15–20 m², trần dưới 3 m", "15–20 m², ceiling below 3 m")),
            (Both("Môi chất lạnh", "Refrigerant"), Both("R32", "R32")),
            (Both("Điện cho một đêm 8 giờ", "Electricity for a night of 8 h"), Both("2,5–3,5 kWh", "2.5–3.5 kWh")),
            (WARRANTY, Both("24 tháng, máy nén 10 năm", "24 months, compressor 10 years")),
        ),
        (
            DemoTask(Both("Rửa lưới lọc bụi", "Wash the dust filters"), 1, 15, "nm-rua-luoi-loc-a12"),
            DemoTask(Both("Gọi thợ vệ sinh toàn máy", "Have the whole unit cleaned"), 12, 60, "nm-rua-luoi-loc-a12"),
        ),
    ),
    DemoProduct(
        "NM-F6", "air_fryer", Both("noi-chien-f6", "air-fryer-f6"),
        Both("Nồi chiên không dầu Mây F6", "Mây F6 air fryer"),
        Both("Lòng nồi 6 lít, đủ bữa cho bốn người.", "A six-litre basket, a meal for four."),
        "noi-chien-f6",
        (
            (Both("Dung tích", "Capacity"), Both("6 lít", "6 litres")), (POWER, Both("1.700 W", "1,700 W")),
            (Both("Nhiệt độ cao nhất", "Highest temperature"), Both("200 °C", "200 °C")), (WARRANTY, WARRANTY_12),
        ),
        (DemoTask(Both("Lau thanh nhiệt và khoang trên", "Wipe heating element and upper chamber"), 1, 20, "nm-ve-sinh-noi-chien-f6"),),
    ),
    DemoProduct(
        "NM-S7", "robot_vacuum", Both("robot-hut-bui-s7", "robot-vacuum-s7"),
        Both("Robot hút bụi lau nhà Mây S7", "Mây S7 vacuuming and mopping robot"),
        Both("Lập bản đồ bằng laser, hút và lau, tự về trạm sạc.", "Maps by laser, vacuums and mops, returns to its dock."),
        "robot-s7",
        (
            (Both("Dẫn đường", "Navigation"), Both("Laser", "Laser")), (Both("Chiều cao", "Height"), Both("9 cm", "9 cm")),
            (Both("Bình nước lau", "Water tank"), Both("240 ml, đủ 90–110 m²", "240 ml, enough for 90–110 m²")),
            (CONNECTIONS, Both("Wi-Fi 2,4 GHz", "Wi-Fi 2.4 GHz")),
            (WARRANTY, Both("12 tháng, pin 6 tháng", "12 months, battery 6 months")),
        ),
        (
            DemoTask(Both("Lau cảm biến, chân sạc, bánh dẫn hướng", "Wipe sensors, contacts and front wheel"), 1, 25, "nm-bao-duong-robot-s7"),
            DemoTask(Both("Thay tấm lọc HEPA", "Change the HEPA filter"), 3, 5, "nm-bao-duong-robot-s7"),
            DemoTask(Both("Thay chổi cạnh", "Change the side brush"), 4, 5, "nm-bao-duong-robot-s7"),
            DemoTask(Both("Thay chổi chính", "Change the main brush"), 10, 10, "nm-bao-duong-robot-s7"),
        ),
    ),
]  # fmt: skip

IMAGE_DESCRIPTIONS = {
    "bao-hanh-phieu": "Phiếu bảo hành điện tử trên màn hình",
    "diem-thuong": "Đám mây điểm thưởng trên trang tài khoản",
    "dieu-hoa-dan-lanh": "Điều hòa A12 treo tường",
    "dieu-hoa-dieu-khien": "Điều khiển từ xa của điều hòa A12",
    "dieu-hoa-luoi-loc": "Hai tấm lưới lọc bụi của điều hòa A12",
    "doi-tra-hop": "Thùng hàng dán nhãn đổi trả",
    "giao-hang-kiem-tra": "Khách mở thùng kiểm tra hàng",
    "giao-hang-xe": "Xe giao hàng Nhà Mây",
    "linh-kien-kho": "Kệ linh kiện có dán mã",
    "loc-nuoc-khoa-van": "Van cấp nước của máy R9 đang khóa",
    "loc-nuoc-r9": "Máy lọc nước R9 và bình áp trong tủ bếp",
    "loc-nuoc-rut-loi": "Lõi lọc số 3 được rút khỏi máy R9",
    "loc-nuoc-thay-loi": "Tay xoay lõi lọc của máy R9",
    "lua-dao-canh-bao": "Điện thoại có cuộc gọi lừa đảo và dấu cảnh báo",
    "may-giat-cua-tren": "Máy giặt cửa trên T100",
    "may-giat-cua-truoc": "Máy giặt cửa trước W85",
    "may-giat-luoi-loc": "Lưới lọc bơm xả của máy giặt",
    "may-giat-ve-sinh-long": "Lồng máy giặt W85 đang được vệ sinh",
    "may-in-hop-muc": "Hộp mực được rút khỏi máy in L210",
    "may-in-ket-giay": "Tờ giấy kẹt trong máy in",
    "may-in-laser": "Máy in laser L210",
    "may-in-phun": "Máy in phun J330",
    "noi-chien-f6": "Nồi chiên không dầu F6",
    "noi-chien-ve-sinh": "Lòng nồi và vỉ của nồi chiên F6 đang được rửa",
    "robot-choi-quet": "Chổi chính của robot S7 quấn tóc",
    "robot-s7": "Robot hút bụi S7 trên sàn nhà",
    "robot-s7-ban-do": "Bản đồ nhà nhìn từ trên xuống, robot S7 đang quét phòng cuối",
    "robot-tram-sac": "Robot S7 ở trạm sạc",
    "thanh-toan-the": "Tay cầm thẻ ngân hàng trước màn hình thanh toán",
}
