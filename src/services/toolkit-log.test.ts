import { describe, expect, it } from 'vitest';
import { type LogOutput, readToolkitLog } from './toolkit-log.ts';

function newOutput(): LogOutput & { readonly written: string[] } {
  const written: string[] = [];
  return { written, write: (chunk) => written.push(String(chunk)) > 0 };
}

describe('what the toolkit says while it works', () => {
  it('is read where it is a problem, and kept out of the log', async () => {
    const output = newOutput();
    const problems = await readToolkitLog(async (log) => {
      output.write('::warning::Failed to restore: 100%25 broken%0Aindeed\n');
      output.write(
        'Failed to save: Unable to reserve cache with key k, another job may be creating this cache.\n',
      );
      output.write('::debug::Failed to reserve cache: Error: (409)\n');
      return log.problems;
    }, output);
    expect(problems).toEqual([
      'Failed to restore: 100% broken\nindeed',
      'Failed to save: Unable to reserve cache with key k, another job may be creating this cache.',
      'Failed to reserve cache: Error: (409)',
    ]);
    expect(output.written).toEqual([]);
  });

  it('passes on in every other case, and so does what others write', async () => {
    const output = newOutput();
    const lines = ['Cache hit for: key\n', '::warning::of a test\n', '::debug::noise\n', 'Failed to start\n'];
    await readToolkitLog(async () => {
      for (const line of lines) output.write(line);
    }, output);
    output.write('::warning::Failed to restore: after it\n');
    expect(output.written).toEqual([...lines, '::warning::Failed to restore: after it\n']);
  });

  it('is heard by all who listen, whoever ends first', async () => {
    const output = newOutput();
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const one = readToolkitLog(({ problems }) => first.promise.then(() => [...problems]), output);
    const other = readToolkitLog(({ problems }) => second.promise.then(() => [...problems]), output);
    output.write('::error::Failed to save: a\n');
    first.resolve();
    expect(await one).toEqual(['Failed to save: a']);
    output.write('::error::Failed to save: b\n');
    second.resolve();
    expect(await other).toEqual(['Failed to save: a', 'Failed to save: b']);
    output.write('::error::Failed to save: c\n');
    expect(output.written).toEqual(['::error::Failed to save: c\n']);
  });
});
