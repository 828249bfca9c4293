"""Works out dose-volume histograms in the background, for the window that shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from viewer.domain.dose import Dose
from viewer.domain.overlay import FrameNotRead, Overlay, ReadFrame
from viewer.export.dose_table import RegionDose, region_dose, regions_with_dose
from viewer.loading.runner import Job, JobControl, Runner
from viewer.representations.dose_volumes import dose_volume

_PRIORITY = 40
_SLOT = "dose volumes"


def measure_dose(
    runner: Runner,
    dose: Overlay,
    structures: Overlay,
    *,
    read_frame: ReadFrame,
    take: Callable[[Sequence[RegionDose] | str], None],
    label: str,
) -> None:
    """Work out the dose in all regions of a structure set; ``take`` gets it, or a sentence that says why there is none."""
    content = dose.content
    assert isinstance(content, Dose)

    def work(control: JobControl) -> list[RegionDose] | str:
        rois, found = list(regions_with_dose(dose, structures)), []
        try:
            for number, roi in enumerate(rois):
                control.progress(number / len(rois))
                found.append(region_dose(dose, structures, roi, dose_volume(content, roi, read_frame, check=control.check)))
        except FrameNotRead as error:
            return str(error)
        return found

    def failed(error: Exception) -> None:
        raise error

    runner.submit(Job(_SLOT, _PRIORITY, work, take, failed, label))
