import { fileURLToPath } from 'node:url';
import { connect } from '../packages/core/src/protocol/index.ts';
import { compareRates } from './compare.ts';
import type { Bench, BenchResult } from './define.ts';
import { inParallel, inSequence } from './load.ts';
import { rawStdioClient } from './raw-clients.ts';

const server = [
  process.execPath,
  [fileURLToPath(new URL('fixtures/echo-stdio.ts', import.meta.url))],
] as const;
const params = { name: 'echo', arguments: { message: 'hello, this is a message of ordinary length' } };

type Load = (total: number, call: () => Promise<unknown>) => Promise<void>;

async function compare(load: Load, operations: number): Promise<BenchResult> {
  const [command, args] = server;
  const session = await connect({ command, args });
  const raw = rawStdioClient(command, args);
  try {
    await raw.call('initialize', {});
    return await compareRates(
      () => load(operations, () => session.exchange('tools/call', params)),
      () => load(operations, () => raw.call('tools/call', params)),
      { operations },
    );
  } finally {
    await session.close();
    await raw.close();
  }
}

export default [
  {
    name: 'stdio, one call after the other',
    minRatio: 0.85,
    aim: 0.9,
    run: () => compare(inSequence, 1500),
  },
  {
    name: 'stdio, 32 calls in flight',
    minRatio: 0.7,
    aim: 0.8,
    run: () => compare((total, call) => inParallel(total, 32, call), 10_000),
  },
] satisfies Bench[];
