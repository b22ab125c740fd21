"""Leases: which of several processes holds the schedules or the bulk lane, by a row with an epoch."""

from sqlalchemy import bindparam, select, text
from sqlalchemy.types import BigInteger, Double, Integer, String

from models.clock import Clock
from models.operations import lease
from models.statement import Statement, Tx

SECONDS = 10.0
RENEW_EVERY = 3.0

TAKE = Statement(
    text(
        "INSERT INTO lease (name, holder, epoch, until) VALUES (:name, :holder, 1, :until)"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until,"
        " epoch = lease.epoch + CASE WHEN lease.holder = excluded.holder THEN 0 ELSE 1 END"
        " WHERE lease.holder = excluded.holder OR lease.until < :now"
        " RETURNING epoch"
    )
    .bindparams(
        bindparam("name", type_=String()), bindparam("holder", type_=String()),
        bindparam("until", type_=Double()), bindparam("now", type_=Double()),
    )
    .columns(epoch=Integer())
)  # fmt: skip
# locked until the claim is committed, so nobody takes over in between
HELD = Statement(
    select(lease.c.epoch)
    .where(
        lease.c.name == bindparam("lease_name"),
        lease.c.epoch == bindparam("held"),
        lease.c.until > bindparam("now"),
    )
    .with_for_update(read=True)
)
DROP = Statement(
    text("UPDATE lease SET until = 0 WHERE name = :name AND epoch = :held").bindparams(
        bindparam("name", type_=String()), bindparam("held", type_=Integer())
    )
)
SERVER_MILLISECONDS = Statement(
    text("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint) AS milliseconds").columns(
        milliseconds=BigInteger()
    )
)


def shared_seconds(tx: Tx, clock: Clock) -> float:
    """Elapsed seconds by the clock that all processes of one database share."""
    if tx.kind == "postgresql":
        return int(tx.one(SERVER_MILLISECONDS).milliseconds) / 1000
    return clock.elapsed()


def deviation(tx: Tx, clock: Clock) -> float:
    """By how many seconds the shared clock is ahead of `clock`, to half the length of one question."""
    before = clock.elapsed()
    shared = shared_seconds(tx, clock)
    return 0.0 if tx.kind != "postgresql" else shared - (before + clock.elapsed()) / 2


def hold(tx: Tx, clock: Clock, name: str, holder: str, seconds: float = SECONDS) -> int | None:
    """Take or renew the lease `name` for `seconds`; its epoch, or None while another holds it."""
    now = shared_seconds(tx, clock)
    row = tx.one(TAKE, name=name, holder=holder, until=now + seconds, now=now)
    return None if row is None else int(row.epoch)


def held(tx: Tx, clock: Clock, name: str, epoch: int) -> bool:
    """Whether the lease is still ours, asked in the transaction that makes a claim under it."""
    return tx.one(HELD, lease_name=name, held=epoch, now=shared_seconds(tx, clock)) is not None


def let_go(tx: Tx, name: str, epoch: int) -> None:
    """Give the lease back, so that another process need not wait for it to lapse."""
    tx.run(DROP, name=name, held=epoch)
