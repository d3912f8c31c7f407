import type { Contract, ContractPrompt } from '../contract-schema.ts';
import type { ContractChange } from '../types.ts';
import { gatherChanges, pairEntries, pointer, type ChangeRules, type NoteChange } from './define.ts';

export const promptRules = {
  'contract.prompt.removed': { kind: 'breaking', title: 'A prompt is gone' },
  'contract.prompt.added': { kind: 'compatible', title: 'A prompt is new' },
  'contract.prompt.text-changed': {
    kind: 'risky',
    title: 'Title or description of a prompt or an argument is another',
  },
  'contract.prompt.argument-removed': { kind: 'breaking', title: 'A prompt no longer takes an argument' },
  'contract.prompt.argument-added': {
    kind: 'compatible',
    title: 'A prompt takes one more optional argument',
  },
  'contract.prompt.argument-required': {
    kind: 'breaking',
    title: 'A prompt needs an argument that it did not need',
  },
  'contract.prompt.argument-optional': { kind: 'compatible', title: 'A prompt no longer needs an argument' },
} as const satisfies ChangeRules;

type Note = NoteChange<typeof promptRules>;

/** Prompts that came, went, and are others. */
export function comparePrompts(before: Contract, after: Contract): readonly ContractChange[] {
  const { removed, added, kept } = pairEntries(before.prompts, after.prompts, ({ name }) => name);
  return gatherChanges(promptRules, (note) => {
    for (const { name } of removed)
      note(
        'contract.prompt.removed',
        pointer('prompts', name),
        [name, undefined],
        'callers that use it fail',
      );
    for (const { name } of added)
      note(
        'contract.prompt.added',
        pointer('prompts', name),
        [undefined, name],
        'callers that do not know it need not care',
      );
    for (const [old, current] of kept) {
      compareTexts(old, current, ['prompts', old.name], note);
      compareArguments(old, current, note);
    }
  });
}

function compareArguments(before: ContractPrompt, after: ContractPrompt, note: Note): void {
  const { removed, added, kept } = pairEntries(
    before.arguments ?? [],
    after.arguments ?? [],
    ({ name }) => name,
  );
  const at = (name: string): string => pointer('prompts', before.name, 'arguments', name);
  const needed = 'callers that do not send it are refused';
  for (const { name } of removed)
    note(
      'contract.prompt.argument-removed',
      at(name),
      [name, undefined],
      'callers that send it are refused, or not heeded',
    );
  for (const { name, required } of added)
    if (required === true) note('contract.prompt.argument-required', at(name), [undefined, name], needed);
    else note('contract.prompt.argument-added', at(name), [undefined, name], 'callers need not send it');
  for (const [old, current] of kept) {
    compareTexts(old, current, ['prompts', before.name, 'arguments', old.name], note);
    const [was, is] = [old.required === true, current.required === true];
    if (!was && is) note('contract.prompt.argument-required', at(old.name), [was, is], needed);
    if (was && !is)
      note('contract.prompt.argument-optional', at(old.name), [was, is], 'callers may go on sending it');
  }
}

function compareTexts(
  before: Pick<ContractPrompt, 'title' | 'description'>,
  after: Pick<ContractPrompt, 'title' | 'description'>,
  steps: readonly string[],
  note: Note,
): void {
  for (const member of ['title', 'description'] as const)
    if (before[member] !== after[member])
      note(
        'contract.prompt.text-changed',
        pointer(...steps, member),
        [before[member], after[member]],
        'people choose prompts, and clients fill in arguments, by it',
      );
}
