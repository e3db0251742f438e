"""The weekly letter, for accounts that allowed it: what their boxes say that is new, with the same reasons.

`posting` decides who gets one, `reading` what stands in it, `letters` writes the words when it leaves. A module joins
with `digest_items` (see `registry`).
"""
