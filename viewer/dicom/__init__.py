"""Reading DICOM: scan, headers, frames. The only package below ``iods`` that knows pydicom.

Decided
    The scan uses our own strict reader of the few elements needed (``tag_reader``); anything it does not understand goes to
    pydicom. A differential test demands equal answers on every file of the shared data.
    Reading is tolerant: each repair of a known fault is a named function in ``quirks.py`` and leaves an Issue.
    The colour of a compressed frame is decided from its codestream, and its size is compared with the header before a
    decoder allocates; what a header announces is compared with the bytes of the file.
    Decoders: imagecodecs (BSD) for everything but Deflated Image Frame and one-bit RLE, which are a few lines here. One
    library, because it alone scales with threads and is complete; no GPL codec.
    Video (MPEG-2, H.264, HEVC) goes through the FFmpeg of opencv-python-headless, which is LGPL; PyAV's wheels bundle GPL
    encoders. It reads from memory, may open nothing else, and a frame is known by its presentation time, never by where a
    player's seek happens to land.
    Plain little-endian frames are read by position from the open file, not through a mapping: a file truncated under a
    mapping kills the process.
"""
