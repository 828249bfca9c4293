"""Qt widgets, canvases, painters and actions. Widgets hold no truth: they show the state and call changes."""
