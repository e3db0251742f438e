"""After the sale: what may be changed, sent back, claimed and earned; pure rules over plain values.

Nothing here reads the database or the clock: callers in `tracking.services` and `tracking.selectors` hand in rows as
values and today's date, so every rule can be tried with any story.
"""
