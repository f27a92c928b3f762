-- What links that end are signed with.
ALTER TABLE site ADD COLUMN secret BYTEA NOT NULL DEFAULT '';
UPDATE site SET secret = decode(replace(CAST(gen_random_uuid() AS TEXT) || CAST(gen_random_uuid() AS TEXT), '-', ''), 'hex');

-- Files that people sent. shown is the Attachment that posts have of it, as JSON; expires_at counts while no post and
-- nothing scheduled has it.
CREATE TABLE media (
	id           BIGINT PRIMARY KEY,
	site_id      BIGINT NOT NULL REFERENCES site (id),
	account_id   BIGINT NOT NULL,
	post_id      BIGINT NOT NULL DEFAULT 0,
	scheduled_id BIGINT NOT NULL DEFAULT 0,
	state        TEXT NOT NULL,
	bytes        BIGINT NOT NULL,
	shown        TEXT NOT NULL,
	created_at   BIGINT NOT NULL,
	expires_at   BIGINT NOT NULL
);
CREATE INDEX media_post ON media (site_id, post_id) WHERE post_id <> 0;
CREATE INDEX media_scheduled ON media (site_id, scheduled_id) WHERE scheduled_id <> 0;
CREATE INDEX media_account ON media (site_id, account_id, post_id);
CREATE INDEX media_expires ON media (expires_at) WHERE post_id = 0 AND scheduled_id = 0;

-- The stored files of each: the key names a file in the blob store, and stands in its address.
CREATE TABLE media_file (
	key      TEXT PRIMARY KEY,
	site_id  BIGINT NOT NULL REFERENCES site (id),
	media_id BIGINT NOT NULL,
	type     TEXT NOT NULL,
	bytes    BIGINT NOT NULL
);
CREATE INDEX media_file_media ON media_file (site_id, media_id);
