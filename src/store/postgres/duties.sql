-- What was to be done, and what became of it: one chain of duties.

CREATE TABLE duty (
    seq BIGINT PRIMARY KEY,
    -- The canonical text of the duty; the hash covers it and the hash before.
    text TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE TRIGGER duty_is_never_changed BEFORE UPDATE ON duty
FOR EACH ROW EXECUTE FUNCTION never_edited();

CREATE TRIGGER duty_is_never_removed BEFORE DELETE ON duty
FOR EACH ROW EXECUTE FUNCTION never_edited();

CREATE TRIGGER duty_is_never_emptied BEFORE TRUNCATE ON duty
FOR EACH STATEMENT EXECUTE FUNCTION never_edited();
