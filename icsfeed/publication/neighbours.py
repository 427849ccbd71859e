"""The windows before and after a window, and since when they are."""

from datetime import datetime

from icsfeed.replay import PublishedCalendar, PublishedWindow

_Key = tuple[datetime, str]


def neighbours_of(
    published: PublishedCalendar, window: PublishedWindow
) -> tuple[PublishedWindow | None, PublishedWindow | None, datetime | None]:
    """Return the windows before and after a window, and since when both are its neighbours and what they now are.

    Returns:
        None for a neighbour that is not there, and for the moment if nothing was ever there.
    """
    windows, at = published.windows, published.windows.index(window)
    before = windows[at - 1] if at else None
    after = windows[at + 1] if at + 1 < len(windows) else None
    stamps = [each.shown_since for each in (before, after) if each is not None]
    stamps += _left(published, window, before, after)
    return before, after, max(stamps, default=None)


def _left(
    published: PublishedCalendar, window: PublishedWindow, before: PublishedWindow | None, after: PublishedWindow | None
) -> list[datetime]:
    """Return when windows left the stretch between the neighbours, where nothing but the window itself now is."""
    low, high = (_key(each) if each is not None else None for each in (before, after))
    places: dict[str, _Key] = {}
    found = []
    for line in published.lines:
        if line.window is None or line.window.id == window.window.id:
            continue
        was, now = places.get(line.window.id), (line.window.start, line.window.id)
        places[line.window.id] = now
        if line.window.repeat is not None or (was is not None and was != now and _is_between(was, low, high)):
            found.append(line.at)
    return found


def _key(window: PublishedWindow) -> _Key:
    return window.start, window.window.id


def _is_between(key: _Key, low: _Key | None, high: _Key | None) -> bool:
    return (low is None or low < key) and (high is None or key < high)
