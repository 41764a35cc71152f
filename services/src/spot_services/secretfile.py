"""The secret files of the environment: JSON, read with one set of sentences, and never with their values."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from spot_messaging import Refusal, describe

Model = TypeVar("Model", bound=BaseModel)


def place_of(variable: str, path: Path) -> str:
    return f'environment: {variable} "{path}"'


def read_secret(variable: str, path: Path, model: type[Model], way_out: str) -> Model:
    """The content of the file that an environment variable names.

    :raises Refusal: with all problems of the file.
    """
    place = place_of(variable, path)
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise Refusal([f"{place}: cannot be read ({reason}); mount the secret file there"]) from None
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise Refusal(describe(error, place, way_out)) from None
