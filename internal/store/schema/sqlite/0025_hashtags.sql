-- The hashtags of listed posts, since there is this table: what moderators find them by (id: skein.NameID of the name), and
-- what they say of them. Whether one may trend stands in trend_review.
CREATE TABLE hashtag (
	site_id  INTEGER NOT NULL,
	id       INTEGER NOT NULL,
	name     TEXT NOT NULL,
	display  TEXT NOT NULL,
	unlisted INTEGER NOT NULL DEFAULT 0 CHECK (unlisted IN (0, 1)),
	unusable INTEGER NOT NULL DEFAULT 0 CHECK (unusable IN (0, 1)),
	PRIMARY KEY (site_id, id)
) STRICT, WITHOUT ROWID;
