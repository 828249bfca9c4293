"""About with the licences, the guide, and the report of a bug: three windows of words."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QCoreApplication, QDir, QFile, QIODevice, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextTable,
)
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from viewer.ui.parts import divider, label, search_field
from viewer.ui.theme.current import tokens
from viewer.ui.theme.fonts import font
from viewer.ui.welcome import Logo


def tr(text: str) -> str:
    """Translate a text of the windows of words."""
    return QCoreApplication.translate("About", text)


def program_version() -> str:
    """Return the version of the installed program."""
    try:
        return version("overread")
    except PackageNotFoundError:
        return tr("not installed")


def text_of(name: str) -> str:
    """Return the text of a file named with a search path, such as ``help:guide.md``; empty when it is not there."""
    file = QFile(name)
    if not file.open(QIODevice.OpenModeFlag.ReadOnly | QIODevice.OpenModeFlag.Text):
        return ""
    found = bytes(file.readAll().data()).decode(errors="replace")
    file.close()
    return found


class About(QDialog):
    """Name, version, what it is not for, and the licences of what ships with it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Overread"))
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(Logo())
        names = QVBoxLayout()
        names.addWidget(label("Overread", "dialog-title"))
        names.addWidget(label(tr("Version {version}").format(version=program_version()), "second"))
        head.addLayout(names, 1)
        self.warning = label(tr("Not for diagnostic use. Overread is not a medical device."), "warning")
        self.licences = QPlainTextEdit()
        self.licences.setReadOnly(True)
        self.licences.setAccessibleName(tr("Licence"))
        self.names = QComboBox()
        self.names.setAccessibleName(tr("Licence of"))
        for name in QDir("licences:").entryList(QDir.Filter.Files, QDir.SortFlag.Name):
            self.names.addItem(name.rpartition(".")[0] or name, name)
        self.names.currentIndexChanged.connect(self._show)
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(label(tr("Reads medical images together with what an AI said about them."), "second", wrap=True))
        column.addWidget(self.warning)
        column.addWidget(divider())
        column.addWidget(label(tr("Overread is free software under the MIT licence. It ships with:"), "second"))
        column.addWidget(self.names)
        column.addWidget(self.licences, 1)
        column.addLayout(foot)
        self.resize(560, 520)
        self._show()

    def _show(self) -> None:
        self.licences.setPlainText(text_of(f"licences:{self.names.currentData()}"))


class Guide(QDialog):
    """The guide, written in Markdown in the resources."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Guide"))
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self.page.setAccessibleName(tr("Guide"))
        text = text_of("help:guide.md")
        self.page.setMarkdown(text or tr("The guide is missing: the installation is incomplete."))
        _space_out(self.page.document())
        self.page.anchorClicked.connect(lambda link: self.page.scrollToAnchor(link.fragment()))
        self.search = search_field(tr("Find in the guide"))
        self.search.setFixedWidth(260)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(lambda: self.page.find(self.search.text()))
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 20, 8)
        head.addStretch()
        head.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.page, 1)
        self.page.document().setDocumentMargin(20)
        self.resize(760, 640)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)

    def _find(self, text: str) -> None:
        cursor = self.page.textCursor()
        cursor.setPosition(0)
        self.page.setTextCursor(cursor)
        if text:
            self.page.find(text)


def _space_out(document: QTextDocument) -> None:
    """Give the headings of a Markdown text the sizes of the window and room above; Qt leaves none."""
    block = document.begin()
    while block.isValid():
        cursor, level = QTextCursor(block), block.blockFormat().headingLevel()
        room = QTextBlockFormat()
        room.setTopMargin(18 if level > 1 else 0 if level else 3)
        room.setBottomMargin(6 if level else 3)
        cursor.mergeBlockFormat(room)
        if level:
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            # Set, not merged: Markdown gives headings a step in size, which would win over the size of their font.
            size = cursor.charFormat()
            size.clearProperty(int(QTextFormat.Property.FontSizeAdjustment))
            size.setFont(font(18 if level == 1 else 15 if level == 2 else 13, 600))
            cursor.setCharFormat(size)
        block = block.next()
    for table in document.rootFrame().childFrames():
        if isinstance(table, QTextTable):
            quiet = table.format()
            quiet.setBorderBrush(QColor(tokens().line2))
            quiet.setBorderCollapse(True)
            quiet.setBorder(1)
            table.setFormat(quiet)


class CrashReport(QDialog):
    """What the user sees of a bug: that the reading is saved, and a report without patient data to copy."""

    def __init__(self, report: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Something went wrong in Overread"))
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Report"))
        copy, close = QPushButton(tr("Copy report")), QPushButton(tr("Go on"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(copy)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(tr("Something went wrong in Overread"), "dialog-title"))
        column.addWidget(
            label(
                tr("What you did is saved, and the opened files are as they were. The report holds no patient data."),
                "second",
                wrap=True,
            )
        )
        column.addWidget(self.text, 1)
        column.addLayout(foot)
        self.resize(620, 380)
