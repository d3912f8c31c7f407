import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json.ts';
import { connect } from '../../protocol/index.ts';
import { Random } from '../../statistics/random.ts';
import { fuzzTools, type FuzzResult } from './fuzz-tools.ts';
import { mutate, simplifications } from './mutate.ts';

/** A server whose tool is written in the body of a function of `text`; what it returns is the text of the answer. */
const serverOf = (body: string): string => `
  const tool = (args) => { ${body} };
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) return;
    const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...message }) + '\\n');
    if (method === 'initialize') {
      return send({ result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'f', version: '1' } } });
    }
    const text = tool(params.arguments);
    if (text !== undefined) send({ result: { content: [{ type: 'text', text }] } });
  });`;

function fuzz(body: string, options: { readonly seed?: number } = {}): Promise<FuzzResult> {
  return fuzzTools({
    tools: [{ name: 'search', args: { query: 'invoices', limit: 10 } }],
    open: () =>
      connect({ command: process.execPath, args: ['-e', serverOf(body)], env: {}, shutdownTimeoutMs: 500 }),
    budgetMs: 2500,
    seed: options.seed ?? 1,
    callTimeoutMs: 1000,
  });
}

describe.concurrent('fuzzTools', () => {
  it('finds nothing in a tool that answers everything', async () => {
    const { failures, calls } = await fuzz(`return JSON.stringify(args ?? null).slice(0, 10);`);
    expect(failures).toEqual([]);
    expect(calls).toBeGreaterThan(20);
  });

  it('finds a crash, and the simplest arguments that cause it', async () => {
    const { failures } = await fuzz(`return args.query.toUpperCase();`);
    expect(failures).toMatchObject([{ fault: 'crash', tool: 'search' }]);
    expect(failures[0]?.message).toContain('exited with code 1');
    // Nothing but what matters is left: query is missing, or is no text.
    expect(typeof failures[0]?.args['query']).not.toBe('string');
    expect(Object.keys(failures[0]?.args ?? {}).filter((name) => name !== 'query')).toEqual([]);
  });

  it('finds a hang', async () => {
    const { failures } = await fuzz(`return args.limit === -1 ? undefined : 'ok';`, { seed: 3 });
    expect(failures).toMatchObject([{ fault: 'hang', args: { limit: -1 } }]);
  });

  it('leaves out a tool that does not answer sound arguments in time either', async () => {
    expect(await fuzz(`return undefined;`)).toMatchObject({ failures: [], slow: ['search'] });
  });

  it('finds a stack trace in an answer', async () => {
    const { failures } = await fuzz(
      `try { return args.query.toUpperCase().slice(0, 9); } catch (error) { return error.stack; }`,
    );
    expect(failures).toMatchObject([{ fault: 'leak' }]);
  });
});

const args: fc.Arbitrary<JsonObject> = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>;

it('a seed gives the same arguments again', () => {
  fc.assert(
    fc.property(args, fc.integer(), (plain, seed) => {
      expect(mutate(plain, new Random(seed))).toEqual(mutate(plain, new Random(seed)));
    }),
  );
});

it('mutations leave what they were given as it was', () => {
  fc.assert(
    fc.property(args, fc.integer(), (plain, seed) => {
      const before = JSON.stringify(plain);
      mutate(plain, new Random(seed));
      expect(JSON.stringify(plain)).toBe(before);
    }),
  );
});

it('simplifications are finite, and none is what it began with', () => {
  fc.assert(
    fc.property(args, args, (from, plain) => {
      for (const simpler of simplifications(from, plain)) expect(simpler).not.toEqual(from);
    }),
  );
});

it('random numbers lie from 0 to 1 and spread', () => {
  const random = new Random(7);
  const numbers = Array.from({ length: 1000 }, () => random.next());
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(numbers.filter((number) => number < 0.5).length).toBeGreaterThan(400);
});
