-- Jobs that wait for strangers have workers of their own.
ALTER TABLE job ADD COLUMN crew TEXT NOT NULL DEFAULT '';
DROP INDEX job_due;
CREATE INDEX job_due ON job (crew, run_at) WHERE failed_at = 0;
