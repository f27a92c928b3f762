-- What a site thinks of its peers, and the keys of its own actors.

-- severity: 0 none, 1 limit, 2 suspend. allowed: on the list of a site that federates with listed peers only.
CREATE TABLE peer_policy (
	site_id         INTEGER NOT NULL REFERENCES site (id),
	domain          TEXT NOT NULL,
	severity        INTEGER NOT NULL,
	reject_media    INTEGER NOT NULL DEFAULT 0 CHECK (reject_media IN (0, 1)),
	reject_reports  INTEGER NOT NULL DEFAULT 0 CHECK (reject_reports IN (0, 1)),
	obfuscate       INTEGER NOT NULL DEFAULT 0 CHECK (obfuscate IN (0, 1)),
	allowed         INTEGER NOT NULL DEFAULT 0 CHECK (allowed IN (0, 1)),
	public_comment  TEXT NOT NULL DEFAULT '',
	private_comment TEXT NOT NULL DEFAULT '',
	by_id           INTEGER NOT NULL DEFAULT 0,
	created_at      INTEGER NOT NULL,
	PRIMARY KEY (site_id, domain)
) STRICT, WITHOUT ROWID;

ALTER TABLE site ADD COLUMN authorized_fetch INTEGER NOT NULL DEFAULT 0 CHECK (authorized_fetch IN (0, 1));
ALTER TABLE site ADD COLUMN allow_list_only INTEGER NOT NULL DEFAULT 0 CHECK (allow_list_only IN (0, 1));

-- What the policy towards its peer did to an account, so that lifting it lifts only that: 0 nothing, 1 limited, 2 suspended.
ALTER TABLE account ADD COLUMN peer_mark INTEGER NOT NULL DEFAULT 0;
CREATE INDEX account_remote ON account (site_id, id) WHERE NOT local;

-- Follows that a decision of the site has ended: the decision, and each of the follows.
CREATE TABLE severance (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	kind       TEXT NOT NULL,
	target     TEXT NOT NULL,
	created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX severance_target ON severance (site_id, target, id);
-- incoming: the remote account followed the local one; else the other way round.
CREATE TABLE severed_follow (
	severance_id INTEGER NOT NULL,
	site_id      INTEGER NOT NULL,
	account_id   INTEGER NOT NULL,
	remote_id    INTEGER NOT NULL,
	incoming     INTEGER NOT NULL DEFAULT 0 CHECK (incoming IN (0, 1)),
	show_boosts  INTEGER NOT NULL DEFAULT 0 CHECK (show_boosts IN (0, 1)),
	notify       INTEGER NOT NULL DEFAULT 0 CHECK (notify IN (0, 1)),
	languages    TEXT NOT NULL DEFAULT '[]',
	PRIMARY KEY (severance_id, account_id, remote_id, incoming)
) STRICT, WITHOUT ROWID;
CREATE INDEX severed_follow_account ON severed_follow (site_id, account_id, severance_id);
CREATE INDEX severed_follow_remote ON severed_follow (site_id, remote_id);

-- ed25519: the second key of an actor, made when it is first needed. The old pair still signs what was queued up to
-- old_through.
ALTER TABLE actor_key ADD COLUMN ed25519 TEXT NOT NULL DEFAULT '';
ALTER TABLE actor_key ADD COLUMN old_private TEXT NOT NULL DEFAULT '';
ALTER TABLE actor_key ADD COLUMN old_through INTEGER NOT NULL DEFAULT 0;
ALTER TABLE actor_key ADD COLUMN rotated_at INTEGER NOT NULL DEFAULT 0;
