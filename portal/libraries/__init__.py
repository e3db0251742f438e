"""Vietnamese for libraries that lack it (allauth has none, Django has gaps); the tools never rewrite this catalogue."""
