import { defineRule } from '../define.ts';

const generic = new Set([
  'run',
  'do',
  'execute',
  'call',
  'process',
  'handle',
  'action',
  'tool',
  'get',
  'query',
  'main',
  'test',
]);

/** What is left of a name when case and separators are gone. */
const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

export default [
  defineRule({
    code: 'name.ambiguous',
    severity: 'warning',
    title: 'Names that differ only in case or separators are mixed up',
    remedy: 'Rename one of them.',
    *inspect({ tools }) {
      const seen = new Map<string, string>();
      for (const { name } of tools) {
        if (typeof name !== 'string' || bare(name) === '') continue;
        const other = seen.get(bare(name));
        if (other === undefined) seen.set(bare(name), name);
        else if (other !== name) {
          yield {
            subject: { kind: 'tool', name },
            message: `"${other}" and "${name}" differ only in case or separators`,
          };
        }
      }
    },
  }),
  defineRule({
    code: 'name.generic',
    severity: 'info',
    title: 'Beside the tools of other servers, a name that could be anything is chosen wrongly',
    remedy: 'Put the thing into the name: search_invoices rather than query.',
    *inspect({ tools }) {
      for (const { name } of tools) {
        if (typeof name === 'string' && generic.has(bare(name))) {
          yield { subject: { kind: 'tool', name }, message: `"${name}" says nothing of what it works on` };
        }
      }
    },
  }),
  defineRule({
    code: 'annotation.contradicts-name',
    severity: 'warning',
    title: 'Clients call tools that are annotated read-only without asking',
    remedy: 'Drop readOnlyHint, or rename the tool if it changes nothing.',
    *inspect({ tools }) {
      for (const { name, annotations } of tools) {
        const { readOnlyHint } = (annotations ?? {}) as { readOnlyHint?: unknown };
        if (typeof name !== 'string' || readOnlyHint !== true) continue;
        const verb = /^(?:delete|remove|drop|create|write|update|insert|send|set|kill|reset)(?![a-z])/i.exec(
          name.replaceAll(/([a-z])([A-Z])/g, '$1_$2'),
        )?.[0];
        if (verb !== undefined) {
          yield {
            subject: { kind: 'tool', name },
            message: `"${name}" is annotated read-only, yet its name begins with "${verb}"`,
          };
        }
      }
    },
  }),
];
