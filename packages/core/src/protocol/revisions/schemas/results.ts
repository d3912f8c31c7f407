import type { Revision } from '../../types.ts';
import {
  anyObject,
  anything,
  array,
  boolean,
  type Definitions,
  integer,
  map,
  object,
  oneOfStrings,
  ref,
  type Schema,
  string,
} from './dsl.ts';
import type { Since, Until } from './shared.ts';

/** How long and by whom a result may be kept; server/utilities/caching. */
const cacheHints = { ttlMs: { type: 'integer', minimum: 0 }, cacheScope: oneOfStrings('public', 'private') };

/** What a server answers, one definition for each kind of result. */
export function resultDefinitions(revision: Revision, since: Since, until: Until): Definitions {
  // Every result says what kind it is; lists and contents say how long they may be kept.
  const meta = {
    ...until('2025-11-25', { _meta: anyObject }),
    ...since('2026-07-28', { _meta: ref('ResultMeta') }),
  };
  const kind = since('2026-07-28', { resultType: string });
  const cached = since('2026-07-28', cacheHints);
  // The limit has always been in the text, and is in the schema since 2026-07-28.
  const values = revision < '2026-07-28' ? array(string) : { ...array(string), maxItems: 100 };
  const page = (member: string, item: string): Schema =>
    object({ [member]: array(ref(item)), ...kind, ...cached }, { nextCursor: string, ...meta });
  const listChanged = { listChanged: boolean };
  return {
    EmptyResult: object(kind, meta),
    ...until('2025-11-25', {
      InitializeResult: object(
        {
          protocolVersion: string,
          serverInfo: ref('Implementation'),
          capabilities: ref('ServerCapabilities'),
        },
        { instructions: string, ...meta },
      ),
    }),
    ...since('2026-07-28', {
      DiscoverResult: object(
        { supportedVersions: array(string), capabilities: ref('ServerCapabilities'), ...kind, ...cached },
        { instructions: string, ...meta },
      ),
    }),
    ServerCapabilities: object(
      {},
      {
        experimental: map(anyObject),
        logging: anyObject,
        prompts: object({}, listChanged),
        resources: object({}, { ...listChanged, subscribe: boolean }),
        tools: object({}, listChanged),
        ...since('2025-03-26', { completions: anyObject }),
        ...(revision === '2025-11-25' && {
          tasks: object(
            {},
            {
              list: anyObject,
              cancel: anyObject,
              requests: object({}, { tools: object({}, { call: anyObject }) }),
            },
          ),
        }),
        ...since('2026-07-28', { extensions: map(anyObject) }),
      },
    ),
    ListToolsResult: page('tools', 'Tool'),
    ListResourcesResult: page('resources', 'Resource'),
    ListResourceTemplatesResult: page('resourceTemplates', 'ResourceTemplate'),
    ListPromptsResult: page('prompts', 'Prompt'),
    CallToolResult: object(
      { content: array(ref('ContentBlock')), ...kind },
      {
        isError: boolean,
        ...meta,
        ...since('2025-06-18', { structuredContent: anyObject }),
        ...since('2026-07-28', { structuredContent: anything }),
      },
    ),
    ReadResourceResult: object({ contents: array(ref('ResourceContents')), ...kind, ...cached }, meta),
    GetPromptResult: object(
      { messages: array(object({ role: ref('Role'), content: ref('ContentBlock') })), ...kind },
      { description: string, ...meta },
    ),
    CompleteResult: object(
      {
        completion: object({ values }, { total: integer, hasMore: boolean }),
        ...kind,
      },
      meta,
    ),
    ...(revision === '2025-11-25' && {
      CreateTaskResult: object({ task: ref('Task') }, meta),
      TaskResult: { allOf: [object({}, meta), ref('Task')] },
      CancelTaskResult: { allOf: [object({}, meta), ref('Task')] },
      ListTasksResult: page('tasks', 'Task'),
    }),
  };
}
