"""How good the recommendations are: a world with a known structure, and hits on readings that were held out."""
