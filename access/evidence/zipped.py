"""A zip that is sent while it is written: no file of it, nor the whole, is ever held in memory."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class File:
    name: str
    chunks: Iterable[bytes]


class Outgoing(io.RawIOBase):
    """What zipfile has written and nobody has taken yet. It cannot seek, so zipfile does without."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        data, self.waiting = b"".join(self.waiting), []
        return data


def stream(files: Iterable[File], about: Mapping[str, Any]) -> Iterator[bytes]:
    """The manifest comes last: a pack that broke off has none. `about` is read when all files are written."""
    out, known = Outgoing(), dict[str, Any]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for file in files:
            yield from _written(pack, out, file, known)
        manifest = json.dumps({**about, "files": known}, indent=1).encode()
        pack.writestr("manifest.json", manifest)
        yield out.taken()
    yield out.taken()


def _written(pack: zipfile.ZipFile, out: Outgoing, file: File, known: dict[str, Any]) -> Iterator[bytes]:
    seen, size = hashlib.sha256(), 0
    with pack.open(file.name, "w") as inside:
        for chunk in file.chunks:
            seen.update(chunk)
            size += inside.write(chunk)
            yield out.taken()
    known[file.name] = {"sha256": seen.hexdigest(), "bytes": size}
