"""Who gets what from which address: a table written by hand, and requests made from the routes themselves."""
