"""What the soak runs in a process of its own, on a portal's real data; each prints one line of JSON at the end."""

import json

QUESTIONS = ("máy giặt không xả nước", "bao hanh", "doi tra hang", "máy in kẹt giấy")


def tell(**figures: object) -> None:
    print(json.dumps(figures, ensure_ascii=False))
