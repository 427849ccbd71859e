"""Reads the header of a schedule file: `calendar:` and `classes:`."""

from dataclasses import dataclass, replace
from typing import Any

from icsfeed.drafting.schedule_file.fields import Fields, entries_of
from icsfeed.drafting.schedule_file.reader import Mapping, Node, Scalar, Sequence
from icsfeed.languages import find_zone_of_outlook
from icsfeed.model import COLOR_NAMES, Contact, DowntimeClass, Freeze, Impact, Link
from icsfeed.names import (
    LANGUAGES,
    find_fault_in_address,
    find_fault_in_domain,
    find_fault_in_email,
    find_fault_in_line,
    find_fault_in_name,
    find_fault_in_public_url,
)
from icsfeed.problems import Place, shorten
from icsfeed.zones import zone_names

CALENDAR_KEYS = (
    "name",
    "service",
    "domain",
    "url",
    "website",
    "timezone",
    "languages",
    "color",
    "contact",
    "planned_until",
    "notice",
    "formerly",
    "introduction",
    "links",
    "follow",
    "freezes",
)
CLASS_KEYS = ("name", "impact", "downtime", "takes", "description", "aftermath", "support_from")


@dataclass(slots=True)
class HeaderLoader:
    """Reads `calendar:` and `classes:` of one file."""

    fields: Fields
    key: str
    places: dict[str, Place]

    def read_header(self, node: Node | None) -> dict[str, Any] | None:
        """Return the arguments of `Calendar` without key and classes; None if a required one has an error."""
        fields, required = self.fields, ("name", "service", "domain", "timezone", "languages", "contact")
        values = fields.read_mapping(node, keys=CALENDAR_KEYS, required=required, what='"calendar"')
        languages = self._read_languages(values.get("languages"))
        cure = "Use an IANA name such as Europe/Amsterdam."
        zone_node = values.get("timezone")
        zone = find_zone_of_outlook(zone_node.text) if isinstance(zone_node, Scalar) else None
        if zone is not None:
            cure = f"This is Outlook's name for {zone} and zones with the same time; write {zone}, or the IANA name of your city."
        timezone = fields.read_choice(zone_node, zone_names(), what="time zone", cure=cure)
        fields.languages = languages or LANGUAGES
        fields.wanted = languages or ()
        fields.zone = timezone or "UTC"
        if "domain" in values:
            self.places["DOMAIN"] = values["domain"].place
        header = {
            "name": fields.read_text(values.get("name"), what='"name"', one_line=True),
            "service": fields.read_text(values.get("service"), what='"service"', one_line=True),
            "domain": fields.read_checked(values.get("domain"), find_fault_in_domain, what="domain"),
            "timezone": timezone,
            "languages": languages,
            "contact": self._read_contact(values.get("contact")),
            "url": self._read_url(values.get("url")),
            "website": fields.read_checked(
                values.get("website"), lambda text: find_fault_in_address(text, schemes=("https",)), what="website"
            ),
            "color": self._read_color(values.get("color")),
            "planned_until": fields.read_date(values.get("planned_until"), what='"planned_until"'),
            "notice": fields.read_duration(values.get("notice"), what='"notice"'),
            "formerly": self._read_formerly(values.get("formerly")),
            "introduction": fields.read_text(values.get("introduction"), what='"introduction"'),
            "links": self._read_links(values.get("links"), what='"links"'),
            "follow": self._read_links(values.get("follow"), what='"follow"'),
            "freezes": self._read_freezes(values.get("freezes")),
        }
        return header if all(header[each] is not None for each in required) else None

    def _read_languages(self, node: Node | None) -> tuple[str, ...] | None:
        found: list[str] = []
        for item in self.fields.read_items(node, what='"languages"', cure="Write a list, such as [nl, en]."):
            code = self.fields.read_choice(item, LANGUAGES, what="language")
            if code in found:
                self.fields.error(item.place, f'duplicate language "{code}"')
            elif code is not None:
                found.append(code)
        if isinstance(node, Sequence) and not node.items:
            self.fields.error(node.place, "no language is listed", f"Languages: {', '.join(LANGUAGES)}.")
        return tuple(found) or None

    def _read_contact(self, node: Node | None) -> Contact | None:
        keys = ("name", "email")
        values = self.fields.read_mapping(node, keys=keys, required=keys, what='"contact"')
        name = self.fields.read_checked(values.get("name"), find_fault_in_line, what="contact name")
        if name is not None and isinstance(values["name"], Scalar):
            self.fields.warn_of_text(values["name"], key="name", what="contact name")
        email = self.fields.read_checked(values.get("email"), find_fault_in_email, what="contact email")
        return Contact(name=name, email=email) if name and email else None

    def _read_url(self, node: Node | None) -> str | None:
        url = self.fields.read_checked(node, find_fault_in_public_url, what="url")
        return url.rstrip("/") if url else None

    def _read_color(self, node: Node | None) -> str | None:
        if isinstance(node, Scalar):
            node = replace(node, text=node.text.casefold())
        return self.fields.read_choice(node, COLOR_NAMES, what="color", cure="Use a CSS colour name such as steelblue.")

    def _read_formerly(self, node: Node | None) -> tuple[str, ...]:
        found: list[str] = []
        if node is not None:
            self.places["FORMERLY"] = node.place
        for item in self.fields.read_items(node, what='"formerly"', cure="Write a list, such as [onderhoud]."):
            name = self.fields.read_checked(item, find_fault_in_name, what="former name")
            if name == self.key:
                self.fields.error(item.place, f'"{name}" is the current name of the calendar')
            elif name is not None and name in found:
                self.fields.error(item.place, f'duplicate former name "{name}"')
            elif name is not None:
                found.append(name)
        return tuple(found)

    def _read_links(self, node: Node | None, *, what: str) -> tuple[Link, ...]:
        found = []
        for item in self.fields.read_items(node, what=what):
            values = self.fields.read_mapping(item, keys=("title", "url"), required=("title",), what="a link")
            title = self.fields.read_text(values.get("title"), what='"title"', one_line=True)
            url = self.fields.read_checked(
                values.get("url"), lambda text: find_fault_in_address(text, schemes=("https", "mailto")), what="url"
            )
            if title is not None:
                found.append(Link(title=title, url=url))
        return tuple(found)

    def _read_freezes(self, node: Node | None) -> tuple[Freeze, ...]:
        found, keys = [], ("from", "to", "title")
        for item in self.fields.read_items(node, what='"freezes"'):
            values = self.fields.read_mapping(item, keys=keys, required=keys, what="a freeze")
            first = self.fields.read_date(values.get("from"), what='"from"')
            last = self.fields.read_date(values.get("to"), what='"to"')
            title = self.fields.read_text(values.get("title"), what='"title"', one_line=True)
            if first is not None and last is not None and last < first:
                self.fields.error(values["to"].place, f'"to" is before "from", {first.isoformat()}')
            elif first is not None and last is not None and title is not None:
                found.append(Freeze(first=first, last=last, title=title))
        return tuple(found)

    def read_classes(self, node: Node | None) -> list[DowntimeClass]:
        """Return the classes without errors, from light to heavy."""
        cure = "Define one under `classes:` with name, impact and downtime."
        if isinstance(node, Mapping) and not node.entries:
            self.fields.error(node.place, "no class is defined", cure)
        elif node is not None and not isinstance(node, Mapping):
            self.fields.error(node.place, '"classes" must be a mapping of class names', cure)
        return [made for key, value in entries_of(node) if (made := self._read_class(key, value)) is not None]

    def _read_class(self, key: Scalar, node: Node) -> DowntimeClass | None:
        fields, required = self.fields, ("name", "impact", "downtime")
        fault = find_fault_in_name(key.text)
        if fault is not None:
            fields.error(key.place, f'class "{shorten(key.text)}": {fault}')
        values = fields.read_mapping(node, keys=CLASS_KEYS, required=required, what=f'class "{shorten(key.text)}"')
        name = fields.read_text(values.get("name"), what='"name"', one_line=True, no_comma=True)
        impact = fields.read_choice(values.get("impact"), [each.value for each in Impact], what="impact")
        downtime = fields.read_downtime(values.get("downtime"), what='"downtime"')
        takes = fields.read_duration(values.get("takes"), what='"takes"')
        texts = {each: fields.read_text(values.get(each), what=f'"{each}"') for each in ("description", "aftermath")}
        support_from = fields.read_time(values.get("support_from"), what='"support_from"')
        if fault or name is None or impact is None or downtime is None:
            return None
        return DowntimeClass(
            key=key.text,
            name=name,
            impact=Impact(impact),
            downtime=downtime,
            takes=takes or None,
            support_from=support_from,
            **texts,
        )
