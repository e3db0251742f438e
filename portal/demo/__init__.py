"""The demo shop Nhà Mây: its content, people and orders, loaded by `load_demo`."""
