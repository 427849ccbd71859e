"""Keeps the current publication of a folder of journals: a thread watches the folder and the clock and replaces it as a whole.

Requests never wait for a new publication and never see a mixture of two.
"""

import logging
import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from icsfeed.publication.journals import Clock, JournalFolder, read_clock, warn_of_left_out, warn_of_missing_ends
from icsfeed.publication.paths import Addresses, NoAddressError
from icsfeed.publication.publication import Publication, render_publication

POLL_SECONDS = 0.5
"""How often the folder is checked for changes."""

PREPARATION = timedelta(seconds=5)
"""How long before a boundary the publication that begins there is rendered."""

LONGEST_PAUSE = timedelta(minutes=1)
"""In a healthy service, the folder was last checked at most this long ago."""

_log = logging.getLogger("icsfeed")


class Source:
    """The current publication of a folder of journals.

    Attributes:
        publication: Replaced as a whole, never modified.
        observer: Called after each refresh.
    """

    def __init__(
        self,
        journals: JournalFolder,
        addresses: Addresses,
        *,
        clock: Clock = read_clock,
        is_preview: bool = False,
        dynamic: bool = True,
        only: str | None = None,
    ) -> None:
        """Load the journals and render the first publication.

        Parameters:
            journals: The folder.
            addresses: Where the calendars are published.
            clock: Returns the present, or always the moment to preview.
            is_preview: Whether the clock is fixed at a moment to preview.
            dynamic: Whether a server answers `state` and `plan`; False for an export.
            only: The name of the calendar to publish; None for all.
        """
        self.journals = journals
        self.only = only
        self.is_preview = is_preview
        self._dynamic = dynamic
        self.observer: Callable[[Source], None] = lambda _: None
        self._addresses = addresses
        self._clock = clock
        self._prepared: Publication | None = None
        self._is_stale = False
        self._has_failed = False
        self._left_out: dict[str, int] = {}
        self._without_end: set[str] = set()
        self._lock = threading.Lock()
        journals.refresh()
        self.publication = self._render(clock(), None)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the publication may not be what it should be, in sentences for the operator; empty if all is well."""
        reasons, read_at = [*self.journals.reasons], self.journals.read_at
        if self._has_failed:
            reasons.append("the last check of the journals failed; see the log")
        if read_at is None or self.journals.clock() - read_at > LONGEST_PAUSE:
            reasons.append("the journals were last checked more than a minute ago")
        return tuple(reasons)

    def now(self) -> datetime:
        """Return the present, or the moment to preview."""
        return self._clock()

    def _render(self, moment: datetime, before: Publication | None) -> Publication:
        """Return the publication at a moment; calendars without an address are logged and left out."""
        calendars = []
        for published in self.journals.calendars:
            if self.only not in {None, published.calendar.key}:
                continue
            try:
                self._addresses.of(published.calendar)
                calendars.append(published)
            except NoAddressError as error:
                _log.error("%s", error)
        addresses, is_preview, dynamic = self._addresses.of, self.is_preview, self._dynamic
        rendered = render_publication(calendars, moment, addresses, before=before, is_preview=is_preview, dynamic=dynamic)
        if not self.journals.quiet:
            warn_of_left_out(calendars, moment, self._left_out)
            warn_of_missing_ends(calendars, moment, self._without_end)
        return rendered

    def refresh(self) -> None:
        """Render anew if a journal changed, a boundary passed or the clock was set back; prepare for the next boundary."""
        with self._lock:
            self._is_stale |= self.journals.refresh()
            now = self._clock()
            until = self.publication.until
            if self._is_stale or now < self.publication.moment:
                self.publication, self._prepared = self._render(now, self.publication), None
                self._is_stale = False
            elif until is not None and now >= until:
                prepared, self._prepared = self._prepared, None
                is_valid = prepared is not None and prepared.is_valid_at(now)
                self.publication = prepared if prepared is not None and is_valid else self._render(now, self.publication)
            elif until is not None and self._prepared is None and now >= until - PREPARATION:
                self._prepared = self._render(until, self.publication)
        self.observer(self)

    def seconds_to_next_poll(self) -> float:
        """Return how long to wait until the next `refresh`: to the next boundary, at most `POLL_SECONDS`."""
        until = self.publication.until
        if until is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(0.01, (until - self._clock()).total_seconds()))

    def watch(self) -> None:
        """Refresh in a thread that ends with the process; a forked process starts a thread of its own."""
        self._start_thread()
        os.register_at_fork(after_in_child=self._watch_after_fork)

    def _watch_after_fork(self) -> None:
        """Start over in a forked process, as the fork may have happened during a refresh."""
        self._lock, self._is_stale = threading.Lock(), True
        self._start_thread()

    def _start_thread(self) -> None:
        threading.Thread(target=self._watch, name="icsfeed-source", daemon=True).start()

    def _watch(self) -> None:
        pause, logged = threading.Event(), ""
        while True:
            pause.wait(self.seconds_to_next_poll())
            try:
                self.refresh()
                self._has_failed, logged = False, ""
            except Exception as error:  # noqa: BLE001  # the current publication stays in any case
                self._has_failed = True
                if repr(error) != logged:
                    logged = repr(error)
                    _log.exception("cannot render the new state; the current publication stays")
                pause.wait(POLL_SECONDS)
