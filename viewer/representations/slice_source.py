"""Label and fraction pictures of the slices of one segmentation, read when asked for, a few of them remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from viewer.domain.overlay import ReadFrame, expect_frames
from viewer.domain.segmentation import Segmentation
from viewer.representations.part_codes import Fractions, Labels, PartCodes, fraction_layers, label_layers


class SliceSource:
    """Reads the pictures of slices, which are named by the frames that lie there.

    Parameters
    ----------
    content
        The segmentation.
    read_frame
        Of its instance.
    codes
        The parts that are wanted, and their values in label pictures.
    remembered
        How many slices are kept for the next question: 0 for one plane, more when planes cross all slices.
    """

    def __init__(self, content: Segmentation, read_frame: ReadFrame, codes: PartCodes, *, remembered: int = 0) -> None:
        self.content = content
        self.codes = codes
        self.read_frame = read_frame
        self._remembered = remembered
        self._labels: OrderedDict[tuple[int, ...], tuple[Labels, ...]] = OrderedDict()
        self._fractions: OrderedDict[tuple[int, ...], dict[int, Fractions]] = OrderedDict()

    def expect(self, slices: Iterable[Sequence[int]]) -> None:
        """Say which slices will be asked for, in that order, each once: their frames can then be read together."""
        wanted = self.codes.code_of
        numbers = self.content.frames.segment_number
        whole = self.content.type == "LABELMAP"
        frames = [frame for one in slices for frame in one if whole or int(numbers[frame]) in wanted]
        expect_frames(self.read_frame, frames)

    def labels(self, frames: Sequence[int]) -> tuple[Labels, ...]:
        """Return the label pictures of a slice; see ``part_codes.label_layers``."""
        key = tuple(frames)
        found = self._labels.get(key)
        if found is None:
            found = label_layers(self.content, key, self.read_frame, self.codes)
            self._labels[key] = found
            while len(self._labels) > self._remembered:
                self._labels.popitem(last=False)
        return found

    def fractions(self, frames: Sequence[int]) -> dict[int, Fractions]:
        """Return the fractions of each part of a slice; see ``part_codes.fraction_layers``."""
        key = tuple(frames)
        found = self._fractions.get(key)
        if found is None:
            found = fraction_layers(self.content, key, self.read_frame, self.codes)
            self._fractions[key] = found
            while len(self._fractions) > self._remembered:
                self._fractions.popitem(last=False)
        return found
