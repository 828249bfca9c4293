"""The one style sheet, as a template: ``@name`` is a colour token, ``~12`` a length that grows with the text size.

Variants are chosen by property (``kind``, ``role``), set before a widget is shown. Rows of lists are not styled here: their
delegates paint them.
"""

from __future__ import annotations

import re

from viewer.ui.theme.current import Theme

TEMPLATE = """
* { outline: none; }
QMainWindow, QMainWindow > QWidget#centre { background: @bg0; }
QMainWindow::separator { background: @bg0; width: 4px; height: 4px; }
QMainWindow::separator:hover { background: @line2; }

QMenuBar { background: @bg2; color: @text1; padding: 0 8px; }
QMenuBar::item { padding: 6px 8px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: @bg3; }
QMenuBar::item:pressed { background: @bg4; }
QMenu { background: @bg2; color: @text1; border: 1px solid @line2; border-radius: 6px; padding: 4px; }
QMenu::item { padding: 5px 16px 5px 8px; border-radius: 4px; min-width: 180px; min-height: ~16; }
QMenu::item:selected { background: @sel; }
QMenu::item:disabled { color: @disabled; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: @line; margin: 4px 4px; }
QMenu::indicator { width: 16px; height: 16px; margin-left: 6px; }
QMenu::indicator:checked { image: url(tinted:check-accent.svg); }
QMenu::right-arrow { image: url(tinted:chevron-right.svg); width: 14px; height: 14px; margin-right: 4px; }

QToolBar { background: @bg2; border: none; border-bottom: 1px solid @bg0; spacing: 2px; padding: 0 8px; }
QToolBar::separator { background: @line2; width: 1px; margin: 5px 7px; }
QToolButton { background: transparent; color: @text1; border: 1px solid transparent; border-radius: 5px; padding: 5px; }
QToolButton:hover { background: @bg3; }
QToolButton:pressed { background: @bg4; }
QToolButton:checked { background: @sel; }
QToolButton:disabled { color: @disabled; }
QToolButton:focus { border: 1px solid @focus; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[kind="ai"] { color: @ai; }
QToolButton[kind="ai"]:disabled { color: @disabled; }
QToolButton[kind="quiet"] { color: @text2; }
QToolButton[kind="link"], QPushButton[kind="link"] { color: @accent; background: transparent; border: 1px solid transparent;
  padding: 0 2px; min-height: ~20; text-align: left; }
QPushButton[kind="link"]:hover, QToolButton[kind="link"]:hover { text-decoration: underline; background: transparent; }
QPushButton[kind="link"]:focus, QToolButton[kind="link"]:focus { border: 1px solid @focus; }
QToolButton[kind="warning"] { color: @warning; padding: 1px 6px; }
QToolButton[kind="field"] { background: @field; border: 1px solid @edge; }
QToolButton[kind="field"]:hover { background: @bg3; }
QToolButton[kind="small"] { padding: 3px; }

QPushButton { background: transparent; color: @text1; border: 1px solid @line2; border-radius: 5px; padding: 0 12px;
              min-height: ~26; font-weight: 500; }
QPushButton:hover { background: @bg3; }
QPushButton:pressed { background: @bg4; }
QPushButton:disabled { color: @disabled; }
QPushButton:focus { border: 2px solid @focus; padding: 0 11px; min-height: ~24; }
QPushButton:checked { background: @sel; }
QPushButton[kind="primary"] { background: @fill; color: @on_fill; border: 1px solid @fill; }
QPushButton[kind="primary"]:hover { background: @fill_hover; border-color: @fill_hover; }
QPushButton[kind="primary"]:pressed { background: @fill_pressed; border-color: @fill_pressed; }
QPushButton[kind="primary"]:focus { border: 2px solid @focus; }
QPushButton[kind="primary"]:disabled { background: @bg3; color: @disabled; border-color: @bg3; }
QPushButton::menu-indicator { image: url(tinted:chevron-down.svg); subcontrol-origin: padding;
  subcontrol-position: right center; width: 14px; height: 14px; right: 6px; }
QPushButton[kind="field"] { background: @field; border: 1px solid @edge; padding: 0 24px 0 8px; min-height: ~24;
  text-align: left; font-weight: 400; }
QPushButton[kind="field"]:hover { background: @bg3; }
QPushButton[kind="field"]:focus { border: 2px solid @focus; padding: 0 23px 0 7px; min-height: ~22; }
QPushButton[kind="quiet"] { border: 1px solid transparent; color: @text2; }
QPushButton[kind="quiet"]:focus { border: 2px solid @focus; }
QPushButton[kind="small"] { min-height: ~22; padding: 0 8px; }
QPushButton[kind="menu"] { min-height: ~22; padding: 0 22px 0 8px; }
QPushButton[kind="menu"]:focus { min-height: ~20; padding: 0 21px 0 7px; }
QPushButton[kind="small"]:focus { min-height: ~20; padding: 0 7px; }

QLineEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox { background: @field; color: @text1; border: 1px solid @edge;
  border-radius: 5px; padding: 0 6px; selection-background-color: @fill; selection-color: @on_fill; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { min-height: ~24; }
QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus { border: 2px solid @focus;
  padding: 0 5px; min-height: ~22; }
QLineEdit:disabled, QComboBox:disabled { color: @disabled; border-color: @line2; }
QLineEdit[state="invalid"] { border: 1px solid @error; }
QLineEdit[kind="palette"] { font-size: ~13; min-height: ~32; border: none; background: transparent; }
QLineEdit[kind="palette"]:focus { border: none; padding: 0 6px; min-height: ~32; }
QSpinBox, QDoubleSpinBox { padding: 0 22px 0 6px; }
QSpinBox:focus, QDoubleSpinBox:focus { padding: 0 21px 0 5px; }
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-origin: border; subcontrol-position: top right; width: 20px;
  border: none; background: transparent; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-origin: border; subcontrol-position: bottom right;
  width: 20px; border: none; background: transparent; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url(tinted:chevron-up.svg); width: 12px; height: 12px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url(tinted:chevron-down.svg); width: 12px; height: 12px; }
QComboBox { background: @field; color: @text1; border: 1px solid @edge; border-radius: 5px; padding: 0 8px; }
QComboBox:focus { padding: 0 7px; }
QComboBox:hover { background: @bg3; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: url(tinted:chevron-down.svg); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: @bg2; color: @text1; border: 1px solid @line2; border-radius: 6px; padding: 4px;
  selection-background-color: @sel; selection-color: @text1; }

QCheckBox, QRadioButton { color: @text1; spacing: 8px; background: transparent; border: 1px solid transparent;
  border-radius: 4px; padding: 2px; min-height: ~20; }
QCheckBox:focus, QRadioButton:focus { border: 1px solid @focus; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @edge; border-radius: 3px; background: @field; }
QCheckBox::indicator:hover { background: @bg3; }
QCheckBox::indicator:checked { background: @fill; border-color: @fill; image: url(tinted:check.svg); }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @edge; border-radius: 8px; background: @field; }
QRadioButton::indicator:checked { border: 4px solid @fill; width: 8px; height: 8px; background: @on_fill; }

QSlider::groove:horizontal { height: 4px; background: @bg4; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 2px; }
QSlider::handle:horizontal { background: @text1; width: 12px; height: 12px; margin: -4px 0; border-radius: 6px; }
QSlider::handle:horizontal:focus { background: @focus; }

QAbstractScrollArea { background: @bg1; border: none; }
QTreeView, QListView, QTableView { background: @bg1; color: @text1; border: none; show-decoration-selected: 1; }
QTreeView::branch { background: transparent; image: none; border-image: none; }
QTableView::item { padding: 0 10px; }
QTableView::item:selected { background: @sel; color: @text1; }
QTableView::indicator { width: 14px; height: 14px; border: 1px solid @edge; border-radius: 3px; background: @field; }
QTableView::indicator:checked { background: @fill; border-color: @fill; image: url(tinted:check.svg); }
QHeaderView::section { background: @bg1; color: @text3; border: none; border-bottom: 1px solid @line; padding: 0 12px;
  min-height: ~22; font-size: ~11; font-weight: 500; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line2; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 28px; margin: 2px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 2px; }
QScrollBar::handle:hover { background: @edge; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none;
  width: 0; height: 0; }

QTabBar { background: @bg1; qproperty-drawBase: 0; border: none; }
QTabBar::tab { background: transparent; color: @text2; border: none; border-bottom: 2px solid transparent; padding: 0 2px;
  margin: 0 8px; min-height: ~30; font-weight: 500; }
QTabBar::tab:first { margin-left: 12px; }
QTabBar::tab:hover { color: @text1; }
QTabBar::tab:selected { color: @text1; border-bottom: 2px solid @accent; font-weight: 600; }
QTabBar::tab:focus { color: @focus; }
QTabBar QToolButton { background: @bg1; }
QTabWidget::pane { border: none; border-top: 1px solid @line; }

QDockWidget { color: @text1; background: @bg1; border: none; }
QDockWidget > QWidget { background: @bg1; }
QWidget[role="panel"] { background: @bg1; }
QWidget[role="bar"] { background: @bg2; }
QWidget[role="dock-head"] { background: @bg1; min-height: ~32; max-height: ~32; }
QFrame[role="card"] { background: @bg2; border: 1px solid @line; border-radius: 6px; }
QFrame[role="popup"] { background: @bg2; border: 1px solid @line2; border-radius: 8px; }
QFrame[role="popup"] QListView { background: @bg2; }
QFrame[role="flyout"] { background: @bg1; border: 1px solid @line2; }
QFrame[role="divider"] { background: @line; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="drop"] { background: transparent; border: 1px dashed @line2; border-radius: 6px; }
QFrame[severity="error"] { background: @error_bg; border: 1px solid @error; border-radius: 5px; }
QFrame[severity="warning"] { background: @warning_bg; border: 1px solid @warning; border-radius: 5px; }
QFrame[severity="info"] { background: @info_bg; border: 1px solid @info; border-radius: 5px; }
QFrame[severity="ok"] { background: @ok_bg; border: 1px solid @ok; border-radius: 5px; }
QFrame[severity] QToolButton { padding: 1px 3px; }

QLabel { color: @text1; background: transparent; }
QLabel[role="caption"] { color: @text3; font-size: ~11; }
QLabel[role="second"] { color: @text2; }
QLabel[role="third"] { color: @text3; }
QLabel[role="head"] { font-weight: 600; }
QLabel[role="dialog-title"] { font-size: ~15; font-weight: 600; }
QLabel[role="card-title"] { font-size: ~13; font-weight: 600; }
QLabel[role="name"] { font-size: ~24; font-weight: 600; }
QLabel[role="lead"] { font-size: ~13; color: @text2; }
QLabel[role="key"] { color: @text2; font-size: ~10; font-weight: 500; border: 1px solid @line2; border-radius: 3px;
  padding: 0 4px; min-height: ~14; max-height: ~14; }
QLabel[role="pill"] { color: @text2; background: @bg3; font-size: ~11; border-radius: 8px; padding: 0 6px; min-height: ~16;
  max-height: ~16; }
QLabel[role="warning"] { color: @warning; }
QLabel[role="error"] { color: @error; }
QLabel[role="ai"] { color: @ai; background: @ai_bg; border-radius: 3px; font-size: ~10; font-weight: 600; padding: 0 4px; }
QLabel[role="fact"] { color: @text2; border: 1px solid @line2; border-radius: 3px; font-size: ~10; font-weight: 500;
  padding: 0 4px; }
QLabel[role="must-know"] { color: @warning; background: @warning_bg; border-radius: 3px; font-size: ~10; font-weight: 500;
  padding: 0 4px; }

QStatusBar { background: @bg2; color: @text2; min-height: ~24; max-height: ~24; border-top: 1px solid @bg0; }
QStatusBar::item { border: none; }
QProgressBar { background: @bg4; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; color: transparent; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }

QToolTip { background: @text1; color: @bg0; border: none; padding: 5px 8px; border-radius: 5px; }
QDialog, QMessageBox { background: @bg2; }
QDialog QScrollArea, QDialog QScrollArea > QWidget > QWidget { background: @bg2; }
QDialog QListView, QDialog QTreeView { background: @bg2; }
QTextBrowser { background: @bg1; color: @text1; border: none; font-size: ~13; selection-background-color: @fill;
  selection-color: @on_fill; }
QTextBrowser[kind="plain"] { background: @bg2; font-size: ~12; }
QPushButton[role="segment"] { background: transparent; color: @text2; border: 1px solid @line2; border-radius: 0;
  padding: 0 8px; min-height: ~22; }
QPushButton[role="segment"]:checked { background: @sel; color: @text1; }
QPushButton[role="segment"]:focus { border: 1px solid @focus; }
QPushButton[role="act"], QPushButton[role="act-primary"], QPushButton[role="act-flat"], QPushButton[role="act-gone"] {
  min-height: ~54; padding: 0; }
QPushButton[role="act-flat"], QPushButton[role="act-gone"] { background: transparent; border: 1px solid transparent;
  border-radius: 6px; }
QPushButton[role="act-flat"]:hover { background: @bg3; }
QPushButton[role="act-flat"]:focus { border: 2px solid @focus; min-height: ~52; }
QPushButton[role="act"] { background: @bg2; border: 1px solid @line; border-radius: 6px; }
QPushButton[role="act"]:hover { background: @bg3; }
QPushButton[role="act"]:pressed { background: @bg4; }
QPushButton[role="act"]:focus { border: 2px solid @focus; min-height: ~52; }
QPushButton[role="act-primary"] { background: @fill; border: 1px solid @fill; border-radius: 6px; }
QPushButton[role="act-primary"]:hover { background: @fill_hover; }
QPushButton[role="act-primary"]:pressed { background: @fill_pressed; }
QPushButton[role="act-primary"]:focus { border: 2px solid @focus; min-height: ~52; }
QPushButton[role="act-primary"] QLabel { color: @on_fill; }
QPushButton[role="act-primary"] QLabel[role="key"] { border-color: @on_fill; }
QPushButton[kind="pill"] { border-radius: 11px; padding: 0 8px; min-height: ~20; font-weight: 400; color: @text2; }
QPushButton[kind="pill"]:checked { background: @sel; color: @text1; border-color: @accent; }
QPushButton[kind="pill"]:focus { border: 2px solid @focus; padding: 0 7px; min-height: ~18; }
QPushButton[kind="decide"] { padding: 0; min-height: ~26; }
QPushButton[taken="accepted"] { border: 2px solid @accepted; }
QPushButton[taken="rejected"] { border: 2px solid @rejected; }
QPushButton[taken="uncertain"] { border: 2px solid @uncertain; }
QPushButton[taken="modified"] { border: 2px solid @modified; }
QLabel[role="differs"] { color: @warning; font-weight: 600; }
QFrame[role="blind"] { background: @ai_bg; border-bottom: 1px solid @ai; }
QSplitter::handle:vertical { background: @line; height: 1px; }
"""

_COLOR = re.compile(r"@([a-z_0-9]+)")
_LENGTH = re.compile(r"~(\d+)")


def style_sheet(theme: Theme) -> str:
    """Return the sheet of a theme. Raises KeyError when the template names a token that does not exist."""
    colors = theme.tokens.colors()
    with_colors = _COLOR.sub(lambda found: colors[found[1]], TEMPLATE)
    return _LENGTH.sub(lambda found: f"{theme.metrics.px(int(found[1]))}px", with_colors)
