"""The database: engine, unit of work, column types. No table lives here."""
