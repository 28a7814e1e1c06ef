"""The operation of six-steps.js by psycopg2."""
import os

import psycopg2
from lockstep import serve

connection = psycopg2.connect(os.environ["DATABASE_URL"])
connection.autocommit = True


def count_three(first):
    with connection.cursor() as cursor:
        for row in range(first, first + 3):
            cursor.execute("update counters set value = value + 1 where id = %s", (row,))


serve({"countThree": count_three})
