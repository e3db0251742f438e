"""The log of searches: what readers look for and whether they find it, as counts of days.

`services` takes searches and clicks from the pages, `buffer` holds them in memory until they are written, `privacy`
decides what is never kept, `figures` reads them for the reports. docs/search.md says what is stored.
"""
