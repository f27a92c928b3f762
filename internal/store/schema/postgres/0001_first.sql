-- Times are milliseconds since 1970 UTC, 0: never. IDs are ours (skein.ID). JSON stands in text and is never searched.
-- 0 is "none" in columns that name another row. What has an ID has that alone as primary key, unique over all sites.

-- == sites ==

CREATE TABLE site (
	id          BIGINT PRIMARY KEY,
	domain      TEXT NOT NULL UNIQUE,
	base        TEXT NOT NULL,
	name        TEXT NOT NULL,
	summary     TEXT NOT NULL DEFAULT '',
	description TEXT NOT NULL DEFAULT '',
	contact     TEXT NOT NULL DEFAULT '',
	owner_id    BIGINT NOT NULL DEFAULT 0,
	actor_id    BIGINT NOT NULL DEFAULT 0,
	joining     TEXT NOT NULL,
	rules       TEXT NOT NULL DEFAULT '[]',
	languages   TEXT NOT NULL DEFAULT '[]',
	setup_hash  BYTEA,
	created_at  BIGINT NOT NULL,
	suspended_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE invite (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	code       TEXT NOT NULL,
	by_id      BIGINT NOT NULL,
	max_uses   INTEGER NOT NULL,
	uses       INTEGER NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	UNIQUE (site_id, code)
);

CREATE TABLE emoji (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	domain     TEXT NOT NULL DEFAULT '',
	code       TEXT NOT NULL,
	url        TEXT NOT NULL,
	static_url TEXT NOT NULL DEFAULT '',
	category   TEXT NOT NULL DEFAULT '',
	hidden     BOOLEAN NOT NULL DEFAULT FALSE,
	UNIQUE (site_id, domain, code)
);

-- == accounts ==

CREATE TABLE account (
	id              BIGINT PRIMARY KEY,
	site_id         BIGINT NOT NULL REFERENCES site (id),
	local           BOOLEAN NOT NULL,
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
	locked          BOOLEAN NOT NULL DEFAULT FALSE,
	discoverable    BOOLEAN NOT NULL DEFAULT FALSE,
	indexable       BOOLEAN NOT NULL DEFAULT FALSE,
	hide_network    BOOLEAN NOT NULL DEFAULT FALSE,
	moved_to_id     BIGINT NOT NULL DEFAULT 0,
	inbox           TEXT NOT NULL DEFAULT '',
	shared_inbox    TEXT NOT NULL DEFAULT '',
	outbox          TEXT NOT NULL DEFAULT '',
	followers_uri   TEXT NOT NULL DEFAULT '',
	following_uri   TEXT NOT NULL DEFAULT '',
	featured_uri    TEXT NOT NULL DEFAULT '',
	follower_count  INTEGER NOT NULL DEFAULT 0,
	following_count INTEGER NOT NULL DEFAULT 0,
	post_count      INTEGER NOT NULL DEFAULT 0,
	last_post_at    BIGINT NOT NULL DEFAULT 0,
	created_at      BIGINT NOT NULL,
	refreshed_at    BIGINT NOT NULL DEFAULT 0,
	silenced_at     BIGINT NOT NULL DEFAULT 0,
	suspended_at    BIGINT NOT NULL DEFAULT 0,
	deleted_at      BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX account_uri ON account (site_id, uri);
-- Two remote accounts may claim one handle for a while (T56): only ours are unique.
CREATE UNIQUE INDEX account_local_name ON account (site_id, username_lower) WHERE local;
CREATE INDEX account_handle ON account (site_id, username_lower, domain);
CREATE INDEX account_inbox ON account (site_id, shared_inbox) WHERE NOT local;

-- What accounts are found by: the words of their names, folded.
CREATE TABLE account_word (
	site_id    BIGINT NOT NULL,
	word       TEXT COLLATE "C" NOT NULL,
	account_id BIGINT NOT NULL,
	PRIMARY KEY (site_id, word, account_id)
);
CREATE INDEX account_word_account ON account_word (account_id);
CREATE INDEX account_peer ON account (site_id, domain) WHERE NOT local;

-- Private signing keys of local accounts and instance actors.
CREATE TABLE actor_key (
	account_id BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	private    TEXT NOT NULL,
	public     TEXT NOT NULL,
	created_at BIGINT NOT NULL
);

-- == people who sign in ==

-- name_key: what the user name looks like (T127). email_key: the mailbox, however it is spelled (T151).
-- An address belongs to whoever confirms it first, so that nobody can sit on another's.
CREATE TABLE person (
	account_id   BIGINT PRIMARY KEY,
	site_id      BIGINT NOT NULL REFERENCES site (id),
	name_key     TEXT NOT NULL,
	email        TEXT NOT NULL,
	email_key    TEXT NOT NULL,
	password     TEXT NOT NULL,
	role         TEXT NOT NULL,
	locale       TEXT NOT NULL DEFAULT '',
	reason       TEXT NOT NULL DEFAULT '',
	prefs        TEXT NOT NULL DEFAULT '{}',
	app_id       BIGINT NOT NULL DEFAULT 0,
	invite_id    BIGINT NOT NULL DEFAULT 0,
	created_at   BIGINT NOT NULL,
	confirmed_at BIGINT NOT NULL DEFAULT 0,
	approved_at  BIGINT NOT NULL DEFAULT 0,
	disabled_at  BIGINT NOT NULL DEFAULT 0,
	seen_at      BIGINT NOT NULL DEFAULT 0,
	UNIQUE (site_id, name_key)
);
CREATE INDEX person_email ON person (site_id, email_key);
CREATE UNIQUE INDEX person_email_confirmed ON person (site_id, email_key) WHERE confirmed_at <> 0;
CREATE INDEX person_pending ON person (site_id, account_id) WHERE approved_at = 0;
CREATE INDEX person_unconfirmed ON person (created_at) WHERE confirmed_at = 0;
CREATE INDEX person_seen ON person (site_id, seen_at);

CREATE TABLE session (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	hash       BYTEA NOT NULL,
	account_id BIGINT NOT NULL,
	agent      TEXT NOT NULL DEFAULT '',
	address    TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL,
	UNIQUE (site_id, hash)
);
CREATE INDEX session_account ON session (site_id, account_id);

CREATE TABLE app (
	id            BIGINT PRIMARY KEY,
	site_id       BIGINT NOT NULL REFERENCES site (id),
	client_id     TEXT NOT NULL,
	secret_hash   BYTEA NOT NULL,
	name          TEXT NOT NULL,
	website       TEXT NOT NULL DEFAULT '',
	redirect_uris TEXT NOT NULL,
	scopes        TEXT NOT NULL,
	created_at    BIGINT NOT NULL,
	used_at       BIGINT NOT NULL DEFAULT 0,
	UNIQUE (site_id, client_id)
);

-- Whoever likes may register apps: those that nobody signs in with go again (T96).
CREATE INDEX app_unused ON app (created_at) WHERE used_at = 0;

CREATE TABLE oauth_code (
	id           BIGINT PRIMARY KEY,
	site_id      BIGINT NOT NULL REFERENCES site (id),
	hash         BYTEA NOT NULL,
	app_id       BIGINT NOT NULL,
	account_id   BIGINT NOT NULL,
	redirect_uri TEXT NOT NULL,
	scopes       TEXT NOT NULL,
	challenge    TEXT NOT NULL DEFAULT '',
	created_at   BIGINT NOT NULL,
	used_at      BIGINT NOT NULL DEFAULT 0,
	UNIQUE (site_id, hash)
);

CREATE TABLE token (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	hash       BYTEA NOT NULL,
	app_id     BIGINT NOT NULL,
	account_id BIGINT NOT NULL DEFAULT 0,
	code_id    BIGINT NOT NULL DEFAULT 0,
	scopes     TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL DEFAULT 0,
	UNIQUE (site_id, hash)
);
CREATE INDEX token_account ON token (site_id, account_id);
CREATE INDEX token_app ON token (site_id, app_id);

-- One-time links sent by mail: confirm an address, reset a password.
CREATE TABLE mail_token (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	hash       BYTEA NOT NULL,
	account_id BIGINT NOT NULL,
	purpose    TEXT NOT NULL,
	email      TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE (site_id, hash)
);
CREATE INDEX mail_token_account ON mail_token (site_id, account_id, purpose);

-- == posts ==

CREATE TABLE post (
	id              BIGINT PRIMARY KEY,
	site_id         BIGINT NOT NULL REFERENCES site (id),
	author_id       BIGINT NOT NULL,
	local           BOOLEAN NOT NULL,
	uri             TEXT NOT NULL,
	url             TEXT NOT NULL,
	text            TEXT NOT NULL,
	html            TEXT NOT NULL,
	warning         TEXT NOT NULL,
	sensitive       BOOLEAN NOT NULL,
	language        TEXT NOT NULL,
	visibility      INTEGER NOT NULL,
	listed          BOOLEAN NOT NULL,
	reply_to_id     BIGINT NOT NULL,
	reply_author_id BIGINT NOT NULL,
	reply_to_uri    TEXT NOT NULL,
	thread_id       BIGINT NOT NULL,
	boost_of_id     BIGINT NOT NULL,
	app_id          BIGINT NOT NULL,
	mentions        TEXT NOT NULL,
	tags            TEXT NOT NULL,
	emojis          TEXT NOT NULL,
	attachments     TEXT NOT NULL,
	like_count      INTEGER NOT NULL DEFAULT 0,
	boost_count     INTEGER NOT NULL DEFAULT 0,
	reply_count     INTEGER NOT NULL DEFAULT 0,
	created_at      BIGINT NOT NULL,
	edited_at       BIGINT NOT NULL DEFAULT 0
);
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
	site_id    BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	post_id    BIGINT NOT NULL,
	PRIMARY KEY (account_id, post_id)
);
CREATE INDEX post_mention_post ON post_mention (site_id, post_id);

-- Only listed posts: the tag timelines.
CREATE TABLE post_tag (
	site_id BIGINT NOT NULL,
	name    TEXT COLLATE "C" NOT NULL,
	post_id BIGINT NOT NULL,
	PRIMARY KEY (site_id, name, post_id)
);
CREATE INDEX post_tag_post ON post_tag (site_id, post_id);

CREATE TABLE post_revision (
	id          BIGINT PRIMARY KEY,
	site_id     BIGINT NOT NULL REFERENCES site (id),
	post_id     BIGINT NOT NULL,
	text        TEXT NOT NULL,
	html        TEXT NOT NULL,
	warning     TEXT NOT NULL,
	sensitive   BOOLEAN NOT NULL,
	emojis      TEXT NOT NULL,
	attachments TEXT NOT NULL,
	created_at  BIGINT NOT NULL
);
CREATE INDEX post_revision_post ON post_revision (site_id, post_id, id);

CREATE TABLE post_like (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	post_id    BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	uri        TEXT NOT NULL DEFAULT '',
	UNIQUE (site_id, account_id, post_id)
);
CREATE INDEX post_like_post ON post_like (site_id, post_id, id);
CREATE INDEX post_like_account ON post_like (site_id, account_id, id);

CREATE TABLE bookmark (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	post_id    BIGINT NOT NULL,
	UNIQUE (site_id, account_id, post_id)
);
CREATE INDEX bookmark_account ON bookmark (site_id, account_id, id);
CREATE INDEX bookmark_post ON bookmark (site_id, post_id);

CREATE TABLE pin (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	post_id    BIGINT NOT NULL,
	UNIQUE (site_id, account_id, post_id)
);

CREATE TABLE thread_mute (
	site_id    BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	thread_id  BIGINT NOT NULL,
	PRIMARY KEY (account_id, thread_id)
);
CREATE INDEX thread_mute_thread ON thread_mute (site_id, thread_id);

-- What was deleted never comes back (T183). hash: the first half of the SHA-256 of the URI, base64.
CREATE TABLE tombstone (
	site_id    BIGINT NOT NULL,
	hash       TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (site_id, hash)
);
CREATE INDEX tombstone_age ON tombstone (created_at);

-- Idempotency-Key of a client, remembered for an hour.
CREATE TABLE idempotency (
	site_id    BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	key        TEXT NOT NULL,
	post_id    BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- == who stands how to whom ==

CREATE TABLE follow (
	id          BIGINT PRIMARY KEY,
	site_id     BIGINT NOT NULL REFERENCES site (id),
	account_id  BIGINT NOT NULL,
	target_id   BIGINT NOT NULL,
	accepted    BOOLEAN NOT NULL,
	remote      BOOLEAN NOT NULL,
	uri         TEXT NOT NULL,
	show_boosts BOOLEAN NOT NULL DEFAULT TRUE,
	notify      BOOLEAN NOT NULL DEFAULT FALSE,
	languages   TEXT NOT NULL DEFAULT '[]',
	created_at  BIGINT NOT NULL,
	UNIQUE (site_id, account_id, target_id)
);
CREATE INDEX follow_target ON follow (site_id, target_id, id);
CREATE INDEX follow_bell ON follow (site_id, target_id, account_id) WHERE notify;
CREATE INDEX follow_pending ON follow (site_id, target_id, id) WHERE NOT accepted;
-- Followers elsewhere: where posts are delivered to.
CREATE INDEX follow_remote ON follow (site_id, target_id) WHERE accepted AND remote;
CREATE INDEX follow_account ON follow (site_id, account_id, id);

CREATE TABLE block (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	target_id  BIGINT NOT NULL,
	uri        TEXT NOT NULL DEFAULT '',
	UNIQUE (site_id, account_id, target_id)
);
CREATE INDEX block_target ON block (site_id, target_id);
CREATE INDEX block_account ON block (site_id, account_id, id);

CREATE TABLE mute (
	id            BIGINT PRIMARY KEY,
	site_id       BIGINT NOT NULL REFERENCES site (id),
	account_id    BIGINT NOT NULL,
	target_id     BIGINT NOT NULL,
	notifications BOOLEAN NOT NULL,
	expires_at    BIGINT NOT NULL DEFAULT 0,
	UNIQUE (site_id, account_id, target_id)
);
CREATE INDEX mute_account ON mute (site_id, account_id, id);
CREATE INDEX mute_target ON mute (site_id, target_id);

CREATE TABLE domain_block (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	domain     TEXT NOT NULL,
	UNIQUE (site_id, account_id, domain)
);
CREATE INDEX domain_block_domain ON domain_block (site_id, domain);

CREATE TABLE account_note (
	site_id    BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	target_id  BIGINT NOT NULL,
	text       TEXT NOT NULL,
	PRIMARY KEY (account_id, target_id)
);

CREATE TABLE tag_follow (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	name       TEXT NOT NULL,
	UNIQUE (site_id, account_id, name)
);
CREATE INDEX tag_follow_name ON tag_follow (site_id, name);

-- == feeds and notices ==

-- A home timeline is kept as rows only for those who read it; others' is made anew when they come back.
CREATE TABLE feed (
	account_id BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	kept_until BIGINT NOT NULL
);
CREATE INDEX feed_kept ON feed (kept_until);
CREATE INDEX feed_site ON feed (site_id, kept_until);

CREATE TABLE home (
	site_id    BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	post_id    BIGINT NOT NULL,
	PRIMARY KEY (account_id, post_id)
);
CREATE INDEX home_post ON home (site_id, post_id);

CREATE TABLE notification (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	actor_id   BIGINT NOT NULL,
	post_id    BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE (site_id, actor_id, account_id, kind, post_id)
);
CREATE INDEX notification_account ON notification (site_id, account_id, id);
CREATE INDEX notification_post ON notification (site_id, post_id) WHERE post_id <> 0;

CREATE TABLE marker (
	site_id    BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	timeline   TEXT NOT NULL,
	last_read  BIGINT NOT NULL,
	version    INTEGER NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (account_id, timeline)
);

-- == work to do; shared by all sites ==

CREATE TABLE job (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	payload    BYTEA NOT NULL,
	run_at     BIGINT NOT NULL,
	lease      BIGINT NOT NULL,
	node       TEXT NOT NULL DEFAULT '',
	attempt    INTEGER NOT NULL,
	unique_key TEXT NOT NULL DEFAULT '',
	failed_at  BIGINT NOT NULL DEFAULT 0,
	error      TEXT NOT NULL DEFAULT ''
);
CREATE INDEX job_due ON job (run_at) WHERE failed_at = 0;
CREATE UNIQUE INDEX job_unique ON job (unique_key) WHERE unique_key <> '' AND failed_at = 0;

-- The body of an activity is stored once, however many inboxes it goes to.
CREATE TABLE activity (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	body       BYTEA NOT NULL,
	created_at BIGINT NOT NULL
);

CREATE TABLE delivery (
	id          BIGINT PRIMARY KEY,
	site_id     BIGINT NOT NULL,
	host        TEXT NOT NULL,
	inbox       TEXT NOT NULL,
	activity_id BIGINT NOT NULL,
	attempt     INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX delivery_host ON delivery (host, id);
CREATE UNIQUE INDEX delivery_once ON delivery (activity_id, inbox);

-- The health of a peer's host, and whose turn it is.
CREATE TABLE host (
	name       TEXT PRIMARY KEY,
	next_at    BIGINT NOT NULL,
	lease      BIGINT NOT NULL,
	node       TEXT NOT NULL DEFAULT '',
	failures   INTEGER NOT NULL DEFAULT 0,
	failing_at BIGINT NOT NULL DEFAULT 0,
	rfc9421    BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX host_due ON host (next_at);

-- Public keys of remote actors.
CREATE TABLE public_key (
	key_id     TEXT PRIMARY KEY,
	owner      TEXT NOT NULL,
	pem        TEXT NOT NULL,
	fetched_at BIGINT NOT NULL,
	gone       BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX public_key_owner ON public_key (owner);

-- Activities that passed the door, so that a second copy is a no-op (T26, T64). hash: SHA-256 of the activity's id.
CREATE TABLE seen (
	site_id    BIGINT NOT NULL,
	hash       BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (site_id, hash)
);
CREATE INDEX seen_age ON seen (created_at);
