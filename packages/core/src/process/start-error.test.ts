import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServerProcess } from './index.ts';
import type { ServerProcessOptions } from './types.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-error-'));
  await writeFile(join(folder, 'orphan.py'), '#!/no/such/python\n', { mode: 0o755 });
  await writeFile(join(folder, 'windows.sh'), '#!/bin/sh\r\nexit 0\r\n', { mode: 0o755 });
});
afterAll(async () => await rm(folder, { recursive: true }));

interface Case {
  readonly options: Partial<ServerProcessOptions>;
  readonly message: RegExp;
  readonly hint: RegExp;
}

const cases: Record<string, Case> = {
  'is not on PATH': {
    options: { command: 'no-such-command' },
    message: /"no-such-command" was not found on PATH/,
    hint: /path_additions.*PATH is/,
  },
  'is written with its arguments': {
    options: { command: 'node server.js' },
    message: /"node server.js" was not found/,
    hint: /into args/,
  },
  'does not exist': {
    options: { command: './missing.js' },
    message: /\.\/missing\.js does not exist/,
    hint: /counts from working_dir/,
  },
  'is not executable': {
    options: { command: '/etc/passwd' },
    message: /\/etc\/passwd is not executable/,
    hint: /chmod \+x/,
  },
  'is a directory': {
    options: { command: '/tmp' },
    message: /\/tmp is a directory/,
    hint: /executable file/,
  },
  'has a working directory that does not exist': {
    options: { command: process.execPath, cwd: '/no/such' },
    message: /working directory \/no\/such does not exist/,
    hint: /working_dir/,
  },
  'has a file as its working directory': {
    options: { command: process.execPath, cwd: '/etc/passwd' },
    message: /working directory \/etc\/passwd is not a directory/,
    hint: /working_dir/,
  },
  'has an empty PATH': {
    options: { command: 'node', env: { PATH: '' } },
    message: /"node" was not found/,
    hint: /without a PATH/,
  },
  'names an interpreter that does not exist': {
    options: { command: './orphan.py' },
    message: /orphan\.py asks for the interpreter \/no\/such\/python, which does not exist/,
    hint: /Install \/no\/such\/python/,
  },
  'is a script with Windows line endings': {
    options: { command: './windows.sh' },
    message: /windows\.sh ends with a carriage return/,
    hint: /sed -i 's\/\\r\$\/\/'/,
  },
  'gets more arguments than the system takes': {
    options: { command: process.execPath, args: ['x'.repeat(10_000_000)] },
    message: /E2BIG/,
    hint: /refused to start it/,
  },
};

describe.each([
  ['at once', {}],
  ['by way of the shell that sets limits', { maxOpenFiles: 1000 }],
])('a server started %s', (_how, limits) => {
  it.each(Object.entries(cases))(
    'that %s: says so with a remedy',
    async (_title, { options, message, hint }) => {
      const env = { PATH: process.env['PATH'] };
      const start = startServerProcess({ name: 'db', command: '', env, cwd: folder, limits, ...options });
      await expect(start).rejects.toMatchObject({
        code: 'TARGET_NOT_STARTED',
        message: expect.stringMatching(/^server "db" could not be started: /),
      });
      await expect(start).rejects.toMatchObject({
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      });
    },
  );
});

it.skipIf(process.getuid?.() === 0)('names a working directory that may not be entered', async () => {
  const closed = join(folder, 'closed');
  await mkdir(closed, { mode: 0o600 });
  const start = startServerProcess({ name: 'db', command: process.execPath, env: {}, cwd: closed });
  await expect(start).rejects.toMatchObject({
    code: 'TARGET_NOT_STARTED',
    message: expect.stringContaining('may not be entered'),
  });
});
