"""Which members of staff may enrol people from a paper list, and for which unit.

Their villagers go to the classes of the township and the county too, so the class may be anybody's; the
people on paper belong to the unit of whoever brought the list.
"""

from sqlalchemy import bindparam, select

from models.catalogue import org_unit
from models.people import account, person, role_grant
from models.statement import Row, Statement, Tx

ROLES = ("owner", "editor")
OF_PERSON = Statement(
    select(
        role_grant.c.person_id, org_unit.c.id.label("unit_id"), org_unit.c.name.label("unit"),
        org_unit.c.phone, person.c.name,
    )
    .join_from(role_grant, org_unit, org_unit.c.id == role_grant.c.unit_id)
    .join(person, person.c.id == role_grant.c.person_id)
    .where(role_grant.c.person_id == bindparam("person_id"), role_grant.c.role.in_(ROLES))
    # the nearest to the people: a village before its township
    .order_by(org_unit.c.path.desc(), role_grant.c.id)
    .limit(1)
)  # fmt: skip
ACCOUNT = Statement(
    select(account.c.id, account.c.person_id).where(
        account.c.platform == bindparam("platform"), account.c.external_id == bindparam("external_id")
    )
)


def clerk(tx: Tx, person_id: int) -> Row:
    """The unit (unit_id, unit, phone) for which a person may bring lists, and their name; None for others."""
    return tx.one(OF_PERSON, person_id=person_id)
