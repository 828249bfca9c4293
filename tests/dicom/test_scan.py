"""The scan: every file exactly once, copies and repeated UIDs, odd places, hostile bytes."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from tests.dicom.written_slice import written_slice
from viewer.dicom.byte_reader import open_bytes
from viewer.dicom.datasets import UnreadableDataset, read_dataset
from viewer.dicom.headers import NotAnInstance, read_header
from viewer.dicom.scan import ScanProgress, expand_for_window, scan
from viewer.domain.instance import InstanceHeader, Skipped, Source

DEFLATED = "1.2.840.10008.1.2.1.99"


def found_in(*paths: Path) -> tuple[list[InstanceHeader], list[Skipped]]:
    found = list(scan(paths))
    return [each for each in found if isinstance(each, InstanceHeader)], [
        each for each in found if isinstance(each, Skipped)
    ]


def save(folder: Path, name: str, **elements: object) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    written_slice(**elements).save_as(path, enforce_file_format=True)
    return path


def deflated(folder: Path, name: str, tail: bytes = b"", **elements: object) -> Path:
    """Write a slice whose data set is deflated; ``tail`` follows the data set before deflating."""
    plain = save(folder, "plain", **elements)
    data = plain.read_bytes().replace(b"1.2.840.10008.1.2.1\0", DEFLATED.encode())
    length = int.from_bytes(data[140:144], "little")
    start = 144 + length
    start += 2
    head = bytearray(data[:start])
    plain.unlink()
    # The longer UID makes its element and the group two bytes longer.
    at = head.index(DEFLATED.encode())
    head[at - 2 : at] = len(DEFLATED).to_bytes(2, "little")
    head[140:144] = (length + 2).to_bytes(4, "little")
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    path = folder / name
    path.write_bytes(bytes(head) + deflate.compress(data[start:] + tail) + deflate.flush())
    return path


@pytest.mark.real_data
def test_every_file_of_the_real_studies_is_counted_exactly_once(real_data: Path) -> None:
    instances, skipped = found_in(real_data)
    told = [each.source.shown for each in instances] + [each.path for each in skipped]
    files = [str(path) for path in real_data.rglob("*") if path.is_file()]
    assert sorted(told) == sorted(files)
    assert len({each.key for each in instances}) == len(instances)
    assert all(each.reason for each in skipped)


@pytest.mark.real_data
def test_only_files_without_a_stored_object_are_skipped(real_data: Path) -> None:
    _, skipped = found_in(real_data)
    left = {Path(each.path).name: each.reason for each in skipped if not each.reason.startswith("copy of ")}
    no_object = "DICOM, but no stored object: it has no SOP Class UID."
    assert left == {
        "PROVENANCE.tsv": "Not a DICOM file.",
        "README.md": "Not a DICOM file.",
        "BEHAVIOUR.tsv": "Not a DICOM file.",
        "DICOMDIR": "DICOMDIR, used for names",
        "pydicom__no_meta.dcm": "Not a DICOM file.",
        "orthanc-mirrors__ZeissOCT-cfind-query.dcm": no_object,
        "pydicom__empty_charset_LEI.dcm": no_object,
        "pydicom__meta_missing_tsyntax.dcm": no_object,
        "pydicom__nested_priv_SQ.dcm": no_object,
    }


def test_an_identical_file_is_a_copy_and_different_bytes_under_one_uid_are_both_kept(tmp_path: Path) -> None:
    first = save(tmp_path, "a.dcm")
    (tmp_path / "b").mkdir()
    shutil.copy(first, tmp_path / "b" / "x")
    save(tmp_path, "c.dcm", PixelData=bytes(30))
    save(tmp_path, "d.dcm", PixelData=b"\1" * 30)
    instances, skipped = found_in(tmp_path)
    assert [each.sop_instance_uid for each in instances] == ["2.25.1.1", "2.25.1.1@2", "2.25.1.1@3"]
    assert [Path(each.source.path).name for each in instances] == ["a.dcm", "c.dcm", "d.dcm"]
    assert [issue.code for issue in instances[1].issues] == ["duplicate_uid"]
    assert [each.reason for each in skipped] == [f"copy of {first}"]


def test_a_missing_instance_uid_is_taken_from_the_file_meta_information(tmp_path: Path) -> None:
    save(tmp_path, "a", SOPInstanceUID="")
    (header,), _ = found_in(tmp_path)
    assert header.sop_instance_uid == "2.25.9"
    assert [issue.code for issue in header.issues] == ["repaired_instance_uid"]


def test_paths_that_overlap_give_each_file_once(tmp_path: Path) -> None:
    path = save(tmp_path, "deep/er/a.dcm")
    instances, skipped = found_in(tmp_path, path, tmp_path / "deep")
    assert len(instances) == 1
    assert skipped == []


def test_a_file_without_preamble_and_extension_is_read(tmp_path: Path) -> None:
    whole = save(tmp_path, "a").read_bytes()
    group_length = int.from_bytes(whole[140:144], "little")
    (tmp_path / "a").write_bytes(whole[144 + group_length :])
    (header,), skipped = found_in(tmp_path)
    assert skipped == []
    assert header.sop_instance_uid == "2.25.1.1"
    assert header.read_by == "pydicom"
    assert "repaired_transfer_syntax" in [issue.code for issue in header.issues]
    with open_bytes(header.source) as reader:
        assert header.pixels is not None
        assert reader.read(header.pixels.offset, 30) == bytes(range(30))


def test_a_pipe_is_listed_and_never_opened(tmp_path: Path) -> None:
    save(tmp_path, "a.dcm")
    os.mkfifo(tmp_path / "pipe")
    started = time.perf_counter()
    instances, skipped = found_in(tmp_path)
    assert time.perf_counter() - started < 2
    assert len(instances) == 1
    assert [each.reason for each in skipped] == ["Not a regular file (a pipe, socket or device)."]


def test_links_are_listed_and_not_followed(tmp_path: Path) -> None:
    outside = save(tmp_path, "outside/secret.dcm", SOPInstanceUID="2.25.77")
    inside = tmp_path / "inside"
    save(inside, "a.dcm")
    (inside / "loop").symlink_to(inside)
    (inside / "out").symlink_to(outside)
    (inside / "same").symlink_to(inside / "a.dcm")
    (inside / "gone").symlink_to(inside / "nothing")
    instances, skipped = found_in(inside)
    assert [each.sop_instance_uid for each in instances] == ["2.25.1.1"]
    assert {Path(each.path).name: each.reason for each in skipped} == {
        "loop": "A link; what it leads to is opened in its own place.",
        "same": "A link; what it leads to is opened in its own place.",
        "out": "A link out of the opened folder; not followed.",
        "gone": "A link to something that does not exist.",
    }


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_file_is_read_like_a_folder_without_being_unpacked(tmp_path: Path, method: int) -> None:
    files = [save(tmp_path / "f", f"{n}.dcm", number=n) for n in (1, 2, 3)]
    archive = tmp_path / "study.zip"
    with zipfile.ZipFile(archive, "w", method) as made:
        for path in files:
            made.write(path, f"st/{path.name}")
        made.writestr("notes.txt", "hello")
        made.writestr("st/inner.zip", "PK")
        made.writestr("empty", "")
    shutil.rmtree(tmp_path / "f")
    instances, skipped = found_in(tmp_path)
    assert [each.sop_instance_uid for each in instances] == ["2.25.1.1", "2.25.1.2", "2.25.1.3"]
    assert len(skipped) == 3
    source = instances[1].source
    assert (source.kind, source.member) == ("zip", "st/2.dcm")
    with open_bytes(source) as reader:
        assert instances[1].pixels is not None
        assert reader.read(instances[1].pixels.offset, 30) == bytes(range(30))
    assert read_dataset(source).InstanceNumber == 2


def test_a_dicomdir_given_by_name_stands_for_its_medium(real_data: Path) -> None:
    instances, skipped = found_in(real_data / "dicomdir-tree" / "DICOMDIR")
    assert len(instances) == 31
    assert [each.reason for each in skipped] == ["DICOMDIR, used for names"]


def test_a_deflated_data_set_is_read_with_offsets_into_the_inflated_bytes(tmp_path: Path) -> None:
    path = deflated(tmp_path, "d.dcm")
    (header,), skipped = found_in(tmp_path)
    assert skipped == []
    assert header.transfer_syntax_uid == DEFLATED
    assert header.read_by == "tag_reader"
    with open_bytes(header.source) as reader:
        assert header.pixels is not None
        assert reader.read(header.pixels.offset, 30) == bytes(range(30))
    assert np.array_equal(
        np.frombuffer(read_dataset(Source("file", str(path)), stop_before_pixels=False).PixelData, "u1"), range(30)
    )


def test_a_deflate_bomb_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    """One private element of 600 MiB of zeros stands before the pixels, in a file of 600 kB."""
    zeros = b"\0" * (600 << 20)
    private = b"\x09\x00\x10\x10OB\0\0" + len(zeros).to_bytes(4, "little") + zeros
    path = deflated(tmp_path, "bomb.dcm", FrameOfReferenceUID="2.25.4")
    head = path.read_bytes()
    start = len(head)
    with open_bytes(Source("file", str(path))) as reader:
        plain = reader.read(0, 1 << 20)
    start = plain.index(b"\x08\0\x16\0UI") if b"\x08\0\x08\0CS" not in plain else plain.index(b"\x08\0\x08\0CS")
    place = plain.index(b"\x10\0\x10\0PN")
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = plain[:start] + deflate.compress(plain[start:place] + private + plain[place:]) + deflate.flush()
    del private, zeros
    path = tmp_path / "real" / "bomb.dcm"
    path.parent.mkdir()
    path.write_bytes(bomb)
    assert len(bomb) < 1 << 20
    tracemalloc.start()
    started = time.perf_counter()
    instances, (skipped,) = found_in(path.parent)
    assert time.perf_counter() - started < 3
    assert tracemalloc.get_traced_memory()[1] < 200 << 20
    tracemalloc.stop()
    assert instances == []
    assert skipped.reason == "Cannot be read: it inflates to more than 64 MB."


def test_an_element_that_claims_four_gigabytes_takes_no_memory(tmp_path: Path) -> None:
    data = save(tmp_path, "a.dcm").read_bytes()
    place = data.index(b"\x10\0\x20\0LO")
    lie = b"\x09\x00\x10\x10OB\0\0\xf0\xff\xff\xff"
    (tmp_path / "a.dcm").write_bytes(data[:place] + lie + data[place:])
    tracemalloc.start()
    instances, skipped = found_in(tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 50 << 20
    tracemalloc.stop()
    assert len(instances) + len(skipped) == 1


def test_a_million_frames_in_a_kilobyte_are_not_believed(tmp_path: Path) -> None:
    path = save(tmp_path, "a.dcm", NumberOfFrames=999_999)
    (header,), _ = found_in(tmp_path)
    assert header.number_of_frames == path.stat().st_size // 8
    assert [issue.code for issue in header.issues] == ["too_large"]


def test_a_program_in_the_preamble_is_said(tmp_path: Path) -> None:
    path = save(tmp_path, "a.dcm")
    path.write_bytes(b"MZ" + path.read_bytes()[2:])
    (header,), _ = found_in(tmp_path)
    assert [issue.code for issue in header.issues] == ["executable_preamble"]


def test_a_mistyped_character_set_still_shows_the_name(tmp_path: Path) -> None:
    path = save(tmp_path, "a.dcm", SpecificCharacterSet="ISO_IR 100", PatientName="Mu:ller^Jane")
    data = path.read_bytes().replace(b"ISO_IR 100", b"ISO_IR_192").replace(b"Mu:ller", "Müller".encode())
    path.write_bytes(data)
    (header,), _ = found_in(tmp_path)
    assert header.patient_name == "Müller^Jane"
    assert [issue.code for issue in header.issues] == ["repaired_character_set"]
    assert str(read_dataset(header).PatientName) == "Müller^Jane"


def test_numbers_with_commas_are_read(tmp_path: Path) -> None:
    path = save(tmp_path, "a.dcm", PixelSpacing=None)
    data = path.read_bytes()
    place = data.index(b"\x28\0\x00\x01US")
    path.write_bytes(data[:place] + b"\x28\0\x30\0DS\x08\x000,5\\0,25" + data[place:])
    (header,), _ = found_in(tmp_path)
    assert header.frames[0].pixel_spacing_mm == (0.5, 0.25)


def test_a_file_cut_inside_its_header_is_kept_with_what_was_read_or_refused(tmp_path: Path) -> None:
    whole = save(tmp_path / "x", "a.dcm").read_bytes()
    for length in range(0, len(whole), 37):
        folder = tmp_path / str(length)
        folder.mkdir()
        (folder / "cut.dcm").write_bytes(whole[:length])
        instances, skipped = found_in(folder)
        assert len(instances) + len(skipped) == 1, length


def test_progress_counts_files_and_cancelling_ends_the_scan(tmp_path: Path) -> None:
    for number in range(1, 6):
        save(tmp_path, f"{number}.dcm", number=number)
    (tmp_path / "notes.txt").write_text("hello")
    told: list[ScanProgress] = []
    found = list(scan([tmp_path], on_progress=told.append, cancelled=lambda: len(told) >= 4))
    assert len(found) == 4
    assert [each.files for each in told] == [1, 2, 3, 4]


def test_a_path_that_does_not_exist_is_said(tmp_path: Path) -> None:
    _, (skipped,) = found_in(tmp_path / "nothing")
    assert skipped.reason == "Cannot be opened: No such file or directory."


def test_the_window_widens_a_single_file_to_its_folder_but_not_a_zip_file(tmp_path: Path) -> None:
    path = save(tmp_path, "a.dcm")
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.write(path, "a.dcm")
    assert expand_for_window([path, archive, tmp_path]) == (tmp_path, archive)


def test_a_data_set_nested_too_deeply_for_pydicom_is_refused_in_a_sentence(real_data: Path) -> None:
    source = Source("file", str(real_data / "hostile" / "orthanc-mirrors__2026-05-06-Deeply-Nested-Sequence.dcm"))
    with pytest.raises(UnreadableDataset, match="nested too deeply"):
        read_dataset(source)


@pytest.mark.real_data
def test_mutated_real_files_are_read_or_refused_in_a_sentence_and_nothing_else(real_data: Path, tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    files = sorted(path for path in real_data.rglob("*") if path.is_file() and 200 < path.stat().st_size < 20_000)
    for round_number in range(600):
        data = bytearray(files[int(random.integers(len(files)))].read_bytes())
        for place in random.integers(0, min(len(data), 2000), size=int(random.integers(1, 12))):
            data[place] = random.choice([0, 255, int(random.integers(256))])
        path = tmp_path / f"{round_number}.dcm"
        path.write_bytes(bytes(data[: int(random.integers(150, len(data)))]) if round_number % 5 == 0 else bytes(data))
        # Not through the scan, which keeps a border around each file: the reader itself must hold its promise.
        with contextlib.suppress(NotAnInstance):
            read_header(Source("file", str(path)))
