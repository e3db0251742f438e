"""Vietnamese for libraries that lack it: all of allauth, the gaps of Django, four fifths of Wagtail."""
