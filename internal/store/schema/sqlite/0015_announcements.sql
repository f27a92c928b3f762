-- What those who run a site tell its people. scheduled_at: when it is to be published; published_at 0: it is not yet.
CREATE TABLE announcement (
	id           INTEGER PRIMARY KEY,
	site_id      INTEGER NOT NULL REFERENCES site (id),
	text         TEXT NOT NULL,
	html         TEXT NOT NULL,
	mentions     TEXT NOT NULL DEFAULT '[]',
	tags         TEXT NOT NULL DEFAULT '[]',
	emojis       TEXT NOT NULL DEFAULT '[]',
	posts        TEXT NOT NULL DEFAULT '[]',
	all_day      INTEGER NOT NULL DEFAULT 0 CHECK (all_day IN (0, 1)),
	starts_at    INTEGER NOT NULL DEFAULT 0,
	ends_at      INTEGER NOT NULL DEFAULT 0,
	scheduled_at INTEGER NOT NULL DEFAULT 0,
	published_at INTEGER NOT NULL DEFAULT 0,
	updated_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX announcement_site ON announcement (site_id, id);

CREATE TABLE announcement_read (
	site_id         INTEGER NOT NULL,
	account_id      INTEGER NOT NULL,
	announcement_id INTEGER NOT NULL,
	PRIMARY KEY (account_id, announcement_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX announcement_read_announcement ON announcement_read (announcement_id);

CREATE TABLE announcement_reaction (
	id              INTEGER PRIMARY KEY,
	site_id         INTEGER NOT NULL REFERENCES site (id),
	announcement_id INTEGER NOT NULL,
	account_id      INTEGER NOT NULL,
	name            TEXT NOT NULL,
	UNIQUE (announcement_id, account_id, name)
) STRICT;
CREATE INDEX announcement_reaction_account ON announcement_reaction (site_id, account_id);

-- Accounts that people show on their profiles.
CREATE TABLE endorsement (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	target_id  INTEGER NOT NULL,
	UNIQUE (site_id, account_id, target_id)
) STRICT;
CREATE INDEX endorsement_account ON endorsement (site_id, account_id, id);
CREATE INDEX endorsement_target ON endorsement (site_id, target_id);

-- Accounts that somebody does not want to be suggested again.
CREATE TABLE suggestion_dismissal (
	site_id    INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	target_id  INTEGER NOT NULL,
	PRIMARY KEY (account_id, target_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX suggestion_dismissal_target ON suggestion_dismissal (site_id, target_id);

-- The profile directory: who wants to be found, by the last post and by age.
CREATE INDEX account_active ON account (site_id, last_post_at, id)
	WHERE discoverable AND moved_to_id = 0 AND silenced_at = 0 AND suspended_at = 0 AND deleted_at = 0;
CREATE INDEX account_fresh ON account (site_id, id)
	WHERE discoverable AND moved_to_id = 0 AND silenced_at = 0 AND suspended_at = 0 AND deleted_at = 0;

-- The terms of a site by the day on which they begin to count (YYYY-MM-DD).
CREATE TABLE terms (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	effective  TEXT NOT NULL,
	text       TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	UNIQUE (site_id, effective)
) STRICT;

-- What few sites say of themselves, as JSON.
ALTER TABLE site ADD COLUMN extra TEXT NOT NULL DEFAULT '{}';
