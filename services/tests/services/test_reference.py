"""The reference pages are those of the code."""

from pathlib import Path

import pytest

from spot_services.reference import RENEW, main, pages

FOLDER = Path(__file__).parents[3] / "docs" / "reference"


@pytest.mark.parametrize("name", pages())
def test_the_page_is_current(name: str) -> None:
    assert (FOLDER / name).read_text() == pages()[name], f"to renew: {RENEW}"


def test_writes_the_pages(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 0
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == pages()
    assert main([]) == 2
    assert main([str(tmp_path / "nothing")]) == 2
