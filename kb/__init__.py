"""The knowledge base: article pages, products, search; may import personalization only."""
