"""Where the object store is, and with which keys: the content of the file `SPOT_OBJECT_STORE`."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic.alias_generators import to_camel

from spot_messaging import Refusal
from spot_services.secretfile import place_of, read_secret

VARIABLE = "SPOT_OBJECT_STORE"
_CERTIFICATE = "-----BEGIN CERTIFICATE-----"


def _checked_endpoint(text: str) -> str:
    # The text itself is not repeated in an error: it can contain a password.
    try:
        parts = urlsplit(text)
        wellformed = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        wellformed = False
    if not wellformed:
        raise ValueError("is not a URL; write it as https://host:port")
    if parts.username is not None or parts.password is not None:
        raise ValueError("contains a user or a password; give the keys in accessKeyId and secretAccessKey")
    if parts.query or parts.fragment:
        raise ValueError("contains a query or a fragment; write it as https://host:port")
    return text.rstrip("/")


def _checked_prefix(text: str) -> str:
    prefix = text.strip("/")
    if any(part in {"", ".", ".."} for part in prefix.split("/")) and prefix:
        raise ValueError('has an empty part or one of dots; write it as "mails" or "spot/mails"')
    return prefix


class Location(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, alias_generator=to_camel, populate_by_name=True)

    endpoint: Annotated[str, AfterValidator(_checked_endpoint)]
    # S3's rules for bucket names; some stores also allow capital letters and underscores.
    bucket: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$")]
    prefix: Annotated[str, AfterValidator(_checked_prefix)] = ""
    # Stores without regions accept any; Cloudflare R2 calls its only one "auto".
    region: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,63}$")] = "us-east-1"
    access_key_id: Annotated[str, Field(min_length=1)]
    secret_access_key: SecretStr
    ca: str | None = None
    # Whether the bucket is the first part of the path or of the host name, which some stores require.
    addressing: Literal["path", "virtual"] = "path"
    certificates: str | None = Field(default=None, exclude=True, repr=False)

    @property
    def place(self) -> str:
        return f'object store "{self.endpoint}", bucket "{self.bucket}"'

    @property
    def bucket_endpoint(self) -> str:
        scheme, _, rest = self.endpoint.partition("://")
        return f"{scheme}://{self.bucket}.{rest}"


def read_location(path: Path) -> Location:
    """:raises Refusal: with every problem of the file, without its values."""
    location = read_secret(VARIABLE, path, Location, "generate the file again")
    if location.ca is None:
        return location
    return location.model_copy(update={"certificates": _certificates(Path(location.ca), place_of(VARIABLE, path))})


def _certificates(path: Path, place: str) -> str:
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        text = ""
    if _CERTIFICATE not in text:
        raise Refusal([f'{place}: ca "{path}" has no PEM certificate; mount the certificate of the authority there'])
    return text
