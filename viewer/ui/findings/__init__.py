"""The findings panel: the list of claims, the one that is looked at, deciding on it, and the bar of the walk.

Decided
    Rows are made by a pure function of the state and painted by one delegate, as in the layers panel.
    Keys decide on the chosen finding wherever the keyboard is, except in text fields; the panel and the bar are two faces
    of the same actions.
    The card grows inside a scroll area and never pushes the list away: what is under the mouse stays there.
"""
