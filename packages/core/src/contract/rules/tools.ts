import type { Contract, ContractTool } from '../contract-schema.ts';
import { sameJson } from '../same-json.ts';
import type { ContractChange } from '../types.ts';
import { compareAnnotations, compareExecution } from './annotations.ts';
import { gatherChanges, pairEntries, pointer, type ChangeRules } from './define.ts';
import { compareInputs, compareOutputs } from './schemas.ts';

export const toolRules = {
  'contract.tool.removed': { kind: 'breaking', title: 'A tool is gone' },
  'contract.tool.added': { kind: 'compatible', title: 'A tool is new' },
  'contract.tool.renamed': { kind: 'risky', title: 'A new tool looks like one that is gone' },
  'contract.tool.title-changed': { kind: 'risky', title: 'The title of a tool is another' },
  'contract.tool.description-changed': { kind: 'risky', title: 'The description of a tool is another' },
  'contract.output.added': { kind: 'compatible', title: 'A tool promises the form of its results' },
  'contract.output.removed': { kind: 'breaking', title: 'A tool no longer promises the form of its results' },
} as const satisfies ChangeRules;

/** Tools that came, went, and are others. */
export function compareTools(before: Contract, after: Contract): readonly ContractChange[] {
  const { removed, added, kept } = pairEntries(before.tools, after.tools, ({ name }) => name);
  const renamed = findRenamed(removed, added);
  const lists = gatherChanges(toolRules, (note) => {
    for (const tool of removed) {
      const now = renamed.get(tool);
      const reason =
        now === undefined
          ? 'callers that use it fail'
          : `callers that use it fail; it looks renamed to ${now.name}, which takes and gives the same`;
      note('contract.tool.removed', pointer('tools', tool.name), [tool.name, undefined], reason);
    }
    for (const tool of added) {
      const [was] = [...renamed].find(([, now]) => now === tool) ?? [];
      const path = pointer('tools', tool.name);
      if (was === undefined)
        note(
          'contract.tool.added',
          path,
          [undefined, tool.name],
          'callers that do not know it need not care',
        );
      else
        note(
          'contract.tool.renamed',
          path,
          [was.name, tool.name],
          `models choose by name; prompts and settings that name ${was.name} have to be changed`,
        );
    }
  });
  const limitUnits = shareWork(kept);
  return [...lists, ...kept.flatMap(([old, current]) => compareTool(old, current, limitUnits))];
}

/** Work for all schemas that changed, together: some seconds on a slow machine, whatever a server lists. */
const totalUnits = 6_000_000;
const leastUnits = 5000;
const mostUnits = 300_000;

/** The work that one pair of schemas may take. */
function shareWork(kept: readonly (readonly [ContractTool, ContractTool])[]): number {
  const changed = kept.filter(
    ([old, current]) =>
      !sameJson(old.inputSchema, current.inputSchema) || !sameJson(old.outputSchema, current.outputSchema),
  );
  return Math.min(mostUnits, Math.max(leastUnits, totalUnits / Math.max(1, changed.length)));
}

function compareTool(
  before: ContractTool,
  after: ContractTool,
  limitUnits: number,
): readonly ContractChange[] {
  const path = pointer('tools', before.name);
  const texts = gatherChanges(toolRules, (note) => {
    if (before.title !== after.title)
      note(
        'contract.tool.title-changed',
        `${path}/title`,
        [before.title, after.title],
        'people see it when they are asked for consent',
      );
    if (before.description !== after.description)
      note(
        'contract.tool.description-changed',
        `${path}/description`,
        [before.description, after.description],
        'models choose and call tools by their description',
      );
    const [old, current] = [before.outputSchema, after.outputSchema];
    if (old !== undefined && current === undefined)
      note(
        'contract.output.removed',
        `${path}/outputSchema`,
        [old, undefined],
        'callers that read structuredContent may find none, or anything',
      );
    if (old === undefined && current !== undefined)
      note(
        'contract.output.added',
        `${path}/outputSchema`,
        [undefined, current],
        'it promises more than before',
      );
  });
  return [
    ...texts,
    ...compareInputs(before.inputSchema ?? {}, after.inputSchema ?? {}, `${path}/inputSchema`, limitUnits),
    ...(before.outputSchema === undefined || after.outputSchema === undefined
      ? []
      : compareOutputs(before.outputSchema, after.outputSchema, `${path}/outputSchema`, limitUnits)),
    ...compareAnnotations(before.annotations, after.annotations, path),
    ...compareExecution(before.execution, after.execution, path),
  ];
}

/** Tools that are gone, each with the only new one that takes and gives the same, where that says something. */
function findRenamed(
  removed: readonly ContractTool[],
  added: readonly ContractTool[],
): ReadonlyMap<ContractTool, ContractTool> {
  const found = new Map<ContractTool, ContractTool>();
  for (const tool of removed) {
    const likes = added.filter(
      (one) => sameJson(one.inputSchema, tool.inputSchema) && sameJson(one.outputSchema, tool.outputSchema),
    );
    const [only, second] = likes;
    const rivals = removed.filter((one) => sameJson(one.inputSchema, tool.inputSchema));
    if (only !== undefined && second === undefined && rivals.length === 1) found.set(tool, only);
  }
  return found;
}
