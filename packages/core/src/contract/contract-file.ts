import { HarnessError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import { locateMember, locateSyntaxError } from '../locate-json.ts';
import type { Contract } from './contract-schema.ts';
import { contractVersion } from './document-version.ts';

/** The text of a contract: two spaces, one trailing line feed. */
export function writeContract(contract: Contract): string {
  return `${JSON.stringify(contract, undefined, 2)}\n`;
}

/**
 * Reads the text of a contract.
 * @param file named in errors
 * @throws HarnessError IO_READ with the line of what is wrong: no JSON, a newer version, or not a contract
 */
export async function parseContract(text: string, file: string): Promise<Contract> {
  const value = parseJson(text, file);
  const version = isJsonObject(value) ? value['version'] : undefined;
  if (typeof version === 'number' && version > contractVersion) {
    throw new HarnessError({
      code: 'IO_READ',
      message: `${file} is a contract of version ${version}, and this mcp-test-harness reads up to ${contractVersion}`,
      hint: 'Use a newer mcp-test-harness, or take the contract again with `mcp-test-harness contract snapshot`.',
      location: await locateMember(text, file, ['version']),
    });
  }
  const { contractSchema } = await import('./contract-schema.ts');
  const { success, error } = contractSchema.safeParse(value);
  // As it was read: a member called __proto__ does not survive a copy.
  if (success) return value as Contract;
  const [issue] = error.issues;
  const path = (issue?.path ?? []).map((step) => (typeof step === 'number' ? step : String(step)));
  throw new HarnessError({
    code: 'IO_READ',
    message: `${file} is not a contract: ${path.length === 0 ? 'the document' : path.join('.')}: ${issue?.message ?? 'invalid'}`,
    hint: 'Give a file that `mcp-test-harness contract snapshot` wrote.',
    location: await locateMember(text, file, path),
  });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new HarnessError({
      code: 'IO_READ',
      message: `${file} is not JSON: ${message}`,
      hint: 'Was a merge left half done? `mcp-test-harness contract snapshot` writes the file again.',
      location: locateSyntaxError(text, file, message),
      cause: error,
    });
  }
}
