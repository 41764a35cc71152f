"""The claim check."""

import os
from pathlib import Path

import pytest

from spot_messaging import PermanentError
from spot_services.mailstore import MailStore
from spot_services.payload import Mail, Reference


def test_returns_what_was_put_in_and_stores_it_once(tmp_path: Path) -> None:
    store = MailStore(tmp_path)
    first, second = store.put(b"mail"), store.put(b"mail")
    assert first == second
    assert store.get(Mail(reference=first)) == b"mail"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_tells_a_late_file_from_a_wrong_one(tmp_path: Path) -> None:
    store = MailStore(tmp_path)
    with pytest.raises(FileNotFoundError, match="is not in the mail store"):
        store.get(Mail(reference=Reference(sha256="0" * 64, size=1)))
    reference = store.put(b"mail")
    [path] = [path for path in tmp_path.rglob("*") if path.is_file()]
    path.write_bytes(b"changed")
    with pytest.raises(PermanentError, match="does not match its digest"):
        store.get(Mail(reference=reference))


def test_sweeps_old_mails_and_keeps_those_in_use(tmp_path: Path) -> None:
    store = MailStore(tmp_path)
    for raw in (b"old", b"again"):
        store.put(raw)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            os.utime(path, (0, 0))
    again = store.put(b"again")
    assert store.sweep(3600) == 1
    assert store.get(Mail(reference=again)) == b"again"


def test_a_mail_is_inline_or_a_reference() -> None:
    for body in ("{}", '{"inline": "eA==", "reference": {"sha256": "' + "0" * 64 + '", "size": 1}}', '{"inline": "?"}'):
        with pytest.raises(ValueError, match="validation error"):
            Mail.model_validate_json(body)
