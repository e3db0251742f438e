"""The care of published articles: what is known about each, what is due, what is broken, and the changes beside the text."""
