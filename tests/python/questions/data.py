"""The demo's source files in DuckDB."""

import tomllib
from pathlib import Path

import duckdb


def connect(folder):
    """DuckDB with the tables of the manifest in `folder`, and what the oracle needs of types and patient keys."""
    folder = Path(folder)
    manifest = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    db = duckdb.connect(config={"threads": 1})
    # As in the product's dialect: whole numbers divided are a whole number.
    db.execute("SET integer_division = true")
    for table in manifest["table"]:
        source = folder / table["source"]
        reader = f"'{source}'"
        if source.suffix == ".csv":
            text = {column: "VARCHAR" for column, type_ in table.get("types", {}).items() if type_ == "text"}
            reader = f"read_csv('{source}', header = true, types = {text})" if text else f"read_csv('{source}', header = true)"
        db.execute(f"CREATE TABLE {table['name']} AS FROM {reader}")
    tables = {table["name"]: (table.get("patient"), table.get("institution")) for table in manifest["table"]}
    return db, tables


def schema(db):
    """table → column → type, as the SQL rewriter wants it."""
    rows = db.execute("SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY 1, column_index").fetchall()
    found = {}
    for table, column, type_ in rows:
        found.setdefault(table, {})[column] = type_
    return found
