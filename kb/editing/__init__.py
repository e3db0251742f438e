"""What editors see of the knowledge base in the admin; kb.wagtail_hooks registers it."""
