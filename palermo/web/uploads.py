"""Where does an uploaded file wait? In memory only: a file never lands on the disk in clear.

Django's own second handler spools large uploads to a temporary file; it is not used. All files of a request
together stay under the limit of its page, `LIMIT` unless the page says less with `at_most`. Whatever is over
it is dropped: an upload that says so in its length at once, without reading it, another one while it
arrives. `too_large` tells the form. A stranger's upload is not kept at all.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeVar

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

LIMIT = 64 * 1024 * 1024
OTHER_FIELDS = 1024 * 1024
"""What a form may send beside its file."""
View = TypeVar("View", bound=Callable[..., Any])


def at_most(limit: Callable[[], int]) -> Callable[[View], View]:
    """A view, outermost, whose form takes files of fewer bytes than `LIMIT`."""

    def marked(view: View) -> View:
        view.upload_limit = limit  # type: ignore[attr-defined]
        return view

    return marked


def too_large(request: HttpRequest) -> bool:
    """Whether a file of this request was dropped because it was over the limit."""
    return getattr(request, "palermo_too_large", False)


class MemoryOnly(FileUploadHandler):
    """Keeps the files of a request in memory, together at most the limit of its page."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        self.room = _limit(self.request)
        self.announced = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content = bytearray()
        if self.announced > self.room + OTHER_FIELDS:
            self._stop(drop=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if len(raw_data) > self.room:
            self._stop(drop=False)
        self.room -= len(raw_data)
        self.content += raw_data

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        content, self.content = BytesIO(self.content), bytearray()
        return InMemoryUploadedFile(
            content,
            self.field_name,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )

    def _stop(self, *, drop: bool) -> None:
        """Ends the upload; with `drop` the rest is not even read."""
        self.content = bytearray()
        self.request.palermo_too_large = True
        raise StopUpload(connection_reset=drop)


def _limit(request: Any) -> int:
    """The limit of the page that was asked for; none is left for somebody who is not signed in."""
    if not getattr(getattr(request, "user", None), "is_authenticated", False):
        return 0
    view = getattr(getattr(request, "resolver_match", None), "func", None)
    limit = getattr(view, "upload_limit", None)
    return min(LIMIT, limit()) if limit else LIMIT
