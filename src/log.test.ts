import { HarnessError } from '@mcp-test-harness/core/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Log } from './log.ts';
import { explainError, tellError } from './tell-error.ts';

let written = '';
beforeEach(() => {
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe('the log of the step', () => {
  it('hides a secret from then on, and tells the runner of it', () => {
    const log = new Log();
    log.line('before hunter2');
    log.hide('hunter2');
    log.line('after hunter2');
    expect(written).toBe('before hunter2\n::add-mask::hunter2\nafter ***\n');
  });

  it('does not take an empty secret for one', () => {
    const log = new Log();
    log.hide(' ');
    log.line('a b');
    expect(written).toBe('a b\n');
  });

  it('folds groups, and does not nest them', async () => {
    const log = new Log();
    await log.group('Outer', async () => {
      await log.group('Inner', async () => log.line('text'));
      log.write('half a line');
    });
    expect(written).toBe('::group::Outer\ntext\nhalf a line\n::endgroup::\n');
  });

  it('ends a group also when the work in it fails', async () => {
    const log = new Log();
    await expect(log.group('Work', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(written).toBe('::group::Work\n::endgroup::\n');
  });

  it('makes no command of what somebody else says', () => {
    const log = new Log();
    log.line('::error::x\n##[warning]y \u001B[31mred\u202E');
    expect(written).toBe(`${String.raw`:\:error::x`}\n${String.raw`##\[warning]y red<U+202E>`}\n`);
  });

  it('shows ten remarks of a level beside it, and the others in it', () => {
    const log = new Log();
    for (let count = 1; count <= 12; count += 1) log.warning(`number ${count}`);
    expect(written.match(/^::warning/gm)).toHaveLength(10);
    expect(written).toContain('warning: number 12\n');
  });

  it('escapes the place, the title and the lines of a remark', () => {
    new Log().annotate({
      level: 'error',
      title: 'a, b: c',
      message: 'one\ntwo 100%',
      file: 'a,b.yaml',
      startLine: 3,
      startColumn: 1,
    });
    expect(written).toBe('::error title=a%2C b%3A c,file=a%2Cb.yaml,line=3,col=1::one%0Atwo 100%25\n');
  });
});

describe('what ended the step', () => {
  it('is told with how to mend it, and its line of the configuration', () => {
    const error = new HarnessError({
      code: 'USAGE',
      message: 'input run: no',
      hint: 'As test.',
      frame: '  1 | run: x',
    });
    tellError(error, new Log());
    expect(written).toBe('  1 | run: x\n::error title=USAGE::input run: no%0AAs test.\n');
  });

  it('has a link that reports it when it is a fault of ours, without secrets', () => {
    const log = new Log();
    log.hide('hunter2');
    const told = explainError(new TypeError('cannot read hunter2'), log);
    expect(told).toMatchObject({
      code: 'INTERNAL',
      message: 'A fault of MCP Test Harness, not of your server: TypeError: cannot read ***',
    });
    expect(told.hint).toContain('https://github.com/mcp-test-harness/mcp-test-harness/issues/new?title=');
    expect(decodeURIComponent(told.hint ?? '')).not.toContain('hunter2');
  });
});
