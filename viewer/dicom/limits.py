"""Every bound on what an opened file may make the program do, once, with the reason for its size."""

from __future__ import annotations

INFLATED_BYTES = 1 << 30
"""Most bytes that one deflated data set or zip member is inflated to (the largest honest one seen is a third of it)."""

HEADER_INFLATED_BYTES = 64 << 20
"""Most bytes that the scan inflates to find the header of a deflated data set."""

INFLATED_KEPT_BYTES = 512 << 20
"""Inflated bytes kept for reuse, over all files."""

VIDEO_KEPT_BYTES = 96 << 20
"""Decoded frames of videos kept for reuse, over all of them."""

VALUE_BYTES = 1 << 20
"""Longest value of a header element that is read; honest ones stay under a kilobyte."""

FUNCTIONAL_GROUPS_BYTES = 256 << 20
"""Longest functional groups sequence that is read (10,000 frames take 10 MB)."""

SEQUENCE_DEPTH = 64
"""Deepest nesting of sequences that is followed; standard objects stay under 16."""

FRAMES = 1_000_000
"""Most frames one instance may state."""

BYTES_A_FRAME = 8
"""Fewest bytes of a file that one frame takes: the header of an encapsulated fragment. Bounds the stated number."""

ZIP_MEMBERS = 1_000_000
"""Most members of a zip file that are looked at."""
