-- Times are milliseconds since 1970 UTC, 0: never. IDs are ours (skein.ID). JSON stands in text and is never searched.
-- 0 is "none" in columns that name another row. What has an ID has that alone as primary key, unique over all sites.

-- == sites ==

CREATE TABLE site (
	id          INTEGER PRIMARY KEY,
	domain      TEXT NOT NULL UNIQUE,
	base        TEXT NOT NULL,
	name        TEXT NOT NULL,
	summary     TEXT NOT NULL DEFAULT '',
	description TEXT NOT NULL DEFAULT '',
	contact     TEXT NOT NULL DEFAULT '',
	owner_id    INTEGER NOT NULL DEFAULT 0,
	actor_id    INTEGER NOT NULL DEFAULT 0,
	joining     TEXT NOT NULL,
	rules       TEXT NOT NULL DEFAULT '[]',
	languages   TEXT NOT NULL DEFAULT '[]',
	setup_hash  BLOB,
	created_at  INTEGER NOT NULL,
	suspended_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE invite (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	code       TEXT NOT NULL,
	by_id      INTEGER NOT NULL,
	max_uses   INTEGER NOT NULL,
	uses       INTEGER NOT NULL DEFAULT 0,
	created_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	UNIQUE (site_id, code)
) STRICT;

CREATE TABLE emoji (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	domain     TEXT NOT NULL DEFAULT '',
	code       TEXT NOT NULL,
	url        TEXT NOT NULL,
	static_url TEXT NOT NULL DEFAULT '',
	category   TEXT NOT NULL DEFAULT '',
	hidden     INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
	UNIQUE (site_id, domain, code)
) STRICT;

-- == accounts ==

CREATE TABLE account (
	id              INTEGER PRIMARY KEY,
	site_id         INTEGER NOT NULL REFERENCES site (id),
	local           INTEGER NOT NULL CHECK (local IN (0, 1)),
	kind            TEXT NOT NULL,
	username        TEXT NOT NULL,
	username_lower  TEXT NOT NULL,
	domain          TEXT NOT NULL,
	uri             TEXT NOT NULL,
	url             TEXT NOT NULL,
	display_name    TEXT NOT NULL DEFAULT '',
	bio             TEXT NOT NULL DEFAULT '',
	bio_text        TEXT NOT NULL DEFAULT '',
	fields          TEXT NOT NULL DEFAULT '[]',
	emojis          TEXT NOT NULL DEFAULT '[]',
	avatar          TEXT NOT NULL DEFAULT '',
	header          TEXT NOT NULL DEFAULT '',
	locked          INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),
	discoverable    INTEGER NOT NULL DEFAULT 0 CHECK (discoverable IN (0, 1)),
	indexable       INTEGER NOT NULL DEFAULT 0 CHECK (indexable IN (0, 1)),
	hide_network    INTEGER NOT NULL DEFAULT 0 CHECK (hide_network IN (0, 1)),
	moved_to_id     INTEGER NOT NULL DEFAULT 0,
	inbox           TEXT NOT NULL DEFAULT '',
	shared_inbox    TEXT NOT NULL DEFAULT '',
	outbox          TEXT NOT NULL DEFAULT '',
	followers_uri   TEXT NOT NULL DEFAULT '',
	following_uri   TEXT NOT NULL DEFAULT '',
	featured_uri    TEXT NOT NULL DEFAULT '',
	follower_count  INTEGER NOT NULL DEFAULT 0,
	following_count INTEGER NOT NULL DEFAULT 0,
	post_count      INTEGER NOT NULL DEFAULT 0,
	last_post_at    INTEGER NOT NULL DEFAULT 0,
	created_at      INTEGER NOT NULL,
	refreshed_at    INTEGER NOT NULL DEFAULT 0,
	silenced_at     INTEGER NOT NULL DEFAULT 0,
	suspended_at    INTEGER NOT NULL DEFAULT 0,
	deleted_at      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX account_uri ON account (site_id, uri);
-- Two remote accounts may claim one handle for a while (T56): only ours are unique.
CREATE UNIQUE INDEX account_local_name ON account (site_id, username_lower) WHERE local;
CREATE INDEX account_handle ON account (site_id, username_lower, domain);
CREATE INDEX account_inbox ON account (site_id, shared_inbox) WHERE NOT local;

-- What accounts are found by: the words of their names, folded.
CREATE TABLE account_word (
	site_id    INTEGER NOT NULL,
	word       TEXT NOT NULL,
	account_id INTEGER NOT NULL,
	PRIMARY KEY (site_id, word, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_word_account ON account_word (account_id);
CREATE INDEX account_peer ON account (site_id, domain) WHERE NOT local;

-- Private signing keys of local accounts and instance actors.
CREATE TABLE actor_key (
	account_id INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	private    TEXT NOT NULL,
	public     TEXT NOT NULL,
	created_at INTEGER NOT NULL
) STRICT;

-- == people who sign in ==

-- name_key: what the user name looks like (T127). email_key: the mailbox, however it is spelled (T151).
-- An address belongs to whoever confirms it first, so that nobody can sit on another's.
CREATE TABLE person (
	account_id   INTEGER PRIMARY KEY,
	site_id      INTEGER NOT NULL REFERENCES site (id),
	name_key     TEXT NOT NULL,
	email        TEXT NOT NULL,
	email_key    TEXT NOT NULL,
	password     TEXT NOT NULL,
	role         TEXT NOT NULL,
	locale       TEXT NOT NULL DEFAULT '',
	reason       TEXT NOT NULL DEFAULT '',
	prefs        TEXT NOT NULL DEFAULT '{}',
	app_id       INTEGER NOT NULL DEFAULT 0,
	invite_id    INTEGER NOT NULL DEFAULT 0,
	created_at   INTEGER NOT NULL,
	confirmed_at INTEGER NOT NULL DEFAULT 0,
	approved_at  INTEGER NOT NULL DEFAULT 0,
	disabled_at  INTEGER NOT NULL DEFAULT 0,
	seen_at      INTEGER NOT NULL DEFAULT 0,
	UNIQUE (site_id, name_key)
) STRICT;
CREATE INDEX person_email ON person (site_id, email_key);
CREATE UNIQUE INDEX person_email_confirmed ON person (site_id, email_key) WHERE confirmed_at <> 0;
CREATE INDEX person_pending ON person (site_id, account_id) WHERE approved_at = 0;
CREATE INDEX person_unconfirmed ON person (created_at) WHERE confirmed_at = 0;
CREATE INDEX person_seen ON person (site_id, seen_at);

CREATE TABLE session (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	hash       BLOB NOT NULL,
	account_id INTEGER NOT NULL,
	agent      TEXT NOT NULL DEFAULT '',
	address    TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL,
	seen_at    INTEGER NOT NULL,
	UNIQUE (site_id, hash)
) STRICT;
CREATE INDEX session_account ON session (site_id, account_id);

CREATE TABLE app (
	id            INTEGER PRIMARY KEY,
	site_id       INTEGER NOT NULL REFERENCES site (id),
	client_id     TEXT NOT NULL,
	secret_hash   BLOB NOT NULL,
	name          TEXT NOT NULL,
	website       TEXT NOT NULL DEFAULT '',
	redirect_uris TEXT NOT NULL,
	scopes        TEXT NOT NULL,
	created_at    INTEGER NOT NULL,
	used_at       INTEGER NOT NULL DEFAULT 0,
	UNIQUE (site_id, client_id)
) STRICT;

-- Whoever likes may register apps: those that nobody signs in with go again (T96).
CREATE INDEX app_unused ON app (created_at) WHERE used_at = 0;

CREATE TABLE oauth_code (
	id           INTEGER PRIMARY KEY,
	site_id      INTEGER NOT NULL REFERENCES site (id),
	hash         BLOB NOT NULL,
	app_id       INTEGER NOT NULL,
	account_id   INTEGER NOT NULL,
	redirect_uri TEXT NOT NULL,
	scopes       TEXT NOT NULL,
	challenge    TEXT NOT NULL DEFAULT '',
	created_at   INTEGER NOT NULL,
	used_at      INTEGER NOT NULL DEFAULT 0,
	UNIQUE (site_id, hash)
) STRICT;

CREATE TABLE token (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	hash       BLOB NOT NULL,
	app_id     INTEGER NOT NULL,
	account_id INTEGER NOT NULL DEFAULT 0,
	code_id    INTEGER NOT NULL DEFAULT 0,
	scopes     TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	seen_at    INTEGER NOT NULL DEFAULT 0,
	UNIQUE (site_id, hash)
) STRICT;
CREATE INDEX token_account ON token (site_id, account_id);
CREATE INDEX token_app ON token (site_id, app_id);

-- One-time links sent by mail: confirm an address, reset a password.
CREATE TABLE mail_token (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	hash       BLOB NOT NULL,
	account_id INTEGER NOT NULL,
	purpose    TEXT NOT NULL,
	email      TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	UNIQUE (site_id, hash)
) STRICT;
CREATE INDEX mail_token_account ON mail_token (site_id, account_id, purpose);

-- == posts ==

CREATE TABLE post (
	id              INTEGER PRIMARY KEY,
	site_id         INTEGER NOT NULL REFERENCES site (id),
	author_id       INTEGER NOT NULL,
	local           INTEGER NOT NULL CHECK (local IN (0, 1)),
	uri             TEXT NOT NULL,
	url             TEXT NOT NULL,
	text            TEXT NOT NULL,
	html            TEXT NOT NULL,
	warning         TEXT NOT NULL,
	sensitive       INTEGER NOT NULL CHECK (sensitive IN (0, 1)),
	language        TEXT NOT NULL,
	visibility      INTEGER NOT NULL,
	listed          INTEGER NOT NULL CHECK (listed IN (0, 1)),
	reply_to_id     INTEGER NOT NULL,
	reply_author_id INTEGER NOT NULL,
	reply_to_uri    TEXT NOT NULL,
	thread_id       INTEGER NOT NULL,
	boost_of_id     INTEGER NOT NULL,
	app_id          INTEGER NOT NULL,
	mentions        TEXT NOT NULL,
	tags            TEXT NOT NULL,
	emojis          TEXT NOT NULL,
	attachments     TEXT NOT NULL,
	like_count      INTEGER NOT NULL DEFAULT 0,
	boost_count     INTEGER NOT NULL DEFAULT 0,
	reply_count     INTEGER NOT NULL DEFAULT 0,
	created_at      INTEGER NOT NULL,
	edited_at       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX post_uri ON post (site_id, uri);
CREATE UNIQUE INDEX post_boost ON post (site_id, author_id, boost_of_id) WHERE boost_of_id <> 0;
CREATE INDEX post_boosted ON post (site_id, boost_of_id, id) WHERE boost_of_id <> 0;
CREATE INDEX post_author ON post (site_id, author_id, id);
CREATE INDEX post_thread ON post (site_id, thread_id, id);
CREATE INDEX post_reply ON post (site_id, reply_to_id, id) WHERE reply_to_id <> 0;
CREATE INDEX post_orphan ON post (site_id, reply_to_uri) WHERE reply_to_uri <> '';
CREATE INDEX post_listed ON post (site_id, id) WHERE listed;
CREATE INDEX post_listed_local ON post (site_id, id) WHERE listed AND local;
CREATE INDEX post_listed_remote ON post (site_id, id) WHERE listed AND NOT local;
CREATE INDEX post_listed_media ON post (site_id, id) WHERE listed AND attachments <> '[]';
CREATE INDEX post_author_media ON post (site_id, author_id, id) WHERE attachments <> '[]';

CREATE TABLE post_mention (
	site_id    INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	post_id    INTEGER NOT NULL,
	PRIMARY KEY (account_id, post_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_mention_post ON post_mention (site_id, post_id);

-- Only listed posts: the tag timelines.
CREATE TABLE post_tag (
	site_id INTEGER NOT NULL,
	name    TEXT NOT NULL,
	post_id INTEGER NOT NULL,
	PRIMARY KEY (site_id, name, post_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_tag_post ON post_tag (site_id, post_id);

CREATE TABLE post_revision (
	id          INTEGER PRIMARY KEY,
	site_id     INTEGER NOT NULL REFERENCES site (id),
	post_id     INTEGER NOT NULL,
	text        TEXT NOT NULL,
	html        TEXT NOT NULL,
	warning     TEXT NOT NULL,
	sensitive   INTEGER NOT NULL CHECK (sensitive IN (0, 1)),
	emojis      TEXT NOT NULL,
	attachments TEXT NOT NULL,
	created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX post_revision_post ON post_revision (site_id, post_id, id);

CREATE TABLE post_like (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	post_id    INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	uri        TEXT NOT NULL DEFAULT '',
	UNIQUE (site_id, account_id, post_id)
) STRICT;
CREATE INDEX post_like_post ON post_like (site_id, post_id, id);
CREATE INDEX post_like_account ON post_like (site_id, account_id, id);

CREATE TABLE bookmark (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	post_id    INTEGER NOT NULL,
	UNIQUE (site_id, account_id, post_id)
) STRICT;
CREATE INDEX bookmark_account ON bookmark (site_id, account_id, id);
CREATE INDEX bookmark_post ON bookmark (site_id, post_id);

CREATE TABLE pin (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	post_id    INTEGER NOT NULL,
	UNIQUE (site_id, account_id, post_id)
) STRICT;

CREATE TABLE thread_mute (
	site_id    INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	thread_id  INTEGER NOT NULL,
	PRIMARY KEY (account_id, thread_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_mute_thread ON thread_mute (site_id, thread_id);

-- What was deleted never comes back (T183). hash: the first half of the SHA-256 of the URI, base64.
CREATE TABLE tombstone (
	site_id    INTEGER NOT NULL,
	hash       TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (site_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstone_age ON tombstone (created_at);

-- Idempotency-Key of a client, remembered for an hour.
CREATE TABLE idempotency (
	site_id    INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	key        TEXT NOT NULL,
	post_id    INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (created_at);

-- == who stands how to whom ==

CREATE TABLE follow (
	id          INTEGER PRIMARY KEY,
	site_id     INTEGER NOT NULL REFERENCES site (id),
	account_id  INTEGER NOT NULL,
	target_id   INTEGER NOT NULL,
	accepted    INTEGER NOT NULL CHECK (accepted IN (0, 1)),
	remote      INTEGER NOT NULL CHECK (remote IN (0, 1)),
	uri         TEXT NOT NULL,
	show_boosts INTEGER NOT NULL DEFAULT 1 CHECK (show_boosts IN (0, 1)),
	notify      INTEGER NOT NULL DEFAULT 0 CHECK (notify IN (0, 1)),
	languages   TEXT NOT NULL DEFAULT '[]',
	created_at  INTEGER NOT NULL,
	UNIQUE (site_id, account_id, target_id)
) STRICT;
CREATE INDEX follow_target ON follow (site_id, target_id, id);
CREATE INDEX follow_bell ON follow (site_id, target_id, account_id) WHERE notify;
CREATE INDEX follow_pending ON follow (site_id, target_id, id) WHERE NOT accepted;
-- Followers elsewhere: where posts are delivered to.
CREATE INDEX follow_remote ON follow (site_id, target_id) WHERE accepted AND remote;
CREATE INDEX follow_account ON follow (site_id, account_id, id);

CREATE TABLE block (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	target_id  INTEGER NOT NULL,
	uri        TEXT NOT NULL DEFAULT '',
	UNIQUE (site_id, account_id, target_id)
) STRICT;
CREATE INDEX block_target ON block (site_id, target_id);
CREATE INDEX block_account ON block (site_id, account_id, id);

CREATE TABLE mute (
	id            INTEGER PRIMARY KEY,
	site_id       INTEGER NOT NULL REFERENCES site (id),
	account_id    INTEGER NOT NULL,
	target_id     INTEGER NOT NULL,
	notifications INTEGER NOT NULL CHECK (notifications IN (0, 1)),
	expires_at    INTEGER NOT NULL DEFAULT 0,
	UNIQUE (site_id, account_id, target_id)
) STRICT;
CREATE INDEX mute_account ON mute (site_id, account_id, id);
CREATE INDEX mute_target ON mute (site_id, target_id);

CREATE TABLE domain_block (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	domain     TEXT NOT NULL,
	UNIQUE (site_id, account_id, domain)
) STRICT;
CREATE INDEX domain_block_domain ON domain_block (site_id, domain);

CREATE TABLE account_note (
	site_id    INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	target_id  INTEGER NOT NULL,
	text       TEXT NOT NULL,
	PRIMARY KEY (account_id, target_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag_follow (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	name       TEXT NOT NULL,
	UNIQUE (site_id, account_id, name)
) STRICT;
CREATE INDEX tag_follow_name ON tag_follow (site_id, name);

-- == feeds and notices ==

-- A home timeline is kept as rows only for those who read it; others' is made anew when they come back.
CREATE TABLE feed (
	account_id INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	kept_until INTEGER NOT NULL
) STRICT;
CREATE INDEX feed_kept ON feed (kept_until);
CREATE INDEX feed_site ON feed (site_id, kept_until);

CREATE TABLE home (
	site_id    INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	post_id    INTEGER NOT NULL,
	PRIMARY KEY (account_id, post_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX home_post ON home (site_id, post_id);

CREATE TABLE notification (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	kind       TEXT NOT NULL,
	actor_id   INTEGER NOT NULL,
	post_id    INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	UNIQUE (site_id, actor_id, account_id, kind, post_id)
) STRICT;
CREATE INDEX notification_account ON notification (site_id, account_id, id);
CREATE INDEX notification_post ON notification (site_id, post_id) WHERE post_id <> 0;

CREATE TABLE marker (
	site_id    INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	timeline   TEXT NOT NULL,
	last_read  INTEGER NOT NULL,
	version    INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	PRIMARY KEY (account_id, timeline)
) STRICT, WITHOUT ROWID;

-- == work to do; shared by all sites ==

CREATE TABLE job (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL,
	kind       TEXT NOT NULL,
	payload    BLOB NOT NULL,
	run_at     INTEGER NOT NULL,
	lease      INTEGER NOT NULL,
	node       TEXT NOT NULL DEFAULT '',
	attempt    INTEGER NOT NULL,
	unique_key TEXT NOT NULL DEFAULT '',
	failed_at  INTEGER NOT NULL DEFAULT 0,
	error      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX job_due ON job (run_at) WHERE failed_at = 0;
CREATE UNIQUE INDEX job_unique ON job (unique_key) WHERE unique_key <> '' AND failed_at = 0;

-- The body of an activity is stored once, however many inboxes it goes to.
CREATE TABLE activity (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	body       BLOB NOT NULL,
	created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE delivery (
	id          INTEGER PRIMARY KEY,
	site_id     INTEGER NOT NULL,
	host        TEXT NOT NULL,
	inbox       TEXT NOT NULL,
	activity_id INTEGER NOT NULL,
	attempt     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX delivery_host ON delivery (host, id);
CREATE UNIQUE INDEX delivery_once ON delivery (activity_id, inbox);

-- The health of a peer's host, and whose turn it is.
CREATE TABLE host (
	name       TEXT PRIMARY KEY,
	next_at    INTEGER NOT NULL,
	lease      INTEGER NOT NULL,
	node       TEXT NOT NULL DEFAULT '',
	failures   INTEGER NOT NULL DEFAULT 0,
	failing_at INTEGER NOT NULL DEFAULT 0,
	rfc9421    INTEGER NOT NULL DEFAULT 0 CHECK (rfc9421 IN (0, 1))
) STRICT;
CREATE INDEX host_due ON host (next_at);

-- Public keys of remote actors.
CREATE TABLE public_key (
	key_id     TEXT PRIMARY KEY,
	owner      TEXT NOT NULL,
	pem        TEXT NOT NULL,
	fetched_at INTEGER NOT NULL,
	gone       INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1))
) STRICT;
CREATE INDEX public_key_owner ON public_key (owner);

-- Activities that passed the door, so that a second copy is a no-op (T26, T64). hash: SHA-256 of the activity's id.
CREATE TABLE seen (
	site_id    INTEGER NOT NULL,
	hash       BLOB NOT NULL,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (site_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_age ON seen (created_at);
