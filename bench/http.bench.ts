import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connect } from '../packages/core/src/protocol/index.ts';
import { compareRates } from './compare.ts';
import type { Bench, BenchResult } from './define.ts';
import { inParallel, inSequence } from './load.ts';
import { rawHttpClient } from './raw-clients.ts';

const params = { name: 'echo', arguments: { message: 'hello, this is a message of ordinary length' } };

type Load = (total: number, call: () => Promise<unknown>) => Promise<void>;

async function compare(load: Load, operations: number): Promise<BenchResult> {
  const script = fileURLToPath(new URL('fixtures/echo-http.ts', import.meta.url));
  const server = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = (await once(server.stdout, 'data')) as [Buffer];
    const url = `http://127.0.0.1:${port.toString().trim()}/mcp`;
    const session = await connect({ transport: 'http', url });
    const raw = rawHttpClient(url);
    const result = await compareRates(
      () => load(operations, () => session.exchange('tools/call', params)),
      () => load(operations, () => raw.call('tools/call', params)),
      { operations },
    );
    await session.close();
    await raw.close();
    return result;
  } finally {
    server.kill();
  }
}

export default [
  {
    name: 'HTTP with JSON answers, one call after the other',
    minRatio: 0.85,
    aim: 0.95,
    run: () => compare(inSequence, 400),
  },
  {
    name: 'HTTP with JSON answers, 16 calls in flight',
    minRatio: 0.85,
    aim: 0.95,
    run: () => compare((total, call) => inParallel(total, 16, call), 1500),
  },
] satisfies Bench[];
