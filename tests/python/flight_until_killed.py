"""Asks the same question over and over and prints the log's index of each verdict, until the server is gone.

    flight_until_killed.py PORT CA TOKEN SQL
"""

import sys

from pyarrow import flight

KIND = b"type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery"


def field(number, value):
    """A protobuf field of bytes."""
    length, varint = len(value), bytearray()
    while length >= 128:
        varint.append(length & 127 | 128)
        length >>= 7
    varint.append(length)
    return bytes([number << 3 | 2]) + bytes(varint) + value


port, ca, token, sql = sys.argv[1:]
with open(ca, "rb") as file:
    client = flight.FlightClient(f"grpc+tls://localhost:{port}", tls_root_certs=file.read())
options = flight.FlightCallOptions(headers=[(b"authorization", b"Bearer " + token.encode())])
# google.protobuf.Any { type_url, value }; CommandStatementQuery { query }
command = field(1, KIND) + field(2, field(1, sql.encode()))
while True:
    info = client.get_flight_info(flight.FlightDescriptor.for_command(command), options)
    table = client.do_get(info.endpoints[0].ticket, options).read_all()
    print(int(table.schema.metadata[b"sekisho.audit"]), flush=True)
