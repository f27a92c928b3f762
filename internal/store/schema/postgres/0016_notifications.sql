-- Which notifications are told together, which are held back, and what people want of strangers.

-- group_key: the group as clients name it, empty when it is alone; head: the newest of its group. filtered: held back.
ALTER TABLE notification ADD COLUMN group_key TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE notification ADD COLUMN head BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE notification ADD COLUMN filtered BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX notification_head ON notification (site_id, account_id, id) WHERE head AND NOT filtered;
CREATE INDEX notification_group ON notification (site_id, account_id, group_key, id) WHERE group_key <> '';
CREATE INDEX notification_held ON notification (site_id, account_id, actor_id, id) WHERE filtered;

-- 0: they come, 1: they are held back, 2: they are dropped. Who never chose has no row.
CREATE TABLE notification_policy (
	account_id       BIGINT PRIMARY KEY,
	site_id          BIGINT NOT NULL REFERENCES site (id),
	not_following    INTEGER NOT NULL,
	not_followers    INTEGER NOT NULL,
	new_accounts     INTEGER NOT NULL,
	private_mentions INTEGER NOT NULL,
	limited_accounts INTEGER NOT NULL,
	bots             INTEGER NOT NULL
);

-- Whose notifications come whatever the policy says.
CREATE TABLE notification_permission (
	site_id    BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	actor_id   BIGINT NOT NULL,
	PRIMARY KEY (account_id, actor_id)
);
CREATE INDEX notification_permission_actor ON notification_permission (site_id, actor_id);

-- Senders who are held back. accepted: what they sent is on its way to the rest.
CREATE TABLE notification_request (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	actor_id   BIGINT NOT NULL,
	last_post  BIGINT NOT NULL,
	accepted   BOOLEAN NOT NULL DEFAULT FALSE,
	updated_at BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE (site_id, account_id, actor_id)
);
CREATE INDEX notification_request_account ON notification_request (site_id, account_id, id);
CREATE INDEX notification_request_actor ON notification_request (site_id, actor_id);
