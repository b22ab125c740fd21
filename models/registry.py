"""Every table in one place, so that `metadata` is complete for migrations and tests."""

from sqlalchemy import MetaData

from models import (
    broadcasting,
    campaigning,
    catalogue,
    enrolment,
    family,
    operations,
    outgoing,
    people,
    teams,
    watching,
)
from models.types import metadata as _metadata

MODULES = (
    broadcasting,
    campaigning,
    catalogue,
    enrolment,
    family,
    operations,
    outgoing,
    people,
    teams,
    watching,
)
from models import attending, catalogue, enrolment, operations, outgoing, people, running, watching
from models.types import metadata as _metadata

MODULES = (catalogue, people, enrolment, outgoing, operations, watching, attending, running)
from models import catalogue, enrolment, operations, outgoing, people, watching, windows
from models.types import metadata as _metadata

MODULES = (catalogue, people, enrolment, outgoing, operations, watching, windows)
from models import catalogue, enrolment, operations, organising, outgoing, people, watching
from models.types import metadata as _metadata

MODULES = (catalogue, people, enrolment, outgoing, operations, watching, organising)
metadata: MetaData = _metadata
