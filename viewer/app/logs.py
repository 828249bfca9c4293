"""Logs without patient data: no names, IDs, dates, free text or paths; UIDs only as salted hashes; private to the user."""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
import secrets
import warnings
from hashlib import blake2s
from pathlib import Path

_UID = re.compile(r"\b(?:[0-2](?:\.\d+){5,}|2\.25\.\d{9,})\b")
"""Version numbers have fewer parts; a UID made of a UUID (PS3.5 B.2) has two dots and a long number."""
_PATH = re.compile(r"(?:[A-Za-z]:)?[\\/](?:[^\s\\/'\":]+[\\/])*[^\s\\/'\":]*")
_SALT = secrets.token_bytes(16)
_LIMIT_BYTES = 1 << 20


def hashed_uid(uid: str) -> str:
    """Return a short name of a UID that is the same within one run of the program and says nothing outside it."""
    return "uid-" + blake2s(uid.encode(), key=_SALT, digest_size=5).hexdigest()


def without_patient_data(text: str) -> str:
    """Return a log text with UIDs hashed and paths cut out."""
    return _PATH.sub("<path>", _UID.sub(lambda match: hashed_uid(match.group()), text))


class _Formatter(logging.Formatter):
    """Formats what our own loggers say; of other people's messages only their origin, for those may echo values.

    So may the messages of exceptions: none is written. ``crash.py`` says where an error passed.
    """

    def format(self, record: logging.LogRecord) -> str:
        safe = {**record.__dict__, "exc_info": None, "exc_text": None, "stack_info": None}
        if record.name.partition(".")[0] != "viewer":
            safe |= {"msg": f"message of {record.name}", "args": ()}
        return without_patient_data(super().format(logging.makeLogRecord(safe)))


def start_logging(folder: Path) -> None:
    """Log into ``folder`` (rotating, readable by the user alone), and route warnings there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "overread.log"
    os.close(os.open(path, os.O_CREAT | os.O_APPEND, 0o600))
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=_LIMIT_BYTES, backupCount=2, encoding="utf-8")
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("viewer").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    warnings.simplefilter("default")
