"""Every table in one place, so that `metadata` is complete for migrations and tests."""

from sqlalchemy import MetaData

from models import catalogue, enrolment, family, operations, outgoing, people, teams, watching
from models.types import metadata as _metadata

MODULES = (catalogue, people, enrolment, outgoing, operations, watching, family, teams)
from models import broadcasting, catalogue, enrolment, operations, outgoing, people, watching
from models import broadcasting, campaigning, catalogue, enrolment, operations, outgoing, people, watching
from models.types import metadata as _metadata

MODULES = (broadcasting, campaigning, catalogue, people, enrolment, outgoing, operations, watching)
metadata: MetaData = _metadata
