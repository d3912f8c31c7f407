import { isJsonObject, type JsonObject } from '../../json.ts';
import { sampleFromSchema } from '../../json-schema/index.ts';
import type { FuzzedTool } from './fuzz-tools.ts';

/** Tools that are annotated read-only and take arguments that can be made up. */
export function fuzzableTools(tools: readonly JsonObject[]): readonly FuzzedTool[] {
  return tools.flatMap((tool): readonly FuzzedTool[] => {
    const { name, annotations, inputSchema } = tool;
    if (typeof name !== 'string' || !isJsonObject(annotations) || annotations['readOnlyHint'] !== true)
      return [];
    const sample = sampleFromSchema(inputSchema ?? {}).value;
    return isJsonObject(sample) ? [{ name, args: sample }] : [];
  });
}
