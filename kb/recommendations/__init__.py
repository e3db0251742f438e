"""Recommended articles: what points them out (scoring), what is learnt for that (learning, counting), how well it works
(measuring). Others ask `kb.selectors.recommendations`. Decision: docs/adr/0030-recommendations-and-experiments.md.
"""
