-- Relays that a site subscribes to. state: asked, accepted, refused. actor_uri is empty until the relay has shown itself.
CREATE TABLE relay (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	url        TEXT NOT NULL,
	inbox      TEXT NOT NULL DEFAULT '',
	actor_uri  TEXT NOT NULL DEFAULT '',
	state      TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	UNIQUE (site_id, url)
) STRICT;
