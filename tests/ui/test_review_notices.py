"""What the window says of the saving of reviews: every piece of news in plain words, and a link where trying again helps."""

from __future__ import annotations

from typing import get_args

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from viewer.app.review_saving import ReviewNews
from viewer.ui.notices import Notices
from viewer.ui.review_notices import NewsKind, review_notice


def test_all_news_has_words_and_what_can_be_tried_again_has_a_link() -> None:
    linked = set()
    for kind in get_args(NewsKind):
        notice = review_notice(ReviewNews(kind, "The disk is full"))
        assert notice.title.endswith(".")
        assert "{" not in notice.text
        if notice.link:
            linked.add(kind)
    assert linked == {"not_saved", "not_read", "elsewhere"}
    assert "The disk is full" in review_notice(ReviewNews("not_saved", "The disk is full")).text


def test_a_notice_goes_when_its_link_is_followed_and_comes_back_when_that_did_not_help(qtbot: QtBot) -> None:
    notices = Notices()
    qtbot.addWidget(notices)
    helps = False
    failed = review_notice(ReviewNews("not_saved", "The disk is full"))

    def try_again() -> None:
        notices.tell(review_notice(ReviewNews("saved_again")) if helps else failed, None if helps else try_again)

    notices.tell(failed, try_again)
    notices.findChildren(QPushButton)[0].click()
    assert notices.titles == (failed.title,)
    helps = True
    qtbot.wait(1)
    notices.findChildren(QPushButton)[0].click()
    assert notices.titles == ("Everything is saved.",)
