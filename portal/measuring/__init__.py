"""What the personal home page costs, beside the anonymous one, on a site with many customers and segments."""
