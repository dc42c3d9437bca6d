"""What the purchase is compared with: a bare Flask endpoint that inserts one row and commits, on
the same driver, pool, server and database."""

from __future__ import annotations

import os
import uuid

from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

engine = create_engine(
    make_url(os.environ["BARE_DATABASE_URL"]).set(drivername="postgresql+psycopg"), pool_size=8
)
app = Flask(__name__)
INSERT = text("INSERT INTO shared.bench_order (id, note) VALUES (:id, :note)")


@app.post("/orders")
def insert() -> ResponseReturnValue:
    """One row, one commit."""
    request.get_data()
    with engine.begin() as connection:
        connection.execute(INSERT, {"id": uuid.uuid4(), "note": "x" * 40})
    return {"ok": True}


@app.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Alive."""
    return {"ok": True}
