"""A bank account by asyncpg: reads a balance, then writes what it computed."""
import asyncio
import os
import sys

import asyncpg

sys.path.insert(0, os.environ["SDK"])
from lockstep import serve  # noqa: E402

loop = asyncio.new_event_loop()
connection = loop.run_until_complete(asyncpg.connect(os.environ["DATABASE_URL"]))


async def deposit(amount, lock=""):
    async with connection.transaction():
        balance = await connection.fetchval(f"select balance from account where id = 1 {lock}")
        await connection.execute("update account set balance = $1 where id = 1", balance + amount)


serve({
    "deposit": lambda amount: loop.run_until_complete(deposit(amount)),
    "careful": lambda amount: loop.run_until_complete(deposit(amount, "for update")),
})
