"""Drives a served `visit` table with the real ADBC Flight SQL driver.

Arguments: port, file of the certificate authority, token, another visitor's token, catalogue, study,
a question that takes for ever.
The driver drops all schema metadata (removeSchemaMetadata in its record reader), so what the gate
says of the whole is checked with pyarrow; with this driver reasons come as companion columns.
The table is that of `tests/it/flight.rs`; the answers expected here are worked out there.
Prints one line a check and ends with 0 when all hold.
"""

import json
import sys
import threading
import time
import warnings

import adbc_driver_flightsql.dbapi as flight_sql
import adbc_driver_manager
import pyarrow
from adbc_driver_flightsql import DatabaseOptions

port, ca_file, token, other_token, catalog, study, slow = sys.argv[1:8]
URI = f"grpc+tls://localhost:{port}"
CA = open(ca_file).read()
BY_SEX = "SELECT sex, count(*) AS n, avg(cost) AS mean FROM visit GROUP BY sex ORDER BY sex"
ABOVE = "SELECT count(*) AS n FROM visit WHERE cost > $1"
RAW = "SELECT sex FROM visit"
# As in flight_pyarrow.py: what was told today is told again.
PEOPLE = "SELECT sex, count(DISTINCT person) AS n, count(*) AS visits FROM visit WHERE sex <> 'x' GROUP BY sex ORDER BY sex"
EXPLORE = "adbc.flight.sql.session.option.sekisho.explore"
REASONS = "adbc.flight.sql.session.option.sekisho.reasons"
REASONS_HEADER = DatabaseOptions.RPC_CALL_HEADER_PREFIX.value + "sekisho-reasons"

# The house has no transactions, so that the driver warns at each connection.
warnings.filterwarnings("ignore", message="Cannot disable autocommit")


def connect(bearer=token, uri=URI, **more):
    options = {
        DatabaseOptions.TLS_ROOT_CERTS.value: CA,
        DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {bearer}",
    }
    if bearer is None:
        del options[DatabaseOptions.AUTHORIZATION_HEADER.value]
    options.update(more)
    return flight_sql.connect(uri, db_kwargs=options)


def error_of(call):
    try:
        call()
    except Exception as error:
        return error
    raise AssertionError("no error")


def query(cursor, sql, parameters=None):
    cursor.execute(sql, parameters)
    return cursor.fetch_arrow_table()


def once(sql=BY_SEX, **how):
    """One question in a connection of its own."""
    with connect(**how) as connection, connection.cursor() as cursor:
        return query(cursor, sql)


def answers():
    with connect() as connection, connection.cursor() as cursor:
        table = query(cursor, BY_SEX)
        assert table.to_pydict() == {"sex": ["f", "m", "x"], "n": [60, 30, None], "mean": [100.0, None, None]}, table
        # The schema that was promised is the one that came.
        promised = cursor.adbc_execute_schema(BY_SEX)
        assert promised.equals(table.schema), (promised, table.schema)


def reasons():
    wanted = {
        "sex": ["f", "m", "x"],
        "n": [60, 30, None],
        "n__reason": [None, None, "patients"],
        "mean": [100.0, None, None],
        "mean__reason": [None, "dominance", "patients"],
    }
    with connect() as connection:
        connection.adbc_connection.set_options(**{REASONS: "true"})
        with connection.cursor() as cursor:
            assert query(cursor, BY_SEX).to_pydict() == wanted
    with connect(**{REASONS_HEADER: "true"}) as connection, connection.cursor() as cursor:
        assert query(cursor, BY_SEX).to_pydict() == wanted


def exploring():
    """By a session option."""
    with connect() as connection:
        with connection.cursor() as cursor:
            assert query(cursor, PEOPLE).to_pydict() == {"sex": ["f", "m"], "n": [20, 30], "visits": [60, 30]}
        connection.adbc_connection.set_options(**{EXPLORE: "true"})
        with connection.cursor() as cursor:
            explored = query(cursor, PEOPLE).to_pydict()
            assert explored["visits"] == [None, None], explored
            assert 15 <= explored["n"][0] <= 25 and 25 <= explored["n"][1] <= 35, explored
        connection.adbc_connection.set_options(**{EXPLORE: "false"})
        # A prepared statement keeps the wish that it was made with; another cursor prepares anew.
        with connection.cursor() as cursor:
            again = query(cursor, PEOPLE).to_pydict()
            assert again["n"] == [20, 30], again


def parameters():
    with connect() as connection, connection.cursor() as cursor:
        for least, n in [(0.5, 93), (1e12, 0), (0, 93)]:
            assert query(cursor, ABOVE, [least]).to_pydict() == {"n": [n]}, least
        schema = cursor.adbc_prepare(ABOVE)
        assert schema is not None and len(schema) == 1, schema
    with connect() as connection, connection.cursor() as cursor:
        missing = error_of(lambda: query(cursor, ABOVE))
        assert "parameter: " in str(missing), missing
        assert query(cursor, BY_SEX).num_rows == 3


def refusals():
    with connect() as connection, connection.cursor() as cursor:
        refused = error_of(lambda: query(cursor, RAW))
        assert refused.status_code == adbc_driver_manager.AdbcStatusCode.INVALID_ARGUMENT, refused
        for part in ["raw_rows: ", "Remedy: ", "対処"]:
            assert part in str(refused), refused
        details = dict(refused.details)
        told = json.loads(details[b"sekisho-refusal"])
        assert told["code"] == "raw_rows" and "患者" in told["message"]["ja"], told
        syntax = error_of(lambda: query(cursor, "SELECT count(* FROM visit"))
        assert syntax.status_code == adbc_driver_manager.AdbcStatusCode.INVALID_ARGUMENT, syntax
        assert "syntax: " in str(syntax) and "文法" in str(syntax), syntax
        assert query(cursor, BY_SEX).num_rows == 3


def catalogue():
    with connect() as connection:
        info = connection.adbc_get_info()
        assert info["vendor_name"] == "Sekisho", info
        assert connection.adbc_get_table_types() == ["TABLE"]
        (found,) = connection.adbc_get_objects(depth="all").read_all().to_pylist()
        assert found["catalog_name"] == catalog
        (schema,) = found["catalog_db_schemas"]
        assert schema["db_schema_name"] == study
        tables = {t["table_name"]: t for t in schema["db_schema_tables"]}
        columns = [c["column_name"] for c in tables["visit"]["table_columns"]]
        assert sorted(columns) == ["cost", "person", "sex", "site"], columns
        schema = connection.adbc_get_table_schema("visit")
        assert schema.field("sex").type == pyarrow.string(), schema
        assert schema.field("cost").type == pyarrow.float64(), schema
        only = connection.adbc_get_objects(depth="tables", table_name_filter="nothing%").read_all().to_pylist()
        assert not any(s["db_schema_tables"] for o in only for s in o["catalog_db_schemas"]), only
        assert connection.adbc_current_catalog == catalog
        assert connection.adbc_current_db_schema == study


def tokens():
    words = set()
    for bearer in ["wrong", "", token + "x", None]:
        error = error_of(lambda: once(bearer=bearer))
        assert error.status_code == adbc_driver_manager.AdbcStatusCode.UNAUTHENTICATED, error
        words.add(str(error).split("unauthenticated: ")[1].split(";")[0])
    assert len(words) == 1, words
    assert once(bearer=None, username="local", password=token).num_rows == 3
    wrong = error_of(lambda: once(bearer=None, username="local", password="wrong"))
    assert wrong.status_code == adbc_driver_manager.AdbcStatusCode.UNAUTHENTICATED, wrong


def transport():
    plain = error_of(lambda: once(uri=f"grpc+tcp://localhost:{port}"))
    assert isinstance(plain, flight_sql.Error), plain
    trusting_nobody = {DatabaseOptions.TLS_ROOT_CERTS.value: ""}
    stranger = error_of(lambda: once(**trusting_nobody))
    assert "certificate" in str(stranger), stranger


def writes():
    status = adbc_driver_manager.AdbcStatusCode
    with connect() as connection:
        with connection.cursor() as cursor:
            ingest = error_of(lambda: cursor.adbc_ingest("mine", pyarrow.table({"a": [1]})))
            assert ingest.status_code == status.NOT_IMPLEMENTED, ingest
        for sql in ["DELETE FROM visit", "INSERT INTO visit VALUES (1)", "DROP TABLE visit"]:
            with connection.cursor() as cursor:
                error = error_of(lambda: query(cursor, sql))
                assert error.status_code == status.INVALID_ARGUMENT, error
                cursor.adbc_statement.set_sql_query(sql)
                error = error_of(cursor.adbc_statement.execute_update)
                assert error.status_code == status.INVALID_ARGUMENT, error
        with connection.cursor() as cursor:
            many = error_of(lambda: cursor.executemany(ABOVE, [(1.0,), (2.0,)]))
            assert isinstance(many, flight_sql.Error), many
        off = error_of(lambda: connection.adbc_connection.set_autocommit(False))
        assert off.status_code == status.NOT_IMPLEMENTED, off


def together():
    failed = []

    def ask(bearer):
        try:
            with connect(bearer) as connection, connection.cursor() as cursor:
                for _ in range(5):
                    assert query(cursor, BY_SEX).num_rows == 3
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=ask, args=(t,)) for t in [token, other_token, token]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


def cancelling():
    with connect() as connection, connection.cursor() as cursor:
        timer = threading.Timer(1.0, cursor.adbc_cancel)
        timer.start()
        begun = time.monotonic()
        error = error_of(lambda: query(cursor, slow))
        timer.join()
        assert error.status_code == adbc_driver_manager.AdbcStatusCode.CANCELLED, error
        assert time.monotonic() - begun < 20
    assert once().num_rows == 3


for check in [answers, reasons, exploring, parameters, refusals, catalogue, tokens, transport, writes, together, cancelling]:
    check()
    print(check.__name__, "ok", flush=True)
