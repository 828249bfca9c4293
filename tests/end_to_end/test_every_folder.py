"""Every folder of the real data, the hostile one too, opened in the window: nothing breaks, nothing is lost in silence.

What no decoder can show is in the checked-in table ``tests.dicom.image_files.UNREADABLE``; what is no stored object, in
``tests/dicom/test_scan.py``. Every derived object can be read.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pydicom
import pytest
from pydicom.errors import InvalidDicomError

from tests.dicom.image_files import UNREADABLE
from tests.end_to_end.driven import Driven
from viewer.app.main import main
from viewer.domain.instance import FrameKey
from viewer.reading.changes.workspace import show_stack
from viewer.scene.drawables import GreyPicture, ImagePicture, TilePicture

pytestmark = pytest.mark.real_data

FOLDERS = [
    "adc-mr-20",
    "charsets",
    "colour-and-palette",
    "ct-body-j2k-totalsegmentator",
    "dicomdir-tree",
    "enhanced-multiframe",
    "geometry-gantry-tilt",
    "gsps-ai-lunit-orphan",
    "gsps-overlays-clunie",
    "hostile",
    "mr-multiplane-brainix",
    "overlays-60xx",
    "petct-suv-rwv",
    "pmap-ct-small",
    "rt-bad-references",
    "rt-dose-dicompyler",
    "rt-ibsi-lung-keyhole",
    "rt-phantom-oncentra",
    "sc-ai-milvue",
    "seg-ct-liver-compressed",
    "seg-ct-liver-overlapping",
    "seg-ct-nonsquare-labelmap",
    "seg-ct-tiny-fractional",
    "seg-orphan-glioma-swapped-axes",
    "seg-sr-flair-wmh-ohif",
    "seg-sr-rwv-orphan-pet",
    "sr-tid1500-scoord3d",
    "sr-tid1500-shapes-dwv",
    "stl-ecg-waveform",
    "tiny",
    "transfer-syntaxes-ct",
    "wsi-small-jpeg",
    "wsi-tiny-seg-ann",
]
ROLES = {"image", "overlay", "report", "document", "registration", "other"}


def fingerprint(folder: Path) -> dict[str, str]:
    """A hash of every file below a folder, and the folders themselves."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
    }


def uid_by_pydicom(path: Path) -> str | None:
    """The SOP Instance UID of a stored object, empty when it has none; None when pydicom finds no object."""
    try:
        read = pydicom.dcmread(path, stop_before_pixels=True, force=True)
    except (InvalidDicomError, RecursionError, AttributeError, EOFError):
        return None
    if not read.get("SOPClassUID") or "DirectoryRecordSequence" in read:
        return None
    return str(read.get("SOPInstanceUID", "") or read.file_meta.get("MediaStorageSOPInstanceUID", ""))


def test_all_folders_are_opened(real_data: Path) -> None:
    assert sorted(one.name for one in real_data.iterdir() if one.is_dir()) == FOLDERS


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_opens_and_everything_in_it_is_shown_or_has_a_reason(
    driven: Driven, real_data: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    folder = real_data / name
    before = fingerprint(folder)
    driven.open(folder)
    content = driven.state.content
    library = content.library

    files = {path for path, is_file in ((Path(one), Path(one).is_file()) for one in before) if is_file}
    told = [Path(one.source.path) for one in library.instances] + [Path(one.path) for one in library.skipped]
    assert Counter(told) == Counter(files)
    assert all(one.reason for one in library.skipped)

    # The command line tells the same, and every object that pydicom finds is in it.
    main(["scan", str(folder), "--json"])
    said = json.loads(capsys.readouterr().out)
    series = [one for patient in said["patients"] for study in patient["studies"] for one in study["series"]]
    assert {one["role"] for one in series} <= ROLES
    uids = {uid.partition("@")[0] for one in series for uid in one["sop_instance_uids"]}
    skipped = {Path(one["path"]): one["reason"] for one in said["skipped"]}
    assert sum(one["instances"] for one in series) + len(skipped) == said["files"] == len(files)
    for path in files - set(skipped):
        uid = uid_by_pydicom(path)
        assert uid is None or not uid or uid in uids, path
    for path, reason in skipped.items():
        assert uid_by_pydicom(path) is None or reason.startswith(("copy of", "DICOMDIR")), (path, reason)

    # Every derived object is listed, with a place or a sentence.
    derived = {one.key: one for one in library.instances if library.series_of(one.key).role != "image"}
    assert not content.unreadable
    assert set(derived) <= set(content.overlays)
    for key in content.overlays:
        binding = content.bindings[key]
        assert binding.lies_on or binding.not_shown_because, key
    rows = driven.window.panels.browser.model.nodes()
    listed = {row.overlay for row in rows if row.overlay is not None}
    assert set(derived) <= listed
    # Volumes of one place share a row.
    reached = {stack for row in rows for stack in (row.stack_id, *row.stack_ids)}
    assert reached >= {stack.id for stack in library.stacks if stack.frames}
    health = "\n".join(row.name + row.tip for row in driven.window.panels.health.model.nodes())
    assert [one.path for one in library.skipped if Path(one.path).name not in health] == []

    if not library.stacks:
        (notice,) = driven.canvas().scene.notices
        assert "no image" in notice.title.casefold()

    # Every stack shows an image, or the words of the table of what cannot be read.
    unreadable = {real_data / one for one in UNREADABLE}
    for stack in library.stacks:
        driven.program.reading.apply(show_stack, 0, stack.id)
        driven.wait_idle()
        driven.pixels()
        scene = driven.canvas().scene
        frame: FrameKey | None = driven.state.frame_of(driven.state.pane)
        assert frame is not None
        has_image = any(isinstance(one, ImagePicture | GreyPicture | TilePicture) for one in scene.drawables)
        path = Path(library.instance(frame.instance).source.path)
        assert has_image == (path not in unreadable), (path, scene.notices)
        assert has_image or any(one.replaces_image and one.title and one.text for one in scene.notices), path

    driven.close()
    assert fingerprint(folder) == before
