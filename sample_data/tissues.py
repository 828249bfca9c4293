"""What the torso is made of."""

from __future__ import annotations

from enum import IntEnum


class Tissue(IntEnum):
    """What fills a voxel. The numbers index the tables of ``scanner.py``."""

    AIR = 0
    SKIN = 1
    FAT = 2
    MUSCLE = 3
    CORTEX = 4
    MARROW = 5
    DISC = 6
    CORD = 7
    CARTILAGE = 8
    LUNG_RIGHT = 9
    LUNG_LEFT = 10
    LUNG_VESSEL = 11
    AIRWAY = 12
    BLOOD = 13
    MYOCARDIUM = 14
    VEIN = 15
    LIVER = 16
    LIVER_VESSEL = 17
    LESION = 18
    NECROSIS = 19
    BILE = 20
    SPLEEN = 21
    KIDNEY_RIGHT = 22
    KIDNEY_LEFT = 23
    MEDULLA_RIGHT = 24
    MEDULLA_LEFT = 25
    STOMACH_WALL = 26
    STOMACH_FLUID = 27
    STOMACH_AIR = 28
    BOWEL_WALL = 29
    BOWEL_CONTENT = 30
    BOWEL_AIR = 31
    PANCREAS = 32
    TABLE = 33
    FOAM = 34
    AORTA = 35
    OESOPHAGUS = 36
