"""The spare parts of the demo shop; numbers and prices are those of its price list and its guides."""

from dataclasses import dataclass

from portal.demo.catalogue import Both


@dataclass(frozen=True)
class DemoPart:
    """One part; `codes` are the products it fits, `price` whole đồng, `is_easy` whether customers fit it themselves."""

    number: str
    codes: tuple[str, ...]
    name: Both
    price: int
    description: Both
    is_easy: bool = True
    is_available: bool = True
    image: str = ""


W85, T100, R9, L210, J330, A12, F6, S7 = (
    ("NM-W85",), ("NM-T100",), ("NM-R9",), ("NM-L210",), ("NM-J330",), ("NM-A12",), ("NM-F6",), ("NM-S7",)
)  # fmt: skip

PARTS = [
    DemoPart("LK-W85-01", W85, Both("Lưới lọc bơm xả W85", "Drain pump filter for the W85"), 65_000, Both("Giữ lại xu, cúc áo, xơ vải. Rửa 3 tháng một lần; thay khi nứt hoặc ren mòn.", "Catches coins, buttons and lint. Rinse every 3 months; change it when cracked or worn."), image="may-giat-luoi-loc"),
    DemoPart("LK-W85-02", W85, Both("Gioăng cửa W85", "Door gasket for the W85"), 420_000, Both("Vòng cao su giữ nước ở cửa. Thay khi rách, mốc không chùi được hoặc rỉ nước.", "The rubber ring that keeps the door tight. Change it when torn, mouldy or leaking."), is_easy=False),
    DemoPart("LK-W85-05", W85, Both("Bơm xả W85, giắc 2 chân", "Drain pump for the W85, 2-pin plug"), 380_000, Both("Cho máy sản xuất đến tuần 29 năm 2024 (số sê-ri đến W85-2429).", "For machines made up to week 29 of 2024 (serial numbers up to W85-2429)."), is_easy=False),
    DemoPart("LK-W85-05B", W85, Both("Bơm xả W85, giắc 3 chân", "Drain pump for the W85, 3-pin plug"), 380_000, Both("Cho máy sản xuất từ tuần 30 năm 2024 (số sê-ri từ W85-2430).", "For machines made from week 30 of 2024 (serial numbers from W85-2430)."), is_easy=False),
    DemoPart("LK-T100-01", T100, Both("Túi lọc xơ vải T100", "Lint bag for the T100"), 45_000, Both("Giữ xơ vải trong lồng. Thay khi lưới rách; thường 12 tháng một lần.", "Catches lint in the drum. Change it when the net is torn; usually once a year.")),
    DemoPart("LK-T100-03", T100, Both("Dây cu-roa T100", "Drive belt for the T100"), 110_000, Both("Truyền lực từ động cơ lên mâm giặt. Thay khi trượt, kêu rít hoặc nứt.", "Drives the pulsator. Change it when it slips, squeals or cracks."), is_easy=False),
    DemoPart("LK-WT-07", W85 + T100, Both("Ống xả 2 m", "Drain hose, 2 m"), 95_000, Both("Dùng chung cho hai máy giặt. Thay khi gập, nứt hoặc rỉ ở đầu nối.", "Fits both washing machines. Change it when kinked, cracked or leaking at the joint.")),
    DemoPart("LK-R9-01", R9, Both("Lõi PP số 1", "PP cartridge no. 1"), 75_000, Both("Giữ cặn và rỉ sét. Thay 3 tháng một lần.", "Holds back sediment and rust. Change it every 3 months."), image="loc-nuoc-thay-loi"),
    DemoPart("LK-R9-23", R9, Both("Cặp lõi than số 2, 3", "Carbon cartridges no. 2 and 3"), 190_000, Both("Khử mùi clo và màu. Thay cả cặp 6 tháng một lần.", "Take chlorine smell and colour away. Change the pair every 6 months."), image="loc-nuoc-thay-loi"),
    DemoPart("LK-R9-04", R9, Both("Màng RO số 4", "RO membrane no. 4"), 690_000, Both("Lọc muối và vi khuẩn. Thay 24 tháng một lần.", "Removes salts and bacteria. Change it every 24 months."), image="loc-nuoc-thay-loi"),
    DemoPart("LK-R9-59", R9, Both("Bộ năm lõi khoáng số 5–9", "Mineral set, cartridges no. 5–9"), 650_000, Both("Năm lõi nối liền, chỉ bán nguyên bộ. Thay 12 tháng một lần.", "Five cartridges in one piece, sold as a set only. Change it every 12 months."), image="loc-nuoc-thay-loi"),
    DemoPart("LK-R9-12", R9, Both("Bình áp R9", "Pressure tank for the R9"), 590_000, Both("Chứa 8 lít nước đã lọc. Thay khi vòi chảy yếu dù lõi còn mới.", "Holds 8 litres of filtered water. Change it when the tap runs weakly with fresh cartridges."), is_easy=False, is_available=False),
    DemoPart("HM-L210", L210, Both("Hộp mực L210, 1.600 trang", "Toner for the L210, 1,600 pages"), 590_000, Both("Mực đen, liền trống. Máy đi kèm hộp 700 trang.", "Black, with drum. The printer comes with one for 700 pages."), image="may-in-hop-muc"),
    DemoPart("HM-L210X", L210, Both("Hộp mực L210, 3.000 trang", "Toner for the L210, 3,000 pages"), 890_000, Both("Mực đen dung lượng cao, liền trống; lắp vừa cùng khay với HM-L210.", "Black, high yield, with drum; fits the same bay as HM-L210."), image="may-in-hop-muc"),
    DemoPart("MI-330K", J330, Both("Hộp mực đen J330", "Black ink for the J330"), 189_000, Both("450 trang.", "450 pages.")),
    DemoPart("MI-330C", J330, Both("Hộp mực xanh J330", "Cyan ink for the J330"), 169_000, Both("320 trang.", "320 pages.")),
    DemoPart("MI-330M", J330, Both("Hộp mực hồng J330", "Magenta ink for the J330"), 169_000, Both("320 trang.", "320 pages.")),
    DemoPart("MI-330Y", J330, Both("Hộp mực vàng J330", "Yellow ink for the J330"), 169_000, Both("320 trang.", "320 pages.")),
    DemoPart("LK-L210-04", L210, Both("Trục cuốn giấy L210", "Feed roller for the L210"), 140_000, Both("Thay khi máy hay kẹt giấy dù trục đã lau sạch; lắp tại trạm bảo hành.", "Change it when paper still jams with a clean roller; fitted at our service centre."), is_easy=False),
    DemoPart("LK-A12-01", A12, Both("Cặp lưới lọc bụi A12", "Pair of dust filters for the A12"), 120_000, Both("Rửa mỗi tháng; thay khi lưới rách hoặc khung cong.", "Wash them every month; change them when torn or bent."), image="dieu-hoa-luoi-loc"),
    DemoPart("LK-A12-02", A12, Both("Điều khiển A12", "Remote control for the A12"), 230_000, Both("Có nút Eco ở góc dưới. Pin AAA không kèm theo.", "With the Eco button in the lower corner. AAA batteries not included."), image="dieu-hoa-dieu-khien"),
    DemoPart("LK-A12-06", A12, Both("Bo mạch dàn nóng A12", "Outdoor unit board for the A12"), 1_850_000, Both("Nạp chương trình theo số sê-ri; kỹ thuật viên đo thử rồi mới thay.", "Programmed for the serial number; a technician tests before changing it."), is_easy=False),
    DemoPart("LK-F6-01", F6, Both("Vỉ chiên F6", "Grill plate for the F6"), 150_000, Both("Thay khi lớp chống dính bong.", "Change it when the coating peels."), image="noi-chien-ve-sinh"),
    DemoPart("LK-F6-02", F6, Both("Lòng nồi F6", "Basket for the F6"), 390_000, Both("Lòng 6 lít, kèm tay cầm.", "Six litres, with its handle."), image="noi-chien-ve-sinh"),
    DemoPart("LK-S7-01", S7, Both("Hai chổi cạnh S7", "Two side brushes for the S7"), 90_000, Both("Loại ba cánh. Thay 4 tháng một lần.", "With three arms. Change them every 4 months."), image="robot-choi-quet"),
    DemoPart("LK-S7-02", S7, Both("Chổi chính S7", "Main brush for the S7"), 220_000, Both("Thay 10 tháng một lần.", "Change it every 10 months."), image="robot-choi-quet"),
    DemoPart("LK-S7-03", S7, Both("Hai tấm lọc HEPA S7", "Two HEPA filters for the S7"), 120_000, Both("Không giặt nước. Thay 3 tháng một lần.", "Never wash them. Change them every 3 months.")),
    DemoPart("LK-S7-04", S7, Both("Ba khăn lau S7", "Three mop cloths for the S7"), 110_000, Both("Giặt máy dưới 60 °C, không dùng nước xả vải. Dùng được 80–100 lần giặt.", "Machine wash below 60 °C, without softener. Good for 80–100 washes.")),
    DemoPart("LK-S7-05", S7, Both("Pin S7", "Battery for the S7"), 890_000, Both("Bảo hành 6 tháng. Thay bằng một tua vít.", "Six months' warranty. Changed with a screwdriver.")),
    DemoPart("LK-S7-06", S7, Both("Trạm sạc S7", "Charging dock for the S7"), 650_000, Both("Kèm dây nguồn 1,5 m.", "With a power cord of 1.5 m."), image="robot-tram-sac"),
]  # fmt: skip
