"""The portal from outside: its HTTP interface and its pages, over real TLS, with codes worked out here."""
