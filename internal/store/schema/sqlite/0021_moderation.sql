-- What those who look after a site decide about accounts, and who decided it.

-- Everything with pictures that the account posts is shown as sensitive.
ALTER TABLE account ADD COLUMN sensitized_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX account_local ON account (site_id, id) WHERE local;
CREATE INDEX account_suspended ON account (site_id, id) WHERE suspended_at <> 0;
CREATE INDEX account_silenced ON account (site_id, id) WHERE silenced_at <> 0;
CREATE INDEX account_sensitized ON account (site_id, id) WHERE sensitized_at <> 0;
CREATE INDEX person_disabled ON person (site_id, account_id) WHERE disabled_at <> 0;
CREATE INDEX person_staff ON person (site_id, account_id) WHERE role <> 'member';
CREATE INDEX person_invited ON person (site_id, invite_id) WHERE invite_id <> 0;

ALTER TABLE report ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX report_settled ON report (site_id, action_taken_at) WHERE action_taken_at <> 0;

-- What an account was told and done to: a warning, or more.
CREATE TABLE strike (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	by_id      INTEGER NOT NULL,
	action     TEXT NOT NULL,
	text       TEXT NOT NULL,
	report_id  INTEGER NOT NULL DEFAULT 0,
	post_ids   TEXT NOT NULL DEFAULT '[]',
	created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX strike_account ON strike (site_id, account_id, id);

-- Who decided what about whom or what, and when. Rows are never changed. by_id: the site's own actor for the operator's
-- command line. name: what it was about, as it was called then.
CREATE TABLE audit (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	by_id      INTEGER NOT NULL,
	action     TEXT NOT NULL,
	kind       TEXT NOT NULL,
	target_id  INTEGER NOT NULL,
	name       TEXT NOT NULL,
	detail     TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_site ON audit (site_id, id);
CREATE INDEX audit_target ON audit (site_id, kind, target_id, id);

-- Where a person was seen from. address: the 16 bytes of the IPv6 form in hex, so that what lies in a network lies in one
-- range. used_at: the last day.
CREATE TABLE person_address (
	site_id    INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	address    TEXT NOT NULL,
	used_at    INTEGER NOT NULL,
	PRIMARY KEY (account_id, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_address_address ON person_address (site_id, address);
CREATE INDEX person_address_age ON person_address (used_at);
