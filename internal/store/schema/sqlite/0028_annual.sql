-- What somebody did in a year, as JSON; empty while it is counted. Made when its person asks for it.
CREATE TABLE annual (
	site_id    INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	year       INTEGER NOT NULL,
	counted    TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	read_at    INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (account_id, year)
) STRICT, WITHOUT ROWID;
