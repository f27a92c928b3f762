-- Who used a hashtag (kind tag) or linked to a page (link) on which day, for as long as it counts; ref is the ID of the hashtag
-- or of the card, day counts from 1970. trend_day sums it up.
CREATE TABLE trend_use (
	site_id    INTEGER NOT NULL,
	kind       TEXT NOT NULL,
	ref        INTEGER NOT NULL,
	day        INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	post_id    INTEGER NOT NULL,
	PRIMARY KEY (site_id, kind, ref, day, account_id, post_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX trend_use_post ON trend_use (site_id, post_id);
CREATE INDEX trend_use_day ON trend_use (day);

CREATE TABLE trend_day (
	site_id  INTEGER NOT NULL,
	kind     TEXT NOT NULL,
	ref      INTEGER NOT NULL,
	day      INTEGER NOT NULL,
	name     TEXT NOT NULL,
	uses     INTEGER NOT NULL,
	accounts INTEGER NOT NULL,
	PRIMARY KEY (site_id, kind, ref, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX trend_day_top ON trend_day (site_id, kind, day, accounts);
CREATE INDEX trend_day_day ON trend_day (day);

-- What is talked about now: of kind tag, link or post. Scores are in thousandths. parent is the author of a post, or stands for
-- the host of a link.
CREATE TABLE trend (
	site_id   INTEGER NOT NULL,
	kind      TEXT NOT NULL,
	ref       INTEGER NOT NULL,
	name      TEXT NOT NULL,
	parent    INTEGER NOT NULL DEFAULT 0,
	score     INTEGER NOT NULL,
	max_score INTEGER NOT NULL,
	max_at    INTEGER NOT NULL,
	PRIMARY KEY (site_id, kind, ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX trend_top ON trend (site_id, kind, score);

-- What moderators said: of a tag, link or post, of an account (all its posts) or a publisher (all links to a host).
CREATE TABLE trend_review (
	site_id     INTEGER NOT NULL,
	kind        TEXT NOT NULL,
	ref         INTEGER NOT NULL,
	name        TEXT NOT NULL,
	allowed     INTEGER NOT NULL DEFAULT 0 CHECK (allowed IN (0, 1)),
	reviewed_at INTEGER NOT NULL,
	account_id  INTEGER NOT NULL,
	PRIMARY KEY (site_id, kind, ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE trend_state (
	site_id    INTEGER PRIMARY KEY,
	off        INTEGER NOT NULL DEFAULT 0 CHECK (off IN (0, 1)),
	unreviewed INTEGER NOT NULL DEFAULT 0 CHECK (unreviewed IN (0, 1)),
	ran_at     INTEGER NOT NULL DEFAULT 0
) STRICT;
