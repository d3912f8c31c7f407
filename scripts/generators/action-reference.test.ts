import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderActionReference, type ActionMetadata } from './action-reference.ts';

const file = resolve(import.meta.dirname, '../../action.yml');
const metadata = parse(readFileSync(file, 'utf8')) as ActionMetadata;

describe('the reference of the Action', () => {
  it('tells every input but the one that nobody sets, and every output', () => {
    const page = renderActionReference(metadata);
    for (const name of [...Object.keys(metadata.inputs), ...Object.keys(metadata.outputs)])
      expect(page.includes(`| \`${name}\` |`), name).toBe(name !== 'matrix');
  });

  it('has a row of one line for each, whatever its description holds', () => {
    const outcome = { description: 'one | two\n  three\n' };
    expect(renderActionReference({ ...metadata, outputs: { outcome } })).toContain(
      '| `outcome` | one \\| two three |',
    );
  });

  it('refuses to forget an input, and to make one up', () => {
    const more = { ...metadata.inputs, fresh: { description: 'New.' } };
    expect(() => renderActionReference({ ...metadata, inputs: more })).toThrow(
      'puts the input fresh nowhere',
    );
    const { config: _, ...less } = metadata.inputs;
    expect(() => renderActionReference({ ...metadata, inputs: less })).toThrow('no input config');
  });
});
