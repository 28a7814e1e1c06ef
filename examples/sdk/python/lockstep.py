"""Runs operations of a pg-lockstep model: lines of JSON in, lines of JSON out."""
import json
import os
import sys


def serve(operations, reset=None):
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever else is printed goes to standard error

    def write(message):
        answers.write(json.dumps(message, default=str) + "\n")

    write({"ready": True, "reset": reset is not None})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            result = reset() if "reset" in request else operations[request["operation"]](*request["arguments"])
            write({"id": request["id"], "result": result})
        except Exception as error:
            write({"id": request["id"], "error": described(error)})


def described(error):
    found = {"name": type(error).__name__, "message": str(error)}
    cause = error
    while cause is not None:  # Django and SQLAlchemy wrap the driver's error
        state = getattr(cause, "pgcode", None) or getattr(cause, "sqlstate", None)
        if state:
            diag = getattr(cause, "diag", cause)  # asyncpg's error has the fields itself
            return {**found, "sqlstate": state, "constraint": getattr(diag, "constraint_name", None)}
        cause = getattr(cause, "orig", None) or cause.__cause__
    return found
