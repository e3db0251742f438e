"""Vietnamese for libraries that lack it: all of allauth, the gaps of Django, what agents meet daily in Wagtail."""
