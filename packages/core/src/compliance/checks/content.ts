import { isJsonObject } from '../../json.ts';
import { defineCheck, fail, notTestable, pass } from '../define.ts';
import { evidenceOf, type Check } from '../types.ts';
import { faultsOfBlock, partOf, seenBlocks, type BlockPart } from './content-blocks.ts';

const needs = { capabilities: ['tools'] } as const;

export default [
  part('kind', {
    id: 'content.known-type',
    spec: 'server/tools#tool-result',
    title: 'content blocks are of a type that the revision has',
    remedy: 'audio came with 2025-03-26, resource_link with 2025-06-18; send text to older clients.',
  }),
  part('base64', {
    id: 'content.base64',
    spec: 'server/tools#tool-result',
    title: 'the data of images and audio, and blobs of resources, are base64',
    remedy: 'Encode the bytes with the standard alphabet and padding, without line breaks or a data: prefix.',
  }),
  part('mimeType', {
    id: 'content.mime-type',
    spec: 'server/tools#tool-result',
    title: 'the mimeType of a content block is a MIME type, type/subtype',
    remedy: 'Write "image/png", not "png".',
  }),
  part('uri', {
    id: 'content.uri',
    spec: 'server/tools#embedded-resources',
    title: 'resources that a tool embeds or links to have a URI with a scheme',
    remedy: 'Write file:///path/to/file instead of a path, and encode spaces.',
  }),
  part('annotations', {
    id: 'content.annotations',
    spec: 'server/tools#tool-result',
    title: 'annotations of content name user or assistant as audience, and a priority from 0 to 1',
    remedy: 'audience is a list; a priority is a share, not a rank.',
  }),
  defineCheck({
    id: 'content.last-modified',
    level: 'SHOULD',
    revisions: { from: '2025-06-18' },
    needs,
    spec: 'server/resources#annotations',
    title: 'lastModified of annotations is a point in time in ISO 8601',
    remedy: 'Write it like 2025-01-12T15:00:58Z.',
    run: async (context) => {
      const blocks = (await seenBlocks(context)).flatMap((seen) => {
        const { annotations } = seen.block;
        const value = isJsonObject(annotations) ? annotations['lastModified'] : undefined;
        return typeof value === 'string' ? [{ ...seen, value }] : [];
      });
      if (blocks.length === 0) return notTestable('no call gave content with lastModified');
      const wrong = blocks.find(
        ({ value }) => !/^\d{4}-?\d\d/.test(value) || Number.isNaN(Date.parse(value)),
      );
      if (wrong === undefined) return pass();
      return fail(
        `${wrong.tool}: lastModified is ${JSON.stringify(wrong.value)}`,
        evidenceOf(wrong.exchange),
      );
    },
  }),
  defineCheck({
    id: 'content.embedded-resources-declared',
    level: 'SHOULD',
    revisions: { from: '2025-06-18' },
    needs,
    spec: 'server/tools#embedded-resources',
    title: 'a server whose tools embed resources has the resources capability',
    remedy: 'Implement resources, so that clients can read again what was embedded.',
    run: async (context) => {
      const embedding = (await seenBlocks(context)).find(({ block }) => block['type'] === 'resource');
      if (embedding === undefined) return notTestable('no call gave an embedded resource');
      if (context.capabilities['resources'] !== undefined) return pass();
      return fail(
        `${embedding.tool} embeds a resource, and resources are not declared`,
        evidenceOf(embedding.exchange),
      );
    },
  }),
] satisfies readonly Check[];

/** What all content blocks keep that have a part. */
function part(name: BlockPart, words: Pick<Check, 'id' | 'spec' | 'title' | 'remedy'>): Check {
  return defineCheck({
    level: 'MUST',
    revisions: { from: '2024-11-05' },
    needs,
    ...words,
    run: async (context) => {
      const blocks = (await seenBlocks(context)).filter(({ block }) => partOf(block, name).length > 0);
      if (blocks.length === 0) return notTestable(`no call gave content with ${nouns[name]}`);
      for (const { tool, block, exchange } of blocks) {
        const fault = faultsOfBlock(block, context.revision).find((one) => one.part === name);
        if (fault !== undefined) return fail(`${tool}: ${fault.message}`, evidenceOf(exchange));
      }
      return pass();
    },
  });
}

const nouns: Readonly<Record<BlockPart, string>> = {
  kind: 'a type',
  base64: 'data in base64',
  mimeType: 'a mimeType',
  uri: 'a URI',
  annotations: 'annotations',
};
