"""A counter of visits, by SQLAlchemy: read, add one in Python, write."""
import os
import sys
from pathlib import Path

from sqlalchemy import Column, Integer, Text, create_engine
from sqlalchemy.orm import Session, declarative_base

sys.path.append(str(Path(__file__).parent.parent / "sdk/python"))
from lockstep import serve  # noqa: E402

engine = create_engine(os.environ["DATABASE_URL"])
Base = declarative_base()


class Page(Base):
    __tablename__ = "pages"
    path = Column(Text, primary_key=True)
    visits = Column(Integer, nullable=False)


def count(change):
    with Session(engine) as session, session.begin():
        page = session.get(Page, "/")
        page.visits = change(page.visits)
    return None


serve({
    "visit": lambda: count(lambda visits: visits + 1),
    "visitAtomically": lambda: count(lambda _: Page.visits + 1),
})
