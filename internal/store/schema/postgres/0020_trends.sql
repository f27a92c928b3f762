-- Who used a hashtag (kind tag) or linked to a page (link) on which day, for as long as it counts; ref is the ID of the hashtag
-- or of the card, day counts from 1970. trend_day sums it up.
CREATE TABLE trend_use (
	site_id    BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	ref        BIGINT NOT NULL,
	day        BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	post_id    BIGINT NOT NULL,
	PRIMARY KEY (site_id, kind, ref, day, account_id, post_id)
);
CREATE INDEX trend_use_post ON trend_use (site_id, post_id);
CREATE INDEX trend_use_day ON trend_use (day);

CREATE TABLE trend_day (
	site_id  BIGINT NOT NULL,
	kind     TEXT NOT NULL,
	ref      BIGINT NOT NULL,
	day      BIGINT NOT NULL,
	name     TEXT NOT NULL,
	uses     BIGINT NOT NULL,
	accounts BIGINT NOT NULL,
	PRIMARY KEY (site_id, kind, ref, day)
);
CREATE INDEX trend_day_top ON trend_day (site_id, kind, day, accounts);
CREATE INDEX trend_day_day ON trend_day (day);

-- What is talked about now: of kind tag, link or post. Scores are in thousandths. parent is the author of a post, or stands for
-- the host of a link.
CREATE TABLE trend (
	site_id   BIGINT NOT NULL,
	kind      TEXT NOT NULL,
	ref       BIGINT NOT NULL,
	name      TEXT NOT NULL,
	parent    BIGINT NOT NULL DEFAULT 0,
	score     BIGINT NOT NULL,
	max_score BIGINT NOT NULL,
	max_at    BIGINT NOT NULL,
	PRIMARY KEY (site_id, kind, ref)
);
CREATE INDEX trend_top ON trend (site_id, kind, score);

-- What moderators said: of a tag, link or post, of an account (all its posts) or a publisher (all links to a host).
CREATE TABLE trend_review (
	site_id     BIGINT NOT NULL,
	kind        TEXT NOT NULL,
	ref         BIGINT NOT NULL,
	name        TEXT NOT NULL,
	allowed     BOOLEAN NOT NULL DEFAULT FALSE,
	reviewed_at BIGINT NOT NULL,
	account_id  BIGINT NOT NULL,
	PRIMARY KEY (site_id, kind, ref)
);

CREATE TABLE trend_state (
	site_id    BIGINT PRIMARY KEY,
	off        BOOLEAN NOT NULL DEFAULT FALSE,
	unreviewed BOOLEAN NOT NULL DEFAULT FALSE,
	ran_at     BIGINT NOT NULL DEFAULT 0
);
