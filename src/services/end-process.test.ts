import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { endProcess } from './end-process.ts';

it('ends a process with a request that hangs, after all that it has written', async () => {
  const module = pathToFileURL(resolve(import.meta.dirname, 'end-process.ts')).href;
  const program = `
    import { createServer } from 'node:http';
    import { endProcess } from ${JSON.stringify(module)};
    const server = createServer(() => {}).listen(0, () => {
      void fetch('http://127.0.0.1:' + server.address().port);
      process.stdout.write('x'.repeat(1_000_000) + 'end');
      void endProcess(3);
    });
  `;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.once('exit', done));
  expect(await text(child.stdout)).toMatch(/^x{1000000}end$/);
  expect(await ended).toBe(3);
});

it('does not wait for a reader that never reads', async () => {
  const codes: number[] = [];
  const stuck = { writableLength: 10, once: () => undefined };
  await endProcess(1, { streams: [stuck], deadlineMs: 1, exit: (code) => codes.push(code) });
  expect(codes).toEqual([1]);
});
