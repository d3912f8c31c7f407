import { isJsonObject } from '../json.ts';
import { sampleFromSchema } from '../json-schema/index.ts';
import type { CallableTool, CallPolicy, Listed } from './types.ts';

/** Tools that the policy lets us call, those with arguments that can be made up. */
export function findCallableTools(tools: readonly Listed[], policy: CallPolicy): readonly CallableTool[] {
  return tools.flatMap((tool): readonly CallableTool[] => {
    // A list may hold anything.
    if (!isJsonObject(tool)) return [];
    const { name, inputSchema } = tool;
    if (typeof name !== 'string' || !mayCall(tool, name, policy)) return [];
    const sample = sampleFromSchema(inputSchema ?? {}).value;
    return isJsonObject(sample) ? [{ name, tool, args: sample }] : [];
  });
}

function mayCall({ annotations }: Listed, name: string, policy: CallPolicy): boolean {
  if (policy === 'all') return true;
  if (policy === 'none') return false;
  if (policy !== 'read-only') return policy.names.includes(name);
  return isJsonObject(annotations) && annotations['readOnlyHint'] === true;
}
