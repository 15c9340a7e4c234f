"""Drives a served `visit` table with pyarrow's plain Flight client and hand-written Flight SQL.

Arguments: as `flight_adbc.py`. pyarrow has no Flight SQL, so the protobuf messages are written by
hand: field numbers are those of Apache Arrow's `format/FlightSql.proto` and `format/Flight.proto`.
"""

import json
import socket
import ssl
import sys
import threading
import time

import pyarrow.flight as flight

port, ca_file, token, other_token, catalog, study, slow = sys.argv[1:8]
BY_SEX = "SELECT sex, count(*) AS n, avg(cost) AS mean FROM visit GROUP BY sex ORDER BY sex"
PEOPLE = "SELECT sex, count(DISTINCT person) AS n, count(*) AS visits FROM visit WHERE sex <> 'x' GROUP BY sex ORDER BY sex"
LIVE = flight.connect(f"grpc+tls://localhost:{port}", tls_root_certs=open(ca_file, "rb").read())


def field(number, value):
    """A protobuf field of kind LEN (text, bytes, message) or, for a boolean, VARINT."""
    if isinstance(value, bool):
        return bytes([number << 3, value])
    value = value.encode() if isinstance(value, str) else value
    size, length = len(value), b""
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + value


def command(name, body=b""):
    message = field(1, f"type.googleapis.com/arrow.flight.protocol.sql.{name}") + field(2, body)
    return flight.FlightDescriptor.for_command(message)


def options(bearer=token, *more):
    return flight.FlightCallOptions(headers=[(b"authorization", f"Bearer {bearer}".encode()), *more], timeout=60)


def error_of(call, kind=Exception):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError("no error")


def statement(sql):
    return command("CommandStatementQuery", field(1, sql))


def answer(descriptor, call=None):
    call = call or options()
    info = LIVE.get_flight_info(descriptor, call)
    reader = LIVE.do_get(info.endpoints[0].ticket, call)
    assert info.schema.equals(reader.schema.remove_metadata()), (info.schema, reader.schema)
    return reader.read_all()


def answers():
    table = answer(statement(BY_SEX))
    assert table.to_pydict() == {"sex": ["f", "m", "x"], "n": [60, 30, None], "mean": [100.0, None, None]}, table
    told = {k.decode(): v.decode() for k, v in table.schema.metadata.items()}
    assert told["sekisho.verdict"] == "released"
    assert told["sekisho.policy"].startswith("no-ledger@")
    assert told["sekisho.snapshot"].startswith(catalog + "@")
    assert int(told["sekisho.audit"]) >= 0
    assert json.loads(told["sekisho.notices"]) == []
    assert told["sekisho.suppressed_cells"] == "3"
    assert json.loads(told["sekisho.suppressed"]) == [
        {"row": 1, "column": 2, "reason": "dominance"},
        {"row": 2, "column": 1, "reason": "patients"},
        {"row": 2, "column": 2, "reason": "patients"},
    ], told
    with_reasons = answer(statement(BY_SEX), options(token, (b"sekisho-reasons", b"true")))
    assert with_reasons.column_names == ["sex", "n", "n__reason", "mean", "mean__reason"]
    assert LIVE.get_schema(statement(BY_SEX), options()).schema.names == ["sex", "n", "mean"]


def same_answer_again():
    info = LIVE.get_flight_info(statement(BY_SEX), options())
    tables = [LIVE.do_get(info.endpoints[0].ticket, options()).read_all() for _ in range(2)]
    audits = [t.schema.metadata[b"sekisho.audit"] for t in tables]
    assert audits[0] == audits[1], audits
    # The other token is another visitor: to it the ticket is worth nothing.
    stolen = error_of(lambda: LIVE.do_get(info.endpoints[0].ticket, options(other_token)).read_all())
    assert "no_such_handle" in str(stolen), stolen


def refusals():
    refused = error_of(lambda: LIVE.get_flight_info(statement("SELECT sex FROM visit"), options()))
    assert "raw_rows: " in str(refused) and "対処" in str(refused), refused
    wrong = error_of(lambda: LIVE.get_flight_info(statement(BY_SEX), options("wrong")))
    assert isinstance(wrong, flight.FlightUnauthenticatedError), wrong


def catalogue():
    assert answer(command("CommandGetCatalogs")).to_pydict() == {"catalog_name": [catalog]}
    assert answer(command("CommandGetDbSchemas"))["db_schema_name"].to_pylist() == [study]
    tables = answer(command("CommandGetTables", field(3, "vis%") + field(5, True)))
    assert tables["table_name"].to_pylist() == ["visit"], tables
    assert answer(command("CommandGetTableTypes")).to_pydict() == {"table_type": ["TABLE"]}
    assert answer(command("CommandGetSqlInfo")).num_rows > 30
    assert answer(command("CommandGetXdbcTypeInfo")).num_rows > 5
    assert answer(command("CommandGetPrimaryKeys", field(3, "visit"))).num_rows == 0
    for name in ["CommandGetExportedKeys", "CommandGetImportedKeys"]:
        assert answer(command(name, field(3, "visit"))).num_columns == 13


def session():
    def act(name, body):
        return [r.body.to_pybytes() for r in LIVE.do_action(flight.Action(name, body), options())]

    entry = field(1, "sekisho.reasons") + field(2, field(2, True))
    assert act("SetSessionOptions", field(1, entry)) == [b""]
    assert "n__reason" in answer(statement(BY_SEX)).column_names
    assert b"sekisho.reasons" in act("GetSessionOptions", b"")[0]
    assert act("CloseSession", b"") == [b"\x08\x01"]
    assert "n__reason" not in answer(statement(BY_SEX)).column_names
    names = {a.type for a in LIVE.list_actions(options())}
    assert {"CreatePreparedStatement", "CancelFlightInfo", "SetSessionOptions"} <= names
    assert "BeginTransaction" not in names
    begin = command("ActionBeginTransactionRequest").command
    error = error_of(lambda: act("BeginTransaction", begin))
    assert "not_offered: " in str(error), error


def exploring():
    exactly = answer(statement(PEOPLE)).to_pydict()
    assert exactly == {"sex": ["f", "m"], "n": [20, 30], "visits": [60, 30]}, exactly
    explore = options(token, (b"sekisho-explore", b"true"))
    table = answer(statement(PEOPLE), explore)
    women, men = table.to_pydict()["n"]
    assert 15 <= women <= 25 and 25 <= men <= 35, table
    told = {k.decode(): v.decode() for k, v in table.schema.metadata.items()}
    assert [n["code"] for n in json.loads(told["sekisho.notices"])] == ["exploring"], told
    assert {s["reason"] for s in json.loads(told["sekisho.suppressed"])} == {"exploring"}, told
    # Two numbers each, of twenty a day: what was told today is told again.
    for other in range(9):
        answer(statement(PEOPLE + " -- " * (other + 1)), explore)
    error = error_of(lambda: answer(statement(PEOPLE + " -- one more"), explore))
    assert "exploring_spent: " in str(error), error
    assert answer(statement(PEOPLE), explore).equals(table)
    assert answer(statement(PEOPLE)).to_pydict() == exactly


def cancelling():
    info = LIVE.get_flight_info(statement(slow), options())
    results = []

    def cancel():
        action = flight.Action("CancelFlightInfo", field(1, info.serialize()))
        results.extend(r.body.to_pybytes() for r in LIVE.do_action(action, options()))

    timer = threading.Timer(1.0, cancel)
    timer.start()
    begun = time.monotonic()
    gone = error_of(lambda: LIVE.do_get(info.endpoints[0].ticket, options()).read_all())
    timer.join()
    assert "cancelled: " in str(gone), gone
    assert results == [b"\x08\x01"], results
    assert time.monotonic() - begun < 20
    assert answer(statement(BY_SEX)).num_rows == 3


def old_tls():
    for version in [ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2]:
        context = ssl.create_default_context(cafile=ca_file)
        context.maximum_version = version
        with socket.create_connection(("localhost", int(port))) as raw:
            try:
                with context.wrap_socket(raw, server_hostname="localhost") as tls:
                    spoken = tls.version()
            except ssl.SSLError as error:
                spoken = error.reason
        expected = {"TLSv1.3"} if version is ssl.TLSVersion.TLSv1_3 else \
            {"TLSV1_ALERT_PROTOCOL_VERSION", "SSLV3_ALERT_HANDSHAKE_FAILURE"}
        assert spoken in expected, (version, spoken)


def handshake():
    client = flight.connect(f"grpc+tls://localhost:{port}", tls_root_certs=open(ca_file, "rb").read())
    header = client.authenticate_basic_token("local", token)
    assert header == (b"authorization", f"Bearer {token}".encode()), header
    error_of(lambda: client.authenticate_basic_token("local", "wrong"), flight.FlightUnauthenticatedError)


for check in [answers, same_answer_again, refusals, catalogue, session, exploring, cancelling, old_tls, handshake]:
    check()
    print(check.__name__, "ok", flush=True)
