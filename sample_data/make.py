"""Make the sample study anew: ``python -m sample_data.make [FOLDER]`` from the root of a checkout.

Everything comes from formulas and one seed: the same libraries on the same kind of processor give the same bytes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pydicom.uid import JPEGLSLossless

from sample_data.lung_marks import lung_candidate
from sample_data.microscope import FOURTH, annotations, biopsy, slide_levels, slide_state
from sample_data.other_series import diffusion, diffusion_values, joined, planning_ct
from sample_data.papers import ecg
from sample_data.results import FIRST, coarse_grid, everything
from sample_data.scanner import ct_grid, ct_image, mr_grid, mr_image, tissues
from sample_data.skin import body_surface
from sample_data.states import blended, coloured, mixed
from tests.synthetic.identity import Study, save
from tests.synthetic.image import Series, image_series

STUDY = Study("sample study", "Sample^Torso", "SAMPLE-TORSO", "CT and MR of a synthetic torso")
CT = Series(
    "ct",
    "CT",
    1,
    "Torso, portal venous",
    STUDY,
    attributes=(
        ("BodyPartExamined", "CHESTABDOMEN"),
        ("WindowCenter", ["40", "-600"]),
        ("WindowWidth", ["400", "1500"]),
        ("WindowCenterWidthExplanation", ["Soft tissue", "Lung"]),
        ("PixelPaddingValue", 0),
        ("ConvolutionKernel", "MEDIUM"),
    ),
)
MR = Series(
    "mr",
    "MR",
    2,
    "T2 coronal oblique",
    STUDY,
    attributes=(("BodyPartExamined", "ABDOMEN"), ("WindowCenter", "380"), ("WindowWidth", "760")),
)


def make(folder: Path) -> tuple[Path, ...]:
    """Write the whole study into ``folder`` and return the paths."""
    grid = ct_grid()
    ct = image_series(ct_image(), grid, CT, compression=JPEGLSLossless)
    found = biopsy()
    images = {
        "ct": ct,
        "mr": image_series(mr_image(), mr_grid(), MR, compression=JPEGLSLossless),
        "diffusion": diffusion(STUDY),
        "planning": planning_ct(STUDY),
        "slide": slide_levels(STUDY, found),
    }
    derived = everything(ct, grid, tissues(grid), tissues(coarse_grid(grid)))
    derived["ecg.dcm"] = ecg(STUDY)
    derived |= {
        "body_surface_a.dcm": body_surface(ct, FIRST),
        "lung_marks_c.dcm": lung_candidate(ct),
        "planning_registration.dcm": joined(ct, images["planning"]),
        "diffusion_values.dcm": diffusion_values(images["diffusion"]),
        "diffusion_colours.dcm": coloured(images["diffusion"], FIRST),
        "diffusion_on_ct.dcm": blended(ct, images["diffusion"], FIRST),
        "slow_diffusion_on_ct.dcm": mixed(ct, images["diffusion"], FIRST),
        "slide_annotations.dcm": annotations(images["slide"][0], found, FOURTH),
        "slide_colours.dcm": slide_state(images["slide"], FOURTH),
    }
    paths: list[Path] = []
    for name, series in images.items():
        paths += save(series, folder / name, names=[f"{name}{k:03d}.dcm" for k in range(len(series))])
    paths += save(list(derived.values()), folder / "results", names=list(derived))
    return tuple(paths)


def main() -> None:
    """Make the study and say how large it is."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "study"
    started = time.monotonic()
    paths = make(folder)
    size = sum(path.stat().st_size for path in paths)
    print(f"{len(paths)} files, {size / 1e6:.2f} MB, in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
