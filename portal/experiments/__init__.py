"""Experiments on the site: which run, what a page shows of them, what is counted. Statistics: personalization.experiments."""
