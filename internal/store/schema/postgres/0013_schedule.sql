-- Posts that wait for their time. draft: JSON.

CREATE TABLE scheduled_post (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	publish_at BIGINT NOT NULL,
	draft      TEXT NOT NULL
);
CREATE INDEX scheduled_post_account ON scheduled_post (site_id, account_id, id);

-- What a provider made of a post in another language; edited_at is that of the post which was translated.

CREATE TABLE translation (
	site_id    BIGINT NOT NULL,
	post_id    BIGINT NOT NULL,
	language   TEXT NOT NULL,
	edited_at  BIGINT NOT NULL,
	body       TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (site_id, post_id, language)
);
CREATE INDEX translation_age ON translation (created_at);
