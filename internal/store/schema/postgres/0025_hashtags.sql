-- The hashtags of listed posts, since there is this table: what moderators find them by (id: skein.NameID of the name), and
-- what they say of them. Whether one may trend stands in trend_review.
CREATE TABLE hashtag (
	site_id  BIGINT NOT NULL,
	id       BIGINT NOT NULL,
	name     TEXT NOT NULL,
	display  TEXT NOT NULL,
	unlisted BOOLEAN NOT NULL DEFAULT FALSE,
	unusable BOOLEAN NOT NULL DEFAULT FALSE,
	PRIMARY KEY (site_id, id)
);
