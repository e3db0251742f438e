"""Translated content: the same page in another language, and whether it still says what its source says.

`states` reads, `records` keeps what a translation was compared with, `copies` makes a translation, `references` puts
the twins of the target language where the source names its own.
"""
