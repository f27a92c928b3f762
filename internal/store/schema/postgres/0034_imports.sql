-- What people bring from elsewhere: their lists, or archives of what they wrote. files, choice and preview are JSON.
CREATE TABLE import (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	source     TEXT NOT NULL,
	state      TEXT NOT NULL,
	turn       BIGINT NOT NULL DEFAULT 0,
	error      TEXT NOT NULL DEFAULT '',
	files      TEXT NOT NULL DEFAULT '[]',
	choice     TEXT NOT NULL DEFAULT '{}',
	preview    TEXT NOT NULL DEFAULT '',
	total      BIGINT NOT NULL DEFAULT 0,
	done       BIGINT NOT NULL DEFAULT 0,
	added      BIGINT NOT NULL DEFAULT 0,
	failed     BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	ended_at   BIGINT NOT NULL DEFAULT 0,
	expires_at BIGINT NOT NULL
);
CREATE INDEX import_account ON import (site_id, account_id, id);
CREATE INDEX import_end ON import (expires_at);

-- Pieces of their files, in kit/blob, as they arrive.
CREATE TABLE import_part (
	site_id   BIGINT NOT NULL,
	import_id BIGINT NOT NULL,
	file      BIGINT NOT NULL,
	place     BIGINT NOT NULL,
	bytes     BIGINT NOT NULL,
	key       TEXT NOT NULL,
	PRIMARY KEY (import_id, file, place)
);
CREATE INDEX import_part_key ON import_part (key);

-- What is in them, one by one: 0 waits, 1 is done, 2 has failed, 3 was here already.
CREATE TABLE import_item (
	site_id   BIGINT NOT NULL,
	import_id BIGINT NOT NULL,
	number    BIGINT NOT NULL,
	kind      TEXT NOT NULL,
	key       TEXT NOT NULL,
	data      TEXT NOT NULL,
	fresh     BOOLEAN NOT NULL,
	state     BIGINT NOT NULL DEFAULT 0,
	why       TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (import_id, number)
);
CREATE INDEX import_item_state ON import_item (import_id, state, number);
CREATE UNIQUE INDEX import_item_key ON import_item (import_id, kind, key);

-- Where posts come from that were brought: each comes once, by its name there.
CREATE TABLE post_origin (
	site_id    BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	source     TEXT NOT NULL,
	key        TEXT NOT NULL,
	post_id    BIGINT NOT NULL,
	import_id  BIGINT NOT NULL,
	PRIMARY KEY (account_id, source, key)
);
CREATE INDEX post_origin_post ON post_origin (site_id, post_id);
CREATE INDEX post_origin_import ON post_origin (import_id, post_id);
