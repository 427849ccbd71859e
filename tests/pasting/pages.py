from icsfeed.drafting.pasted import Hints, Imported, make_schedule
from icsfeed.model import Window
from icsfeed.zones import to_local

CLASSES = "Onderhoud\tDowntime\tOmschrijving\nStandaard\t20 minuten\tMiddelgroot.\nUitgebreid\t100 minuten of meer\tGroot.\n\n"


def page_of(*rows: str, heading: str = "Onderhoud Voorbeeld") -> bytes:
    """Return a Dutch page with two classes and these rows; a row's cells stand between strokes."""
    table = "\n".join(row.replace("|", "\t") for row in rows)
    return f"{heading}\n\n{CLASSES}Datum\tTijd\tSoort\n{table}\n".encode()


def read(page: bytes | str, *, language: str | None = "nl", timezone: str = "Europe/Amsterdam") -> Imported:
    """Return what comes of a page."""
    data = page.encode() if isinstance(page, str) else page
    return make_schedule(data, file="x.yaml", key="x", hints=Hints(language=language, timezone=timezone))


def read_rows(*rows: str, heading: str = "Onderhoud Voorbeeld") -> list[Window]:
    """Return the windows of a Dutch page in its order."""
    imported = read(page_of(*rows, heading=heading))
    by_id = {window.id: window for window in imported.schedule.windows}
    return [by_id[id_] for id_ in imported.added]


def starts_of(*rows: str, heading: str = "Onderhoud Voorbeeld") -> list[str]:
    """Return the local days on which the windows of a Dutch page begin, in its order."""
    return [f"{to_local(window.start, 'Europe/Amsterdam'):%Y-%m-%d}" for window in read_rows(*rows, heading=heading)]


def left_out(page: bytes | str) -> list[str]:
    """Return what could not be read."""
    return [str(remark) for remark in read(page).remarks if not remark.is_guess]
