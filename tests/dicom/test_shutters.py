"""Display shutters as files state them, for the image and for single frames."""

from __future__ import annotations

from pathlib import Path

from pydicom.dataset import Dataset

from tests.dicom.header_of import header_of
from tests.dicom.image_file import write_image
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.image_attributes import ImageAttributes
from viewer.domain.shutter import Shutter


def read(path: Path, **elements: object) -> ImageAttributes:
    write_image(path / "image.dcm", bytes(12 * int(str(elements.get("NumberOfFrames", 1)))), **elements)
    return read_image_attributes(header_of(path / "image.dcm"))


def test_all_shapes_with_value_and_colour(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ShutterShape=["RECTANGULAR", "CIRCULAR", "POLYGONAL"],
        ShutterLeftVerticalEdge=2,
        ShutterRightVerticalEdge=30,
        ShutterUpperHorizontalEdge=3,
        ShutterLowerHorizontalEdge=20,
        CenterOfCircularShutter=[11, 16],
        RadiusOfCircularShutter=9,
        VerticesOfThePolygonalShutter=[1, 2, 3, 4, 5, 6],
        ShutterPresentationValue=0x4000,
        ShutterPresentationColorCIELabValue=[34886, 53484, 50172],
    )
    assert found.frame_values(0).shutter == Shutter(
        (2, 30, 3, 20), (11, 16, 9), ((1, 2), (3, 4), (5, 6)), 0x4000, (34886, 53484, 50172)
    )
    assert found.issues == ()


def test_only_the_shapes_that_are_named_count(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ShutterShape="CIRCULAR",
        ShutterLeftVerticalEdge=2,
        CenterOfCircularShutter=[1, 2],
        RadiusOfCircularShutter=3,
    )
    assert found.frame_values(0).shutter == Shutter(circle=(1, 2, 3))


def test_a_shape_without_its_coordinates_is_said_and_covers_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, ShutterShape=["RECTANGULAR", "POLYGONAL"], ShutterLeftVerticalEdge=2)
    assert found.frame_values(0).shutter is None
    assert [one.code for one in found.issues] == ["shutter_ignored", "shutter_ignored"]
    assert "RECTANGULAR" in found.issues[0].text


def test_a_frame_has_a_shutter_of_its_own(tmp_path: Path) -> None:
    def frame(radius: int | None) -> Dataset:
        item, shutter = Dataset(), Dataset()
        if radius is not None:
            shutter.ShutterShape, shutter.CenterOfCircularShutter, shutter.RadiusOfCircularShutter = (
                "CIRCULAR",
                [1, 2],
                radius,
            )
            item.FrameDisplayShutterSequence = [shutter]
        return item

    found = read(tmp_path, NumberOfFrames=3, PerFrameFunctionalGroupsSequence=[frame(5), frame(None), frame(7)])
    circles = [shutter.circle if (shutter := found.frame_values(index).shutter) else None for index in range(3)]
    assert circles == [(1, 2, 5), None, (1, 2, 7)]
