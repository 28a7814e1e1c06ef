"""A bank account by psycopg2: reads a balance, then writes what it computed."""
import os
import sys

import psycopg2

sys.path.insert(0, os.environ["SDK"])
from lockstep import serve  # noqa: E402

connection = psycopg2.connect(os.environ["DATABASE_URL"])


def deposit(amount, lock=""):
    with connection, connection.cursor() as cursor:
        cursor.execute(f"select balance from account where id = 1 {lock}")
        (balance,) = cursor.fetchone()
        cursor.execute("update account set balance = %s where id = 1", (balance + amount,))
    return None


serve({"deposit": deposit, "careful": lambda amount: deposit(amount, "for update")})
