"""Reads files that anybody may have put there: regular ones of a sane size only, as others could hang or fill the program."""

import errno
import stat
from pathlib import Path

MOST_BYTES = 64_000_000
"""The most bytes of a file; a journal of 10,000 windows has half of them."""


def read_file(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        OSError: It cannot be read, is no regular file or is too large.
    """
    status = path.stat()
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):  # to read a directory is an OSError already
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    if status.st_size > MOST_BYTES:
        raise OSError(errno.EFBIG, f"larger than {MOST_BYTES // 1_000_000} MB", str(path))
    return path.read_bytes()
