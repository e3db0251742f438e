"""What this app brings into the admin."""

from wagtail.snippets.models import register_snippet

from personalization.segments.admin import SegmentViewSet

register_snippet(SegmentViewSet)
