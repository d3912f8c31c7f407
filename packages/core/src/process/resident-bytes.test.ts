import { describe, expect, it } from 'vitest';
import { residentBytesOf } from './resident-bytes.ts';
import { startScript } from './testing/start-script.ts';

const mebibyte = 1024 * 1024;

describe.skipIf(process.platform === 'win32')('the resident memory of a tree', () => {
  it('is that of the process and its children, and of nobody else', async () => {
    const small = await startScript(`console.log('up'); setInterval(() => {}, 1000);`);
    const large = await startScript(`
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', "const held = Buffer.alloc(200 * 1024 * 1024, 1); console.log('up'); setInterval(() => held, 1000);"], { stdio: ['ignore', 'pipe', 'ignore'] });
      child.stdout.once('data', () => console.log('up'));
      setInterval(() => {}, 1000);
    `);
    await Promise.all([small, large].map((server) => new Promise((up) => server.stdout.once('data', up))));
    const bytes = await residentBytesOf([small.pid, large.pid]);
    expect(bytes.get(large.pid)).toBeGreaterThan(200 * mebibyte);
    expect(bytes.get(small.pid)).toBeGreaterThan(10 * mebibyte);
    expect(bytes.get(small.pid)).toBeLessThan(200 * mebibyte);
    await Promise.all([small.stop(), large.stop()]);
  });

  it('is missing for a process that has ended', async () => {
    const server = await startScript('');
    await server.stop();
    expect(await residentBytesOf([server.pid])).toEqual(new Map());
    expect(await residentBytesOf([])).toEqual(new Map());
  });
});
