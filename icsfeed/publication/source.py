"""A folder of journals and the clock become the present publication: watched, made beside the present one, swapped.

No request waits for that and none sees half of two states.
"""

import logging
import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from icsfeed.publication.journals import Addresses, Clock, JournalFolder, NoAddressError, read_clock, tell_of_crowds
from icsfeed.publication.publication import Publication, publish_calendars

POLL_SECONDS = 0.5
"""How often the folder is looked at."""

AHEAD = timedelta(seconds=5)
"""How long before a boundary its publication is made."""

_log = logging.getLogger("icsfeed")


class Source:
    """The present publication of a folder of journals.

    Attributes:
        publication: Replaced as a whole, never changed.
        observer: Is told after each look.
    """

    def __init__(
        self,
        journals: JournalFolder,
        addresses: Addresses,
        *,
        clock: Clock = read_clock,
        preview: bool = False,
        dynamic: bool = True,
        only: str | None = None,
    ) -> None:
        """Read the folder and make the first publication.

        Parameters:
            journals: The folder.
            addresses: What the addresses begin with.
            clock: Gives the present, or always the moment that is previewed.
            preview: Whether the clock stands still at a moment that is not the present.
            dynamic: Whether somebody answers `state` and `plan`; files alone do not.
            only: The calendar that is published; None for all.
        """
        self.journals = journals
        self.only = only
        self.preview = preview
        self._dynamic = dynamic
        self.observer: Callable[[Source], None] = lambda _: None
        self._addresses = addresses
        self._clock = clock
        self._ahead: Publication | None = None
        self._is_behind = False
        self._crowds: dict[str, int] = {}
        self._lock = threading.Lock()
        journals.refresh()
        self.publication = self._make(clock(), None)

    def now(self) -> datetime:
        """Return the present, or the moment that is previewed."""
        return self._clock()

    def _make(self, moment: datetime, before: Publication | None) -> Publication:
        """Return the publication at a moment; calendars without address are left out, and the log says so."""
        calendars = []
        for published in self.journals.calendars:
            if self.only not in {None, published.calendar.key}:
                continue
            try:
                self._addresses.of(published.calendar)
                calendars.append(published)
            except NoAddressError as error:
                _log.error("%s", error)
        addresses, preview, dynamic = self._addresses.of, self.preview, self._dynamic
        made = publish_calendars(calendars, moment, addresses, before=before, preview=preview, dynamic=dynamic)
        if not self.journals.quiet:
            tell_of_crowds(calendars, moment, self._crowds)
        return made

    def refresh(self) -> None:
        """Take in what changed on disk, and boundaries that were passed; make the next boundary's publication ahead."""
        with self._lock:
            self._is_behind |= self.journals.refresh()
            now = self._clock()
            until = self.publication.until
            if self._is_behind:
                self.publication, self._ahead = self._make(now, self.publication), None
                self._is_behind = False
            elif until is not None and now >= until:
                ready = self._ahead if self._ahead is not None and self._ahead.moment <= now else None
                still = ready is not None and (ready.until is None or now < ready.until)
                self.publication = ready if ready is not None and still else self._make(now, self.publication)
                self._ahead = None
            elif until is not None and self._ahead is None and now >= until - AHEAD:
                self._ahead = self._make(until, self.publication)
        self.observer(self)

    def seconds_to_next_look(self) -> float:
        """Return how long to wait before the next `refresh`."""
        until = self.publication.until
        if until is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(0.01, (until - self._clock()).total_seconds()))

    def watch(self) -> None:
        """Keep the publication right from now on, in a thread that ends with the process.

        A process that this one forks into, as some servers do with what they loaded, has a thread of its own.
        """
        self._begin_watching()
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        """Watch in a process that was forked, perhaps in the middle of a look."""
        self._lock, self._is_behind = threading.Lock(), True
        self._begin_watching()

    def _begin_watching(self) -> None:
        threading.Thread(target=self._watch, name="icsfeed-source", daemon=True).start()

    def _watch(self) -> None:
        pause, told = threading.Event(), ""
        while True:
            pause.wait(self.seconds_to_next_look())
            try:
                self.refresh()
                told = ""
            except Exception as error:  # noqa: BLE001  # whatever happens, the present publication goes on being served
                if repr(error) != told:
                    told = repr(error)
                    _log.exception("the publication could not be renewed; the present one stays")
                pause.wait(POLL_SECONDS)
