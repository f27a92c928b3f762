-- Votes in polls, one row for each answer that an account chose. Counts stand in post.extra, and change by rows that were
-- really inserted. uri: of the vote of a peer.

CREATE TABLE poll_vote (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	post_id    BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	choice     INTEGER NOT NULL,
	uri        TEXT NOT NULL DEFAULT '',
	UNIQUE (site_id, post_id, account_id, choice)
);
CREATE INDEX poll_vote_account ON poll_vote (site_id, account_id, post_id);

-- What people reacted with beside liking: Unicode, or a custom emoji by its code, with the host it is from when it is not
-- ours; url is its picture then.

CREATE TABLE reaction (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	post_id    BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	emoji      TEXT NOT NULL,
	url        TEXT NOT NULL DEFAULT '',
	uri        TEXT NOT NULL DEFAULT '',
	UNIQUE (site_id, account_id, post_id, emoji)
);
CREATE INDEX reaction_post ON reaction (site_id, post_id, emoji, id);

-- The answers that a poll offered when the post said this.
ALTER TABLE post_revision ADD COLUMN poll TEXT NOT NULL DEFAULT '';
