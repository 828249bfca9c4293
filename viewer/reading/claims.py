"""Which parts of opened objects make one claim, and which parts are no claim at all.

Decided
    Parts with one Tracking UID in one study are one claim.
    A measurement group without a Tracking UID is of the one segment that it names. One with a Tracking UID takes the one
    segment that it names with it, even when that states another Tracking UID (then it is said): the segment is no claim of
    its own any more, unless other objects share its Tracking UID. Several claims may be about one segment; each has it.
    A group that names several segments is a claim about them together; they stay claims of their own.
    The texts of a presentation state belong to its drawing when only one of its layers has drawings.
    The record of a review makes no claims: it says what was said of them (``prior_reviews``).
    What a reader made of a segmentation or structure set that is open makes none either: it is the reader's word on
    that one's claims. Regions that a next version of a structure set adds are claims.
    What is superseded, rejected by a key object selection, Not for Presentation, or the outline of the whole patient is
    no claim to review; it is counted, and stays in the layers.
Refused
    Joining by place, name or overlap. A doubt leaves two findings: deciding twice is better than never.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from viewer.domain.carriers import Carrier, CarrierKey, Carriers, ItemsOfParts
from viewer.domain.finding import JoinedBy
from viewer.domain.instance import InstanceKey
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay, OverlayKind
from viewer.domain.presentation import PresentationState
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report
from viewer.domain.review_codes import is_review
from viewer.domain.standing import REJECTING_TITLES

REVIEWED_KINDS: Final[tuple[OverlayKind, ...]] = (
    "segmentation",
    "surface_segmentation",
    "structure_set",
    "report",
    "presentation_state",
    "parametric_map",
    "key_objects",
)
"""Kinds of objects whose parts are claims, the one that shows a claim best first."""

_BY_READERS: Final = frozenset({"SEMIAUTOMATIC", "MANUAL"})
_RENDERING_INTENT: Final = ("DCM", "111056")
_OPTIONAL: Final = ("DCM", "111151")
_NOT_FOR_PRESENTATION: Final = ("DCM", "111152")


@dataclass(frozen=True, eq=False)
class Claim:
    """Parts that say one thing, the one that shows it best first, with why each was joined to it."""

    carriers: tuple[Carrier, ...]
    joined_by: Mapping[CarrierKey, JoinedBy]
    tracking_uid: str = ""
    """That of the report, where a segment that it names states another one."""
    tracking_differs: bool = False


class Claims:
    """The claims of opened objects, and how many parts were left out, by reason."""

    def __init__(self, overlays: Iterable[Overlay], library: Library) -> None:
        self.left_out: Counter[str] = Counter()
        self.items: dict[InstanceKey, ItemsOfParts] = {}
        opened = tuple(overlays)
        self._numbers = {one.sop_instance_uid: frozenset(part.number for part in one.parts) for one in opened}
        self._carriers = [carrier for overlay in opened for carrier in self._claiming(overlay)]
        self._carriers.sort(key=_best_first)
        self._by_key = {carrier.key: carrier for carrier in self._carriers}
        self._known = Carriers({one.key[0]: one.overlay for one in self._carriers}.values(), library)
        self._leader: dict[CarrierKey, CarrierKey] = {key: key for key in self._by_key}
        self._with_uid = {one.key for one in self._carriers if one.part.tracking_uid}
        """Of these, leaders are those of claims that state a Tracking UID."""
        self._why: dict[CarrierKey, JoinedBy] = {}

    def items_of(self, carrier: Carrier) -> Sequence[ContentItem]:
        """Return the content items that say a claim; none for what is no report."""
        return self.items[carrier.overlay.instance].items(carrier.part.number)

    def joined(self) -> list[Claim]:
        """Return the claims, each once."""
        self._join_tracked()
        self._join_layers()
        referred = {carrier.key: self._segments_named(carrier) for carrier in self._carriers}
        self._join_segments(referred, tracked=False)
        self._join_segments(referred, tracked=True)
        return list(self._with_segments(referred))

    # --- what is a claim --------------------------------------------------------------------------------------------

    def _claiming(self, overlay: Overlay) -> Iterator[Carrier]:
        if overlay.kind not in REVIEWED_KINDS:
            return
        if is_review(overlay):
            self.left_out["review"] += len(overlay.parts)
            return
        corrected = self._corrected_parts(overlay)
        self.left_out.update({"corrected": len(corrected)} if corrected else {})
        if corrected and len(corrected) == len(overlay.parts):
            return
        self.items[overlay.instance] = ItemsOfParts(overlay)
        standing = {issue.code for issue in overlay.issues} & {"superseded", "rejected_by_key_object"}
        for part in (one for one in overlay.parts if one.number not in corrected):
            carrier = Carrier(overlay, part)
            reason = next(iter(sorted(standing)), "") or self._reason_against(carrier)
            if reason:
                self.left_out[reason] += 1
            elif part.state != "background":
                yield carrier

    def _corrected_parts(self, overlay: Overlay) -> frozenset[int]:
        """Return the numbers of parts that are a reader's word on an object that is open."""
        sources = [self._numbers[uid] for uid in overlay.made_of if uid in self._numbers]
        if not sources or all(part.algorithm_type not in _BY_READERS for part in overlay.parts):
            return frozenset()
        # Segments may be numbered anew. A structure set keeps its numbers, and its next version may have more regions.
        own = frozenset(part.number for part in overlay.parts)
        return own.intersection(frozenset().union(*sources)) if overlay.kind == "structure_set" else own

    def _reason_against(self, carrier: Carrier) -> str:
        """Return why a part is no claim to review; empty when it is one. A background counts as nothing."""
        overlay, part = carrier.overlay, carrier.part
        content = overlay.content
        if overlay.kind == "key_objects" and isinstance(content, Report):
            return "rejects_others" if any(content.root.is_concept(*title) for title in REJECTING_TITLES) else ""
        if isinstance(content, PresentationState) and part.number not in _layers_used(content):
            return "empty_layer"
        if part.state == "background" or part.visible_by_default:
            return ""
        if overlay.kind != "report":
            return "surroundings"
        return "not_for_presentation" if self._has_intent(carrier, _NOT_FOR_PRESENTATION) else ""

    def is_optional(self, carrier: Carrier) -> bool:
        """Say whether a CAD result is one whose presentation is optional."""
        return self._has_intent(carrier, _OPTIONAL)

    def _has_intent(self, carrier: Carrier, intent: tuple[str, str]) -> bool:
        items = self.items_of(carrier)
        return any(
            item.is_concept(*_RENDERING_INTENT) and item.code is not None and item.code.is_code(*intent) for item in items
        )

    # --- what is one claim ------------------------------------------------------------------------------------------

    def _join(self, first: CarrierKey, second: CarrierKey, why: JoinedBy) -> None:
        one, other = self._find(first), self._find(second)
        if one != other:
            self._leader[other] = one
            if other in self._with_uid:
                self._with_uid.add(one)
            self._why.setdefault(second, why)

    def _find(self, key: CarrierKey) -> CarrierKey:
        while self._leader[key] != key:
            self._leader[key] = key = self._leader[self._leader[key]]
        return key

    def _join_tracked(self) -> None:
        for carrier in self._carriers:
            for same in self._known.tracked(carrier.overlay, carrier.part.tracking_uid):
                if same.key in self._by_key:
                    self._join(carrier.key, same.key, "tracking_uid")

    def _join_layers(self) -> None:
        for overlay in {one.key[0]: one.overlay for one in self._carriers}.values():
            content = overlay.content
            if not isinstance(content, PresentationState):
                continue
            drawn = {graphic.part for graphic in content.graphics}
            written = {text.part for text in content.texts} - drawn
            if len(drawn) == 1 and not content.overlay_planes and not content.activations:
                for number in written:
                    self._join((overlay.instance, next(iter(drawn))), (overlay.instance, number), "layer")

    def _join_segments(self, referred: Mapping[CarrierKey, set[CarrierKey]], *, tracked: bool) -> None:
        """Join groups to the segment that they name: all without a Tracking UID, then the only one that has one."""
        naming: defaultdict[CarrierKey, dict[CarrierKey, CarrierKey]] = defaultdict(dict)
        for key, segments in referred.items():
            if self._is_one_segment(segments) and bool(self._by_key[key].part.tracking_uid) == tracked:
                for segment in segments:
                    naming[segment][self._find(key)] = key
        for segment, claims in naming.items():
            if not tracked or (len(claims) == 1 and self._find(segment) not in self._with_uid):
                for key in claims.values():
                    self._join(segment, key, "referenced_segment")

    def _is_one_segment(self, keys: Iterable[CarrierKey]) -> bool:
        named = {(self._by_key[key].overlay.sop_instance_uid.partition("@")[0], key[1]) for key in keys}
        return len(named) == 1

    def _segments_named(self, carrier: Carrier) -> set[CarrierKey]:
        """Return the segments that a report's part names; none when one of them is not among what is reviewed."""
        if carrier.overlay.kind != "report":
            return set()
        found = self._known.all_named(carrier.overlay, segments_named(self.items_of(carrier)))
        keys = {one.key for one in found}
        return keys if keys <= self._by_key.keys() else set()

    def _with_segments(self, referred: Mapping[CarrierKey, set[CarrierKey]]) -> Iterator[Claim]:
        groups: defaultdict[CarrierKey, list[CarrierKey]] = defaultdict(list)
        for carrier in self._carriers:
            groups[self._find(carrier.key)].append(carrier.key)
        about: defaultdict[CarrierKey, dict[CarrierKey, None]] = defaultdict(dict)
        alone: set[CarrierKey] = set()
        for key, segments in referred.items():
            one_segment = self._is_one_segment(segments)
            for segment in segments:
                if self._find(segment) != self._find(key):
                    about[self._find(key)][segment] = None
                    if one_segment:
                        alone.add(segment)
        for leader, keys in groups.items():
            if not all(key in alone for key in keys):
                yield self._claim(keys, list(about.get(leader, ())))

    def _claim(self, keys: Sequence[CarrierKey], segments: Sequence[CarrierKey]) -> Claim:
        own = {key: self._by_key[key] for key in keys}
        taken = {key: self._by_key[key] for key in segments}
        why: dict[CarrierKey, JoinedBy] = {key: self._why.get(key, "tracking_uid") for key in own}
        why |= dict.fromkeys(taken, "referenced_segment")
        uids = sorted({one.part.tracking_uid for one in own.values()} - {""})
        others = {one.part.tracking_uid for one in taken.values()} - {"", *uids}
        carriers = tuple(sorted((own | taken).values(), key=_best_first))
        return Claim(carriers, why, uids[0] if uids else "", bool(uids and others))


def _layers_used(state: PresentationState) -> set[int]:
    """Return the numbers of the layers in which something is drawn, written or switched on."""
    switched = {name for _, name in state.activations}
    planes = {layer.part for layer in state.layers if layer.name in switched}
    # Planes of the state itself are drawn in the layer that activates them (PS3.3 C.11.7).
    return {graphic.part for graphic in state.graphics} | {text.part for text in state.texts} | planes


def segments_named(items: Iterable[ContentItem]) -> list[ImageReference]:
    """Return the segments that content items refer to, each once."""
    found = {
        reference: None
        for item in items
        if item.value_type == "IMAGE"
        for reference in item.references
        if reference.segments
    }
    return list(found)


def _best_first(carrier: Carrier) -> tuple[int, bool, str, int]:
    overlay, part = carrier.overlay, carrier.part
    return REVIEWED_KINDS.index(overlay.kind), part.state != "ok", overlay.sop_instance_uid, part.number
