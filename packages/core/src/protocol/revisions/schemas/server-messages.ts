import type { Revision } from '../../types.ts';
import {
  anyObject,
  anyOf,
  anything,
  array,
  boolean,
  type Definitions,
  integer,
  literal,
  map,
  number,
  object,
  oneOfStrings,
  ref,
  type Schema,
  share,
  string,
  stringOrInteger,
  unionByType,
  uri,
} from './dsl.ts';
import type { Since, Until } from './shared.ts';

/** The params of requests and notifications that a server sends on its own. */
export function serverMessageDefinitions(revision: Revision, since: Since, until: Until): Definitions {
  // From 2026-07-28 on a server asks in a result, where nothing can progress.
  const requestMeta = until('2025-11-25', { _meta: object({}, { progressToken: stringOrInteger }) });
  const meta = {
    ...until('2025-11-25', { _meta: anyObject }),
    ...since('2026-07-28', { _meta: ref('NotificationMeta') }),
  };
  return {
    RequestParams: object({}, { _meta: anyObject, ...requestMeta }),
    NotificationParams: object({}, meta),
    ...samplingDefinitions(revision, since, requestMeta),
    ...elicitationDefinitions(revision, since, requestMeta),
    ...(revision === '2025-11-25' && {
      TaskIdParams: object({ taskId: string }, requestMeta),
      PageParams: object({}, { cursor: string, ...requestMeta }),
      ElicitationCompleteParams: object({ elicitationId: string }),
      TaskStatusParams: { allOf: [object({}, meta), ref('Task')] },
    }),
    // In 2025-11-25 a cancelled task is named in _meta, and then there is no requestId.
    CancelledParams: object(revision === '2025-11-25' ? {} : { requestId: stringOrInteger }, {
      requestId: stringOrInteger,
      reason: string,
      ...meta,
    }),
    ProgressParams: object(
      { progressToken: stringOrInteger, progress: number },
      { total: number, ...meta, ...since('2025-03-26', { message: string }) },
    ),
    LogMessageParams: object({ level: ref('LoggingLevel'), data: anything }, { logger: string, ...meta }),
    ResourceUpdatedParams: object({ uri }, meta),
  };
}

function samplingDefinitions(
  revision: Revision,
  since: Since,
  requestMeta: Readonly<Record<string, Schema>>,
): Definitions {
  const blocks = ['TextContent', 'ImageContent', ...(revision >= '2025-03-26' ? ['AudioContent'] : [])];
  const withTools = [...blocks, 'ToolUseContent', 'ToolResultContent'];
  const content = revision >= '2025-11-25' ? arrayOrOne(unionByType(...withTools)) : unionByType(...blocks);
  return {
    ...since('2025-11-25', {
      ToolUseContent: object(
        { type: literal('tool_use'), id: string, name: string, input: anyObject },
        { _meta: anyObject },
      ),
      ToolResultContent: object(
        { type: literal('tool_result'), toolUseId: string, content: array(ref('ContentBlock')) },
        {
          isError: boolean,
          _meta: anyObject,
          structuredContent: revision < '2026-07-28' ? anyObject : anything,
        },
      ),
    }),
    SamplingMessage: object({ role: ref('Role'), content }, since('2025-11-25', { _meta: anyObject })),
    CreateMessageParams: object(
      { messages: array(ref('SamplingMessage')), maxTokens: integer },
      {
        ...requestMeta,
        systemPrompt: string,
        includeContext: oneOfStrings('none', 'thisServer', 'allServers'),
        temperature: number,
        stopSequences: array(string),
        metadata: anyObject,
        modelPreferences: object(
          {},
          {
            hints: array(object({}, { name: string })),
            costPriority: share,
            speedPriority: share,
            intelligencePriority: share,
          },
        ),
        ...(revision === '2025-11-25' && { task: object({}, { ttl: integer }) }),
        ...since('2025-11-25', {
          tools: array(ref('Tool')),
          toolChoice: object({}, { mode: oneOfStrings('auto', 'none', 'required') }),
        }),
      },
    ),
  };
}

function arrayOrOne(block: Schema): Schema {
  return { if: { type: 'array' }, then: array(block), else: block };
}

function elicitationDefinitions(
  revision: Revision,
  since: Since,
  requestMeta: Readonly<Record<string, Schema>>,
): Definitions {
  if (revision < '2025-06-18') return {};
  const task = revision === '2025-11-25' ? { task: object({}, { ttl: integer }) } : {};
  const withDefault = (schema: Schema): Readonly<Record<string, Schema>> =>
    since('2025-11-25', { default: schema });
  const titled = array(object({ const: string, title: string }));
  const common = { title: string, description: string };
  const field = anyOf(
    object(
      { type: literal('string') },
      {
        ...common,
        ...withDefault(string),
        minLength: integer,
        maxLength: integer,
        format: oneOfStrings('email', 'uri', 'date', 'date-time'),
      },
    ),
    object(
      { type: oneOfStrings('number', 'integer') },
      { ...common, ...withDefault(number), minimum: number, maximum: number },
    ),
    object({ type: literal('boolean') }, { ...common, default: boolean }),
    object(
      { type: literal('string'), enum: array(string) },
      { ...common, ...withDefault(string), enumNames: array(string) },
    ),
    ...(revision < '2025-11-25'
      ? []
      : [
          object({ type: literal('string'), oneOf: titled }, { ...common, default: string }),
          object(
            {
              type: literal('array'),
              items: anyOf(
                object({ type: literal('string'), enum: array(string) }),
                object({ anyOf: titled }),
              ),
            },
            { ...common, minItems: integer, maxItems: integer, default: array(string) },
          ),
        ]),
  );
  const form = object(
    {
      message: string,
      requestedSchema: object(
        { type: literal('object'), properties: map(field) },
        { required: array(string), ...since('2025-11-25', { $schema: string }) },
      ),
    },
    { ...requestMeta, ...task, ...since('2025-11-25', { mode: literal('form') }) },
  );
  const url = object(
    {
      mode: literal('url'),
      message: string,
      url: uri,
      ...(revision === '2025-11-25' && { elicitationId: string }),
    },
    { ...requestMeta, ...task },
  );
  if (revision < '2025-11-25') return { ElicitParams: form };
  return {
    ElicitParams: {
      if: { required: ['mode'], properties: { mode: { const: 'url' } } },
      then: url,
      else: form,
    },
  };
}
