import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AuditResult } from '@mcp-test-harness/core/audit';
import { startCli } from './support/run-cli.ts';

const everything = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/package.json')),
  'dist/index.js',
);
const poisoned = resolve(import.meta.dirname, 'fixtures/audit/poisoned.mjs');

const fragile = resolve(import.meta.dirname, 'fixtures/audit/fragile.mjs');

const audit = (...args: readonly string[]) => startCli(['audit', ...args]).ended;
const server = (...args: readonly string[]) => ['--', process.execPath, ...args];

describe.concurrent('audit', { timeout: 90_000 }, () => {
  it('looks a real server over: definitions, context, protocol', async () => {
    const { exitCode, stdout } = await audit('--fuzz', '2', ...server(everything, 'stdio'));
    expect(stdout).toContain('mcp-servers/everything 2.0.0  protocol 2025-11-25');
    expect(stdout).toMatch(/\d{4} tokens of context for \d+ tools and instructions \(o200k_base\)/);
    expect(stdout).toMatch(/Fuzzing {2}\d+ calls?/);
    expect(stdout).toMatch(/Protocol {2}\d+ passed, 0 failed, \d+ warnings/);
    expect(exitCode).toBe(0);
  });

  it('ends with 1 for definitions that hide something or give orders, and shows neither as control characters', async () => {
    const { exitCode, stdout } = await audit(...server(poisoned));
    expect(stdout).toContain('text.hidden');
    expect(stdout).toContain('holds the invisible character U+200B');
    expect(stdout).toContain('text.instructions');
    expect(stdout).toContain('speaks to the model: "Do not tell the user"');
    expect(exitCode).toBe(1);
  });

  it('leaves out what is ignored', async () => {
    const ignored = ['--ignore', 'text.hidden', '--ignore', 'text.instructions'];
    const { exitCode, stdout } = await audit('--json', ...ignored, ...server(poisoned));
    const report = JSON.parse(stdout) as AuditResult;
    expect(report).toMatchObject({ schemaVersion: 1, server: { info: { name: 'poisoned' } }, findings: [] });
    expect(report.context.tools).toEqual([{ name: 'add', tokens: expect.any(Number) }]);
    expect(exitCode).toBe(0);
  });

  it('calls read-only tools with faulty arguments, and tells the seed and what broke', async () => {
    const { exitCode, stdout } = await audit('--fuzz', '3', '--seed', '1', ...server(fragile));
    expect(stdout).toContain('fuzz.crash');
    expect(stdout).toMatch(/exited with code 1 .*; with \{/);
    expect(stdout).toMatch(/Fuzzing {2}\d+ calls with faulty arguments, 1 failure; again with --seed 1/);
    expect(exitCode).toBe(1);
  });

  it('refuses a code that does not exist, before it starts anything', async () => {
    const { exitCode, stderr } = await audit('--ignore', 'text.hiden', ...server('-e', 'process.exit(9)'));
    expect(stderr).toContain('Did you mean text.hidden?');
    expect(exitCode).toBe(2);
  });

  it('ends with 3 when there is no server', async () => {
    const { exitCode, stderr } = await audit('--', 'no-such-command-here');
    expect(stderr).toContain('no-such-command-here');
    expect(exitCode).toBe(3);
  });
});
