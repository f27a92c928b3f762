-- Hashtags on profiles, of our people and of peers'. display: as it is written there.
CREATE TABLE featured_tag (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	name       TEXT NOT NULL,
	display    TEXT NOT NULL,
	UNIQUE (site_id, account_id, name)
) STRICT;
