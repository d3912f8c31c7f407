import { defineMigration } from './define.ts';

export default defineMigration({
  id: 2,
  name: 'sessions',
  statements: [
    `CREATE TABLE sessions (
      name TEXT NOT NULL PRIMARY KEY,
      key_digest TEXT NOT NULL,
      key_id TEXT,
      expires_at BIGINT NOT NULL
    )`,
    `CREATE INDEX sessions_newest ON sessions (expires_at)`,
  ],
});
