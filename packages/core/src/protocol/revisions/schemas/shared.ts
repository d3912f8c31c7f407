import { logLevels } from '../../log-levels.ts';
import type { Revision } from '../../types.ts';
import {
  anyObject,
  anyOf,
  array,
  base64,
  boolean,
  type Definitions,
  integer,
  literal,
  map,
  object,
  oneOfStrings,
  ref,
  type Schema,
  share,
  string,
  unionByType,
  uri,
  uriTemplate,
} from './dsl.ts';

/** Members that exist from a revision on: `since('2025-06-18', { title: string })`. */
export type Since = (
  revision: Revision,
  members: Readonly<Record<string, Schema>>,
) => Readonly<Record<string, Schema>>;

/** Members that exist up to and with a revision: `until('2025-11-25', { task: ref('Task') })`. */
export type Until = (
  last: Revision,
  members: Readonly<Record<string, Schema>>,
) => Readonly<Record<string, Schema>>;

/** The types that results and server messages are made of. */
export function sharedDefinitions(revision: Revision, since: Since, until: Until): Definitions {
  const meta = since('2025-06-18', { _meta: anyObject });
  const title = since('2025-06-18', { title: string });
  const icons = since('2025-11-25', { icons: array(ref('Icon')) });
  const annotations = { annotations: ref('Annotations') };
  // From 2026-07-28 on a tool may use all of JSON Schema; whether it is sound is judged by its dialect, not here.
  const members = until('2025-11-25', { properties: map(anyObject), required: array(string) });
  const dialect = since('2025-11-25', { $schema: string });
  const inputSchema = object({ type: literal('object') }, { ...members, ...dialect });
  const outputSchema = revision < '2026-07-28' ? inputSchema : object({}, dialect);
  return {
    Role: oneOfStrings('user', 'assistant'),
    LoggingLevel: oneOfStrings(...logLevels),
    Annotations: object(
      {},
      { audience: array(ref('Role')), priority: share, ...since('2025-06-18', { lastModified: string }) },
    ),
    ...since('2025-11-25', {
      Icon: object(
        { src: uri },
        { mimeType: string, sizes: array(string), theme: oneOfStrings('light', 'dark') },
      ),
    }),
    Implementation: object(
      { name: string, version: string },
      { ...title, ...icons, ...since('2025-11-25', { websiteUrl: uri, description: string }) },
    ),

    TextContent: object({ type: literal('text'), text: string }, { ...annotations, ...meta }),
    ImageContent: object(
      { type: literal('image'), data: base64, mimeType: string },
      { ...annotations, ...meta },
    ),
    ...since('2025-03-26', {
      AudioContent: object(
        { type: literal('audio'), data: base64, mimeType: string },
        { ...annotations, ...meta },
      ),
    }),
    EmbeddedResource: object(
      { type: literal('resource'), resource: ref('ResourceContents') },
      { ...annotations, ...meta },
    ),
    ...since('2025-06-18', {
      ResourceLink: object(
        { type: literal('resource_link'), name: string, uri },
        {
          title: string,
          description: string,
          mimeType: string,
          size: integer,
          ...annotations,
          ...meta,
          ...icons,
        },
      ),
    }),
    ContentBlock: unionByType(...contentBlocks(revision)),
    ResourceContents: anyOf(
      object({ uri, text: string }, { mimeType: string, ...meta }),
      object({ uri, blob: base64 }, { mimeType: string, ...meta }),
    ),

    Tool: object(
      { name: string, inputSchema },
      {
        description: string,
        ...title,
        ...meta,
        ...icons,
        ...since('2025-03-26', {
          annotations: object(
            {},
            {
              title: string,
              readOnlyHint: boolean,
              destructiveHint: boolean,
              idempotentHint: boolean,
              openWorldHint: boolean,
            },
          ),
        }),
        ...since('2025-06-18', { outputSchema }),
        ...(revision === '2025-11-25' && {
          execution: object({}, { taskSupport: oneOfStrings('forbidden', 'optional', 'required') }),
        }),
      },
    ),
    Resource: object(
      { name: string, uri },
      { description: string, mimeType: string, size: integer, ...annotations, ...title, ...meta, ...icons },
    ),
    ResourceTemplate: object(
      { name: string, uriTemplate },
      { description: string, mimeType: string, ...annotations, ...title, ...meta, ...icons },
    ),
    Prompt: object(
      { name: string },
      {
        description: string,
        arguments: array(object({ name: string }, { description: string, required: boolean, ...title })),
        ...title,
        ...meta,
        ...icons,
      },
    ),
    ...(revision === '2025-11-25' && {
      Task: object(
        {
          taskId: string,
          status: oneOfStrings('working', 'input_required', 'completed', 'failed', 'cancelled'),
          createdAt: string,
          lastUpdatedAt: string,
          ttl: { type: ['integer', 'null'] },
        },
        { statusMessage: string, pollInterval: integer },
      ),
    }),
  };
}

/** Names of the content blocks that tools and prompts may use. */
function contentBlocks(revision: Revision): readonly string[] {
  return [
    'TextContent',
    'ImageContent',
    ...(revision >= '2025-03-26' ? ['AudioContent'] : []),
    ...(revision >= '2025-06-18' ? ['ResourceLink'] : []),
    'EmbeddedResource',
  ];
}
