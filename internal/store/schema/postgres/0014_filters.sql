-- What people want marked for them. contexts: JSON, in the order given.
CREATE TABLE content_filter (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	title      TEXT NOT NULL,
	contexts   TEXT NOT NULL,
	action     TEXT NOT NULL,
	expires_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX content_filter_account ON content_filter (site_id, account_id, id);

CREATE TABLE content_filter_keyword (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	filter_id  BIGINT NOT NULL,
	text       TEXT NOT NULL,
	whole      BOOLEAN NOT NULL
);
CREATE INDEX content_filter_keyword_account ON content_filter_keyword (site_id, account_id, id);
CREATE INDEX content_filter_keyword_filter ON content_filter_keyword (filter_id);

CREATE TABLE content_filter_post (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	filter_id  BIGINT NOT NULL,
	post_id    BIGINT NOT NULL,
	UNIQUE (filter_id, post_id)
);
CREATE INDEX content_filter_post_account ON content_filter_post (site_id, account_id, id);
CREATE INDEX content_filter_post_post ON content_filter_post (site_id, post_id);
