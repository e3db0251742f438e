"""Names of cookies that several layers know."""

# Keys of the notices that the owner of the browser put away; tells nothing else about them.
DISMISSED_NOTICES = "dismissed_notices"
# The owner of the browser does not want to be asked for preferences on the home page.
WELCOME_DISMISSED = "welcome_dismissed"
