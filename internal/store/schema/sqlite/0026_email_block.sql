-- Which mailboxes are blocked because their account is suspended; and what makes it cheap to forget what has run out.
ALTER TABLE email_block ADD COLUMN account_id INTEGER NOT NULL DEFAULT 0;
CREATE INDEX email_block_account ON email_block (site_id, account_id) WHERE account_id <> 0;
CREATE INDEX email_domain_try_day ON email_domain_try (day);
CREATE INDEX ip_block_end ON ip_block (expires_at) WHERE expires_at <> 0;
