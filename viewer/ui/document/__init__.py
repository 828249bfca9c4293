"""Documents and waveforms in the report panel: PDF pages, inert text, facts of a surface, plots of signals.

Decided
    Pages are pictures made in the document worker, at the zoom shown, when they come into sight; what is not there yet is
    shown from the picture of another zoom, so that nothing flickers. Words, places and hits come from there, too.
    Text documents are built letter by letter with a text cursor: markup of a file never reaches a widget that reads markup.
    Links lead nowhere.
    Waveforms are painted by ourselves: an electrocardiogram on the grid of its paper (25 mm a second, 10 mm a millivolt).
"""
