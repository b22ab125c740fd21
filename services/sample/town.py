"""The sample town as two import files, its dates counted from the day on which it is asked for.

Everything is invented: the county, its schools and people, and numbers that no telephone has; the
coordinates only stand near one another.

`classes.csv` holds the import columns, with every date written relative to today:

    +9d         the day nine days from today
    W+2         Monday of the week two weeks ahead (W+0 is this week)
    W+2周六      Saturday of that week
    周+1d        the weekday that tomorrow is, for a weekly class that meets tomorrow
"""

import csv
import io
import re
from datetime import date, timedelta
from importlib.resources import files

_WEEKDAYS = "一二三四五六日"
_DATED_COLUMNS = ("starts_on", "ends_on", "schedule", "skips", "enrol_opens", "enrol_closes")
_RELATIVE = re.compile(
    rf"周(?P<weekday_of>[+-]\d+)d|(?P<days>[+-]\d+)d|W(?P<weeks>[+-]\d+)(?:周(?P<weekday>[{_WEEKDAYS}]))?"
)


def units_csv() -> bytes:
    """The units of the sample town, ready for `doorstep import units`: CSV in UTF-8."""
    return files(__package__).joinpath("units.csv").read_bytes()


def classes_csv(today: date) -> bytes:
    """The classes of the sample town, ready for `doorstep import courses`: CSV in UTF-8.

    `today` is the civil date of the town; the same day always gives the same bytes.
    """
    source = files(__package__).joinpath("classes.csv").read_text(encoding="utf-8")
    reader = csv.DictReader(io.StringIO(source))
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, reader.fieldnames or (), lineterminator="\n")
    writer.writeheader()
    for row in reader:
        writer.writerow(row | {column: resolve(row[column], today) for column in _DATED_COLUMNS})
    return sheet.getvalue().encode()


def resolve(text: str, today: date) -> str:
    """`text` with each relative day written out as an ISO date, or as a weekday where it asks for one."""

    def written_out(match: re.Match[str]) -> str:
        if weekday_of := match["weekday_of"]:
            return "周" + _WEEKDAYS[(today + timedelta(days=int(weekday_of))).weekday()]
        if days := match["days"]:
            return (today + timedelta(days=int(days))).isoformat()
        monday = today - timedelta(days=today.weekday())
        into_week = _WEEKDAYS.index(match["weekday"]) if match["weekday"] else 0
        return (monday + timedelta(weeks=int(match["weeks"]), days=into_week)).isoformat()

    return _RELATIVE.sub(written_out, text)
