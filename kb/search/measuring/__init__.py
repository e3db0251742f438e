"""How good and how fast search is: judged queries, peers on the same pages, and the site's own pace.

Nothing here runs while readers search. `evaluate_search` and `bench_search` are the commands over it.
"""
