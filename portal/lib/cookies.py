"""Names of cookies that several layers know."""

# Keys of the notices that the owner of the browser put away; tells nothing else about them.
DISMISSED_NOTICES = "dismissed_notices"
