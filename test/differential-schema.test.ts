/**
 * Our schemas against the official ones: every official example is accepted, and thousands of mutations of valid
 * messages are judged alike, without exception. The official schemas are data beside the project, never part of it; without them the
 * test is skipped and says so.
 */
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { supportedRevisions, type Revision } from '../packages/core/src/protocol/types.ts';
import {
  loadValidators,
  type RevisionValidators,
} from '../packages/core/src/protocol/revisions/validators.ts';
import { samples, type Sample } from './fixtures/protocol-samples.ts';

const folder = resolve(import.meta.dirname, '../../shared/mcp-schema');
const present = existsSync(folder);
const minMutations = 5000;

interface Mutation {
  readonly what: string;
  readonly value: unknown;
}

describe.skipIf(!present)(
  `our schemas against the official ones${present ? '' : ' (skipped: ../shared/mcp-schema is absent)'}`,
  () => {
    let total = 0;

    it.each(supportedRevisions)('%s judges samples and mutations alike', async (revision) => {
      const [ours, official] = [await loadValidators(revision), compileOfficial(revision)];
      const differences: string[] = [];
      for (const sample of samples) {
        if (revision < sample.since || (sample.until !== undefined && revision > sample.until)) continue;
        const judge = official(sample.definition[revision] ?? sample.definition.default);
        expect(
          judge(wrap(sample, revision, sample.value)),
          `the official schema accepts the sample ${sample.name}`,
        ).toBe(true);
        expect(judgeOurs(ours, sample, sample.value), `ours accepts the sample ${sample.name}`).toEqual([]);
        for (const mutation of mutate(sample)) {
          total += 1;
          const theirs = judge(wrap(sample, revision, mutation.value));
          const own = judgeOurs(ours, sample, mutation.value);
          if (theirs !== (own.length === 0)) {
            differences.push(
              `${sample.name}: ${mutation.what}: official ${theirs ? 'accepts' : 'refuses'}, ours says ${own.join('; ') || 'fine'}`,
            );
          }
        }
      }
      expect(differences).toEqual([]);
    });

    it(`has judged at least ${minMutations} mutations`, () => {
      expect(total).toBeGreaterThanOrEqual(minMutations);
    });

    it('accepts the official examples of the messages that 2025-11-25 shares with its successor', async () => {
      const ours = await loadValidators('2025-11-25');
      const refused: string[] = [];
      let accepted = 0;
      for (const [type, method] of Object.entries(exampleTypes)) {
        const directory = resolve(folder, '2026-07-28/examples', type);
        for (const file of readdirSync(directory)) {
          const value: unknown = JSON.parse(readFileSync(resolve(directory, file), 'utf8'));
          const violations = ours.result(method, value);
          if (violations.length > 0 && !newInSuccessor.has(`${type}/${file}`))
            refused.push(`${type}/${file}: ${violations.map(({ message }) => message).join('; ')}`);
          accepted += 1;
        }
      }
      expect(refused).toEqual([]);
      expect(accepted).toBeGreaterThan(10);
    });
  },
);

const exampleTypes: Readonly<Record<string, string>> = {
  CallToolResult: 'tools/call',
  ListToolsResult: 'tools/list',
  ListResourcesResult: 'resources/list',
  ListResourceTemplatesResult: 'resources/templates/list',
  ReadResourceResult: 'resources/read',
  ListPromptsResult: 'prompts/list',
  GetPromptResult: 'prompts/get',
  CompleteResult: 'completion/complete',
};

/** Examples of what only the successor allows. */
const newInSuccessor = new Set(['CallToolResult/result-with-array-structured-content.json']);

function judgeOurs(validators: RevisionValidators, sample: Sample, value: unknown): readonly string[] {
  const violations =
    sample.kind === 'result'
      ? validators.result(sample.method, value)
      : sample.kind === 'request'
        ? validators.serverRequest(sample.method, value)
        : validators.notification(sample.method, value);
  return violations.map(({ message }) => message);
}

/** The official definitions of requests and notifications are those of whole messages. */
function wrap(sample: Sample, revision: Revision, value: unknown): unknown {
  if (sample.kind === 'result') return value;
  const envelope =
    revision >= '2025-11-25' ? { jsonrpc: '2.0', ...(sample.kind === 'request' ? { id: 1 } : {}) } : {};
  return { ...envelope, method: sample.method, ...(value === undefined ? {} : { params: value }) };
}

function compileOfficial(revision: Revision): (definition: string) => (value: unknown) => boolean {
  const schema = JSON.parse(readFileSync(resolve(folder, revision, 'schema.json'), 'utf8')) as {
    $schema: string;
    $defs?: object;
  };
  const ajv = schema.$schema.includes('2020-12')
    ? new Ajv2020({ strict: false })
    : new Ajv({ strict: false });
  addFormats.default(ajv);
  // Not in ajv-formats' short list for every dialect; the official schemas name it for templates only.
  ajv.addFormat('byte', /^[A-Za-z0-9+/]*={0,2}$/);
  ajv.addSchema(schema, 'official');
  const key = schema.$defs === undefined ? 'definitions' : '$defs';
  const compiled = new Map<string, (value: unknown) => boolean>();
  return (definition) => {
    const known = compiled.get(definition);
    if (known !== undefined) return known;
    const judge = ajv.compile({ $ref: `official#/${key}/${definition}` }) as (value: unknown) => boolean;
    compiled.set(definition, judge);
    return judge;
  };
}

const replacements: readonly unknown[] = [
  null,
  0,
  1.5,
  -1,
  '',
  'other',
  'a b',
  true,
  [],
  {},
  ['x'],
  { type: 'text' },
];

/** Every member deleted, replaced by values of other types, and every object given one more member. */
function* mutate(sample: Sample): Generator<Mutation> {
  for (const path of paths(sample.value)) {
    if (path.length > 0)
      yield { what: `without ${path.join('.')}`, value: change(sample.value, path, 'delete') };
    for (const replacement of replacements) {
      yield {
        what: `${path.join('.') || 'all'} = ${JSON.stringify(replacement)}`,
        value: change(sample.value, path, { to: replacement }),
      };
    }
    yield {
      what: `one more member in ${path.join('.')}`,
      value: change(sample.value, [...path, 'unheardOf'], { to: 1 }),
    };
  }
}

type Path = readonly (string | number)[];

function paths(value: unknown, at: Path = []): Path[] {
  const found: Path[] = [at];
  if (Array.isArray(value)) value.forEach((item, index) => found.push(...paths(item, [...at, index])));
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) found.push(...paths(item, [...at, key]));
  return found;
}

function change(value: unknown, path: Path, how: 'delete' | { readonly to: unknown }): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return how === 'delete' ? undefined : how.to;
  if (Array.isArray(value)) {
    if (rest.length === 0 && how === 'delete') return value.filter((_, index) => index !== head);
    return typeof head === 'number'
      ? value.map((item: unknown, index) => (index === head ? change(item, rest, how) : item))
      : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = { ...value };
  if (rest.length === 0 && how === 'delete') delete copy[head];
  else copy[head] = change(copy[head], rest, how);
  return copy;
}
