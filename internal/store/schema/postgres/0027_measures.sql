-- Who used a hashtag or linked to a page on which day: each counts once, also after they removed what they wrote.
CREATE TABLE trend_user (
	site_id    BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	ref        BIGINT NOT NULL,
	day        BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	PRIMARY KEY (site_id, kind, ref, day, account_id)
);
CREATE INDEX trend_user_day ON trend_user (day);
INSERT INTO trend_user (site_id, kind, ref, day, account_id) SELECT DISTINCT site_id, kind, ref, day, account_id FROM trend_use;
DROP INDEX trend_use_post;

-- Numbers for those who look after a site. Days count from 1970; a count of a day stands in several parts, so that writers seldom
-- wait for each other.
CREATE TABLE tally (
	site_id BIGINT NOT NULL,
	kind    TEXT NOT NULL,
	day     BIGINT NOT NULL,
	part    BIGINT NOT NULL,
	n       BIGINT NOT NULL,
	PRIMARY KEY (site_id, kind, day, part)
);
CREATE INDEX tally_day ON tally (day);

-- Who was here on which day, for some months.
CREATE TABLE person_day (
	site_id    BIGINT NOT NULL,
	day        BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	PRIMARY KEY (site_id, day, account_id)
);
CREATE INDEX person_day_day ON person_day (day);
CREATE INDEX person_day_account ON person_day (account_id);
INSERT INTO person_day (site_id, day, account_id) SELECT site_id, seen_at / 86400000, account_id FROM person WHERE seen_at <> 0;

-- How many posts came from a server (ours: empty) on a day, by language (boosts: empty). Day 0 holds what is older, less what is
-- gone: all days together are the posts that there are.
CREATE TABLE post_day (
	site_id  BIGINT NOT NULL,
	domain   TEXT NOT NULL,
	day      BIGINT NOT NULL,
	language TEXT NOT NULL,
	part     BIGINT NOT NULL,
	posts    BIGINT NOT NULL,
	PRIMARY KEY (site_id, domain, day, language, part)
);
CREATE INDEX post_day_day ON post_day (day, site_id);
INSERT INTO post_day (site_id, domain, day, language, part, posts)
	SELECT account.site_id, account.domain, 0, '', 0, count(*) FROM post JOIN account ON account.id = post.author_id
	GROUP BY account.site_id, account.domain;

CREATE INDEX person_created ON person (site_id, created_at);
CREATE INDEX account_peer_id ON account (site_id, domain, id) WHERE NOT local;
CREATE INDEX media_bytes ON media (site_id, bytes);
