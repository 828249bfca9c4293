"""Qt widgets, canvases, painters and actions. Widgets hold no truth: they show the state and call changes.

Purpose
    To make the screen match the reading state, and to turn what a hand does into changes of it.
May import
    Qt and everything below. Not ``app``: ``host`` says as protocols what the window asks of the program around it.
Decided
    ``actions`` is the one table of what can be done; menus, toolbar, keys, palette and shortcuts sheet are made from it.
    Lists are pure functions from the state to rows, a model that tells only what differs, and a delegate that paints.
    The panes (browser, layers, report, slice) do not know each other; they meet in the state.
    Text of files is made plain before a widget gets it: never markup, no control or direction characters.
Refused
    Widgets in the rows of lists: a thousand segments would be thousands of widgets.
"""
