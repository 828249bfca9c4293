"""Names of SOP classes and transfer syntaxes, for people."""

from __future__ import annotations

from pydicom._uid_dict import UID_dictionary


def sop_class_name(uid: str) -> str:
    """Return the name of a SOP class without the word Storage, or the UID when it is not in the dictionary."""
    return _name(uid).removesuffix(" Storage")


def transfer_syntax_name(uid: str) -> str:
    """Return the name of a transfer syntax, or the UID when it is not in the dictionary."""
    return _name(uid)


def _name(uid: str) -> str:
    entry = UID_dictionary.get(uid)
    return entry[0] if entry else uid
