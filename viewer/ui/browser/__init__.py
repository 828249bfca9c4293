"""The study browser: patients, studies, series with thumbnails, and what hangs under them.

Decided
    Nothing that was opened is left out: what cannot be shown is a row with its reason.
    A thumbnail is asked of the store when its row is painted, so only rows on the screen cost anything.
    A narrow window has a rail of thumbnails instead.
"""
