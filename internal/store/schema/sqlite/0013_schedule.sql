-- Posts that wait for their time. draft: JSON.

CREATE TABLE scheduled_post (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	publish_at INTEGER NOT NULL,
	draft      TEXT NOT NULL
) STRICT;
CREATE INDEX scheduled_post_account ON scheduled_post (site_id, account_id, id);

-- What a provider made of a post in another language; edited_at is that of the post which was translated.

CREATE TABLE translation (
	site_id    INTEGER NOT NULL,
	post_id    INTEGER NOT NULL,
	language   TEXT NOT NULL,
	edited_at  INTEGER NOT NULL,
	body       TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (site_id, post_id, language)
) STRICT, WITHOUT ROWID;
CREATE INDEX translation_age ON translation (created_at);
