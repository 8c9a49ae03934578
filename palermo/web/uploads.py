"""Where does an uploaded file wait? In memory only: a case file never lands on the disk in clear.

Django's own second handler spools large uploads to a temporary file; it is not used. A file over the limit
is dropped while it arrives, and the form says so.
"""

from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

LIMIT = 64 * 1024 * 1024


class MemoryOnly(FileUploadHandler):
    """Keeps one upload of at most `LIMIT` bytes in memory; a longer one ends the upload."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content = bytearray()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > LIMIT:
            self.content = bytearray()
            raise StopUpload(connection_reset=False)
        self.content += raw_data

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        return _in_memory(self, bytes(self.content), file_size)


def _in_memory(upload: MemoryOnly, content: bytes, size: int) -> InMemoryUploadedFile:
    from io import BytesIO

    return InMemoryUploadedFile(
        BytesIO(content),
        upload.field_name,
        upload.file_name,
        upload.content_type,
        size,
        upload.charset,
        upload.content_type_extra,
    )
