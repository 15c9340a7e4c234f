"""Asks the same question over and over and prints the log's index of each verdict, until the server is gone.

    flight_until_killed.py PORT CA TOKEN SQL
"""

import sys

from adbc_driver_flightsql import DatabaseOptions, dbapi

port, ca, token, sql = sys.argv[1:]
with open(ca, encoding="ascii") as file:
    options = {
        DatabaseOptions.TLS_ROOT_CERTS.value: file.read(),
        DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {token}",
    }
connection = dbapi.connect(f"grpc+tls://localhost:{port}", db_kwargs=options, autocommit=True)
with connection.cursor() as cursor:
    while True:
        cursor.execute(sql)
        table = cursor.fetch_arrow_table()
        print(int(table.schema.metadata[b"sekisho.audit"]), flush=True)
