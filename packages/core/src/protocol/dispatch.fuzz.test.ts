import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMemorySession } from './testing/memory-session.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const framesPerRun = 250;
const runs = 400;

const method = fc.constantFrom(
  'ping',
  'roots/list',
  'sampling/createMessage',
  'elicitation/create',
  'notifications/progress',
  'notifications/message',
  'notifications/cancelled',
  'notifications/tools/list_changed',
  'initialize',
  'tools/call',
  '__proto__',
  'constructor',
  'toString',
);
const id = fc.oneof(
  fc.integer({ min: 0, max: 400 }),
  fc.integer({ min: 0, max: 400 }).map(String),
  fc.constantFrom(null, true, 1.5, -1, 2 ** 60, [], {}, ''),
);
const json = fc.jsonValue({ maxDepth: 3 });
const params = fc.oneof(
  json,
  fc.record({ progressToken: id, progress: json, level: json, data: json }, { requiredKeys: [] }),
  fc.record(
    { uri: json, message: json, messages: json, requestedSchema: json, _meta: json },
    { requiredKeys: [] },
  ),
);
const error = fc.oneof(json, fc.record({ code: json, message: json, data: json }, { requiredKeys: [] }));
const content = fc.array(
  fc.record(
    { type: fc.constantFrom('text', 'image', 'resource', 'nonsense'), text: json, data: json },
    { requiredKeys: [] },
  ),
  { maxLength: 3 },
);
const result = fc.oneof(
  json,
  fc.record({ content, isError: json, structuredContent: json, tools: json }, { requiredKeys: [] }),
);

/** Messages that are right or nearly so. */
const message = fc.oneof(
  fc.record(
    { jsonrpc: fc.constantFrom('2.0', '2.0', '2.0', '1.0', 2), id, result, error },
    { requiredKeys: [] },
  ),
  fc.record({ jsonrpc: fc.constant('2.0'), id, method, params }, { requiredKeys: ['jsonrpc', 'method'] }),
  fc.record({ jsonrpc: fc.constant('2.0'), id, result: fc.record({ content }) }),
);

/** Text whose structure is broken: cut, doubled, spread over lines, with a piece changed. */
const mutated = fc
  .tuple(message, fc.nat(6), fc.nat(), fc.string())
  .map(([value, kind, where, text]) => mutations[kind]?.(JSON.stringify(value) ?? '', where, text) ?? '');
const mutations: readonly ((text: string, where: number, other: string) => string)[] = [
  (text) => `${text}\n`,
  (text, where) => `${text.slice(0, where % (text.length + 1))}\n`,
  (text, where, other) => {
    const at = where % (text.length + 1);
    return `${text.slice(0, at)}${other}${text.slice(at)}\n`;
  },
  (text) => `${text}${text}\n`,
  (text) => `${JSON.stringify(JSON.parse(text), null, 2)}\r\n`,
  (text, where) => `${text.slice(0, where % (text.length + 1))}\n${text.slice(where % (text.length + 1))}\n`,
  (text) => `[${text},${text}]\n`,
];

const frame: fc.Arbitrary<Buffer> = fc.oneof(
  { arbitrary: message.map((value) => Buffer.from(`${JSON.stringify(value)}\n`)), weight: 80 },
  { arbitrary: mutated.map((text) => Buffer.from(text)), weight: 80 },
  { arbitrary: fc.string({ unit: 'binary' }).map((text) => Buffer.from(`${text}\n`)), weight: 20 },
  { arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)), weight: 20 },
  {
    arbitrary: fc
      .constantFrom('{"__proto__":{"id":1},"jsonrpc":"2.0"}\n', `${'['.repeat(5000)}\n`, '{"a":'.repeat(3000))
      .map((text) => Buffer.from(text)),
    weight: 1,
  },
);

describe('the dispatcher', () => {
  it(
    `survives ${framesPerRun * runs} random and mutated frames in bounded memory, and works on`,
    { timeout: 120_000 },
    async () => {
      const { session, transport } = await openMemorySession({
        maxMessageBytes: 64 * 1024,
        client: { roots: [], sampling: [{ pattern: 'a', text: 'x' }], elicitation: [{ action: 'accept' }] },
      });
      let frames = 0;
      collectGarbage();
      const heapBefore = process.memoryUsage().heapUsed;
      fc.assert(
        fc.property(fc.array(frame, { minLength: framesPerRun, maxLength: framesPerRun }), (batch) => {
          for (let count = session.exchanges.table.size; count < 5; count += 1) {
            void session.exchange('tools/call', { name: 'x' }).catch(() => {});
          }
          for (const bytes of batch) transport.receive(bytes);
          frames += batch.length;
          transport.sent.length = 0;
        }),
        {
          numRuns: runs,
          endOnFailure: true,
          reporter: ({ failed, seed, counterexamplePath, errorInstance }) => {
            if (failed) throw new Error(`seed ${seed}, path ${counterexamplePath}`, { cause: errorInstance });
          },
        },
      );
      expect(frames).toBe(framesPerRun * runs);
      expect(session.frames.length).toBeLessThanOrEqual(2000);
      expect(session.findings.length).toBeLessThan(100);
      collectGarbage();
      expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(64 * 1024 * 1024);

      // A newline ends whatever a frame left unfinished.
      transport.receive('\n');
      const call = session.exchange('ping');
      const sent = JSON.parse(transport.sent.at(-1)?.text ?? '') as { readonly id: number };
      transport.receiveMessage({ jsonrpc: '2.0', id: sent.id, result: {} });
      expect((await call).result).toEqual({});
      await session.close();
    },
  );
});
