"""A zip archive as exchanges and brokers send their downloads: the files in it, unpacked in memory, nothing on disk.

A workbook is a zip archive too, and is none here. What would unpack to more than any download holds is refused before
anything is unpacked.
"""

from __future__ import annotations

from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as broken_off

from planner.domain.input_limits import MOST_UNPACKED_BYTES as MOST_BYTES
from planner.loader.tables.unreadable import ARCHIVE, Unreadable
from planner.loader.tables.workbook import is_document

MOST_FILES = 200
_ENCRYPTED = 0x1
_EMPTY = b"PK\x05\x06"  # how an archive without files begins


def is_archive(content: bytes) -> bool:
    """Whether these are the bytes of a zip archive that is not a workbook and no other document."""
    if not content.startswith((ARCHIVE, _EMPTY)):
        return False
    try:
        with ZipFile(BytesIO(content)) as archive:
            return not is_document(set(archive.namelist()))
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def files_within(content: bytes) -> list[tuple[str, bytes]]:
    """The name and bytes of each file in an archive, by name; hidden ones left out. Raises Unreadable."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = sorted(filter(_is_file, archive.infolist()), key=lambda member: member.filename)
            if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
                what = f"this zip archive holds more than {MOST_FILES} files, or {MOST_BYTES // 2**20} MB of them"
                raise Unreadable(0, what, "unpack it, and list the files of your account in it")
            if any(member.flag_bits & _ENCRYPTED for member in members):
                raise Unreadable(0, "this zip archive has a password", "unpack it, and list the files in it")
            if not members:
                raise Unreadable(0, "this zip archive holds no file", "download it again")
            return [(member.filename, member_bytes(archive, member)) for member in members]
    except (BadZipFile, broken_off, ValueError, OSError, NotImplementedError, EOFError, RuntimeError):
        raise Unreadable(0, "this zip archive is damaged or incomplete", "download it again") from None


def member_bytes(archive: ZipFile, member: ZipInfo, most: int = MOST_BYTES) -> bytes:
    """The beginning of a file of an archive, of the size that the archive says at most: `ZipFile.read` would unpack
    everything first, and a size may be a lie."""
    with archive.open(member) as part:
        return part.read(min(member.file_size, most))


def _is_file(member: ZipInfo) -> bool:
    parts = member.filename.replace("\\", "/").split("/")
    return not member.is_dir() and not any(part.startswith((".", "__MACOSX")) for part in parts)
