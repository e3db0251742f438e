"""Policies with days: `days` knows the shop's midnight, `rules` keeps versions, `timeline` reads them, `changes` tells
two texts apart in words, `reading` is what one visitor gets to see.
"""
