-- What verifications of backups showed: one chain of facts.

CREATE TABLE fact (
    seq BIGINT PRIMARY KEY,
    -- The canonical text of the fact; the hash covers it and the hash before.
    text TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE TRIGGER fact_is_never_changed BEFORE UPDATE ON fact
FOR EACH ROW EXECUTE FUNCTION never_edited();

CREATE TRIGGER fact_is_never_removed BEFORE DELETE ON fact
FOR EACH ROW EXECUTE FUNCTION never_edited();

CREATE TRIGGER fact_is_never_emptied BEFORE TRUNCATE ON fact
FOR EACH STATEMENT EXECUTE FUNCTION never_edited();
