/**
 * The client that the conformance suite runs, given the URL of its server: lists what there is, calls every tool, and
 * leaves. The suite reads from the wire whether that was done by the rules.
 */
import { connect, supportedRevisions, type OAuthOptions } from '../../packages/core/src/index.ts';
import { isJsonObject, type JsonObject } from '../../packages/core/src/json.ts';
import { sampleFromSchema } from '../../packages/core/src/json-schema/index.ts';

interface ToolCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

const url = process.argv[2] ?? '';
const context = readContext();
const wanted = process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'];
const session = await connect({
  transport: 'http',
  url,
  protocolVersion: supportedRevisions.find((revision) => revision === wanted) ?? 'latest',
  requestTimeoutMs: 10_000,
  auth: {
    type: 'oauth',
    ...oauthClient(),
  },
  client: {
    roots: [{ uri: 'file:///workspace' }],
    sampling: [{ text: 'A canned thought' }],
    // Accepts the form as it stands: with its defaults.
    elicitation: [
      { pattern: 'default', action: 'accept' },
      { action: 'accept', content: { confirmed: true } },
    ],
  },
});
try {
  const tools = await session.listAll('tools/list');
  for (const { name, arguments: args } of givenCalls() ?? tools.map(sampleCall)) {
    await session.exchange('tools/call', { name, arguments: args });
  }
  if (session.info.capabilities['resources'] !== undefined)
    await readOne('resources/list', 'resources', 'uri');
  if (session.info.capabilities['prompts'] !== undefined) await readOne('prompts/list', 'prompts', 'name');
} finally {
  await session.close();
}

/** What the scenario tells its client. */
function readContext(): JsonObject {
  const value: unknown = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}');
  return isJsonObject(value) ? value : {};
}

/** A client that the scenario has registered, or one that its authorization server learns to know by itself. */
function oauthClient(): Omit<OAuthOptions, 'type'> {
  const text = (key: string): string | undefined => {
    const value = context[key];
    return typeof value === 'string' ? value : undefined;
  };
  const client = {
    clientId: text('client_id'),
    clientSecret: text('client_secret'),
    privateKey: text('private_key_pem'),
    signingAlgorithm: text('signing_algorithm'),
    issuer: text('issuer'),
  };
  const isForItself = (process.env['MCP_CONFORMANCE_SCENARIO'] ?? '').includes('client-credentials');
  if (isForItself) return { grant: 'client_credentials', ...client };
  return {
    grant: 'authorization_code',
    ...client,
    clientMetadataUrl: 'https://conformance-test.local/client-metadata.json',
  };
}

/** Calls that the scenario asks for. */
function givenCalls(): readonly ToolCall[] | undefined {
  const calls = context['toolCalls'];
  return Array.isArray(calls) ? (calls as readonly unknown[] as readonly ToolCall[]) : undefined;
}

function sampleCall(tool: JsonObject): ToolCall {
  const { value } = sampleFromSchema(tool['inputSchema'] ?? {});
  return {
    name: typeof tool['name'] === 'string' ? tool['name'] : '',
    arguments: isJsonObject(value) ? value : {},
  };
}

async function readOne(list: 'resources/list' | 'prompts/list', member: string, key: string): Promise<void> {
  const [first] = await session.listAll(list);
  if (first === undefined) return;
  const method = member === 'resources' ? 'resources/read' : 'prompts/get';
  await session.exchange(method, { [key]: first[key] ?? '' });
}
