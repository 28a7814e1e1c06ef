"""A bank account by psycopg 3: reads a balance, then writes what it computed."""
import os
import sys

import psycopg

sys.path.insert(0, os.environ["SDK"])
from lockstep import serve  # noqa: E402

connection = psycopg.connect(os.environ["DATABASE_URL"])


def deposit(amount, lock=""):
    with connection.transaction():
        (balance,) = connection.execute(f"select balance from account where id = 1 {lock}").fetchone()
        connection.execute("update account set balance = %s where id = 1", (balance + amount,))
    return None


serve({"deposit": deposit, "careful": lambda amount: deposit(amount, "for update")})
