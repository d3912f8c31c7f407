import {
  anyObject,
  array,
  boolean,
  type Definitions,
  integer,
  map,
  object,
  ref,
  type Schema,
  string,
} from './dsl.ts';
import type { Since } from './shared.ts';

/** What a server answers, one definition for each kind of result. */
export function resultDefinitions(since: Since): Definitions {
  const meta = { _meta: anyObject };
  const page = (member: string, item: string): Schema =>
    object({ [member]: array(ref(item)) }, { nextCursor: string, ...meta });
  const listChanged = { listChanged: boolean };
  return {
    EmptyResult: object({}, meta),
    InitializeResult: object(
      {
        protocolVersion: string,
        serverInfo: ref('Implementation'),
        capabilities: object(
          {},
          {
            experimental: map(anyObject),
            logging: anyObject,
            prompts: object({}, listChanged),
            resources: object({}, { ...listChanged, subscribe: boolean }),
            tools: object({}, listChanged),
            ...since('2025-03-26', { completions: anyObject }),
            ...since('2025-11-25', {
              tasks: object(
                {},
                {
                  list: anyObject,
                  cancel: anyObject,
                  requests: object({}, { tools: object({}, { call: anyObject }) }),
                },
              ),
            }),
          },
        ),
      },
      { instructions: string, ...meta },
    ),
    ListToolsResult: page('tools', 'Tool'),
    ListResourcesResult: page('resources', 'Resource'),
    ListResourceTemplatesResult: page('resourceTemplates', 'ResourceTemplate'),
    ListPromptsResult: page('prompts', 'Prompt'),
    CallToolResult: object(
      { content: array(ref('ContentBlock')) },
      { isError: boolean, ...meta, ...since('2025-06-18', { structuredContent: anyObject }) },
    ),
    ReadResourceResult: object({ contents: array(ref('ResourceContents')) }, meta),
    GetPromptResult: object(
      { messages: array(object({ role: ref('Role'), content: ref('ContentBlock') })) },
      { description: string, ...meta },
    ),
    CompleteResult: object(
      { completion: object({ values: array(string) }, { total: integer, hasMore: boolean }) },
      meta,
    ),
    ...since('2025-11-25', {
      CreateTaskResult: object({ task: ref('Task') }, meta),
      TaskResult: { allOf: [object({}, meta), ref('Task')] },
      ListTasksResult: page('tasks', 'Task'),
    }),
  };
}
