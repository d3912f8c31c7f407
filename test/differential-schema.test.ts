/**
 * Our schemas against the official ones: every official example is accepted, and thousands of mutations of valid
 * messages are judged alike, but for the exceptions listed by name with a reason. The official schemas are data beside the project, never part of it; without them the
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
import type { JsonObject } from '../packages/core/src/json.ts';
import { isIn, samples, valueIn, type Sample } from './fixtures/protocol-samples.ts';

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
        if (!isIn(sample, revision)) continue;
        const value = valueIn(sample, revision);
        const judge = official(sample.definition[revision] ?? sample.definition.default);
        expect(
          judge(wrap(sample, revision, value)),
          `the official schema accepts the sample ${sample.name}`,
        ).toBe(true);
        expect(judgeOurs(ours, sample, value), `ours accepts the sample ${sample.name}`).toEqual([]);
        for (const mutation of mutate(value)) {
          total += 1;
          if (isException(revision, sample, mutation)) continue;
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

    it('has no exception that the schemas do not need', () => {
      expect([...unusedExceptions]).toEqual([]);
    });

    it('accepts every official example of what a server sends in 2026-07-28', async () => {
      const ours = await loadValidators('2026-07-28');
      const refused: string[] = [];
      let accepted = 0;
      for (const [type, judge] of Object.entries(statelessExamples)) {
        const directory = resolve(folder, '2026-07-28/examples', type);
        for (const file of readdirSync(directory)) {
          const value = JSON.parse(readFileSync(resolve(directory, file), 'utf8')) as JsonObject;
          const violations = judge(ours, value);
          if (violations.length === 0) accepted += 1;
          else if (!brokenExamples.has(`${type}/${file}`))
            refused.push(`${type}/${file}: ${violations.map(({ message }) => message).join('; ')}`);
        }
      }
      expect(refused).toEqual([]);
      expect(accepted).toBeGreaterThanOrEqual(90);
    });

    it('leaves out no official example but those of what a client sends', () => {
      const types = readdirSync(resolve(folder, '2026-07-28/examples'));
      const left = types.filter((type) => !(type in statelessExamples));
      expect(left.filter((type) => !sentByClients.test(type))).toEqual([]);
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

type ExampleJudge = (ours: RevisionValidators, value: JsonObject) => readonly { readonly message: string }[];

const complete = { resultType: 'complete' };
const kept = { ...complete, ttlMs: 0, cacheScope: 'private' };
const asResult =
  (method: string): ExampleJudge =>
  (ours, value) =>
    ours.result(method, value);
const asAnswer =
  (method: string): ExampleJudge =>
  (ours, value) =>
    ours.result(method, value['result']);
const asNotification =
  (method: string): ExampleJudge =>
  (ours, value) =>
    ours.notification(method, value['params']);
const asParams =
  (method: string): ExampleJudge =>
  (ours, value) =>
    ours.notification(method, value);
const asRequest =
  (method: string): ExampleJudge =>
  (ours, value) =>
    ours.serverRequest(method, value);
const asError: ExampleJudge = (ours, value) => ours.error('any', value['error'] ?? value);
const asContent: ExampleJudge = (ours, value) => ours.result('tools/call', { ...complete, content: [value] });
const asContents: ExampleJudge = (ours, value) =>
  ours.result('resources/read', { ...kept, contents: [value] });
const asMessages: ExampleJudge = (ours, value) =>
  ours.serverRequest('sampling/createMessage', { maxTokens: 1, messages: [value] });
const asSampledContent: ExampleJudge = (ours, value) => asMessages(ours, { role: 'user', content: [value] });
const asField: ExampleJudge = (ours, value) =>
  ours.serverRequest('elicitation/create', {
    message: 'm',
    requestedSchema: { type: 'object', properties: { field: value } },
  });

/** How each official example of what a server sends is judged: as it stands, or inside the least message around it. */
const statelessExamples: Readonly<Record<string, ExampleJudge>> = {
  AudioContent: asContent,
  BlobResourceContents: asContents,
  BooleanSchema: asField,
  CallToolResult: asResult('tools/call'),
  CallToolResultResponse: asAnswer('tools/call'),
  CancelledNotification: asNotification('notifications/cancelled'),
  CancelledNotificationParams: asParams('notifications/cancelled'),
  CompleteResult: asResult('completion/complete'),
  CompleteResultResponse: asAnswer('completion/complete'),
  CreateMessageRequest: (ours, value) => ours.serverRequest('sampling/createMessage', value['params']),
  CreateMessageRequestParams: asRequest('sampling/createMessage'),
  DiscoverResult: asResult('server/discover'),
  DiscoverResultResponse: asAnswer('server/discover'),
  ElicitRequest: (ours, value) => ours.serverRequest('elicitation/create', value['params']),
  ElicitRequestFormParams: asRequest('elicitation/create'),
  ElicitRequestURLParams: asRequest('elicitation/create'),
  EmbeddedResource: asContent,
  GetPromptResult: asResult('prompts/get'),
  GetPromptResultResponse: asAnswer('prompts/get'),
  HeaderMismatchError: asError,
  ImageContent: asContent,
  InputRequests: (ours, value) =>
    ours.result('tools/call', { resultType: 'input_required', inputRequests: value }),
  InputRequiredResult: asResult('tools/call'),
  InternalError: asError,
  InvalidParamsError: asError,
  ListPromptsResult: asResult('prompts/list'),
  ListPromptsResultResponse: asAnswer('prompts/list'),
  ListResourceTemplatesResult: asResult('resources/templates/list'),
  ListResourceTemplatesResultResponse: asAnswer('resources/templates/list'),
  ListResourcesResult: asResult('resources/list'),
  ListResourcesResultResponse: asAnswer('resources/list'),
  ListRootsRequest: (ours, value) => ours.serverRequest('roots/list', value['params']),
  ListToolsResult: asResult('tools/list'),
  ListToolsResultResponse: asAnswer('tools/list'),
  LoggingMessageNotification: asNotification('notifications/message'),
  LoggingMessageNotificationParams: asParams('notifications/message'),
  MethodNotFoundError: asError,
  MissingRequiredClientCapabilityError: asError,
  ModelPreferences: (ours, value) =>
    ours.serverRequest('sampling/createMessage', { maxTokens: 1, messages: [], modelPreferences: value }),
  NumberSchema: asField,
  ParseError: asError,
  ProgressNotification: asNotification('notifications/progress'),
  ProgressNotificationParams: asParams('notifications/progress'),
  PromptListChangedNotification: asNotification('notifications/prompts/list_changed'),
  ReadResourceResult: asResult('resources/read'),
  ReadResourceResultResponse: asAnswer('resources/read'),
  Resource: (ours, value) => ours.result('resources/list', { ...kept, resources: [value] }),
  ResourceLink: asContent,
  ResourceListChangedNotification: asNotification('notifications/resources/list_changed'),
  ResourceUpdatedNotification: asNotification('notifications/resources/updated'),
  ResourceUpdatedNotificationParams: asParams('notifications/resources/updated'),
  SamplingMessage: asMessages,
  ServerCapabilities: (ours, value) =>
    ours.result('server/discover', { ...kept, supportedVersions: [], capabilities: value }),
  StringSchema: asField,
  SubscriptionsAcknowledgedNotification: asNotification('notifications/subscriptions/acknowledged'),
  SubscriptionsListenResult: asResult('subscriptions/listen'),
  SubscriptionsListenResultResponse: asAnswer('subscriptions/listen'),
  TextContent: asContent,
  TextResourceContents: asContents,
  TitledMultiSelectEnumSchema: asField,
  TitledSingleSelectEnumSchema: asField,
  Tool: (ours, value) => ours.result('tools/list', { ...kept, tools: [value] }),
  ToolListChangedNotification: asNotification('notifications/tools/list_changed'),
  ToolResultContent: asSampledContent,
  ToolUseContent: asSampledContent,
  UnsupportedProtocolVersionError: asError,
  UntitledMultiSelectEnumSchema: asField,
  UntitledSingleSelectEnumSchema: asField,
};

const sentByClients =
  /^(?:(?:CallTool|Complete|Discover|GetPrompt|List(?!Roots)\w*|ReadResource|SubscriptionsListen|Paginated)Request(?:Params)?|ClientCapabilities|CreateMessageResult|ElicitResult|InputResponses|ListRootsResult|Root)$/;

interface Exception {
  readonly revision: Revision;
  readonly sample: string;
  readonly mutation: RegExp;
  readonly reason: string;
}

/** Where we judge otherwise than the official schema on purpose. */
const exceptions: readonly Exception[] = [
  {
    revision: '2026-07-28',
    sample: 'discover',
    mutation: /^capabilities\.experimental\.thing\.on = (?:null|1\.5)$/,
    reason: 'JSONValue of the official schema forgets null and fractions, which are JSON',
  },
  {
    revision: '2026-07-28',
    sample: 'input required',
    mutation: /^inputRequests\.what\.params\.metadata\.a = (?:null|1\.5)$/,
    reason: 'JSONValue of the official schema forgets null and fractions, which are JSON',
  },
  {
    revision: '2026-07-28',
    sample: 'input required',
    mutation: /^resultType = "(?:|other|a b)"$/,
    reason: 'only input_required makes a result an InputRequiredResult (basic#resulttype)',
  },
];

/** Official examples that break the official schema; it accepts them as an InputRequiredResult, which asks for nothing. */
const brokenExamples = new Set([
  // A ReadResourceResult without the required ttlMs and cacheScope.
  'ReadResourceResultResponse/read-resource-result-response.json',
]);

const unusedExceptions = new Set(exceptions.map(({ sample, mutation }) => `${sample}: ${mutation.source}`));

function isException(revision: Revision, sample: Sample, { what }: Mutation): boolean {
  const found = exceptions.find(
    (one) => one.revision === revision && one.sample === sample.name && one.mutation.test(what),
  );
  if (found !== undefined) unusedExceptions.delete(`${found.sample}: ${found.mutation.source}`);
  return found !== undefined;
}

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
function* mutate(sample: unknown): Generator<Mutation> {
  for (const path of paths(sample)) {
    if (path.length > 0) yield { what: `without ${path.join('.')}`, value: change(sample, path, 'delete') };
    for (const replacement of replacements) {
      yield {
        what: `${path.join('.') || 'all'} = ${JSON.stringify(replacement)}`,
        value: change(sample, path, { to: replacement }),
      };
    }
    yield {
      what: `one more member in ${path.join('.')}`,
      value: change(sample, [...path, 'unheardOf'], { to: 1 }),
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
