"""What is said of a surface in words: the document tab of an STL or OBJ, beside what the images show of it."""

from __future__ import annotations

import numpy as np

from viewer.domain.document import Document
from viewer.domain.overlay import Overlay
from viewer.iods.document_text import TextBlock
from viewer.reading.state import ReadingState
from viewer.scene.plain_words import NO_BREAK_SPACE, count, plain
from viewer.ui.document.words import tr


def surface_blocks(overlay: Overlay, document: Document, state: ReadingState) -> tuple[TextBlock, ...]:
    """Return name, size, volume and place of a surface as a table, and why it is drawn nowhere when it is not."""
    mesh = document.mesh
    if mesh is None:
        return ()
    rows = [(tr("Form"), plain(document.mime_type) or tr("not stated")), (tr("Triangles"), count(len(mesh.triangles)))]
    if mesh.is_closed:
        rows.append((tr("Volume"), f"{abs(mesh.volume_ml):.2f}{NO_BREAK_SPACE}mL"))
    else:
        rows.append((tr("Volume"), tr("none: the surface is open")))
    if mesh.bounds is not None:
        low, high = mesh.bounds.low, mesh.bounds.high
        size = " × ".join(f"{side:.1f}" for side in np.subtract(high, low).tolist())
        rows.append((tr("Size"), f"{size}{NO_BREAK_SPACE}mm"))
        axes = (tr("Right to left"), tr("Front to back"), tr("Feet to head"))
        rows += [
            (axis, f"{_signed(start)} … {_signed(end)}{NO_BREAK_SPACE}mm")
            for axis, start, end in zip(axes, low, high, strict=True)
        ]
    rows.append((tr("Unit in the file"), plain(document.stated_unit) or tr("not stated, millimetres taken")))
    rows.append((tr("Frame of Reference"), ", ".join(overlay.frame_of_reference_uids) or tr("not stated")))
    library, binding = state.content.library, state.content.bindings.get(overlay.instance)
    stacks = [library.stack(entry.stack_id) for entry in (binding.lies_on if binding is not None else ())]
    shown = [library.series_of(stack.frames[0].instance) for stack in stacks if stack is not None and stack.frames]
    on = [plain(series.description) or series.modality for series in shown]
    rows.append((tr("Drawn on"), ", ".join(dict.fromkeys(on)) or tr("nothing that is open")))
    return (
        TextBlock("title", (plain(overlay.label) or tr("Surface"),)),
        *(TextBlock("row", row) for row in rows),
    )


def _signed(millimetres: float) -> str:
    """Return a coordinate with a true minus."""
    return f"{millimetres:.1f}".replace("-", "\N{MINUS SIGN}")
