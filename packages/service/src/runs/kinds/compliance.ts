import type { PlannedServer } from '@mcp-test-harness/core';
import { withAuthorizer } from '@mcp-test-harness/core/auth';
import { complianceSuite, testsWithBaselines } from '@mcp-test-harness/core/baseline';
import { runCompliance, toRunResult } from '@mcp-test-harness/core/compliance';
import { isHarnessError } from '@mcp-test-harness/core/errors';
import { createMasker, inheritEnvironment, type Masker } from '@mcp-test-harness/core/runner';
import type { RunJob } from '../messages.ts';
import { summariseCompliance, type Judgement } from '../summarise/summarise-compliance.ts';
import { openJobBaselines } from './baselines.ts';
import type { RenderedReport, RunCarrier, RunPort } from './define.ts';
import { harnessOf, renderTests } from './reports.ts';

/** Judges the servers of suites by the specification, each once; only their read-only tools are called. */
const carryOutCompliance: RunCarrier = async (job, port) => {
  const startedAt = Date.now();
  const begun = performance.now();
  const servers = configuredServers(job.plan.servers);
  const baselines = await openJobBaselines(
    'update',
    servers.map(({ configuredName }) => complianceSuite(configuredName)),
    job,
  );
  const masker = createMasker(job.plan.secrets);
  const judged: Judgement[] = [];
  let interrupted = false;
  for (const server of servers) {
    try {
      judged.push({ server: server.configuredName, result: await judge(server, job, port, masker) });
    } catch (error) {
      if (!isHarnessError(error) || error.code !== 'CANCELLED') throw error;
      interrupted = true;
      break;
    }
  }
  const comparisons = await baselines.conclude({ compliance: judged.map(({ result }) => result) });
  const concluded = judged.map(({ server, result }) => ({
    server,
    result: testsWithBaselines(
      result,
      comparisons.filter(({ suite }) => suite === complianceSuite(server)),
    ),
  }));
  const reports: RenderedReport[] = [];
  for (const [index, { result }] of concluded.entries())
    reports.push(
      ...(await renderTests(result, job, (file) => (index === 0 ? file : `${index + 1}-${file}`))),
    );
  return {
    summary: summariseCompliance(concluded, {
      startedAt,
      durationMs: performance.now() - begun,
      notes: baselines.notes,
      withholdsBodies: job.withholdsBodies,
    }),
    samples: [],
    reports,
    interrupted,
  };
};

export default carryOutCompliance;

/** The variants that suites with limits of their own have are the same server. */
function configuredServers(servers: readonly PlannedServer[]): readonly PlannedServer[] {
  const byName = Map.groupBy(servers, ({ configuredName }) => configuredName);
  return [...byName].flatMap(
    ([name, variants]) => variants.find((one) => one.name === name) ?? variants.slice(0, 1),
  );
}

async function judge(server: PlannedServer, job: RunJob, { signal }: RunPort, masker: Masker) {
  const session = withAuthorizer(
    inheritEnvironment({ ...server.session, name: server.configuredName }, job.env),
    masker.add,
  );
  const result = await runCompliance({ server: session, profile: 'newest', call: 'read-only', signal });
  const { plan } = job;
  const config = { file: plan.configFile, environment: plan.environment };
  return masker.record(toRunResult(result, { harness: harnessOf(job), config }));
}
