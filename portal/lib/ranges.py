"""Parts of a file: players of Apple's systems show no video from a server that always sends the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

CHUNK_BYTES = 64 * 1024
# One range only; players ask for no more, and a list of many small ones is a way to keep a server busy.
_ONE_RANGE = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$", re.ASCII)
LEFT_OUT_HEADERS = frozenset({"content-length", "content-range"})


def in_part(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return the part of a file that `request` asks for (RFC 9110, section 14), or `response` as it is.

    Shape   206 with the bytes asked for, 416 when there are none, the whole file for anything else: no range, several,
            a form nobody knows, or a file that changed since the first part was read (If-Range).
    Cost    one seek; at most 64 KiB in memory.
    """
    if not isinstance(response, FileResponse) or response.status_code != 200 or response.file_to_stream is None:
        return response
    response.headers["Accept-Ranges"] = "bytes"
    asked = _ONE_RANGE.match(request.headers.get("Range", ""))
    if request.method != "GET" or asked is None or not any(asked.groups()) or not _is_same_file(request, response):
        return response
    size = int(response.headers["Content-Length"])
    first, last = _bounds(asked[1], asked[2], size)
    if first > last:
        response.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = StreamingHttpResponse(_bytes_of(response.file_to_stream, first, last), status=206)
    for name, value in response.items():
        if name.lower() not in LEFT_OUT_HEADERS:
            part.headers[name] = value
    part.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    part.headers["Content-Length"] = str(last - first + 1)
    # Whoever ends the answer closes the file with it.
    part._resource_closers.append(response.close)  # type: ignore[attr-defined]  # Django gives it no public name
    return part


def _is_same_file(request: HttpRequest, response: HttpResponseBase) -> bool:
    condition = request.headers.get("If-Range")
    return condition is None or condition in (response.headers.get("ETag"), response.headers.get("Last-Modified"))


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte, the last below the first when there is nothing to send."""
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) else (size, size - 1)
    return int(first), min(int(last), size - 1) if last else size - 1


def _bytes_of(file: IO[bytes], first: int, last: int) -> Iterator[bytes]:
    file.seek(first)
    left = last - first + 1
    while left and (chunk := file.read(min(CHUNK_BYTES, left))):
        left -= len(chunk)
        yield chunk
