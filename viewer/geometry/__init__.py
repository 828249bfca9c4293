"""Planes, affines, ordering and orientation in the patient coordinate system. Knows numpy and nothing else.

Decided
    A ``Plane`` is the meeting point of images and overlays: every 2D picture is one.
    Vectors are tuples of three floats (hashable, comparable); arithmetic happens in numpy inside functions.
Refused
    A class hierarchy of coordinate systems: four named spaces in variable names say the same with less.
"""
