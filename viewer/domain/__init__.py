"""What a study is made of, in DICOM's words, as frozen values. Knows geometry and numpy; parses nothing.

Decided
    ``binding.py`` is the one place that says whether and how an overlay lies on a stack, with the evidence.
    An instance is named by its ``InstanceKey`` (where its bytes are), never by its UID: real studies repeat and omit UIDs.
    An ``Issue`` is a code with parameters; its English sentence stands in ``issues.py``.
Refused
    Domain values that hold pydicom datasets or pixels: they could not be compared, hashed, sent to a worker or undone.
"""
