"""How files are taken in: in memory, and no more of them than a signed paper may have.

Any form's body is read before anybody is asked who they are. Django would put large files on the disk; here
whatever is more than one paper is counted and thrown away, so that the form can say that it was too much.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from onboarding.agreeing.files import MOST_BYTES


class SmallFiles(FileUploadHandler):
    """One handler serves all the files of a request, so its limit is for them together."""

    taken = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.taken += len(raw_data)
        if self.taken <= MOST_BYTES:
            self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.kept.seek(0)
        return InMemoryUploadedFile(
            file=self.kept,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size if self.taken <= MOST_BYTES else max(file_size, MOST_BYTES + 1),
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
