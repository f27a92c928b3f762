-- Hashtags on profiles, of our people and of peers'. display: as it is written there.
CREATE TABLE featured_tag (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	name       TEXT NOT NULL,
	display    TEXT NOT NULL,
	UNIQUE (site_id, account_id, name)
);
