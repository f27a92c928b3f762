-- Lists of accounts that somebody reads by themselves. replies: followed, list or none. kept_until: list_post holds the rows
-- of those that are read, as home does.

CREATE TABLE list (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	title      TEXT NOT NULL,
	replies    TEXT NOT NULL,
	exclusive  BOOLEAN NOT NULL DEFAULT FALSE,
	kept_until BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX list_account ON list (site_id, account_id, id);
CREATE INDEX list_kept ON list (kept_until) WHERE kept_until <> 0;

-- owner_id and exclusive are those of the list: a new post asks here whose lists its author is in.
CREATE TABLE list_member (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	list_id    BIGINT NOT NULL,
	owner_id   BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	exclusive  BOOLEAN NOT NULL,
	UNIQUE (list_id, account_id)
);
CREATE INDEX list_member_list ON list_member (list_id, id);
CREATE INDEX list_member_owner ON list_member (site_id, owner_id, account_id);
CREATE INDEX list_member_account ON list_member (site_id, account_id);
CREATE INDEX list_member_exclusive ON list_member (site_id, account_id) WHERE exclusive;

CREATE TABLE list_post (
	site_id BIGINT NOT NULL,
	list_id BIGINT NOT NULL,
	post_id BIGINT NOT NULL,
	PRIMARY KEY (list_id, post_id)
);
CREATE INDEX list_post_post ON list_post (site_id, post_id);

-- Direct posts as one of ours reads them: those of one thread between the same people. people: the others, in the order of
-- their IDs; people_key: the first half of the SHA-256 of that, base64.

CREATE TABLE conversation (
	id           BIGINT PRIMARY KEY,
	site_id      BIGINT NOT NULL REFERENCES site (id),
	account_id   BIGINT NOT NULL,
	thread_id    BIGINT NOT NULL,
	people_key   TEXT NOT NULL,
	people       TEXT NOT NULL,
	last_post_id BIGINT NOT NULL DEFAULT 0,
	unread       BOOLEAN NOT NULL DEFAULT FALSE,
	UNIQUE (account_id, thread_id, people_key)
);
CREATE INDEX conversation_last ON conversation (site_id, account_id, last_post_id);

CREATE TABLE conversation_post (
	site_id         BIGINT NOT NULL,
	account_id      BIGINT NOT NULL,
	post_id         BIGINT NOT NULL,
	conversation_id BIGINT NOT NULL,
	PRIMARY KEY (account_id, post_id)
);
CREATE INDEX conversation_post_conversation ON conversation_post (conversation_id, post_id);
CREATE INDEX conversation_post_post ON conversation_post (site_id, post_id);
