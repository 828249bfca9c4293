"""Groups of parts that readers ask for by name: organs, bones, vessels, muscles, lesions. By code, then by words.

Codes are SNOMED CT types and categories of PS3.16 CID 7150 to 7199; the words are those that programs write into labels.
Lesions come first, then vessels, muscles and bones: "portal vein and splenic vein" is a vessel, "iliac artery" no bone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from viewer.domain.overlay import Overlay, Part
from viewer.domain.segmentation import Segment, Segmentation

GroupName = Literal["lesions", "vessels", "muscles", "bones", "organs", "other"]

_CODES: Mapping[GroupName, frozenset[str]] = {
    "lesions": frozenset(
        ("49755003", "52988006", "4147007", "108369006", "86049000", "27925004", "112233002", "416939005", "396233003")
    ),
    "vessels": frozenset(("59820001", "51114001", "29092000", "61695000", "15825003", "64131007", "48345005", "32764006")),
    "muscles": frozenset(("71616004", "91727004", "68300000", "102291007", "57715001")),
    "bones": frozenset(("90780006", "272673000", "51299004", "421060004", "113197003", "71341001", "56873002", "89546000")),
    "organs": frozenset(
        (
            *("10200004", "64033007", "78961009", "15776009", "69695003", "28231008", "89837001", "41216001", "35039007"),
            *("80891009", "39607008", "44567001", "32849002", "38848004", "30315005", "71854001", "23451007", "69748006"),
            *("12738006", "113257007", "18639004", "9846003", "31435000", "34402009", "14742008", "181277001", "245329002"),
        )
    ),
}
_WORDS: Mapping[GroupName, str] = {
    "lesions": r"lesions?|tumou?rs?|nodules?|mass|metastas[ei]s|cysts?|cancer|carcinoma|h(?:a)?emorrhage|infarct|infiltrate"
    r"|edema|oedema|necros[ei]s|wmh|hyperintensit(?:y|ies)|gtv\w*|ctv\w*|ptv\w*|neoplasm|opacity|calcification|embolus",
    "vessels": r"arter(?:y|ies|ial)|veins?|venous|aorta|vena|cava|vessels?|trunk|carotid|subclavian|portal|brachiocephalic",
    "muscles": r"muscles?|gluteus|autochthon|iliopsoas|psoas|quadriceps|sartorius|trapezius|pectoralis|deltoid|thigh",
    "bones": r"bones?|ribs?|vertebrae?|spine|sacrum|sternum|clavicula|clavicles?|scapula|humer(?:us|i)|femur|femora|hips?"
    r"|skull|mandible|pelvis|tibia|fibula|patella|radius|ulna|carpal|tarsal|costal|cranium",
    "organs": r"liver|spleen|kidneys?|pancreas|stomach|gall ?bladder|bladder|prostate|uterus|ovar(?:y|ies)|heart|lungs?|lobe"
    r"|(?:o)?esophagus|duodenum|bowels?|colon|rectum|adrenal|thyroid|brain|trachea|atrium|ventricle|myocardium|eyes?"
    r"|parotid|thymus|breast|testis|testes|cerebellum|hippocampus|thalamus|cord|gland|appendix|intestine|bronch(?:us|i)",
}
_FORMS: Mapping[GroupName, re.Pattern[str]] = {
    name: re.compile(rf"(?<![a-z])(?:{words})(?![a-z])") for name, words in _WORDS.items()
}


@dataclass(frozen=True)
class SavedGroup:
    """A group of the reader's own: the labels of its parts, as the files write them."""

    name: str
    labels: tuple[str, ...]

    def holds(self, part: Part) -> bool:
        """Say whether a part is in the group; case and underscores do not matter."""
        return words_of(part.label) in {words_of(label) for label in self.labels}


def group_of(overlay: Overlay, part: Part) -> GroupName:
    """Return the group of a part: by the codes of its segment, else by the words of its label, type and region."""
    content = overlay.content
    segment = content.segments_by_number.get(part.number) if isinstance(content, Segmentation) else None
    by_words = _by_words(words_of(part.label)) or _by_words(words_of(f"{part.type} {part.region}"))
    by_code = _by_code(segment) if segment is not None else None
    # A category says more than a name: a lesion of the liver is called "liver lesion", or just "liver".
    return by_code or by_words or "other"


def words_of(text: str) -> str:
    """Return a text as words: small letters, no underscores."""
    return " ".join(re.sub(r"[_\-./]+", " ", text).casefold().split())


def _by_code(segment: Segment) -> GroupName | None:
    said = {one.value for one in (segment.category, segment.type) if one is not None}
    said |= {one.current[1] for one in (segment.category, segment.type) if one is not None}
    return next((name for name, codes in _CODES.items() if said & codes), None)


def _by_words(words: str) -> GroupName | None:
    return next((name for name, form in _FORMS.items() if form.search(words)), None)
