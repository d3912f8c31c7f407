import type { Contract } from '../contract-schema.ts';
import type { ContractChange } from '../types.ts';
import { gatherChanges, pairEntries, pointer, type ChangeRules } from './define.ts';

export const resourceRules = {
  'contract.resource.removed': { kind: 'breaking', title: 'A resource is gone' },
  'contract.resource.added': { kind: 'compatible', title: 'A resource is new' },
  'contract.resource.text-changed': {
    kind: 'risky',
    title: 'Name, title or description of a resource is another',
  },
  'contract.resource.type-changed': { kind: 'risky', title: 'A resource has another MIME type' },
  'contract.template.removed': { kind: 'breaking', title: 'A template of resources is gone' },
  'contract.template.added': { kind: 'compatible', title: 'A template of resources is new' },
  'contract.template.text-changed': {
    kind: 'risky',
    title: 'Name, title or description of a template is another',
  },
  'contract.template.type-changed': { kind: 'risky', title: 'A template has another MIME type' },
} as const satisfies ChangeRules;

/** What resources and templates of them have in common, by the name of their list. */
interface Described {
  readonly id: string;
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly mimeType?: string | undefined;
}

/** Resources and templates that came, went, and are others. */
export function compareResources(before: Contract, after: Contract): readonly ContractChange[] {
  const resources = ({ resources: list }: Contract) => list.map((one) => ({ ...one, id: one.uri }));
  const templates = ({ resourceTemplates: list }: Contract) =>
    list.map((one) => ({ ...one, id: one.uriTemplate }));
  return [
    ...compareDescribed('resource', 'resources', resources(before), resources(after)),
    ...compareDescribed('template', 'resourceTemplates', templates(before), templates(after)),
  ];
}

function compareDescribed(
  area: 'resource' | 'template',
  list: string,
  before: readonly Described[],
  after: readonly Described[],
): readonly ContractChange[] {
  const { removed, added, kept } = pairEntries(before, after, ({ id }) => id);
  return gatherChanges(resourceRules, (note) => {
    for (const { id } of removed)
      note(`contract.${area}.removed`, pointer(list, id), [id, undefined], 'callers that read it fail');
    for (const { id } of added)
      note(
        `contract.${area}.added`,
        pointer(list, id),
        [undefined, id],
        'callers that do not know it need not care',
      );
    for (const [old, current] of kept) {
      for (const member of ['name', 'title', 'description'] as const)
        if (old[member] !== current[member])
          note(
            `contract.${area}.text-changed`,
            pointer(list, old.id, member),
            [old[member], current[member]],
            'models and people choose what to read by it',
          );
      if (old.mimeType !== current.mimeType)
        note(
          `contract.${area}.type-changed`,
          pointer(list, old.id, 'mimeType'),
          [old.mimeType, current.mimeType],
          'callers may not understand what they get',
        );
    }
  });
}
