"""The desk of those who help customers with orders: lists, looks, reports by hand, cases and figures, in the admin."""
