"""`database_url`: where everything but the pictures is kept, when not in a file of the data folder."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import SecretStr

SCHEMES = ("postgresql", "postgres")


def usable(url: SecretStr | None) -> SecretStr | None:
    """An address that names a database. Raises `ValueError`."""
    if url is not None:
        parts = urlsplit(url.get_secret_value())
        if parts.scheme not in SCHEMES or not parts.path.strip("/"):
            raise ValueError("not the address of a database")
    return url


def passwords(url: SecretStr | None) -> list[SecretStr]:
    """The passwords inside the address, as written and as meant: no log line may hold them by themselves, either."""
    if url is None:
        return []
    parts = urlsplit(url.get_secret_value())
    found = {parts.password or "", *parse_qs(parts.query).get("password", ())}
    return [SecretStr(each) for each in sorted({*found, *map(unquote, found)}) if each]
