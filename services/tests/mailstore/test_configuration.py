"""Which mail store a service opens, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from spot_messaging import Refusal
from spot_services.mailstore import DirectoryStore, open_mailstore
from spot_services.mailstore.location import read_location
from spot_services.mailstore.objectstore import ObjectStore

FILE: dict[str, Any] = {
    "endpoint": "https://s3.example:9000",
    "bucket": "spot-mails",
    "prefix": "",
    "region": "us-east-1",
    "accessKeyId": "key",
    "secretAccessKey": "secret-of-the-store",
    "ca": None,
}


def written(folder: Path, content: object) -> Path:
    path = folder / "store.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def problems(folder: Path, content: object) -> list[str]:
    with pytest.raises(Refusal) as caught:
        read_location(written(folder, content))
    assert "secret-of-the-store" not in str(caught.value)
    return [problem.partition('": ')[2] for problem in caught.value.problems]


def test_reads_the_file(tmp_path: Path) -> None:
    location = read_location(written(tmp_path, FILE | {"prefix": "/spot/mails/", "endpoint": "http://s3/", "new": 1}))
    assert (location.endpoint, location.prefix, location.addressing) == ("http://s3", "spot/mails", "path")
    assert "secret-of-the-store" not in repr(location)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"endpoint": "s3.example"}, 'field "endpoint": is not a URL; write it as https://host:port'),
        ({"endpoint": "ftp://s3.example"}, 'field "endpoint": is not a URL'),
        ({"endpoint": "https://"}, 'field "endpoint": is not a URL'),
        ({"endpoint": "https://s3:port"}, 'field "endpoint": is not a URL'),
        ({"endpoint": "https://[::1"}, 'field "endpoint": is not a URL'),
        ({"endpoint": "https://me:secret-of-the-store@s3"}, 'field "endpoint": contains a user or a password'),
        ({"endpoint": "https://s3?x=secret-of-the-store"}, 'field "endpoint": contains a query'),
        ({"bucket": ""}, 'field "bucket": '),
        ({"bucket": "a/b"}, 'field "bucket": '),
        ({"bucket": "ab?"}, 'field "bucket": '),
        ({"prefix": "a/../b"}, 'field "prefix": has an empty part'),
        ({"prefix": "a//b"}, 'field "prefix": has an empty part'),
        ({"region": ""}, 'field "region": '),
        ({"region": "eu west"}, 'field "region": '),
        ({"accessKeyId": ""}, 'field "accessKeyId": '),
        ({"accessKeyId": None}, 'field "accessKeyId": '),
        ({"secretAccessKey": 5}, 'field "secretAccessKey": '),
        ({"addressing": "dns"}, 'field "addressing": '),
    ],
)
def test_refuses_a_wrong_value_without_repeating_it(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    [problem] = problems(tmp_path, FILE | change)
    assert problem.startswith(words)
    assert problem.endswith("; generate the file again")


def test_lists_all_problems(tmp_path: Path) -> None:
    assert len(problems(tmp_path, {"endpoint": "x", "bucket": "", "region": ""})) == 5


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '"x"'])
def test_refuses_a_file_without_an_object(tmp_path: Path, content: str) -> None:
    assert problems(tmp_path, content)[0].startswith(("invalid JSON", "input should be an object"))


def test_refuses_a_missing_file_and_a_wrong_certificate(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"cannot be read \(no such file or directory\); mount the secret file there"):
        read_location(tmp_path / "missing.json")
    (tmp_path / "ca").write_text("no certificate")
    for name in ("ca", "none"):
        with pytest.raises(Refusal, match="has no PEM certificate"):
            read_location(written(tmp_path, FILE | {"ca": str(tmp_path / name)}))


def test_opens_the_object_store_before_the_directory(tmp_path: Path) -> None:
    directory = {"SPOT_MAIL": str(tmp_path)}
    assert isinstance(open_mailstore(directory, writable=False), DirectoryStore)
    configured = directory | {"SPOT_OBJECT_STORE": str(written(tmp_path, FILE))}
    assert isinstance(open_mailstore(configured, writable=False), ObjectStore)
    with pytest.raises(Refusal, match="is not a directory; mount the volume of the mails there"):
        open_mailstore({"SPOT_MAIL": str(tmp_path / "missing")}, writable=True)


async def test_keeps_the_last_valid_file(tmp_path: Path) -> None:
    path = written(tmp_path, FILE | {"endpoint": "http://127.0.0.1:1"})
    store = open_mailstore({"SPOT_OBJECT_STORE": str(path)}, writable=False)
    written(tmp_path, "{")
    assert "http://127.0.0.1:1" in (await store.ready() or "")
