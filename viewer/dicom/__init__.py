"""Reading DICOM: scan, headers, frames. The only package below ``iods`` that knows pydicom.

Decided
    The scan uses our own strict reader of the few elements needed (``tag_reader``); anything it does not understand goes to
    pydicom. A differential test demands equal answers on every file of the shared data.
    Reading is tolerant: each repair of a known fault is a named function in ``quirks.py`` and leaves an Issue.
    Plain little-endian frames are read by position from the open file, not through a mapping: a file truncated under a
    mapping kills the process.
"""
