"""Our application without the wall that shares it out, to see what the wall is good for
(`granian bench.unwalled:app`)."""

from __future__ import annotations

from kameng.faces.frame import bulkhead
from wsgi import app

wall = app.extensions[bulkhead.NAME]
wall.lane = lambda _environ: None
