-- Leave to quote, answer, like or boost a post of one of ours: asked for, given, refused or taken back. An accepted one is
-- the stamp that is served under its id. object_uri: what was done; by_id: the post that does it, when it is known.
CREATE TABLE approval (
	id          BIGINT PRIMARY KEY,
	site_id     BIGINT NOT NULL REFERENCES site (id),
	account_id  BIGINT NOT NULL,
	kind        TEXT NOT NULL,
	asker_id    BIGINT NOT NULL,
	object_uri  TEXT NOT NULL,
	request_uri TEXT NOT NULL DEFAULT '',
	post_id     BIGINT NOT NULL,
	by_id       BIGINT NOT NULL DEFAULT 0,
	state       TEXT NOT NULL,
	created_at  BIGINT NOT NULL,
	UNIQUE (site_id, post_id, kind, object_uri)
);
CREATE INDEX approval_pending ON approval (site_id, account_id, id) WHERE state = 'pending';
CREATE INDEX approval_asker ON approval (site_id, asker_id, account_id);
CREATE INDEX approval_by ON approval (site_id, by_id) WHERE by_id <> 0;

-- The stamps that quotes by peers' posts and by ours carry, so that one that is taken back is found.
CREATE TABLE stamp (
	site_id BIGINT NOT NULL,
	uri     TEXT NOT NULL,
	post_id BIGINT NOT NULL,
	PRIMARY KEY (site_id, uri, post_id)
);
CREATE INDEX stamp_post ON stamp (site_id, post_id);
