"""Videos: our own file, or one of another provider that is asked for nothing before the reader agrees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from kb.blocks import previews
from kb.blocks.checks import raise_errors
from kb.blocks.choosers import DocumentChoice, ImageChoice

VIDEO_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}
CAPTIONS_TYPE = "vtt"
_YOUTUBE_ID = re.compile(r"[\w-]{11}", re.ASCII)
_VIMEO_ID = re.compile(r"\d{6,12}", re.ASCII)
_YOUTUBE_HOSTS = {"youtube.com", "www.youtube.com", "m.youtube.com", "youtube-nocookie.com", "www.youtube-nocookie.com"}
_VIMEO_HOSTS = {"vimeo.com", "www.vimeo.com", "player.vimeo.com"}


@dataclass(frozen=True)
class ThirdPartyVideo:
    """A video elsewhere: who will see the reader, where the reader can go instead, what is put in place on consent."""

    provider: str
    company: str
    page_url: str
    player_url: str


def third_party_video(url: str) -> ThirdPartyVideo | None:
    """Return what the address names, built anew from the provider and the video's own key; None for any other address."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    if key := _youtube_key(host, parts.path, parts.query):
        return ThirdPartyVideo(
            provider="YouTube",
            company="Google",
            page_url=f"https://www.youtube.com/watch?v={key}",
            player_url=f"https://www.youtube-nocookie.com/embed/{key}?autoplay=1&rel=0",
        )
    if host in _VIMEO_HOSTS and (key := parts.path.rstrip("/").rpartition("/")[2]) and _VIMEO_ID.fullmatch(key):
        return ThirdPartyVideo(
            provider="Vimeo",
            company="Vimeo",
            page_url=f"https://vimeo.com/{key}",
            player_url=f"https://player.vimeo.com/video/{key}?autoplay=1&dnt=1",
        )
    return None


def _youtube_key(host: str, path: str, query: str) -> str:
    if host == "youtu.be":
        key = path.strip("/")
    elif host not in _YOUTUBE_HOSTS:
        key = ""
    elif path == "/watch":
        key = parse_qs(query).get("v", [""])[0]
    else:
        folder, _slash, key = path.strip("/").partition("/")
        key = key if folder in ("embed", "shorts", "live") else ""
    return key if _YOUTUBE_ID.fullmatch(key) else ""


class VideoValue(blocks.StructValue):
    """A video that knows where it lies."""

    @property
    def third_party(self) -> ThirdPartyVideo | None:
        """Return the video elsewhere; our own file goes before it."""
        return None if self.get("file") else third_party_video(self.get("link") or "")

    @property
    def file_type(self) -> str:
        """Return the media type of our own file, "" when there is none that browsers play."""
        return VIDEO_TYPES.get(self["file"].file_extension.lower(), "") if self.get("file") else ""


class VideoBlock(blocks.StructBlock):
    """A video with its words written out."""

    title = blocks.CharBlock(label=_("title"), max_length=160, help_text=_("What is shown, in one line."))
    file = DocumentChoice(
        label=_("video file"),
        required=False,
        help_text=_("MP4 or WebM, at most 10 MB. Better than a link: no other company learns who watches."),
    )
    captions = DocumentChoice(
        label=_("captions"),
        required=False,
        help_text=_(
            "A WebVTT file (.vtt) for those who cannot hear. Only for a video file; YouTube and Vimeo have their own."
        ),
    )
    link = blocks.URLBlock(
        label=_("link"),
        required=False,
        help_text=_(
            "YouTube or Vimeo, only when there is no file. Readers are asked before anything is loaded from there."
        ),
    )
    poster = ImageChoice(
        label=_("picture"),
        required=False,
        help_text=_("Stands in place of the video until it is played. From our library, never from YouTube."),
    )
    transcript = blocks.RichTextBlock(
        label=_("transcript"),
        features=["bold", "italic", "link", "ol", "ul"],
        help_text=_("Everything that is said and shown, for those who cannot watch, and for search."),
    )

    class Meta:
        icon = "media"
        label = _("Video")
        description = _("Movements that pictures cannot show. Not for what three steps with pictures say faster.")
        template = "kb/blocks/video.html"
        value_class = VideoValue
        preview_value = staticmethod(previews.video)

    def clean(self, value: VideoValue) -> VideoValue:
        cleaned = super().clean(value)
        errors = _wrong_choices(cleaned)
        if not self.is_deferred_validation and not cleaned.get("file") and not cleaned.get("link"):
            errors["file"] = _now("Choose a file or give a link.")
        raise_errors(errors)
        return cleaned

    def get_searchable_content(self, value: VideoValue) -> list[str]:
        return [value["title"] or "", *self.child_blocks["transcript"].get_searchable_content(value["transcript"])]

    def get_context(self, value: VideoValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        return {**context, "third_party": value.third_party}


def _wrong_choices(value: VideoValue) -> dict[str, str]:
    errors = {}
    if value.get("file") and not value.file_type:
        errors["file"] = _now("Browsers do not play this file. Choose an MP4 or WebM file.")
    if value.get("captions") and value["captions"].file_extension.lower() != CAPTIONS_TYPE:
        errors["captions"] = _now("This is no WebVTT file. Choose one that ends in .vtt.")
    if value.get("file") and value.get("link"):
        errors["link"] = _now("Either a file or a link: remove one of them.")
    elif value.get("link") and third_party_video(value["link"]) is None:
        errors["link"] = _now("Only links to one video on YouTube or Vimeo are taken.")
    return errors
