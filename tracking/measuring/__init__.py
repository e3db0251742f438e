"""How fast tracking is with many orders; used by `bench_tracking`, never by the site."""
