"""Runs scripts in a psql that stays open, as in a terminal."""
import re
import subprocess
import sys
from pathlib import Path

here = Path(__file__).parent
sys.path.append(str(here.parent / "sdk/python"))
from lockstep import serve  # noqa: E402

# psql goes by PGHOST, PGPORT, PGUSER and PGDATABASE, which are those of the session.
command = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=verbose"]


class PsqlError(Exception):
    def __init__(self, text):
        super().__init__(text)
        found = re.search(r"ERROR:  (\w{5}):", text)
        self.sqlstate = found and found[1]


class Psql:
    process = None

    def run(self, script, customer):
        if self.process is None:
            pipe = subprocess.PIPE
            self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True)
        quoted = customer.replace("\\", "\\\\").replace("'", "\\'")
        self.process.stdin.write(f"\\set customer '{quoted}'\n\\i {here / script}\n\\echo done\n")
        self.process.stdin.flush()
        printed = ""
        for line in self.process.stdout:
            if line == "done\n":
                return
            printed += line
        self.process = None  # an error ended it; the next operation starts another
        raise PsqlError(printed.strip())


psql = Psql()
serve({
    "invoice": lambda customer: psql.run("next.sql", customer),
    "invoiceLocked": lambda customer: psql.run("next-locked.sql", customer),
})
