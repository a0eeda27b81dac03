"""Answers, the texts they answered, and the knowledge versions seen."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "answers",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("person", sa.JSON, nullable=False),
        sa.Column("door", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("understood", sa.JSON, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("judged", sa.JSON, nullable=False),
        sa.Column("citations", sa.JSON, nullable=False),
        sa.Column("conditions", sa.JSON, nullable=False),
        sa.Column("alternatives", sa.JSON, nullable=False),
        sa.Column("ask_for", sa.String(40)),
        sa.Column("knowledge_version", sa.String(64), nullable=False),
        sa.Column("understood_by", sa.String(20), nullable=False),
        sa.Column("ms", sa.Float, nullable=False),
    )
    op.create_index("ix_answers_at", "answers", ["at"])
    op.create_index("ix_answers_person_id", "answers", ["person_id"])
    op.create_table(
        "messages",
        sa.Column(
            "answer_id",
            sa.String(40),
            sa.ForeignKey("answers.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("history", sa.JSON, nullable=False),
        sa.Column("read_from", sa.JSON, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_messages_expires_at", "messages", ["expires_at"])
    op.create_table(
        "knowledge_versions",
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
    )
