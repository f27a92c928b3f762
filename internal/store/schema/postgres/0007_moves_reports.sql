-- Moves ask who noted something about an account.
CREATE INDEX account_note_target ON account_note (site_id, target_id, account_id);

-- What somebody tells the moderators about an account: one of ours, or a peer's server by a Flag (uri).
CREATE TABLE report (
	id              BIGINT PRIMARY KEY,
	site_id         BIGINT NOT NULL REFERENCES site (id),
	account_id      BIGINT NOT NULL,
	target_id       BIGINT NOT NULL,
	post_ids        TEXT NOT NULL,
	collection_ids  TEXT NOT NULL,
	comment         TEXT NOT NULL,
	category        TEXT NOT NULL,
	rule_ids        TEXT NOT NULL,
	forwarded       BOOLEAN NOT NULL DEFAULT FALSE,
	uri             TEXT NOT NULL DEFAULT '',
	assigned_id     BIGINT NOT NULL DEFAULT 0,
	action_taken_at BIGINT NOT NULL DEFAULT 0,
	action_by_id    BIGINT NOT NULL DEFAULT 0,
	created_at      BIGINT NOT NULL
);
CREATE INDEX report_site ON report (site_id, id);
CREATE INDEX report_open ON report (site_id, id) WHERE action_taken_at = 0;
CREATE INDEX report_target ON report (site_id, target_id, id);
CREATE INDEX report_account ON report (site_id, account_id, id);
CREATE UNIQUE INDEX report_uri ON report (site_id, target_id, uri) WHERE uri <> '';

-- Whether peers are told when people here block somebody there (T178).
ALTER TABLE site ADD COLUMN hide_blocks BOOLEAN NOT NULL DEFAULT FALSE;
