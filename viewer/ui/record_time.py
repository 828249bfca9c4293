"""The time as a review records it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Return the time for the record, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
