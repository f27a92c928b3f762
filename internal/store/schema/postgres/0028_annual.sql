-- What somebody did in a year, as JSON; empty while it is counted. Made when its person asks for it.
CREATE TABLE annual (
	site_id    BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	year       BIGINT NOT NULL,
	counted    TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	read_at    BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (account_id, year)
);
