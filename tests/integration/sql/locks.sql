-- The relations that tests/cases/sql/locks.toml speaks of.
CREATE SCHEMA other;
CREATE TABLE u (id int PRIMARY KEY);
CREATE TABLE t (
  a int NOT NULL,
  b text,
  c int CONSTRAINT t_fk REFERENCES u,
  d date
);
INSERT INTO u SELECT generate_series(1, 5);
INSERT INTO t SELECT n, 'x', n, now() FROM generate_series(1, 5) n;
ALTER TABLE t ADD CONSTRAINT t_later CHECK (a > 0) NOT VALID;
CREATE INDEX t_a ON t (a);
CREATE UNIQUE INDEX t_unique ON t (a);
CREATE TABLE loose (a int);
INSERT INTO loose VALUES (2);
CREATE RULE ru AS ON DELETE TO loose DO ALSO NOTHING;
CREATE TABLE family (a int);
CREATE TABLE child () INHERITS (family);
CREATE TABLE parted (a int) PARTITION BY LIST (a);
CREATE TABLE part PARTITION OF parted FOR VALUES IN (1);
CREATE INDEX part_a ON part (a);
CREATE INDEX parted_a ON ONLY parted (a);
CREATE VIEW v AS SELECT a FROM t;
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE UNIQUE INDEX m_a ON m (a);
CREATE SEQUENCE s;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE POLICY p ON t USING (true);
CREATE PUBLICATION pub FOR TABLE t WITH (publish = 'insert');
