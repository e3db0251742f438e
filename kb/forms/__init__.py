"""The forms of kb."""
