"""Where things are kept: database, unit of work, audit, migrations, files. It knows no feature."""
