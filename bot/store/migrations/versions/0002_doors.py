"""The inbox and the outbox, people and how they are reached, ratings, requests, audit, keys."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what the front doors need."""
    counter = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    still_open = sa.text("state IN ('ready', 'run')")
    for name in ("conversation", "reply"):
        op.add_column("messages", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.create_index("ix_messages_conversation", "messages", ["conversation"])
    op.create_table(
        "inbox",
        sa.Column("seq", counter, sa.Identity(), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(40)),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text),
    )
    op.create_index(
        "ix_inbox_due", "inbox", ["due"], sqlite_where=still_open, postgresql_where=still_open
    )
    op.create_index("ix_inbox_lane", "inbox", ["lane", "seq"])
    op.create_index("ix_inbox_ended", "inbox", ["ended"])
    op.create_table(
        "outbox",
        sa.Column("seq", counter, sa.Identity(), primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(40)),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.Column("message_id", sa.Text),
        sa.Column("error", sa.Text),
    )
    for columns in (["due"], ["lane", "seq"]):
        op.create_index(
            f"ix_outbox_{columns[0]}",
            "outbox",
            columns,
            sqlite_where=still_open,
            postgresql_where=still_open,
        )
    op.create_index("ix_outbox_ended", "outbox", ["ended"])
    op.create_index("ix_outbox_message_id", "outbox", ["message_id"])
    op.create_table(
        "people",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_people_email", "people", ["email"])
    op.create_table(
        "accounts",
        sa.Column("platform", sa.String(20), primary_key=True),
        sa.Column("team", sa.String(80), primary_key=True),
        sa.Column("user", sa.String(120), primary_key=True),
        sa.Column("person_id", sa.String(80), nullable=False),
        sa.Column("direct", sa.JSON),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_accounts_person_id", "accounts", ["person_id"])
    op.create_table(
        "ratings",
        sa.Column("answer_id", sa.String(40), primary_key=True),
        sa.Column("person_id", sa.String(80), primary_key=True),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "requests",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(80), nullable=False),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closed_by", sa.String(80)),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("ix_requests_at", "requests", ["at"])
    op.create_index("ix_requests_person_id", "requests", ["person_id"])
    op.create_index("ix_requests_state", "requests", ["state"])
    op.create_table(
        "audit",
        sa.Column("seq", counter, sa.Identity(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_kind", "audit", ["kind"])
    op.create_index("ix_audit_actor", "audit", ["actor"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("person_id", sa.String(80)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("used_at", sa.DateTime(timezone=True)),
    )
