-- What links that end are signed with.
ALTER TABLE site ADD COLUMN secret BLOB NOT NULL DEFAULT x'';
UPDATE site SET secret = randomblob(32);

-- Files that people sent. shown is the Attachment that posts have of it, as JSON; expires_at counts while no post and
-- nothing scheduled has it.
CREATE TABLE media (
	id           INTEGER PRIMARY KEY,
	site_id      INTEGER NOT NULL REFERENCES site (id),
	account_id   INTEGER NOT NULL,
	post_id      INTEGER NOT NULL DEFAULT 0,
	scheduled_id INTEGER NOT NULL DEFAULT 0,
	state        TEXT NOT NULL,
	bytes        INTEGER NOT NULL,
	shown        TEXT NOT NULL,
	created_at   INTEGER NOT NULL,
	expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX media_post ON media (site_id, post_id) WHERE post_id <> 0;
CREATE INDEX media_scheduled ON media (site_id, scheduled_id) WHERE scheduled_id <> 0;
CREATE INDEX media_account ON media (site_id, account_id, post_id);
CREATE INDEX media_expires ON media (expires_at) WHERE post_id = 0 AND scheduled_id = 0;

-- The stored files of each: the key names a file in the blob store, and stands in its address.
CREATE TABLE media_file (
	key      TEXT PRIMARY KEY,
	site_id  INTEGER NOT NULL REFERENCES site (id),
	media_id INTEGER NOT NULL,
	type     TEXT NOT NULL,
	bytes    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX media_file_media ON media_file (site_id, media_id);
