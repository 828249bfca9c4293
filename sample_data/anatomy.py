"""The torso phantom: which tissue is at a point of the patient. Asymmetric on purpose, and nobody's real anatomy.

Coordinates are patient LPS+ in mm: x to the left, y to the back, z to the head; z = 0 is about the third lumbar vertebra.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_data.shapes import Ellipsoid, Floats, Mask, Points, Tube, Vector, inside_piece, ripple
from sample_data.tissues import Tissue

SEED = 20260115


@dataclass(frozen=True)
class Body:
    """Where the layers of the trunk are: depth below the skin and thickness of each layer, mm."""

    depth: Floats
    fat: Floats
    wall: Floats
    angle: Floats


LIVER_RIGHT = Ellipsoid((-70, -4, 112), (70, 82, 76), 12, 0.03, 1.0)
LIVER_LEFT = Ellipsoid((-12, -52, 138), (66, 35, 30), -6, 0.04, 2.0)
LESION = Ellipsoid((-88, -26, 122), (18, 15, 16), 25, 0.11, 5.0)
SPLEEN = Ellipsoid((100, 38, 128), (27, 50, 44), -28, 0.05, 3.0, lean=(0.05, -0.15))
KIDNEY_RIGHT = Ellipsoid((-64, 46, 52), (28, 24, 50), 28, 0.04, 4.0, lean=(0.16, 0.10))
KIDNEY_LEFT = Ellipsoid((66, 44, 70), (27, 25, 53), -30, 0.04, 6.0, lean=(-0.16, 0.08))
HEART = Ellipsoid((26, -32, 204), (54, 43, 44), 32, 0.03, 7.0, lean=(-0.25, 0.1))
LEFT_VENTRICLE = Ellipsoid((42, -30, 200), (22, 19, 27), 35, 0.06, 7.5, lean=(-0.25, 0.1))
RIGHT_VENTRICLE = Ellipsoid((12, -50, 198), (30, 17, 27), 28, 0.06, 8.0, lean=(-0.25, 0.1))
RIGHT_ATRIUM = Ellipsoid((-16, -24, 205), (19, 24, 28), 10, 0.05, 8.5)
LEFT_ATRIUM = Ellipsoid((14, 4, 216), (32, 17, 19), 5, 0.05, 9.0)
STOMACH = (
    Ellipsoid((62, -8, 152), (36, 40, 30), -20, 0.05, 10.0),
    Ellipsoid((58, -44, 122), (34, 31, 34), -25, 0.05, 11.0),
    Ellipsoid((24, -60, 96), (40, 22, 24), 8, 0.05, 12.0),
)
GALLBLADDER = Ellipsoid((-46, -58, 84), (15, 24, 19), 20, 0.04, 13.0)
AORTA = Tube(
    (
        (4, 14, -10),
        (8, 15, 60),
        (14, 20, 130),
        (25, 36, 200),
        (27, 34, 252),
        (26, 18, 280),
        (12, -6, 282),
        (-4, -16, 262),
        (-8, -20, 246),
        (2, -14, 222),
    ),
    (9, 10, 11.5, 12, 12.5, 13.5, 14, 15, 16, 16),
)
CAVA = Tube(((-22, 14, -10), (-24, 11, 80), (-26, 8, 150), (-22, -8, 188)), (11, 11, 12, 12))
UPPER_CAVA = Tube(((-24, -16, 215), (-26, -14, 260), (-24, -12, 305)), (10, 9, 8.5))
PULMONARY = (
    Tube(((22, -36, 226), (20, -22, 244), (12, -2, 250), (-34, 8, 246)), (15, 14, 12, 10)),
    Tube(((20, -22, 244), (38, 6, 250), (52, 14, 248)), (13, 11, 9)),
)
AIRWAYS = (
    Tube(((-5, 12, 310), (-4, 14, 266)), (9, 9)),
    Tube(((-4, 14, 266), (-22, 16, 252), (-48, 16, 238)), (8, 6.5, 4.5)),
    Tube(((-4, 14, 266), (18, 16, 248), (50, 20, 232)), (8, 6, 4.5)),
)
OESOPHAGUS = Tube(((4, 27, 310), (4, 30, 250), (9, 30, 215), (16, 22, 190), (36, 8, 168)), (6.5, 6, 6, 7, 8))
PANCREAS = Tube(((-34, -6, 72), (-22, -18, 86), (10, -16, 96), (44, 2, 104), (74, 18, 112)), (14, 12, 10, 10, 8))
COLON = (
    Tube(((-104, 10, -10), (-106, 6, 30), (-98, -34, 52)), (21, 22, 20)),
    Tube(((-98, -34, 52), (-50, -76, 44), (10, -84, 34), (66, -74, 52), (104, -28, 84)), (20, 18, 18, 18, 17)),
    Tube(((104, -28, 84), (112, 18, 70), (112, 24, -10)), (17, 15, 14)),
)
PSOAS = (
    Tube(((-30, 52, 60), (-42, 44, -10)), (9, 21)),
    Tube(((30, 52, 60), (44, 44, -10)), (9, 22)),
)
PORTAL = (
    Tube(((-8, 2, 96), (-40, -8, 118), (-66, -2, 124), (-96, 14, 118)), (8, 7.5, 6, 3)),
    Tube(((-40, -8, 118), (-20, -40, 132), (10, -52, 138)), (6.5, 4.5, 2.5)),
    Tube(((-26, 8, 156), (-56, 10, 146), (-92, 4, 134)), (7, 5.5, 2.5)),
    Tube(((-26, 8, 156), (-52, -32, 148), (-70, -58, 132)), (6.5, 4.5, 2.2)),
    Tube(((-26, 8, 156), (-8, -30, 146), (14, -50, 138)), (6, 4, 2)),
    Tube(((-66, -2, 124), (-72, 34, 98), (-76, 50, 78)), (5, 3.5, 2)),
    Tube(((-66, -2, 124), (-96, -34, 96), (-104, -48, 78)), (5, 3.5, 2)),
)


def body_at(p: Points) -> Body:
    """Depth below the skin: a superellipse that is flat at the back, wide at the chest, with a rounder belly in front."""
    belly = 1 / (1 + np.exp((p.z - 110) / 26))
    half_width = 163 + 9 * np.exp(-(((p.z - 215) / 80) ** 2)) + 3 * np.sin(p.z / 41)
    dx, dy = p.x - 1.5, p.y - 4
    half_depth = np.where(dy < 0, 103 + 13 * belly + 3 * np.sin(p.z / 33), 98.0)
    power = np.where(dy < 0, 2.15, 2.7)
    rho = ((np.abs(dx) / half_width) ** power + (np.abs(dy) / half_depth) ** power) ** (1 / power)
    radius = np.sqrt(dx**2 + dy**2)
    depth = radius * (1 / np.maximum(rho, 1e-3) - 1)
    # The furrow over the spinous processes and a shallow navel line: the skin is no ellipse.
    depth = depth - 7 * np.exp(-((p.x / 12) ** 2)) * (dy > 40)
    angle = np.arctan2(-dy / 100, dx / 150)
    front = np.clip(-dy / 100, 0, 1)
    fat = 11 + 10 * belly * (0.5 + front) + 2.5 * ripple(p, 0.4, 90) + 4 * (dx > 0) * np.exp(-((dy / 60) ** 2))
    wall = 13 + 16 / (1 + np.exp(-(p.z - 268) / 12)) + 3 * np.exp(-((dy / 45) ** 2)) - 3 * front
    return Body(np.asarray(depth), np.asarray(fat), np.asarray(wall), np.asarray(angle))


def diaphragm(p: Points) -> Floats:
    """Height of the two domes over each point of the transverse plane."""
    back = np.where(p.y > 0, 78.0, 40.0)
    right = 182 - 34 * ((p.x + 74) / 70) ** 2 - back * ((p.y + 6) / 84) ** 2
    left = 170 - 34 * ((p.x - 76) / 70) ** 2 - back * ((p.y + 2) / 84) ** 2
    return np.asarray(np.maximum(right, left) + 2.5 * ripple(p, 0.9, 70))


class Phantom:
    """Paints tissues over a set of points, outer layers first."""

    def __init__(self, points: Points) -> None:
        self.p = points
        self.tissue: NDArray[np.uint8] = np.zeros(points.shape, np.uint8)
        self.body = body_at(points)
        self.in_cavity: Mask = self.body.depth > self.body.fat + self.body.wall

    def paint(self) -> NDArray[np.uint8]:
        """Fill in everything and return the tissue of each point."""
        self._trunk()
        self._abdomen()
        self._chest()
        self._spine()
        self._couch()
        return self.tissue

    def _set(self, where: Mask, tissue: Tissue) -> None:
        self.tissue[np.broadcast_to(where, self.tissue.shape)] = tissue

    def _ellipsoid(
        self, shape: Ellipsoid, tissue: Tissue, *, over: frozenset[Tissue] | None = None, limit: Mask | None = None
    ) -> None:
        found = self.p.near(shape.center, shape.reach)
        if found is None:
            return
        index, near = found
        part = self.tissue[index]
        inside = shape.norm(near) <= 1
        if over is not None:
            inside = inside & np.isin(part, list(over))
        if limit is not None:
            inside = inside & np.broadcast_to(limit, self.tissue.shape)[index]
        part[inside] = tissue

    def _tube(self, tube: Tube, tissue: Tissue, *, shrink_mm: float = 0.0, over: frozenset[Tissue] | None = None) -> None:
        for start, end, first, last in tube.pieces():
            radius = max(first, last)
            center: Vector = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, (start[2] + end[2]) / 2)
            reach: Vector = (
                abs(start[0] - end[0]) / 2 + radius,
                abs(start[1] - end[1]) / 2 + radius,
                abs(start[2] - end[2]) / 2 + radius,
            )
            found = self.p.near(center, reach)
            if found is None:
                continue
            index, near = found
            part = self.tissue[index]
            inside = inside_piece(near, start, end, (first - shrink_mm, last - shrink_mm))
            if over is not None:
                inside = inside & np.isin(part, list(over))
            part[inside] = tissue

    def _trunk(self) -> None:
        body = self.body
        self._set(body.depth > 0, Tissue.SKIN)
        self._set(body.depth > 2.2, Tissue.FAT)
        self._set(body.depth > body.fat, Tissue.MUSCLE)
        # Thin planes of fat part the layers of muscle.
        between = np.abs(body.depth - body.fat - 0.5 * body.wall) < 0.8
        self._set(between & (self.p.y < 60), Tissue.FAT)
        self._set(self.in_cavity, Tissue.FAT)
        for side, reach in ((-1, 33), (1, 35)):
            self._column((side * 37, 84), (reach, 16), Tissue.MUSCLE)
            self._column((side * 46, 74), (26, 15), Tissue.MUSCLE, below_mm=112)
            self._column((side * 78, 74), (20, 13), Tissue.MUSCLE, below_mm=96)
        for side in (-1, 1):
            # The straight muscles of the belly and their fat border.
            self._column((side * 36, -84 - 6), (34, 9), Tissue.MUSCLE, below_mm=118)

    def _column(
        self, center: tuple[float, float], radii: tuple[float, float], tissue: Tissue, *, below_mm: float = 1e9
    ) -> None:
        norm = ((self.p.x - center[0]) / radii[0]) ** 2 + ((self.p.y - center[1]) / radii[1]) ** 2
        inside = (
            (norm + 0.12 * ripple(self.p, center[0], 60) < 1) & (self.body.depth > self.body.fat) & (self.p.z < below_mm)
        )
        self._set(inside, tissue)

    def _abdomen(self) -> None:
        p, room = self.p, self.body.depth > self.body.fat + self.body.wall + 1
        below = p.z < diaphragm(p) - 3
        inside = np.asarray(room & below)
        self._bowel()
        self._tube(PANCREAS, Tissue.PANCREAS, over=frozenset({Tissue.FAT, Tissue.BOWEL_WALL, Tissue.BOWEL_CONTENT}))
        for psoas in PSOAS:
            self._tube(psoas, Tissue.MUSCLE)
        self._ellipsoid(SPLEEN, Tissue.SPLEEN, limit=inside)
        for wall in STOMACH:
            self._ellipsoid(wall, Tissue.STOMACH_WALL, limit=inside)
        for wall in STOMACH:
            self._ellipsoid(wall.grown(-4.5), Tissue.STOMACH_FLUID, over=frozenset({Tissue.STOMACH_WALL}))
        level = -46 + 0.6 * np.sin(p.x / 7)
        self._set((self.tissue == Tissue.STOMACH_FLUID) & (p.y < level), Tissue.STOMACH_AIR)
        hollow = Ellipsoid((6, 44, 52), (76, 74, 66), 0, 0.05, 14.0).norm(p) > 1
        reachable = np.asarray(inside & hollow & (p.z > 38 + 0.25 * (p.x + 130) + 6 * ripple(p, 2.2, 80)))
        self._ellipsoid(LIVER_RIGHT, Tissue.LIVER, limit=reachable)
        self._ellipsoid(LIVER_LEFT, Tissue.LIVER, limit=inside)
        liver = frozenset({Tissue.LIVER})
        for vessel in PORTAL:
            self._tube(vessel, Tissue.LIVER_VESSEL, over=liver)
        self._ellipsoid(LESION, Tissue.LESION, over=frozenset({Tissue.LIVER, Tissue.LIVER_VESSEL}))
        self._ellipsoid(LESION.grown(-8), Tissue.NECROSIS, over=frozenset({Tissue.LESION}))
        self._kidney(KIDNEY_RIGHT, -1)
        self._kidney(KIDNEY_LEFT, 1)
        self._ellipsoid(GALLBLADDER.grown(2), Tissue.BOWEL_WALL)
        self._ellipsoid(GALLBLADDER, Tissue.BILE)
        self._set(np.asarray(room & ~below & (p.z < diaphragm(p))), Tissue.MUSCLE)

    def _kidney(self, shape: Ellipsoid, side: int) -> None:
        cortex, medulla = (
            (Tissue.KIDNEY_RIGHT, Tissue.MEDULLA_RIGHT) if side < 0 else (Tissue.KIDNEY_LEFT, Tissue.MEDULLA_LEFT)
        )
        self._ellipsoid(shape.grown(7), Tissue.FAT)
        self._ellipsoid(shape, cortex)
        self._ellipsoid(shape.grown(-8), medulla, over=frozenset({cortex}))
        hilum = Ellipsoid(
            (shape.center[0] - side * 17, shape.center[1] - 8, shape.center[2] - 3), (17, 9, 21), shape.turn_degrees
        )
        self._ellipsoid(hilum, Tissue.FAT, over=frozenset({cortex, medulla}))
        pelvis = Tube(
            ((hilum.center[0] + side * 4, hilum.center[1], hilum.center[2]), (side * 36, 28, hilum.center[2] - 16)), (6, 3.5)
        )
        self._tube(pelvis, Tissue.BILE)
        vein = Tube(
            (
                (hilum.center[0], hilum.center[1] - 3, hilum.center[2] + 7),
                (-24 if side < 0 else -16, 12, hilum.center[2] + 14),
            ),
            (5, 5),
        )
        self._tube(vein, Tissue.VEIN)

    def _bowel(self) -> None:
        random = np.random.default_rng(SEED)
        for _ in range(26):
            center = (float(random.uniform(-80, 84)), float(random.uniform(-66, 6)), float(random.uniform(-20, 52)))
            loop = Ellipsoid(center, (19, 15, 17), float(random.uniform(0, 180)), 0.08, center[0])
            self._ellipsoid(loop, Tissue.BOWEL_WALL, over=frozenset({Tissue.FAT}), limit=self.in_cavity)
            self._ellipsoid(loop.grown(-3.5), Tissue.BOWEL_CONTENT, over=frozenset({Tissue.BOWEL_WALL}))
        for part in COLON:
            self._tube(part, Tissue.BOWEL_WALL)
        for part in COLON:
            self._tube(part, Tissue.BOWEL_CONTENT, shrink_mm=3)
            self._tube(part, Tissue.BOWEL_AIR, shrink_mm=6)
        stool = ripple(self.p, 3.0, 11) + 0.5 * ripple(self.p, 1.0, 31) > 0.1
        self._set(np.asarray((self.tissue == Tissue.BOWEL_AIR) & stool), Tissue.BOWEL_CONTENT)

    def _chest(self) -> None:
        p, body = self.p, self.body
        above = p.z >= diaphragm(p)
        pleura = body.depth > body.fat + body.wall + 1.2
        middle = 8 * np.exp(-(((p.z - 205) / 45) ** 2))
        half = 31 - 9 * np.clip((p.y - 12) / 45, 0, 1) - 14 * np.exp(-(((p.y + 66) / 26) ** 2)) + 3 * ripple(p, 1.3, 80)
        lung = pleura & above & (np.abs(p.x - middle) > half)
        self._set(np.asarray(lung & (p.x < middle)), Tissue.LUNG_RIGHT)
        self._set(np.asarray(lung & (p.x >= middle)), Tissue.LUNG_LEFT)
        self._lung_vessels()
        chest = np.asarray(pleura & above)
        self._ellipsoid(HEART.grown(5), Tissue.FAT, limit=chest)
        self._ellipsoid(HEART, Tissue.MYOCARDIUM, limit=chest)
        for chamber in (LEFT_VENTRICLE, RIGHT_VENTRICLE, RIGHT_ATRIUM, LEFT_ATRIUM):
            self._ellipsoid(chamber, Tissue.BLOOD, limit=chest)
        for vessel in (*PULMONARY, UPPER_CAVA, CAVA):
            self._tube(vessel, Tissue.VEIN)
        self._tube(OESOPHAGUS, Tissue.OESOPHAGUS)
        for airway in AIRWAYS:
            self._tube(airway, Tissue.BOWEL_WALL)
            self._tube(airway, Tissue.AIRWAY, shrink_mm=1.6)
        self._tube(AORTA, Tissue.AORTA)
        self._ribs()

    def _lung_vessels(self) -> None:
        random = np.random.default_rng(SEED + 1)
        for hilum, tissue in (((-44, 12, 244), Tissue.LUNG_RIGHT), ((50, 16, 242), Tissue.LUNG_LEFT)):
            over = frozenset({tissue})
            for _ in range(38):
                direction = random.normal(size=3) * (1.0, 0.9, 1.25)
                direction[0] = abs(direction[0]) * (-1 if hilum[0] < 0 else 1)
                direction[2] -= 0.35
                direction /= np.linalg.norm(direction)
                knots, radii, radius = [np.array(hilum, float)], [3.6], 3.6
                for _ in range(4):
                    direction = direction + random.normal(scale=0.28, size=3)
                    direction /= np.linalg.norm(direction)
                    radius *= 0.72
                    knots.append(knots[-1] + direction * float(random.uniform(17, 27)))
                    radii.append(radius)
                    twig_end = knots[-1] + (direction + random.normal(scale=0.8, size=3)) * 24
                    twig = Tube((_vector(knots[-1]), _vector(twig_end)), (radius * 0.8, 0.7))
                    self._tube(twig, Tissue.LUNG_VESSEL, over=over)
                self._tube(Tube(tuple(_vector(knot) for knot in knots), tuple(radii)), Tissue.LUNG_VESSEL, over=over)

    def _ribs(self) -> None:
        p, body = self.p, self.body
        front = np.arctan2(np.abs(p.x), p.y - 4) / np.pi
        across = body.depth - body.fat - body.wall + 6.5
        along = p.z + 100 * front + 4 * np.sign(p.x)
        number = np.floor((along - 104) / 27.0)
        offset = along - 104 - 27.0 * (number + 0.5)
        norm = (across / 4.6) ** 2 + (offset / 7.4) ** 2
        # The lowest ribs end early; all end in cartilage in front, beside the breast bone.
        end = np.where(number < 1, 0.38, np.where(number < 2, 0.58, np.where(number < 4, 0.86, 0.97)))
        ribs = (norm < 1) & (number >= 0) & (front < end) & (np.abs(p.x) > 20) & (body.depth > body.fat * 0.8)
        bony = front < np.minimum(end, 0.80)
        self._set(np.asarray(ribs & bony), Tissue.CORTEX)
        self._set(np.asarray(ribs & bony & (norm < 0.42)), Tissue.MARROW)
        self._set(np.asarray(ribs & ~bony), Tissue.CARTILAGE)
        sternum = ((p.x - 1) / 19) ** 4 + (across / 5.5) ** 4
        bone = (sternum < 1) & (p.y < 0) & (p.z > 176)
        self._set(np.asarray(bone), Tissue.CORTEX)
        self._set(np.asarray(bone & (sternum < 0.35)), Tissue.MARROW)
        for side, low in ((-1, 218), (1, 224)):
            # Shoulder blades: thin curved plates behind the ribs.
            plate = np.abs(body.depth - body.fat - 0.30 * body.wall) < 2.6
            span = (
                (side * p.x > 62)
                & (side * p.x < 122 - 0.25 * (320 - p.z))
                & (p.y > 36)
                & (p.z > low + 0.35 * np.abs(side * p.x - 92))
            )
            self._set(np.asarray(plate & span), Tissue.CORTEX)

    def _spine(self) -> None:
        p = self.p
        bend = 6 * np.sin((p.z - 40) / 95)
        x, y = p.x - 1.2 * np.sin(p.z / 60), p.y - 46 - bend
        level = np.mod(p.z + 6, 29.0)
        in_disc = level < 6.5
        size = 1 + 0.16 * np.clip((150 - p.z) / 150, -0.6, 1)
        body = (np.abs(x) / (20 * size)) ** 2.4 + (np.abs(y) / (15.5 * size)) ** 2.4
        waist = np.where(in_disc, 1.0, 0.90 + 0.10 * np.abs(level - 17.7) / 11.2)
        bone = body < waist
        self._set(np.asarray(bone & ~in_disc), Tissue.CORTEX)
        self._set(np.asarray((body < 0.80 * waist) & ~in_disc & (level > 7.6) & (level < 27.9)), Tissue.MARROW)
        self._set(np.asarray(bone & in_disc), Tissue.DISC)
        back = y - 15 * size
        arch = (level > 9) & (level < 25)
        ring = ((np.abs(x) / 15.5) ** 2.2 + (np.abs(back - 9) / 13) ** 2.2 < 1) & (back > -3)
        across = (np.abs(x) < 37 - 4 * np.abs(level - 17) / 8) & (np.abs(back - 13 - 0.10 * np.abs(x)) < 4.5) & arch
        spinous = (np.abs(x) < 3.6) & (back > 16) & (back < 31) & (np.abs(level - 15 + (back - 30) * 0.25) < 8)
        parts = np.asarray((ring & arch) | across | spinous)
        parts = parts & (self.body.depth > 5)
        self._set(parts, Tissue.CORTEX)
        inner = ((np.abs(x) < 33) & (np.abs(back - 13 - 0.10 * np.abs(x)) < 2.4) & arch) | (
            (np.abs(x) < 1.8) & (back > 20) & (back < 28)
        )
        self._set(np.asarray(inner) & parts, Tissue.MARROW)
        canal = (x / 10.5) ** 2 + ((back - 8) / 8.5) ** 2
        self._set(np.asarray(canal < 1), Tissue.FAT)
        self._set(np.asarray(canal < 0.72), Tissue.CORD)

    def _couch(self) -> None:
        p = self.p
        sag = 116 - 0.0016 * p.x**2
        outside = self.tissue == Tissue.AIR
        shell = outside & (np.abs(p.x) < 186)
        self._set(np.asarray(shell & (p.y > sag - 6) & (p.y < sag + 26)), Tissue.FOAM)
        self._set(np.asarray(shell & (np.abs(p.y - sag - 6) < 1.3)), Tissue.TABLE)
        self._set(np.asarray(shell & (np.abs(p.y - sag - 26) < 1.3)), Tissue.TABLE)


def _vector(values: Floats) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])
