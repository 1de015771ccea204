"""Formats of binary data that are not read, by their first bytes."""

from __future__ import annotations

import re

from readiness.evidence.foreign import GCOVR, LEAVE_OUT, SUBUNIT, Foreign

INSIDE = "archive the files inside"
UNPACKED = "archive it unpacked or as gzip"
PICTURE = Foreign("picture", "a picture", LEAVE_OUT)
FILM = Foreign("video", "a recording", LEAVE_OUT)
PROGRAM = Foreign("binary", "a program", LEAVE_OUT)

BINARIES = tuple(
    (re.compile(pattern, re.DOTALL), found)
    for pattern, found in (
        (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", Foreign("zip", "a ZIP archive", INSIDE)),
        (rb".{257}ustar[\0 ]", Foreign("tar", "a tar archive", INSIDE)),
        (rb"7z\xbc\xaf\x27\x1c", Foreign("7z", "a 7z archive", INSIDE)),
        (rb"Rar!\x1a\x07", Foreign("rar", "a RAR archive", INSIDE)),
        (rb"MSCF\0\0\0\0", Foreign("cab", "a cabinet archive", INSIDE)),
        (rb"!<arch>\n", Foreign("ar", "an ar archive", INSIDE)),
        (rb"07070[12][0-9A-Fa-f]{104}", Foreign("cpio", "a cpio archive", INSIDE)),
        (rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)", Foreign("bzip2", "bzip2 data", UNPACKED)),
        (rb"\xfd7zXZ\0", Foreign("xz", "xz data", UNPACKED)),
        (rb"\x5d\0\0.{2}\xff{8}", Foreign("lzma", "lzma data", UNPACKED)),
        (rb"\x28\xb5\x2f\xfd", Foreign("zstd", "zstd data", UNPACKED)),
        (rb"\x04\x22\x4d\x18", Foreign("lz4", "lz4 data", UNPACKED)),
        (rb"LZIP\x01", Foreign("lzip", "lzip data", UNPACKED)),
        (rb"\x1f[\x9d\xa0]", Foreign("compress", "data of `compress` (.Z)", UNPACKED)),
        (
            rb"SQLite format 3",
            Foreign("sqlite", "a database (coverage.py's .coverage?)", "run `coverage xml` and archive coverage.xml"),
        ),
        (rb"\xb3[+)]", SUBUNIT),
        (
            rb"\x01\xc0\xc0",
            Foreign("jacoco-exec", "JaCoCo's execution data", "have it write its XML, converted to Cobertura"),
        ),
        (
            rb"(?:adcg|oncg)\*|(?:gcda|gcno)[A-Z0-9]{3}\*",
            Foreign("gcov", "gcov's data", GCOVR),
        ),
        (
            rb"\x81rforpl\xff|\xff(?:lprofr|lprofi)\x81",
            Foreign("llvm-profile", "an LLVM profile", "run `llvm-cov export --format=lcov`"),
        ),
        (
            rb"\0cvm|\0cwm",
            Foreign("go-cover", "Go's coverage data", "run `go tool covdata textfmt`, then `gocover-cobertura`"),
        ),
        (rb"PAR1", Foreign("parquet", "a Parquet file", LEAVE_OUT)),
        (rb"bplist0", Foreign("plist", "an Xcode property list", LEAVE_OUT)),
        (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF.{4}WEBP", PICTURE),
        (rb"\x1a\x45\xdf\xa3|\0\0\0.ftyp", FILM),
        (rb"%PDF", Foreign("pdf", "a PDF document", LEAVE_OUT)),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Foreign("office", "an old Office document", LEAVE_OUT)),
        (rb"\x7fELF|MZ.\0|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe", PROGRAM),
    )
)


def foreign_binary(content: bytes) -> Foreign | None:
    """The format of binary data, or None where it is none that is known."""
    return next((found for pattern, found in BINARIES if pattern.match(content)), None)
