"""The slice canvas: makes a widget match a scene of one plane."""
