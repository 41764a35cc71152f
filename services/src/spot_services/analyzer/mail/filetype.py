"""The type of a file: by its name, its declared type, and its first bytes."""

import mimetypes

import puremagic

# Windows or its scripting hosts run these on a double click.
EXECUTABLE = frozenset(
    [
        "appx",
        "bat",
        "cmd",
        "com",
        "cpl",
        "dll",
        "exe",
        "gadget",
        "hta",
        "inf",
        "ins",
        "iso",
        "img",
        "vhd",
        "vhdx",
        "jar",
        "js",
        "jse",
        "lnk",
        "msc",
        "msi",
        "msix",
        "msp",
        "mst",
        "pif",
        "ps1",
        "ps1xml",
        "psc1",
        "reg",
        "scf",
        "scr",
        "sct",
        "url",
        "vb",
        "vbe",
        "vbs",
        "wsc",
        "wsf",
        "wsh",
        "xll",
        "application",
        "appref-ms",
        "chm",
        "library-ms",
        "settingcontent-ms",
    ]
)
# Office formats with macros.
MACRO = frozenset(["docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppam", "ppsm", "sldm"])
ACTIVE = frozenset(["htm", "html", "shtml", "xhtml", "svg", "mht", "mhtml"])
# Usual extensions before a hidden second one.
HARMLESS = frozenset(
    [
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "ppt",
        "pptx",
        "txt",
        "rtf",
        "csv",
        "jpg",
        "jpeg",
        "png",
        "gif",
        "bmp",
        "zip",
        "mp3",
        "mp4",
        "avi",
        "html",
    ]
)

_PROGRAM_MAGIC = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe")
ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SNIFFED = 8192

# Without the machine's own type files, so that the same mail has the same finding everywhere.
_TYPES = mimetypes.MimeTypes(filenames=())

# Groups of types that share their first bytes, or that senders often confuse.
_FAMILIES: tuple[frozenset[str], ...] = (
    frozenset(
        [
            "zip",
            "docx",
            "docm",
            "xlsx",
            "xlsm",
            "xlsb",
            "pptx",
            "pptm",
            "odt",
            "ods",
            "odp",
            "jar",
            "epub",
            "xpi",
            "apk",
            "ott",
            "dotx",
            "dotm",
            "potx",
            "ppsx",
        ]
    ),
    frozenset(["doc", "xls", "ppt", "msg", "msi", "dot", "pps", "xla", "vsd"]),
    frozenset(["jpg", "jpeg", "jpe", "jfif"]),
    frozenset(["tif", "tiff"]),
    frozenset(["htm", "html", "xhtml", "shtml"]),
    frozenset(["gz", "tgz"]),
    frozenset(["mp4", "m4a", "m4v", "mov", "3gp"]),
    frozenset(["txt", "csv", "log", "md", "ics", "vcf", "eml", "json", "xml", "asc"]),
    frozenset(["exe", "dll", "scr", "com", "cpl", "sys", "ocx", "pif"]),
)


def extensions(filename: str) -> list[str]:
    """All extensions from the first dot on, lower case: `a.pdf.exe` -> `["pdf", "exe"]`."""
    return [part.strip().lower() for part in filename.rstrip(". ").split(".")[1:]]


def sniff(data: bytes) -> str | None:
    """The extension that matches the first bytes, or None if they are not conclusive."""
    if not data:
        return None
    if data.startswith(_PROGRAM_MAGIC):
        return "exe"
    if data.startswith(_OLE_MAGIC):
        return "doc"
    if data.startswith(ZIP_MAGIC):
        # Office documents and many others are ZIP archives too; the first bytes cannot distinguish them.
        return "zip"
    try:
        guesses = puremagic.magic_string(data[:_SNIFFED])
    except Exception:  # the library raises all kinds of errors on hostile input
        return None
    # A match of two bytes is usually a coincidence.
    strong = [guess for guess in guesses if len(guess.byte_match or b"") >= 3 and guess.extension]
    return strong[0].extension.lstrip(".").lower() if strong else None


def declared(content_type: str) -> str | None:
    """The usual extension of a MIME type; None for generic types."""
    if content_type in {
        "application/octet-stream",
        "application/x-download",
        "application/force-download",
        "text/plain",
    }:
        return None
    guess = _TYPES.guess_extension(content_type)
    return None if guess is None else guess.lstrip(".")


def compatible(one: str, other: str) -> bool:
    return one == other or any(one in family and other in family for family in _FAMILIES)
