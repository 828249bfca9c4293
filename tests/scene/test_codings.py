"""The corner text has words for every transfer syntax that is read, and says where there was loss."""

from __future__ import annotations

from viewer.dicom.codecs import CODECS
from viewer.dicom.transfer_syntaxes import NATIVE, VIDEO
from viewer.scene.codings import CODINGS


def test_every_transfer_syntax_that_is_read_has_words() -> None:
    assert set(CODINGS) == {*NATIVE, *CODECS, *VIDEO}


def test_what_is_always_lossy_says_so() -> None:
    assert all("lossy" in CODINGS[uid] for uid in VIDEO)
    assert all("lossy" in CODINGS[f"1.2.840.10008.1.2.4.{number}"] for number in range(50, 57))
