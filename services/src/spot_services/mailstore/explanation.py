"""What a failure of the object store means and what to do, without the text of the answer."""

import re

# A web server, a console or a login page can answer as if it had stored a mail.
FOREIGN = "does not answer as the S3 API does; correct the endpoint, and let proxies between pass on its headers"
_TIME_OUT = "did not answer in time; check that it is running and not overloaded"

# The error codes of S3 and of its imitations, by their meaning.
_KEYS = "refuses the access key; check the access key and the secret key"
_CODES = {
    "AccessDenied": "denies this access; allow the key to read, write and delete objects below the prefix",
    "AllAccessDisabled": "denies this access; enable the bucket",
    "AccountProblem": "has suspended the account; settle it with the provider",
    "InvalidAccessKeyId": _KEYS,
    "InvalidSecurity": _KEYS,
    "InvalidToken": _KEYS,
    "NotSignedUp": _KEYS,
    "Unauthorized": _KEYS,
    "ExpiredToken": "refuses the access key, because it has expired; set a new one",
    "SignatureDoesNotMatch": "refuses the signature; check the secret key and the region, and that no proxy changes "
    "the Host header",
    "RequestTimeTooSkewed": "has another time than this machine; set both clocks",
    "RequestExpired": "has another time than this machine; set both clocks",
    "NoSuchBucket": "has no such bucket; create it, or correct its name",
    "InvalidBucketName": "does not accept the name of the bucket; correct it",
    "BucketDisabled": "has disabled the bucket; enable it",
    "PermanentRedirect": "has the bucket in another region; correct endpoint and region",
    "TemporaryRedirect": "has the bucket in another region; correct endpoint and region",
    "AuthorizationHeaderMalformed": "has the bucket in another region; correct the region",
    "IllegalLocationConstraintException": "has the bucket in another region; correct the region",
    "InvalidRegion": "has the bucket in another region; correct the region",
    "SecondLevelDomainForbidden": 'requires the bucket in the host name; set addressing to "virtual"',
    "InvalidRequest": "does not support a request of this service; check its version",
    "NotImplemented": "does not support a request of this service; check its version",
    "MethodNotAllowed": "does not support a request of this service; check that the endpoint is the S3 API",
    "EntityTooLarge": "does not accept mails of this size; raise its limit",
    "EntityTooSmall": "does not accept parts of this size; check its version",
    "NoSuchUpload": "has lost a part of the mail; check its lifecycle rules for incomplete uploads",
    "InvalidPart": "has lost a part of the mail; check its lifecycle rules for incomplete uploads",
    "QuotaExceeded": "is full; raise the quota of the bucket",
    "XMinioAdminBucketQuotaExceeded": "is full; raise the quota of the bucket",
    "XMinioStorageFull": "is full; free space or enlarge its disks",
    "InsufficientCapacity": "is full; free space or enlarge its disks",
    "ServiceUnavailable": "is overloaded or not available; it is tried again",
    "SlowDown": "is overloaded or not available; it is tried again",
    "TooManyRequests": "is overloaded or not available; it is tried again",
    "RequestLimitExceeded": "is overloaded or not available; it is tried again",
    "SlowDownRead": "is overloaded or not available; it is tried again",
    "SlowDownWrite": "is overloaded or not available; it is tried again",
    "ServerNotInitialized": "is starting; it is tried again",
    "XMinioServerNotInitialized": "is starting; it is tried again",
    "XMinioReadQuorum": "has too few of its servers; start them",
    "XMinioWriteQuorum": "has too few of its servers; start them",
    "InternalError": "reports an internal error; look at its log",
    "ObjectLocked": "does not allow changes of the object; remove the object lock from the bucket",
    "InvalidObjectState": "has moved the mail to an archive; exclude the prefix from archiving",
    "BadDigest": "received other bytes than were sent; check the network and the proxies between",
    "XAmzContentSHA256Mismatch": "received other bytes than were sent; check the network and the proxies between",
    "IncompleteBody": "received less than was sent; check the network and the proxies between",
}

_REDIRECT = "redirects to another address; correct endpoint and region"
_STATUSES = {
    **dict.fromkeys((301, 302, 303, 307, 308), _REDIRECT),
    400: "does not understand the request; check that the endpoint is the S3 API, and its scheme (http or https)",
    401: _KEYS,
    403: "denies this access; check the access key, the secret key and their rights",
    404: "has no such bucket; create it, or correct its name and the endpoint",
    405: "does not support a request of this service; check that the endpoint is the S3 API",
    407: "is behind a proxy that requires a password; exclude it from the proxy",
    411: "does not support a request of this service; check its version",
    413: "does not accept mails of this size; raise its limit and those of the proxies between",
    429: "is overloaded or not available; it is tried again",
    500: "reports an internal error; look at its log",
    501: "does not support a request of this service; check its version",
    502: "is not available behind its proxy; start it",
    503: "is overloaded or not available; it is tried again",
    504: "is not available behind its proxy; start it",
    507: "is full; free space or enlarge its disks",
}

# Parts of the library's own text, the specific ones first.
_PHRASES = (
    ("dns error", "its host name cannot be resolved; correct the endpoint, or check the DNS"),
    ("UnknownIssuer", "its certificate is not trusted; give the certificate of its authority as ca"),
    ("CaUsedAsEndEntity", "its certificate is not trusted; give it a certificate that an authority signed"),
    ("NotValidForName", "its certificate is for another host name; correct the endpoint or the certificate"),
    ("Expired", "its certificate has expired; renew it"),
    ("NotValidYet", "its certificate is not valid yet; set the clocks"),
    ("invalid peer certificate", "its certificate is not accepted; renew it"),
    ("InvalidContentType", "does not speak TLS at this port; correct the port or the scheme of the endpoint"),
    ("received fatal alert", "refuses the TLS handshake; check its TLS versions"),
    ("Connection refused", "refuses the connection; start it, or correct the endpoint"),
    ("TimedOut", _TIME_OUT),
    ("kind: Timeout", _TIME_OUT),
    ("without LOCATION", "has the bucket in another region; correct endpoint and region"),
    ("Content-Range", "broke off its answer; it is tried again"),
    ("IncompleteMessage", "broke off its answer; it is tried again"),
    ("ConnectionReset", "broke off its answer; it is tried again"),
    ("decoding response body", "broke off its answer; it is tried again"),
    ("UnexpectedEof", "broke off its answer; it is tried again"),
    ("Unable to extract metadata", FOREIGN),
    ("Got invalid", FOREIGN),
    ("Invalid last modified", FOREIGN),
    ("tcp connect error", "cannot be reached; check the network and the endpoint"),
    ("Connect", "cannot be reached; check the network and the endpoint"),
)


def explain(error: BaseException | None) -> str:
    """A predicate and a way out; None is an operation that exceeded its time limit."""
    if error is None:
        return _TIME_OUT
    text = str(error)
    code = _code(text)
    if code in _CODES:
        return _CODES[code]
    if (status := _status(text)) is not None:
        named = f' ("{code}")' if code else ""
        return _STATUSES.get(status, f"answered with status {status}{named}; look at its log")
    for phrase, meaning in _PHRASES:
        if phrase in text:
            return meaning
    return f"failed ({type(error).__name__}); look at its log"


def says_missing(error: FileNotFoundError) -> bool:
    """Whether only the object is missing: a missing bucket and a wrong endpoint are answered with 404, too."""
    code = _code(str(error))
    return code == "NoSuchKey" or (code is None and _status(str(error)) is None)


def _code(text: str) -> str | None:
    match = re.search(r"<Code>\s*([A-Za-z0-9.]{1,60})\s*</Code>", text)
    return None if match is None else match[1]


def _status(text: str) -> int | None:
    match = re.search(r"status code: (\d{3})", text)
    return None if match is None else int(match[1])
