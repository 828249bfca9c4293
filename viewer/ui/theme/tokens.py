"""The colours of the window, as two frozen tables, and the one set used on images. The only place with hex colours."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Tokens:
    """Named colours of one theme, as ``#RRGGBB``. A name says the use, never the hue."""

    name: str
    canvas: str
    """Behind every image, in both themes."""
    bg0: str
    """Gaps, separators, wells of fields."""
    bg1: str
    """Docks and lists."""
    bg2: str
    """Menu, toolbar, status, cards, dialogs."""
    bg3: str
    """Hover."""
    bg4: str
    """Pressed; the empty part of a bar."""
    field: str
    """Ground of text fields."""
    line: str
    """Divider inside a panel."""
    line2: str
    """Edge of buttons and popups."""
    edge: str
    """Edge of fields, check boxes and radio buttons (3:1)."""
    text1: str
    text2: str
    text3: str
    disabled: str
    accent: str
    """Links, the active tool, tab underline, bars."""
    fill: str
    fill_hover: str
    fill_pressed: str
    on_fill: str
    sel: str
    sel_idle: str
    focus: str
    ai: str
    ai_bg: str
    accepted: str
    rejected: str
    uncertain: str
    modified: str
    undecided: str
    error: str
    error_bg: str
    warning: str
    warning_bg: str
    info: str
    info_bg: str
    ok: str
    ok_bg: str

    def colors(self) -> dict[str, str]:
        """Return every colour by name, for the style sheet."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "name"}


DARK = Tokens(
    name="dark",
    canvas="#000000",
    bg0="#0B0C0E",
    bg1="#15171A",
    bg2="#1C1F23",
    bg3="#272B30",
    bg4="#32373E",
    field="#0B0C0E",
    line="#25292E",
    line2="#3A4048",
    edge="#747E8A",
    text1="#E3E6EA",
    text2="#A9B1BB",
    text3="#89929D",
    disabled="#5F6771",
    accent="#72ACFF",
    fill="#2A66CC",
    fill_hover="#3473DD",
    fill_pressed="#2158B0",
    on_fill="#FFFFFF",
    sel="#1D3556",
    sel_idle="#2A2F36",
    focus="#8FC0FF",
    ai="#BBA6FF",
    ai_bg="#29233F",
    accepted="#4CC38A",
    rejected="#FF7F88",
    uncertain="#F2B94B",
    modified="#5CC8E0",
    undecided="#98A2AE",
    error="#FF7070",
    error_bg="#35191C",
    warning="#F0AE3C",
    warning_bg="#33280F",
    info="#7FB2FF",
    info_bg="#182840",
    ok="#4CC38A",
    ok_bg="#12301F",
)

LIGHT = Tokens(
    name="light",
    canvas="#000000",
    bg0="#CDD1D6",
    bg1="#F4F5F7",
    bg2="#FFFFFF",
    bg3="#E7EAEE",
    bg4="#D6DAE0",
    field="#FFFFFF",
    line="#DFE2E6",
    line2="#C2C8CF",
    edge="#7B838D",
    text1="#191C20",
    text2="#474F59",
    text3="#5C6570",
    disabled="#98A0AA",
    accent="#1C5BBF",
    fill="#2361C6",
    fill_hover="#1C53AF",
    fill_pressed="#2158B0",
    on_fill="#FFFFFF",
    sel="#D2E3FC",
    sel_idle="#E1E5EA",
    focus="#1C5BBF",
    ai="#6440C2",
    ai_bg="#ECE6FB",
    accepted="#14734A",
    rejected="#BC2635",
    uncertain="#855600",
    modified="#0A687F",
    undecided="#5C6570",
    error="#B9202C",
    error_bg="#FCE8E9",
    warning="#855400",
    warning_bg="#FBF0D9",
    info="#1C5BBF",
    info_bg="#E4EEFC",
    ok="#14734A",
    ok_bg="#E1F3E9",
)

THEMES = {tokens.name: tokens for tokens in (DARK, LIGHT)}


@dataclass(frozen=True)
class ImageTokens:
    """Colours on images, the same in both themes. ``plate_alpha`` is the opacity (0..255) of the black label plate."""

    text: str = "#ECEEF0"
    text_second: str = "#CFD4DA"
    outline: str = "#000000"
    plate_alpha: int = 199
    axial: str = "#FF8A8A"
    coronal: str = "#86D993"
    sagittal: str = "#F2CF63"
    mark: str = "#56B4E9"
    selected: str = "#FFFFFF"
    selected_text: str = "#000000"
    strip: str = "#0E1012"
    presence: str = "#4A525C"
    ai: str = "#BBA6FF"


ON_IMAGE = ImageTokens()
