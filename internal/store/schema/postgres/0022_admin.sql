-- What those who run a site decide about peers has an ID; and which addresses on the network, mail providers and mailboxes
-- nobody can sign up with.

ALTER TABLE peer_policy ADD COLUMN id BIGINT NOT NULL DEFAULT 0;
UPDATE peer_policy SET id = counted.n
	FROM (SELECT site_id, domain, row_number() OVER (ORDER BY site_id, domain) AS n FROM peer_policy) AS counted
	WHERE counted.site_id = peer_policy.site_id AND counted.domain = peer_policy.domain;
CREATE UNIQUE INDEX peer_policy_id ON peer_policy (site_id, id);

-- network: in CIDR form. severity: 1 sign-ups wait for a moderator, 2 no sign-ups, 3 nothing at all. expires_at 0: never.
CREATE TABLE ip_block (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	network    TEXT NOT NULL,
	severity   INTEGER NOT NULL,
	comment    TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX ip_block_network ON ip_block (site_id, network);
CREATE INDEX ip_block_site ON ip_block (site_id, id);

-- Providers of mail: a domain and all below it. with_approval: who signs up with one waits for a moderator.
CREATE TABLE email_domain_block (
	id            BIGINT PRIMARY KEY,
	site_id       BIGINT NOT NULL REFERENCES site (id),
	domain        TEXT NOT NULL,
	with_approval BOOLEAN NOT NULL DEFAULT FALSE,
	created_at    BIGINT NOT NULL
);
CREATE UNIQUE INDEX email_domain_block_domain ON email_domain_block (site_id, domain);
CREATE INDEX email_domain_block_site ON email_domain_block (site_id, id);

-- Who tried to sign up with a blocked provider, for a week. day: since 1970. address: a network, as limits count them.
CREATE TABLE email_domain_try (
	block_id BIGINT NOT NULL,
	site_id  BIGINT NOT NULL,
	day      BIGINT NOT NULL,
	address  TEXT NOT NULL,
	uses     BIGINT NOT NULL,
	PRIMARY KEY (block_id, day, address)
);

-- Mailboxes that nobody can sign up with. hash: SHA-256 of the normalised address, in hex.
CREATE TABLE email_block (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	hash       TEXT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX email_block_hash ON email_block (site_id, hash);
CREATE INDEX email_block_site ON email_block (site_id, id);
