"""What a study is made of, in DICOM's words, as frozen values. Knows geometry and numpy; parses nothing.

Decided
    ``binding.py`` is the one place that says whether and how an overlay lies on a stack, with the evidence.
    An instance is named by its ``InstanceKey`` (where its bytes are), never by its UID: real studies repeat and omit UIDs.
    An ``Issue`` is a code with parameters; its English sentence stands in ``issues.py``.
    A stack is one volume. Volumes of one place (times, echoes, b-values) stay stacks of their own, so that overlays, volumes
    and the command line speak of one thing; each knows what tells it apart (``dimensions``) and the ways through the others
    (``axes``), found once when stacks are built. Every combination of values gives an axis each, else all are one row.
    Positions of an ultrasound volume hold in a space of its own: overlays bind to it, but no direction has a name there.
Refused
    Placing slices by Dimension Index or Slice Location: they label, positions place.
    Domain values that hold pydicom datasets or pixels: they could not be compared, hashed, sent to a worker or undone.
"""
