"""The shell of the site: settings, addresses, the user, the home page, base templates, operations.

The top layer: it may import every other app, and nothing imports it.
"""
