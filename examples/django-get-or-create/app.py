"""Django's own get_or_create, as an application calls it."""
import os
import sys
from pathlib import Path

import django
from django.conf import settings

sys.path.append(str(Path(__file__).parent.parent / "sdk/python"))
from lockstep import serve  # noqa: E402

database = {"ENGINE": "django.db.backends.postgresql"}
for name in ("NAME", "USER", "HOST", "PORT"):
    database[name] = os.environ["PGDATABASE" if name == "NAME" else f"PG{name}"]
settings.configure(DATABASES={"default": database}, USE_TZ=True)
django.setup()

from django.db import models, transaction  # noqa: E402


class Tag(models.Model):
    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=50, unique=True)

    class Meta:
        app_label = "app"
        db_table = "tags"


@transaction.atomic
def get_or_create(name):
    tag, created = Tag.objects.get_or_create(name=name)
    return {"name": tag.name, "created": created}


serve({"getOrCreate": get_or_create})
