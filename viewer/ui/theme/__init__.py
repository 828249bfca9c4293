"""The theme: tokens, the one style sheet made from them, fonts, icons, shared row painting.

Purpose
    How everything looks that is not an image.
May import
    Qt. Nothing of the domain, and no pane.
Decided
    Colours are names; ``tokens`` is the only place with hex values. Colours on images do not follow the theme.
    Painters read the theme in force when they paint (``current``), so that a change of theme needs only a repaint.
    Lengths grow with the text size, rows with the density.
"""
