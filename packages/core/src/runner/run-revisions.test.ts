import { describe, expect, it } from 'vitest';
import type { SessionOptions } from '../protocol/types.ts';
import type { FakeServer } from './testing/fake-servers.ts';
import { harnessError } from './testing/fake-servers.ts';
import { runYaml } from './testing/run-yaml.ts';
import type { YamlRun, YamlRunOptions } from './testing/run-yaml.ts';

/** Speaks these revisions; what it does when asked for another one, by revision, else refuses. */
function speaking(
  revisions: readonly string[],
  otherwise: (version: string) => Error | undefined = () => undefined,
): FakeServer {
  return {
    start: (_count: number, { protocolVersion }: SessionOptions) => {
      const asked = protocolVersion ?? 'latest';
      if (asked === 'latest' || revisions.includes(asked)) return;
      throw otherwise(asked) ?? harnessError('PROTOCOL_VERSION_UNSUPPORTED', `not ${asked}`);
    },
  };
}

const yaml = `server: { command: fake, protocol_version: all }
test_suites:
  - { name: s, test_cases: [{ id: t, method: ping }] }`;

const run = (server: FakeServer, options: YamlRunOptions = {}): Promise<YamlRun> => {
  const names = [
    'server',
    ...['2024-11-05', '2025-11-25', '2026-07-28'].map((one) => `server [protocol=${one}]`),
  ];
  return runYaml(yaml, { servers: Object.fromEntries(names.map((name) => [name, server])), ...options });
};

const idsOf = ({ result }: YamlRun): readonly string[] =>
  result.suites.flatMap(({ tests }) => tests.map(({ id }) => id));

describe('protocol_version: all', () => {
  it('runs every suite once under each revision that the server speaks', async () => {
    const both = await run(speaking(['2025-11-25', '2026-07-28']));
    expect(idsOf(both)).toEqual(['s [protocol=2025-11-25]/t', 's [protocol=2026-07-28]/t']);
    expect(both.result).toMatchObject({ verdict: 'passed', exitCode: 0, plannedTests: 2 });
    const asked = both.servers.sessions.slice(-2).map(({ options }) => options.protocolVersion);
    expect(asked).toEqual(['2025-11-25', '2026-07-28']);
  });

  it('lists what the server refuses as not spoken, and fails nothing for it', async () => {
    const { result } = await run(speaking(['2025-11-25']));
    expect(result.revisions).toEqual([
      {
        server: 'server',
        spoken: ['2025-11-25'],
        notSpoken: ['2024-11-05', '2025-03-26', '2025-06-18', '2026-07-28'].map((revision) => ({
          revision,
          reason: `not ${revision}`,
        })),
      },
    ]);
    expect([result.exitCode, result.totals.tests]).toEqual([0, 1]);
  });

  it('takes whatever an older server does on a message without a handshake for a refusal', async () => {
    const crashing = speaking(['2025-11-25'], (version) =>
      version === '2026-07-28' ? harnessError('TARGET_EXITED', 'it exited') : undefined,
    );
    const { result } = await run(crashing);
    expect(result.revisions?.[0]?.notSpoken.at(-1)).toEqual({ revision: '2026-07-28', reason: 'it exited' });
    expect(result.exitCode).toBe(0);
  });

  it('runs under a revision of the handshake era that the server breaks on, so that it shows', async () => {
    const crashing = speaking(['2025-11-25'], (version) =>
      version === '2024-11-05' ? harnessError('TARGET_EXITED', 'it exited') : undefined,
    );
    const broken = await run(crashing);
    expect(broken.test('s [protocol=2024-11-05]/t')).toMatchObject({ outcome: 'errored' });
    expect(broken.test('s [protocol=2025-11-25]/t')).toMatchObject({ outcome: 'passed' });
    expect(broken.result.exitCode).toBe(1);
  });

  it('tells of a server that cannot be started as every run does', async () => {
    const dead: FakeServer = {
      start: () => {
        throw harnessError('TARGET_NOT_STARTED', 'no such file');
      },
    };
    const { result, servers } = await run(dead);
    expect([result.verdict, result.exitCode]).toEqual(['errored', 3]);
    expect(servers.starts).toBe(2);
    expect(result.suites.map(({ name }) => name)).toEqual(['s']);
  });

  it('stops when the run is interrupted', async () => {
    const { result, servers } = await run(speaking(['2025-11-25']), { signal: AbortSignal.abort() });
    expect(result.exitCode).toBe(130);
    expect(servers.starts).toBeLessThan(3);
  });

  it('sends a request again under its revision', async () => {
    const failing = await runYaml(yaml.replace('method: ping', 'method: nothing'), {
      servers: { server: speaking(['2026-07-28']) },
    });
    expect(failing.test('s [protocol=2026-07-28]/t').reproduce).toMatch(
      /call --config \S+ --protocol-version 2026-07-28 --method nothing$/,
    );
  });
});
