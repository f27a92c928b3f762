-- Lists of accounts that somebody reads by themselves. replies: followed, list or none. kept_until: list_post holds the rows
-- of those that are read, as home does.

CREATE TABLE list (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	title      TEXT NOT NULL,
	replies    TEXT NOT NULL,
	exclusive  INTEGER NOT NULL DEFAULT 0 CHECK (exclusive IN (0, 1)),
	kept_until INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX list_account ON list (site_id, account_id, id);
CREATE INDEX list_kept ON list (kept_until) WHERE kept_until <> 0;

-- owner_id and exclusive are those of the list: a new post asks here whose lists its author is in.
CREATE TABLE list_member (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	list_id    INTEGER NOT NULL,
	owner_id   INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	exclusive  INTEGER NOT NULL CHECK (exclusive IN (0, 1)),
	UNIQUE (list_id, account_id)
) STRICT;
CREATE INDEX list_member_list ON list_member (list_id, id);
CREATE INDEX list_member_owner ON list_member (site_id, owner_id, account_id);
CREATE INDEX list_member_account ON list_member (site_id, account_id);
CREATE INDEX list_member_exclusive ON list_member (site_id, account_id) WHERE exclusive;

CREATE TABLE list_post (
	site_id INTEGER NOT NULL,
	list_id INTEGER NOT NULL,
	post_id INTEGER NOT NULL,
	PRIMARY KEY (list_id, post_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_post_post ON list_post (site_id, post_id);

-- Direct posts as one of ours reads them: those of one thread between the same people. people: the others, in the order of
-- their IDs; people_key: the first half of the SHA-256 of that, base64.

CREATE TABLE conversation (
	id           INTEGER PRIMARY KEY,
	site_id      INTEGER NOT NULL REFERENCES site (id),
	account_id   INTEGER NOT NULL,
	thread_id    INTEGER NOT NULL,
	people_key   TEXT NOT NULL,
	people       TEXT NOT NULL,
	last_post_id INTEGER NOT NULL DEFAULT 0,
	unread       INTEGER NOT NULL DEFAULT 0 CHECK (unread IN (0, 1)),
	UNIQUE (account_id, thread_id, people_key)
) STRICT;
CREATE INDEX conversation_last ON conversation (site_id, account_id, last_post_id);

CREATE TABLE conversation_post (
	site_id         INTEGER NOT NULL,
	account_id      INTEGER NOT NULL,
	post_id         INTEGER NOT NULL,
	conversation_id INTEGER NOT NULL,
	PRIMARY KEY (account_id, post_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_post_conversation ON conversation_post (conversation_id, post_id);
CREATE INDEX conversation_post_post ON conversation_post (site_id, post_id);
