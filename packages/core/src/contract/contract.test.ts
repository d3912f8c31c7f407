import { describe, expect, it } from 'vitest';
import type { Definitions } from '../audit/index.ts';
import type { JsonObject } from '../json.ts';
import {
  adviseVersion,
  changeRules,
  compareContextCost,
  diffContracts,
  makeContract,
  parseContract,
  snapshotContract,
  writeContract,
  type Contract,
  type ContractChange,
} from './index.ts';

const info = {
  protocolVersion: '2025-11-25',
  serverInfo: { name: 'shop', version: '1.2.3' },
  capabilities: { tools: { listChanged: true } },
  instructions: undefined,
};
const nothing: Definitions = {
  instructions: undefined,
  tools: [],
  resources: [],
  resourceTemplates: [],
  prompts: [],
};
const contractOf = (more: Partial<Definitions> = {}, about: Partial<typeof info> = {}): Promise<Contract> =>
  makeContract({ ...info, ...about }, { ...nothing, ...more });

const find = {
  name: 'find',
  description: 'Finds goods',
  inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
};

const sessionWith = (listAll: () => Promise<unknown>) =>
  ({ info: { ...info, startupMs: 1 }, listAll }) as unknown as Parameters<typeof snapshotContract>[0];

describe('a snapshot', () => {
  it('is the same for the same server, whatever order it lists things in', async () => {
    const other = { inputSchema: { type: 'object' }, name: 'buy' };
    const one = await contractOf({ tools: [find, other] });
    const two = await contractOf({
      tools: [
        other,
        {
          inputSchema: { properties: { text: { type: 'string' } }, type: 'object' },
          description: 'Finds goods',
          name: 'find',
        },
      ],
    });
    expect(writeContract(two)).toBe(writeContract(one));
    expect(one.tools.map(({ name }) => name)).toEqual(['buy', 'find']);
    expect(writeContract(one)).toMatch(/[^\n]\n$/);
  });

  it('is read again as it was written', async () => {
    const contract = await contractOf({
      tools: [{ ...find, name: '__proto__' }],
      prompts: [{ name: 'p', arguments: [{ name: 'b', required: true }, { name: 'a' }] }],
      resources: [{ uri: 'file:///a', name: 'a', mimeType: 'text/plain' }],
    });
    expect(await parseContract(writeContract(contract), 'c.json')).toEqual(contract);
    expect(contract.prompts[0]?.arguments).toEqual([{ name: 'a' }, { name: 'b', required: true }]);
    expect(contract.contextCost.tools).toHaveProperty('__proto__');
  });

  it('leaves out what is no definition, and all that two definitions of one name would contradict', async () => {
    const listed = [null, 'find', { description: 'without a name' }, find, { ...find, description: 'again' }];
    const { tools } = await snapshotContract(sessionWith(() => Promise.resolve(listed)));
    expect(tools).toEqual([expect.objectContaining({ name: 'find', description: 'Finds goods' })]);
  });

  it('is refused where a list cannot be read, since what is missing would look removed', async () => {
    const session = sessionWith(() => Promise.reject(new Error('the database is down')));
    await expect(snapshotContract(session)).rejects.toMatchObject({
      code: 'PROTOCOL_ERROR_ANSWER',
      message: 'tools/list could not be read: the database is down',
    });
  });
});

describe('a file that is no contract is refused with its line:', () => {
  it.each([
    ['no JSON', '{\n  "version": 1,\n  oops\n}', /is not JSON/, 3],
    ['a newer version', '{\n  "server": {},\n  "version": 7\n}', /version 7, and this .* reads up to 1/, 3],
    ['another document', '{ "suites": [] }', /is not a contract/, 1],
    ['a list', '[]', /is not a contract/, 1],
    ['nothing', '', /is not JSON/, 1],
  ])('%s', async (_name, text, message, line) => {
    await expect(parseContract(text, '/c.json')).rejects.toMatchObject({
      code: 'IO_READ',
      message: expect.stringMatching(message),
      location: { file: '/c.json', line },
    });
  });

  it('a contract with a wrong member', async () => {
    const text = writeContract(await contractOf({ tools: [find] })).replace('"name": "find"', '"name": 5');
    const line = text.split('\n').findIndex((one) => one.includes('"name": 5')) + 1;
    await expect(parseContract(text, '/c.json')).rejects.toMatchObject({
      message: expect.stringContaining('tools.0.name'),
      location: { line },
    });
  });
});

const tool = (more: JsonObject): JsonObject => ({ ...find, ...more });
const input = (properties: JsonObject, more: JsonObject = {}): JsonObject =>
  tool({ inputSchema: { type: 'object', properties, ...more } });
const output = (properties: JsonObject, more: JsonObject = {}): JsonObject =>
  tool({ outputSchema: { type: 'object', properties, ...more } });
const text = { type: 'string' };
const write = ({ kind, code, path }: ContractChange): string => `${kind} ${code} ${path}`;

describe('the changes of tools', () => {
  const at = '/tools/find';
  it.each<[string, JsonObject | undefined, JsonObject | undefined, readonly string[]]>([
    ['none', find, find, []],
    ['gone', find, undefined, [`breaking contract.tool.removed ${at}`]],
    ['new', undefined, find, [`compatible contract.tool.added ${at}`]],
    [
      'described otherwise',
      find,
      tool({ description: 'Seeks' }),
      [`risky contract.tool.description-changed ${at}/description`],
    ],
    ['titled', find, tool({ title: 'Find' }), [`risky contract.tool.title-changed ${at}/title`]],
    [
      'a new required argument',
      input({ a: text }),
      input({ a: text, b: text }, { required: ['b'] }),
      [`breaking contract.input.required-narrowed ${at}/inputSchema/properties/b`],
    ],
    [
      'a new optional argument',
      input({ a: text }),
      input({ a: text, b: text }),
      [`compatible contract.input.member-added ${at}/inputSchema/properties/b`],
    ],
    [
      'a new optional argument, others ruled out',
      input({ a: text }, { additionalProperties: false }),
      input({ a: text, b: text }, { additionalProperties: false }),
      [`compatible contract.input.excluded-widened ${at}/inputSchema/properties/b`],
    ],
    [
      'an argument gone, others ruled out',
      input({ a: text, b: text }, { additionalProperties: false }),
      input({ a: text }, { additionalProperties: false }),
      [`breaking contract.input.excluded-narrowed ${at}/inputSchema/properties/b`],
    ],
    [
      'an argument no longer described',
      input({ a: text, b: text }),
      input({ a: text }),
      [`risky contract.input.member-removed ${at}/inputSchema/properties/b`],
    ],
    [
      'an argument of fewer types',
      input({ a: { type: ['string', 'null'] } }),
      input({ a: text }),
      [`breaking contract.input.type-narrowed ${at}/inputSchema/properties/a`],
    ],
    [
      'an argument of more types',
      input({ a: text }),
      input({ a: { anyOf: [text, { type: 'null' }] } }),
      [`compatible contract.input.type-widened ${at}/inputSchema/properties/a`],
    ],
    [
      'a choice less',
      input({ a: { enum: ['x', 'y'] } }),
      input({ a: { enum: ['x'] } }),
      [`breaking contract.input.values-narrowed ${at}/inputSchema/properties/a`],
    ],
    [
      'another default',
      input({ a: { ...text, default: 'x' } }),
      input({ a: { ...text, default: 'y' } }),
      [`risky contract.input.default-changed ${at}/inputSchema/properties/a/default`],
    ],
    [
      'an argument described otherwise',
      input({ a: { ...text, description: 'x' } }),
      input({ a: { ...text, description: 'y' } }),
      [`risky contract.input.text-changed ${at}/inputSchema/properties/a/description`],
    ],
    [
      'a pattern that cannot be compared',
      input({ a: { ...text, pattern: '^a+$' } }),
      input({ a: { ...text, pattern: '^a*$' } }),
      [
        `risky contract.input.undecided ${at}/inputSchema/properties/a`,
        `compatible contract.input.pattern-widened ${at}/inputSchema/properties/a`,
      ],
    ],
    [
      'written otherwise',
      input({ a: text }),
      input({ a: { type: ['string'] } }),
      [`compatible contract.input.rewritten ${at}/inputSchema`],
    ],
    ['an output schema', find, output({ a: text }), [`compatible contract.output.added ${at}/outputSchema`]],
    ['no output schema', output({ a: text }), find, [`breaking contract.output.removed ${at}/outputSchema`]],
    [
      'a result that need not be there',
      output({ a: text }, { required: ['a'] }),
      output({ a: text }),
      [`breaking contract.output.required-widened ${at}/outputSchema/properties/a`],
    ],
    [
      'a result that is sure to be there',
      output({ a: text }),
      output({ a: text }, { required: ['a'] }),
      [`compatible contract.output.required-narrowed ${at}/outputSchema/properties/a`],
    ],
    [
      'a result of more types',
      output({ a: text }),
      output({ a: { type: ['string', 'null'] } }),
      [`breaking contract.output.type-widened ${at}/outputSchema/properties/a`],
    ],
    [
      'a new result',
      output({ a: text }),
      output({ a: text, b: text }),
      [`compatible contract.output.member-added ${at}/outputSchema/properties/b`],
    ],
    [
      'a new result, others ruled out',
      output({ a: text }, { additionalProperties: false }),
      output({ a: text, b: text }, { additionalProperties: false }),
      [`risky contract.output.strict-member-added ${at}/outputSchema/properties/b`],
    ],
    [
      'a hint turned',
      tool({ annotations: { destructiveHint: false } }),
      tool({ annotations: { destructiveHint: true } }),
      [`risky contract.tool.hint-changed ${at}/annotations/destructiveHint`],
    ],
    [
      'a hint that was assumed',
      find,
      tool({ annotations: { destructiveHint: true } }),
      [`compatible contract.tool.hint-explicit ${at}/annotations/destructiveHint`],
    ],
    [
      'only as a task',
      find,
      tool({ execution: { taskSupport: 'required' } }),
      [`breaking contract.tool.task-support-narrowed ${at}/execution/taskSupport`],
    ],
    [
      'also as a task',
      find,
      tool({ execution: { taskSupport: 'optional' } }),
      [`compatible contract.tool.task-support-widened ${at}/execution/taskSupport`],
    ],
  ])('%s', async (_name, before, after, changes) => {
    const [old, current] = await Promise.all([
      contractOf({ tools: before === undefined ? [] : [before] }),
      contractOf({ tools: after === undefined ? [] : [after] }),
    ]);
    expect(diffContracts(old, current).map(write)).toEqual(changes);
  });

  it('that look renamed are gone and new all the same', async () => {
    const [old, current] = [
      await contractOf({ tools: [find] }),
      await contractOf({ tools: [tool({ name: 'search' })] }),
    ];
    const changes = diffContracts(old, current);
    expect(changes.map(write)).toEqual([
      'breaking contract.tool.removed /tools/find',
      'risky contract.tool.renamed /tools/search',
    ]);
    expect(changes[0]?.reason).toContain('it looks renamed to search');
  });

  it('say what happened and why it matters', async () => {
    const before = await contractOf({ tools: [input({ limit: { type: 'integer' } })] });
    const after = await contractOf({ tools: [input({ limit: { type: 'integer', maximum: 10 } })] });
    expect(diffContracts(before, after)).toEqual([
      {
        kind: 'breaking',
        code: 'contract.input.maximum-narrowed',
        path: '/tools/find/inputSchema/properties/limit',
        before: undefined,
        after: 10,
        reason: '`limit`: maximum none → 10; arguments that were accepted are refused',
      },
    ]);
  });
});

describe('the changes of all else', () => {
  it.each<[string, Partial<Definitions>, Partial<Definitions>, readonly string[]]>([
    ['instructions', {}, { instructions: 'Be brief' }, ['risky contract.instructions.changed /instructions']],
    [
      'a resource gone',
      { resources: [{ uri: 'a:b' }] },
      {},
      ['breaking contract.resource.removed /resources/a:b'],
    ],
    [
      'a resource new',
      {},
      { resources: [{ uri: 'a:/b' }] },
      ['compatible contract.resource.added /resources/a:~1b'],
    ],
    [
      'a resource of another type',
      { resources: [{ uri: 'a', mimeType: 'x/y' }] },
      { resources: [{ uri: 'a' }] },
      ['risky contract.resource.type-changed /resources/a/mimeType'],
    ],
    [
      'a template gone',
      { resourceTemplates: [{ uriTemplate: 't{x}' }] },
      {},
      ['breaking contract.template.removed /resourceTemplates/t{x}'],
    ],
    [
      'a template named otherwise',
      { resourceTemplates: [{ uriTemplate: 't', name: 'a' }] },
      { resourceTemplates: [{ uriTemplate: 't', name: 'b' }] },
      ['risky contract.template.text-changed /resourceTemplates/t/name'],
    ],
    ['a prompt gone', { prompts: [{ name: 'p' }] }, {}, ['breaking contract.prompt.removed /prompts/p']],
    [
      'an argument needed',
      { prompts: [{ name: 'p', arguments: [{ name: 'a' }] }] },
      { prompts: [{ name: 'p', arguments: [{ name: 'a', required: true }] }] },
      ['breaking contract.prompt.argument-required /prompts/p/arguments/a'],
    ],
    [
      'an argument new',
      { prompts: [{ name: 'p' }] },
      { prompts: [{ name: 'p', arguments: [{ name: 'a' }] }] },
      ['compatible contract.prompt.argument-added /prompts/p/arguments/a'],
    ],
    [
      'an argument gone',
      { prompts: [{ name: 'p', arguments: [{ name: 'a' }] }] },
      { prompts: [{ name: 'p' }] },
      ['breaking contract.prompt.argument-removed /prompts/p/arguments/a'],
    ],
  ])('%s', async (_name, before, after, changes) => {
    expect(diffContracts(await contractOf(before), await contractOf(after)).map(write)).toEqual(changes);
  });

  it('capabilities, the name and the revision', async () => {
    const after = await contractOf(
      {},
      {
        protocolVersion: '2025-06-18',
        serverInfo: { name: 'store', version: '9.9.9' },
        capabilities: { tools: { listChanged: false }, prompts: {} } as unknown as typeof info.capabilities,
      },
    );
    expect(diffContracts(await contractOf(), after).map(write)).toEqual([
      'breaking contract.capability.removed /capabilities/tools/listChanged',
      'risky contract.server.name-changed /server/name',
      'risky contract.protocol.revision-changed /protocolRevisions',
      'compatible contract.capability.added /capabilities/prompts',
    ]);
  });

  it('have codes that are all in the table', () => {
    for (const [code, { kind }] of Object.entries(changeRules)) {
      expect(code).toMatch(/^contract\.[a-z]+\.[a-z-]+$/);
      expect(['breaking', 'risky', 'compatible']).toContain(kind);
    }
  });
});

describe('the advice on the version', () => {
  const change = (kind: ContractChange['kind']): ContractChange => ({
    kind,
    code: 'c',
    path: '',
    before: 1,
    after: 2,
    reason: '',
  });
  it.each([
    [[], '1.2.3', '1.2.3', 'patch', undefined, true],
    [['breaking', 'compatible'], '1.2.3', '1.3.0', 'major', '2.0.0', false],
    [['breaking'], '1.2.3', '2.0.0', 'major', '2.0.0', true],
    [['breaking'], '0.2.1', '0.3.0', 'major', '0.3.0', true],
    [['breaking'], '0.2.1', '0.2.2', 'major', '0.3.0', false],
    [['compatible'], '1.2.3', '1.2.4', 'minor', '1.3.0', false],
    [['risky'], '1.2.3', '1.3.0-beta.1', 'minor', '1.3.0', true],
    [['risky'], '0.2.1', '0.2.2', 'minor', '0.2.2', true],
    [[], '1.2.3', '1.2.2', 'patch', undefined, false],
  ] as const)('for %j from %s to %s', (kinds, before, after, needed, needs, isEnough) => {
    expect(adviseVersion(kinds.map(change), before, after)).toEqual({
      needed,
      taken: { before, after, needs, isEnough },
    });
  });

  it('says what is needed only, where versions are no semantic versions', () => {
    expect(adviseVersion([change('breaking')], 'today', '1.0.0')).toEqual({
      needed: 'major',
      taken: undefined,
    });
  });
});

describe('the cost in context', () => {
  it('is compared by tool', async () => {
    const [before, after] = [
      await contractOf({ tools: [find] }),
      await contractOf({ tools: [tool({ description: 'Finds goods by all that is known of them' })] }),
    ];
    const change = compareContextCost(before, after);
    expect(change).toMatchObject({ tokenizer: 'o200k_base', tools: [{ name: 'find' }] });
    expect(change?.growth).toBe(after.contextCost.total - before.contextCost.total);
    expect(change?.growth).toBeGreaterThan(0);
    expect(change?.growthPercent).toBeCloseTo((change!.growth / before.contextCost.total) * 100);
  });

  it('is not compared where another tokenizer counted', async () => {
    const before = await contractOf();
    const after = { ...before, contextCost: { ...before.contextCost, tokenizer: 'other' } };
    expect(compareContextCost(before, after)).toBeUndefined();
  });
});
