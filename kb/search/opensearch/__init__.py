"""The portal's engine on an OpenSearch server, for sites of several web machines. Chosen by SEARCH_URL.

Terms, weights and the plan of a query are made by the same code as for Whoosh; the server keeps them, adds up the
scores and counts. Why it is done this way: docs/adr/0022-opensearch.md.
"""
