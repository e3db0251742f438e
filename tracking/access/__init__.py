"""How somebody proves that an order is theirs, and what follows from it.

policy      which tier this request has for an order: the one question that pages and actions ask
sessions    what a browser has proved, and for how long
links       the links of our letters
secrets     how tokens and codes are made without being stored
limits      how often the look-up may be tried, and when a question comes first
"""
