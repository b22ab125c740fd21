"""Every table in one place, so that `metadata` is complete for migrations and tests."""

from sqlalchemy import MetaData

from models import (
    attending,
    broadcasting,
    campaigning,
    catalogue,
    enrolment,
    family,
    operations,
    organising,
    outgoing,
    people,
    running,
    teams,
    watching,
    windows,
)
from models.types import metadata as _metadata

MODULES = (
    attending,
    broadcasting,
    campaigning,
    catalogue,
    enrolment,
    family,
    operations,
    organising,
    outgoing,
    people,
    running,
    teams,
    watching,
    windows,
)
metadata: MetaData = _metadata
