"""The attachments of a mail, and whether their type matches their name."""

import hashlib
import re

from spot_services.analyzer.budget import Budget
from spot_services.analyzer.mail.archive import Contents, list_zip
from spot_services.analyzer.mail.filetype import (
    ACTIVE,
    EXECUTABLE,
    HARMLESS,
    MACRO,
    ZIP_MAGIC,
    compatible,
    declared,
    extensions,
    sniff,
)
from spot_services.analyzer.mail.structure import MAX_TEXT, ParsedMail, Part
from spot_services.analyzer.report import MAX_LISTED, Fact, Report, clip

# Listed names of files in archives, of all archives of a mail together.
MAX_ENTRIES = 200

# Characters that reverse the reading direction: after one of them, "gpj.exe" looks like "exe.jpg".
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def analyze(mail: ParsedMail, report: Report, budget: Budget) -> None:
    listed: list[Fact] = []
    room = MAX_ENTRIES
    for part in mail.parts:
        if budget.spent:
            break
        if not _is_carried(part):
            # Not looked into here, but broken encoding hides what it holds.
            part.decode(MAX_TEXT)
            continue
        facts, entries = _inspect(part, report, budget)
        if len(listed) < MAX_LISTED:
            if entries:
                facts["entries"] = [clip(entry, 200) for entry in entries[: min(room, MAX_LISTED)]]
                room -= min(room, MAX_LISTED, len(entries))
            listed.append(facts)
    report.facts["attachments"] = listed
    report.facts["count"] = sum(_is_carried(part) for part in mail.parts)
    for defect in mail.defects:
        if "Base64" in defect:
            report.add("broken-encoding", "low", defect)


def _is_carried(part: Part) -> bool:
    """All parts that are neither text nor containers; also text with a file name."""
    if part.content_type == "message/rfc822":
        return True
    return part.is_attachment or not part.content_type.startswith("text/")


def _inspect(part: Part, report: Report, budget: Budget) -> tuple[dict[str, Fact], list[str]]:
    name = part.filename or ""
    data = part.decode()
    sniffed = sniff(data)
    facts: dict[str, Fact] = {
        "filename": clip(name, 200) or None,
        "declaredType": clip(part.content_type, 100),
        "detectedType": sniffed,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        # MD5 only because lists of known malicious files use it as key.
        "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
    }
    shown = clip(name, 80) or "unnamed attachment"
    _check_name(name, shown, report)
    _check_type(part, name, sniffed, shown, report)
    if not data.startswith(ZIP_MAGIC):
        return facts, []
    contents = list_zip(data, budget)
    _check_archive(contents, shown, report)
    return facts, contents.names


def _check_name(name: str, shown: str, report: Report) -> None:
    if _BIDI.search(name):
        report.add("direction-override", "critical", f"{shown}: the name is not what it looks like")
    found = extensions(_BIDI.sub("", name))
    if not found:
        return
    last = found[-1]
    if last in EXECUTABLE:
        report.add("executable", "high", f"{shown}: a program by its name")
        if len(found) > 1 and found[-2] in HARMLESS:
            report.add("double-extension", "critical", f"{shown}: pretends to be {found[-2]}")
    elif last in MACRO:
        report.add("macro-format", "medium", f"{shown}: can carry macros")
    elif last in ACTIVE:
        report.add("active-content", "medium", f"{shown}: opens in the browser from the disk")


def _check_type(part: Part, name: str, sniffed: str | None, shown: str, report: Report) -> None:
    if sniffed is None:
        return
    if sniffed == "exe" and extensions(name)[-1:] not in (["exe"], ["dll"]):
        report.add("disguised-executable", "critical", f"{shown}: is a program by its content")
        return
    named = extensions(name)[-1] if extensions(name) else declared(part.content_type)
    if named is not None and sniffed in _TRUSTED and named in _TRUSTED and not compatible(named, sniffed):
        report.add("type-mismatch", "medium", f"{shown}: named {named}, is {sniffed}")


# Formats with unique first bytes; for other formats, a mismatch is more often a second name than deception.
_TRUSTED = frozenset(
    [
        "pdf",
        "png",
        "gif",
        "jpg",
        "jpeg",
        "zip",
        "docx",
        "xlsx",
        "pptx",
        "doc",
        "xls",
        "ppt",
        "rar",
        "7z",
        "gz",
        "exe",
        "bmp",
        "tif",
        "tiff",
    ]
)


def _check_archive(contents: Contents, shown: str, report: Report) -> None:
    for entry in contents.names:
        found = extensions(entry.rpartition("/")[2])
        if found and found[-1] in EXECUTABLE and not shown.lower().endswith(".jar"):
            report.add("archived-executable", "high", f"{shown}: contains {clip(entry, 80)}")
        if _BIDI.search(entry):
            report.add("direction-override", "critical", f"{shown}: contains a name that is not what it looks like")
    if contents.macros:
        report.add("macros", "high", f"{shown}: contains macros")
    if contents.encrypted:
        report.add("encrypted-archive", "medium", f"{shown}: cannot be looked into")
    if contents.bomb:
        report.add("archive-bomb", "high", f"{shown}: would unpack to far more than it weighs")
    if contents.broken:
        report.add("broken-archive", "low", f"{shown}: cannot be read")
    if contents.nested:
        report.add("nested-archive", "low", f"{shown}: archives inside an archive")
