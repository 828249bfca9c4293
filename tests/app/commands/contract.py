"""The JSON documents of the command line as types: what each key holds, key by key; further keys are allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Check = Callable[[Any, str], None]


class Broken(AssertionError):
    """A document breaks the contract; the text says where."""


def _is(*types: type) -> Check:
    def check(value: Any, where: str) -> None:
        # True is an int to Python and not to a reader of JSON.
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise Broken(f"{where}: {value!r} is no {' or '.join(one.__name__ for one in types)}")

    return check


TEXT, WHOLE, YES_NO, NUMBER = _is(str), _is(int), _is(bool), _is(int, float)


def null_or(other: Check) -> Check:
    def check(value: Any, where: str) -> None:
        if value is not None:
            other(value, where)

    return check


def one_of(words: str) -> Check:
    def check(value: Any, where: str) -> None:
        if value not in words.split("|"):
            raise Broken(f"{where}: {value!r} is none of {words}")

    return check


def like(pattern: str) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise Broken(f"{where}: {value!r} is not like {pattern}")

    return check


def several(each: Check, count: int | None = None) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, list) or count not in (None, len(value)):
            raise Broken(f"{where}: {value!r} is no list of {count or 'any number'}")
        for place, one in enumerate(value):
            each(one, f"{where}[{place}]")

    return check


def holding(**keys: Check) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise Broken(f"{where}: {value!r} is no object")
        for key, inside in keys.items():
            if key not in value:
                raise Broken(f"{where} has no {key}")
            inside(value[key], f"{where}.{key}")

    return check


def item(value: Any, where: str) -> None:
    """Check a content item and, without recursion, all below it."""
    waiting = [(value, where)]
    while waiting:
        one, place = waiting.pop()
        _ITEM(one, place)
        waiting += [(child, f"{place}.{child.get('position')}") for child in one["children"]]
        for number, child in enumerate(one["children"], start=1):
            if child["position"] != f"{one['position']}.{number}":
                raise Broken(f"{place}: child {number} calls itself {child['position']}")


DATE = like(r"(\d{8}|\d{4}\.\d{2}\.\d{2})?")
UID = like(r"\S*")
ISSUES = several(holding(code=like(r"[a-z0-9_]+"), severity=one_of("info|warning|error"), text=like(r"(?s).*\S.*")))

SCAN = holding(
    patients=several(
        holding(
            patient_id=TEXT,
            patient_name=TEXT,
            studies=several(
                holding(
                    study_instance_uid=UID,
                    study_date=TEXT,
                    study_description=TEXT,
                    series=several(
                        holding(
                            series_instance_uid=UID,
                            series_number=null_or(WHOLE),
                            modality=TEXT,
                            series_description=TEXT,
                            sop_class_uid=UID,
                            role=one_of("image|overlay|report|document|registration|other"),
                            instances=WHOLE,
                            for_processing=YES_NO,
                            stacks=several(
                                holding(
                                    id=like(r".+#\d+"),
                                    label=TEXT,
                                    frames=WHOLE,
                                    rows=WHOLE,
                                    columns=WHOLE,
                                    frame_of_reference_uid=null_or(UID),
                                    orientation=one_of("axial|coronal|sagittal|oblique|none"),
                                    regular=YES_NO,
                                    spacing_mm=several(null_or(NUMBER), 3),
                                    origin_mm=null_or(several(NUMBER, 3)),
                                    sop_instance_uids=several(UID),
                                )
                            ),
                            issues=ISSUES,
                        )
                    ),
                )
            ),
        )
    ),
    skipped=several(holding(path=TEXT, reason=like(r"(?s).*\S.*"))),
    files=WHOLE,
    seconds=NUMBER,
)

LAYERS = holding(
    objects=several(
        holding(
            sop_instance_uid=UID,
            series_instance_uid=UID,
            kind=one_of(
                "segmentation|structure_set|presentation_state|report|parametric_map|key_objects|dose|surface_segmentation"
                "|registration|real_world_value_map|bulk_annotations|plan|color_palette|waveform|document|other"
            ),
            subtype=TEXT,
            label=TEXT,
            content_date=DATE,
            provenance=holding(
                manufacturer=TEXT,
                model=TEXT,
                software_versions=TEXT,
                algorithm_name=TEXT,
                algorithm_version=TEXT,
                algorithm_type=one_of("AUTOMATIC|SEMIAUTOMATIC|MANUAL|"),
            ),
            lies_on=several(
                holding(
                    stack=like(r".+#\d+"),
                    by=one_of("frame_of_reference|referenced_images|registration"),
                    default=YES_NO,
                    frames=null_or(several(WHOLE, 2)),
                )
            ),
            not_shown_because=null_or(TEXT),
            outcome=null_or(one_of("findings|no_findings|not_evaluated|partial|failed")),
            parts=several(
                holding(
                    number=WHOLE,
                    label=TEXT,
                    color=several(WHOLE, 3),
                    category=TEXT,
                    type=TEXT,
                    region=TEXT,
                    laterality=TEXT,
                    algorithm_type=TEXT,
                    tracking_uid=null_or(UID),
                    voxels=null_or(WHOLE),
                    volume_ml=null_or(NUMBER),
                    state=one_of("ok|empty|not_described|background|unreadable"),
                )
            ),
            issues=ISSUES,
        )
    )
)

_FINDING = holding(
    id=like(r"\S+"),
    label=TEXT,
    sources=several(holding(sop_instance_uid=UID, part=WHOLE, item=null_or(like(r"1(\.\d+)*")))),
    tracking_uid=null_or(UID),
    site=TEXT,
    laterality=TEXT,
    measurements=several(holding(name=TEXT, value=TEXT, unit=TEXT, qualifier=null_or(TEXT))),
    location=null_or(holding(stack=like(r".+#\d+"), frame=WHOLE, point_patient=null_or(several(NUMBER, 3)))),
    provenance=holding(manufacturer=TEXT, algorithm_name=TEXT, algorithm_type=one_of("AUTOMATIC|SEMIAUTOMATIC|MANUAL|")),
    status=one_of("undecided|accepted|rejected|uncertain|modified"),
)
FINDINGS = holding(findings=several(_FINDING))

_CONCEPT = null_or(holding(value=TEXT, scheme=TEXT, meaning=TEXT))
_ITEM = holding(
    value_type=null_or(TEXT),
    relationship=null_or(TEXT),
    concept=_CONCEPT,
    position=like(r"1(\.\d+)*"),
    value=null_or(TEXT),
    unit=null_or(TEXT),
    qualifier=_CONCEPT,
    datetime=null_or(TEXT),
    graphic_type=null_or(TEXT),
    graphic_data=null_or(several(null_or(NUMBER))),
    frame_of_reference_uid=null_or(UID),
    by_reference=null_or(like(r"1(\.\d+)*")),
    references=several(holding(sop_class_uid=UID, sop_instance_uid=UID, frames=several(WHOLE), segments=several(WHOLE))),
    children=several(holding(position=TEXT)),
)
REPORTS = holding(
    reports=several(
        holding(
            sop_instance_uid=UID,
            title=TEXT,
            completion=TEXT,
            verification=TEXT,
            predecessors=several(holding(sop_instance_uid=UID)),
            root=item,
        )
    )
)
PROBE = holding(
    stack=null_or(like(r".+#\d+")),
    frame=null_or(WHOLE),
    instance=null_or(UID),
    index=null_or(several(WHOLE, 2)),
    point_patient=null_or(several(NUMBER, 3)),
    stored=null_or(NUMBER),
    value=null_or(NUMBER),
    unit=TEXT,
    state=one_of("value|padding|not_a_number|outside|missing|colour|unreadable"),
    real_world=several(holding(value=null_or(NUMBER), unit=TEXT, label=TEXT)),
    suv=null_or(NUMBER),
    parts=several(holding(object=UID, part=WHOLE, label=TEXT, fraction=NUMBER)),
)
MEASURE = holding(
    parts=several(
        holding(object=UID, part=WHOLE, label=TEXT, voxels=null_or(WHOLE), volume_ml=null_or(NUMBER)),
    ),
    checks=several(
        holding(
            finding=TEXT,
            measurement=TEXT,
            reported=TEXT,
            unit=TEXT,
            recomputed=null_or(NUMBER),
            difference_percent=null_or(NUMBER),
            agrees=null_or(YES_NO),
            method=like(r"(?s).*\S.*"),
        )
    ),
)
_ALONE = several(holding(part=WHOLE, label=TEXT, volume_ml=null_or(NUMBER)))
COMPARE = holding(
    matched=several(
        holding(
            a=WHOLE,
            b=WHOLE,
            label=TEXT,
            dice=null_or(NUMBER),
            volume_a_ml=null_or(NUMBER),
            volume_b_ml=null_or(NUMBER),
            difference_percent=null_or(NUMBER),
            surface_mean_mm=null_or(NUMBER),
            surface_p95_mm=null_or(NUMBER),
        )
    ),
    only_a=_ALONE,
    only_b=_ALONE,
)
CHECK = holding(
    issues=several(
        holding(
            code=like(r"[a-z0-9_]+"),
            severity=one_of("info|warning|error"),
            text=like(r"(?s).*\S.*"),
            object=UID,
            where=TEXT,
            standard=TEXT,
        )
    )
)
SELF_TEST = holding(lines=several(holding(what=like(r"\S.*"), passed=YES_NO, text=like(r"(?s).*\S.*"))))
BY_COMMAND = {
    "scan": SCAN,
    "layers": LAYERS,
    "findings": FINDINGS,
    "report": REPORTS,
    "probe": PROBE,
    "measure": MEASURE,
    "check": CHECK,
}
