"""Small helpers that every layer may import; they import none of our apps."""
