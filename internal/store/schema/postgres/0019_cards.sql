-- What pages that posts link to say of themselves: fetched once for each address, and used by all posts of the site that link
-- to it. url is the address in its canonical form. ready: there is something to show. creator_id is whom the page names as
-- its writer, author_id the same account if it agrees.
CREATE TABLE card (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	url        TEXT NOT NULL,
	host       TEXT NOT NULL,
	ready      BOOLEAN NOT NULL DEFAULT FALSE,
	data       TEXT NOT NULL DEFAULT '{}',
	creator_id BIGINT NOT NULL DEFAULT 0,
	author_id  BIGINT NOT NULL DEFAULT 0,
	wanted_at  BIGINT NOT NULL,
	fetched_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX card_url ON card (site_id, url);
CREATE INDEX card_author ON card (site_id, creator_id) WHERE creator_id <> 0;

CREATE TABLE post_card (
	site_id BIGINT NOT NULL,
	card_id BIGINT NOT NULL,
	post_id BIGINT NOT NULL,
	PRIMARY KEY (card_id, post_id)
);
CREATE INDEX post_card_post ON post_card (site_id, post_id);
