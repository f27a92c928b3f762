-- What people want marked for them. contexts: JSON, in the order given.
CREATE TABLE content_filter (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	title      TEXT NOT NULL,
	contexts   TEXT NOT NULL,
	action     TEXT NOT NULL,
	expires_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX content_filter_account ON content_filter (site_id, account_id, id);

CREATE TABLE content_filter_keyword (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	filter_id  INTEGER NOT NULL,
	text       TEXT NOT NULL,
	whole      INTEGER NOT NULL CHECK (whole IN (0, 1))
) STRICT;
CREATE INDEX content_filter_keyword_account ON content_filter_keyword (site_id, account_id, id);
CREATE INDEX content_filter_keyword_filter ON content_filter_keyword (filter_id);

CREATE TABLE content_filter_post (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	filter_id  INTEGER NOT NULL,
	post_id    INTEGER NOT NULL,
	UNIQUE (filter_id, post_id)
) STRICT;
CREATE INDEX content_filter_post_account ON content_filter_post (site_id, account_id, id);
CREATE INDEX content_filter_post_post ON content_filter_post (site_id, post_id);
