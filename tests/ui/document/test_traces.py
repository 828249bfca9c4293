"""How traces and pages are laid out: no sample is lost in a pixel column, paper keeps its proportions, lines join."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.domain.waveform import Channel, ChannelGroup, Waveform
from viewer.loading.document_questions import Letters
from viewer.ui.document.page_places import GAP, lines_of, nearest_letter, placed
from viewer.ui.document.traces import columns_of, fitting_zoom, is_on_paper, laid_out, time_step, value_span


def test_a_pixel_column_holds_the_extremes_of_its_samples_and_joins_the_one_before() -> None:
    values = np.random.default_rng(3).normal(size=1000).astype(np.float32)
    values[400:430] = np.nan
    found = columns_of(values, 0.13, 20, 60)
    for column in range(60):
        left, right = (20 + column) / 0.13, (21 + column) / 0.13
        inside = values[max(int(np.ceil(left)) - 1, 0) : int(np.ceil(right))]
        if np.isfinite(inside).any():
            assert (found.low[column], found.high[column]) == (np.nanmin(inside), np.nanmax(inside))
        else:
            assert np.isnan(found.low[column])


def test_a_single_spike_is_seen_however_far_away() -> None:
    values = np.zeros(1_000_000, np.float32)
    values[654_321] = 5
    found = columns_of(values, 500 / 1_000_000, 0, 500)
    assert np.nanmax(found.high) == 5


def test_beyond_the_end_there_is_nothing() -> None:
    found = columns_of(np.ones(10, np.float32), 0.5, 3, 5)
    assert np.isfinite(found.high).tolist() == [True, True, True, False, False]


def group(unit: str, seconds: float = 10.0) -> ChannelGroup:
    return ChannelGroup("G", 100.0, round(100 * seconds), (Channel("I", unit), Channel("II", "mV")))


def test_paper_is_for_electrocardiograms_in_volts_only() -> None:
    assert is_on_paper(Waveform("", "ecg", (group("µV"),)), group("µV"))
    assert not is_on_paper(Waveform("", "ecg", (group("mm[Hg]"),)), group("mm[Hg]"))
    assert not is_on_paper(Waveform("", "other", (group("µV"),)), group("µV"))


def test_a_second_of_paper_is_25_millimetres_at_every_zoom() -> None:
    waveform = Waveform("", "ecg", (group("µV"),))
    for zoom in (1.5, 4.0):
        layout = laid_out(waveform, group("µV"), zoom)
        assert layout.second_px == pytest.approx(25 * layout.mm_px)
    assert fitting_zoom(waveform, group("µV"), 1000.0) == pytest.approx(4.0)
    day = group("µV", 86_400.0)
    assert fitting_zoom(waveform, day, 1000.0) == 1.5, "what cannot be read is scrolled"


@pytest.mark.parametrize(("second_px", "step"), [(100.0, 1.0), (50.0, 2.0), (1.0, 100.0), (700.0, 0.1), (0.001, 100_000.0)])
def test_marks_of_the_axis_stand_at_round_times(second_px: float, step: float) -> None:
    assert time_step(second_px) == pytest.approx(step)


def test_a_flat_or_empty_channel_has_a_span() -> None:
    assert value_span(np.array([2, 2, np.nan], np.float32)) == (1.5, 2.5)
    assert value_span(np.array([np.nan], np.float32)) == (0.0, 1.0)


def test_pages_lie_below_one_another_in_the_middle() -> None:
    places = placed(((100.0, 200.0), (300.0, 50.0)), 2.0, 1000.0)
    assert places.rectangle(0) == (400.0, GAP, 600.0, GAP + 400.0)
    assert places.rectangle(1)[1] == 2 * GAP + 400.0
    assert [places.page_at(y) for y in (0.0, 300.0, GAP + 405.0, 2 * GAP + 401.0, 9999.0)] == [0, 0, 0, 1, 1]
    assert places.point_on_page(1, *places.on_column(1, (7.0, 9.0, 8.0, 10.0))[:2]) == (7.0, 9.0)


LETTERS = Letters(0, "ab c", ((10, 10, 14, 20), (14, 12, 18, 20), (18, 10, 18, 20), (10, 40, 14, 50)))


def test_the_nearest_letter_is_that_of_the_line() -> None:
    assert nearest_letter(LETTERS, 100, 15) in (1, 2)
    assert nearest_letter(LETTERS, 12, 48) == 3


def test_letters_of_a_line_are_marked_as_one() -> None:
    assert lines_of(LETTERS, 0, 3) == [(10, 10, 18, 20), (10, 40, 14, 50)]
