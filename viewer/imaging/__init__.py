"""Pixel values: stored to modality units to grey or colour, exactly as the standard's formulas say.

May import
    ``domain``, ``geometry`` and numpy; ``icc`` alone also Pillow, for Little CMS.
Decided
    The grey path is one look-up table from stored value to 8-bit grey (rounded to nearest), so that what the screen gets
    equals the formula exactly and windowing a frame is one indexing. Halves round to even (IEEE), inversion comes before
    rounding, padding is black after it.
    A window that a file may not state (LINEAR below 1) is left out with an Issue; one that the user reaches
    is a threshold.
"""
