import type { SessionOptions } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { readFile, stat } from 'node:fs/promises';
import type { Io } from '../io.ts';
import type { Sourced } from './report.ts';

/** Far above any contract. */
const limitBytes = 64 * 1024 * 1024;

/** Reads a contract from a file. @throws HarnessError IO_READ */
export async function readContractFile(file: string): Promise<Sourced> {
  const text = await readText(file);
  const { parseContract } = await import('@mcp-test-harness/core/contract');
  return { source: file, contract: await parseContract(text, file) };
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > limitBytes) throw new Error(`it has ${size} bytes, more than the limit of ${limitBytes}`);
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new HarnessError({
      code: 'IO_READ',
      message: `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Write the contract first: mcp-test-harness contract snapshot -- COMMAND',
      cause: error,
    });
  }
}

/** Asks a server for its contract; secrets that are known are hidden in it. */
export async function takeContract(server: SessionOptions, io: Io, signal: AbortSignal): Promise<Sourced> {
  const { takeContract: take } = await import('@mcp-test-harness/core/contract');
  return await take(server, { signal, mask: io.mask });
}
