/** The manifests, built by kustomize, held against the schemas of Kubernetes and against each other. */
import { createPlan, loadConfig } from '@mcp-test-harness/core';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { CronJob, Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, PersistentVolumeClaim, Service, ServiceAccount } from 'kubernetes-models/v1';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, posix } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { temporaryFolders } from '../support/folders.ts';
import { deploy, readDeployed, root } from './support/deploy-files.ts';
import { runProgram, skippedWithout } from './support/programs.ts';

/** What the checks below look at, of whatever kind. The schemas look at all of it. */
interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, any>>;
  readonly automountServiceAccountToken?: boolean;
}
interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}
interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string; readonly defaultMode: number };
  readonly persistentVolumeClaim?: { readonly claimName: string };
}
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly volumeMounts: readonly Mount[];
  readonly securityContext: object;
  readonly resources: { readonly limits: object; readonly requests: object };
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
}
interface Pod {
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: {
    readonly containers: readonly Container[];
    readonly volumes: readonly Volume[];
    readonly securityContext: object;
    readonly automountServiceAccountToken: boolean;
    readonly serviceAccountName?: string;
    readonly terminationGracePeriodSeconds?: number;
  };
}

const models = {
  ConfigMap,
  CronJob,
  Deployment,
  Job,
  Namespace,
  NetworkPolicy,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  PodMonitor,
  Service,
  ServiceAccount,
};
const kinds = new Map<string, new (data: never) => { validate(): void }>(Object.entries(models));
const moduleOf = (apiVersion: string): string =>
  apiVersion.startsWith('monitoring.')
    ? `@kubernetes-models/prometheus-operator/${apiVersion}`
    : `kubernetes-models/${apiVersion}`;

const builds = ['base', 'overlays/staging', 'overlays/production', 'jobs/sharded-run'] as const;
const services = builds.slice(0, 3);
const skipped = skippedWithout('kubectl');
const newFolder = temporaryFolders();

async function build(folder: string): Promise<readonly Manifest[]> {
  const { exitCode, stdout, stderr } = await runProgram('kubectl', ['kustomize', folder]);
  expect(`${exitCode} ${stderr}`).toBe('0 ');
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

/** The pods that a manifest makes. */
function podsOf({ kind, spec }: Manifest): readonly Pod[] {
  const template =
    kind === 'Deployment' || kind === 'Job'
      ? spec['template']
      : kind === 'CronJob'
        ? spec['jobTemplate'].spec.template
        : undefined;
  return template === undefined ? [] : [{ labels: template.metadata.labels, spec: template.spec }];
}

describe.skipIf(skipped !== '')(`what kustomize builds${skipped}`, { timeout: 120_000 }, () => {
  const built = new Map<string, readonly Manifest[]>();
  beforeAll(async () => {
    for (const name of builds) built.set(name, await build(join(deploy, 'kubernetes', name)));
  }, 120_000);

  const manifests = (name: string): readonly Manifest[] => built.get(name) ?? [];
  const all = (name: string, kind: string): readonly Manifest[] =>
    manifests(name).filter((manifest) => manifest.kind === kind);
  const one = (name: string, kind: string): Manifest => {
    const [found, ...more] = all(name, kind);
    if (found === undefined || more.length > 0) throw new Error(`${name} has not one ${kind}`);
    return found;
  };
  const pods = (name: string): readonly Pod[] => manifests(name).flatMap(podsOf);
  const containers = (name: string): readonly Container[] =>
    pods(name).flatMap(({ spec }) => spec.containers);
  const podOfService = (name: string): Pod => {
    const [pod] = podsOf(one(name, 'Deployment'));
    if (pod === undefined) throw new Error('a deployment without a pod');
    return pod;
  };
  const containerOfService = (name: string): Container => {
    const [container] = podOfService(name).spec.containers;
    if (container === undefined) throw new Error('a pod without a container');
    return container;
  };

  it.each(builds)('%s is valid by the schemas of Kubernetes', (name) => {
    expect(manifests(name).length).toBeGreaterThan(2);
    for (const manifest of manifests(name)) {
      const Model = kinds.get(manifest.kind);
      if (Model === undefined) throw new Error(`no schema for ${manifest.kind}`);
      expect(
        () => new Model(manifest as never).validate(),
        `${manifest.kind} ${manifest.metadata.name}`,
      ).not.toThrow();
    }
  });

  it('has no key that Kubernetes would drop unseen: as TypeScript, everything is of its type', async () => {
    const folder = mkdtempSync(join(root, 'node_modules/.manifests-'));
    try {
      const lines = builds
        .flatMap(manifests)
        .flatMap((manifest, index) => [
          `import type { I${manifest.kind} as Kind${index} } from '${moduleOf(manifest.apiVersion)}';`,
          `export const manifest${index}: Kind${index} = ${JSON.stringify(manifest)};`,
        ]);
      writeFileSync(join(folder, 'manifests.ts'), lines.join('\n'));
      const options = [
        '--ignoreConfig',
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        '--module',
        'nodenext',
        '--types',
        '',
      ];
      const check = (): Promise<{ readonly stdout: string }> =>
        runProgram(process.execPath, [
          join(root, 'node_modules/typescript/bin/tsc'),
          ...options,
          join(folder, 'manifests.ts'),
        ]);
      expect((await check()).stdout).toBe('');
      appendFileSync(
        join(folder, 'manifests.ts'),
        '\nexport const wrong: Kind0 = { ...manifest0, sepc: {} };',
      );
      expect((await check()).stdout).toContain('sepc');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(services)('%s has all that the service needs, in one namespace that it makes itself', (name) => {
    const namespace = name === 'overlays/staging' ? 'testing-staging' : 'testing';
    expect(one(name, 'Namespace').metadata.name).toBe(namespace);
    for (const { kind, metadata } of manifests(name))
      if (kind !== 'Namespace') expect(`${kind} ${metadata.namespace}`).toBe(`${kind} ${namespace}`);
    expect([...new Set(manifests(name).map(({ kind }) => kind))].toSorted()).toEqual(
      Object.keys(models).filter((kind) => kind !== 'Job' && (kind !== 'PodMonitor' || name !== 'base')),
    );
  });

  it.each(services)('%s selects the pods of the service, by ports that they have', (name) => {
    const { labels, spec } = podOfService(name);
    const ports = new Map((spec.containers[0]?.ports ?? []).map((port) => [port.name, port.containerPort]));
    expect(Object.fromEntries(ports)).toEqual({ 'http-health': 8080, metrics: 9090, 'https-api': 8443 });
    const service = one(name, 'Service').spec;
    const selectors = [
      service['selector'],
      one(name, 'Deployment').spec['selector'].matchLabels,
      one(name, 'PodDisruptionBudget').spec['selector'].matchLabels,
      ...all(name, 'PodMonitor').map((monitor) => monitor.spec['selector'].matchLabels),
    ];
    for (const selector of selectors) expect(labels).toMatchObject(selector);
    const policy = one(name, 'NetworkPolicy').spec;
    const used = [
      ...service['ports'].map((port: { targetPort: string }) => port.targetPort),
      ...all(name, 'PodMonitor').flatMap(({ spec: { podMetricsEndpoints: endpoints } }) =>
        endpoints.map((endpoint: { port: string }) => endpoint.port),
      ),
      ...policy['ingress'].flatMap((rule: { ports: readonly { port: string }[] }) =>
        rule.ports.map(({ port }) => port),
      ),
    ];
    for (const port of used) expect([...ports.keys()]).toContain(port);
    const [{ values }] = policy['podSelector'].matchExpressions;
    for (const { labels: of } of pods(name)) expect(values).toContain(of['app']);
  });

  it.each(services)('%s probes what answers: /health for life, /ready for traffic', (name) => {
    const { startupProbe, livenessProbe, readinessProbe } = containerOfService(name);
    expect([startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet)).toEqual([
      { path: '/health', port: 'http-health' },
      { path: '/health', port: 'http-health' },
      { path: '/ready', port: 'http-health' },
    ]);
  });

  it.each(services)('%s gives a pod longer to end than the service may take to drain', (name) => {
    const { terminationGracePeriodSeconds = 0 } = podOfService(name).spec;
    const [, pause] = containerOfService(name).lifecycle?.preStop.exec.command ?? [];
    const config = parse(one(name, 'ConfigMap').data?.['production.yaml'] ?? '') as {
      readonly service: { readonly drain_seconds: number };
    };
    expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
      Number(pause) + config.service.drain_seconds + 15,
    );
  });

  it.each(builds)('%s lets no pod be root, write its root, keep a right or ask the cluster', (name) => {
    expect(pods(name).length).toBeGreaterThan(0);
    for (const { spec } of pods(name)) {
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
    for (const { securityContext, resources, image } of containers(name)) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(Object.keys({ ...resources.limits, ...resources.requests }).toSorted()).toEqual([
        'cpu',
        'memory',
      ]);
      expect(image).toMatch(/^registry\.example\.com\/mcp-test-harness(-operations)?:1\.0\.0$/);
    }
    for (const account of all(name, 'ServiceAccount'))
      expect(account.automountServiceAccountToken).toBe(false);
  });

  it.each(builds)('%s mounts what there is, and secrets that the guide tells how to make', (name) => {
    const guide = readDeployed('../docs/deployment.md');
    for (const { spec } of pods(name)) {
      const volumes = new Map(spec.volumes.map((volume) => [volume.name, volume]));
      for (const { volumeMounts } of spec.containers)
        for (const mount of volumeMounts) expect([...volumes.keys()]).toContain(mount.name);
      for (const { configMap, secret, persistentVolumeClaim } of volumes.values()) {
        if (configMap !== undefined)
          expect(all(name, 'ConfigMap').map(({ metadata }) => metadata.name)).toContain(configMap.name);
        if (persistentVolumeClaim !== undefined)
          expect(all(name, 'PersistentVolumeClaim').map(({ metadata }) => metadata.name)).toContain(
            persistentVolumeClaim.claimName,
          );
        // Root and the group of the pod read them: the service refuses keys that everybody may read.
        if (secret !== undefined) {
          expect(secret.defaultMode).toBe(0o440);
          expect(guide).toContain(secret.secretName);
        }
      }
    }
    expect(guide).toContain('mcp-test-harness-environment');
  });

  it.each(services)(
    '%s mounts the configuration where it is read, and what it names where it says',
    (name) => {
      const text = one(name, 'ConfigMap').data?.['production.yaml'] ?? '';
      const tls = one(name, 'ConfigMap').data?.['tls-config.yaml'] ?? '';
      for (const { spec } of pods(name)) {
        const [{ env = [], volumeMounts } = {} as Container] = spec.containers;
        const path = env.find((variable) => variable.name === 'CONFIG_PATH')?.value ?? '';
        expect(posix.basename(path)).toBe('production.yaml');
        const mountOf = (file: string): Mount | undefined =>
          volumeMounts.find(({ mountPath }) => file === mountPath || file.startsWith(`${mountPath}/`));
        expect(mountOf(path)).toMatchObject({ name: 'config', readOnly: true });
        const named = [...`${text}${tls}`.matchAll(/: (\/\S+)$/gm)].map(([, file = '']) => file);
        expect(named.length).toBeGreaterThan(6);
        for (const file of named) {
          const mount = mountOf(file);
          expect(`${file} ${mount?.name}`).not.toContain('undefined');
          // State and logs are written, the rest is read.
          expect(`${file} ${mount?.readOnly ?? false}`).toBe(`${file} ${!file.startsWith('/var/')}`);
        }
      }
    },
  );

  it.each(services)(
    '%s has a configuration that the service accepts, mounted as Kubernetes does',
    async (name) => {
      const folder = newFolder();
      const data = one(name, 'ConfigMap').data ?? {};
      mkdirSync(join(folder, '..2026_01_01'));
      symlinkSync('..2026_01_01', join(folder, '..data'));
      for (const [file, text] of Object.entries(data)) {
        writeFileSync(join(folder, '..2026_01_01', file), text);
        symlinkSync(join('..data', file), join(folder, file));
      }
      const environment = containerOfService(name).env?.find(
        (variable) => variable.name === 'ENVIRONMENT',
      )?.value;
      const loaded = await loadConfig({
        file: join(folder, 'production.yaml'),
        env: { MCP_SERVER_URL: 'https://mcp.example.test/mcp', ENVIRONMENT: environment },
      });
      expect(createPlan(loaded).suites.map((suite) => suite.name)).toEqual(['core-protocol']);
    },
  );

  it('rolls a change of the configuration out: the name of the map has its hash, and the pods ask for it', async () => {
    const folder = join(newFolder(), 'kubernetes');
    cpSync(join(deploy, 'kubernetes'), folder, { recursive: true });
    appendFileSync(join(folder, 'base/config/production.yaml'), '# another line\n');
    const changed = await build(join(folder, 'base'));
    const nameOf = (from: readonly Manifest[]): string =>
      from.find(({ kind }) => kind === 'ConfigMap')?.metadata.name ?? '';
    expect(nameOf(changed)).toMatch(/^mcp-test-harness-config-\w{10}$/);
    expect(nameOf(changed)).not.toBe(nameOf(manifests('base')));
    for (const { spec } of changed.flatMap(podsOf))
      expect(spec.volumes.find(({ configMap }) => configMap !== undefined)?.configMap?.name).toBe(
        nameOf(changed),
      );
  });

  it('is one replica on SQLite, or three on PostgreSQL and a volume that all may write', () => {
    const shape = (name: string): object => {
      const { replicas, strategy } = one(name, 'Deployment').spec;
      const claim = all(name, 'PersistentVolumeClaim').find(
        ({ metadata }) => metadata.name === 'mcp-test-harness-data',
      );
      const database = containerOfService(name).env?.find((variable) => variable.name === 'DATABASE_URL');
      return { replicas, strategy, access: claim?.spec['accessModes'], database: database?.valueFrom };
    };
    const alone = {
      replicas: 1,
      strategy: { type: 'Recreate' },
      access: ['ReadWriteOnce'],
      database: undefined,
    };
    expect(shape('base')).toEqual(alone);
    expect(shape('overlays/staging')).toEqual(alone);
    expect(shape('overlays/production')).toEqual({
      replicas: 3,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } },
      access: ['ReadWriteMany'],
      database: { secretKeyRef: { name: 'mcp-test-harness-environment', key: 'DATABASE_URL' } },
    });
  });

  it.each(services)('%s writes the audit log of each pod to a folder of its own', (name) => {
    for (const { volumeMounts } of containers(name))
      expect(volumeMounts).toContainEqual({
        name: 'data',
        mountPath: '/var/log/mcp-test-harness',
        subPathExpr: 'audit/$(POD_NAME)',
      });
  });

  it('backs up every night and maintains every week, one at a time', () => {
    const jobs = all('overlays/production', 'CronJob').map(({ metadata, spec }) => [
      metadata.name,
      spec['schedule'],
      spec['concurrencyPolicy'],
      podsOf({ spec, kind: 'CronJob' } as Manifest)[0]?.spec.containers[0]?.args?.[0],
    ]);
    expect(jobs).toEqual([
      ['mcp-test-harness-backup', '30 2 * * *', 'Forbid', 'backup'],
      ['mcp-test-harness-maintenance', '30 3 * * 0', 'Forbid', 'maintenance'],
    ]);
  });

  it('gives the labels that alerts ask for: the job is the value of the label app', () => {
    const { jobLabel, podMetricsEndpoints: endpoints } = one('overlays/production', 'PodMonitor').spec;
    expect(podOfService('overlays/production').labels[jobLabel]).toBe('mcp-test-harness');
    expect(endpoints[1]).toMatchObject({
      path: '/health/metrics',
      relabelings: [{ targetLabel: 'job', replacement: 'mcp-test-harness-health' }],
    });
  });

  it('runs each shard of a big run once: the shell line of the job counts from 1 to its number of pods', async () => {
    const job = one('jobs/sharded-run', 'Job');
    const [container] = containers('jobs/sharded-run');
    const shards = container?.env?.find(({ name }) => name === 'SHARDS')?.value ?? '';
    expect(job.spec).toMatchObject({ completionMode: 'Indexed', completions: Number(shards) });
    const folder = newFolder({ 'mcp-test-harness': '#!/bin/sh\necho "$@"\n' });
    chmodSync(join(folder, 'mcp-test-harness'), 0o755);
    const said = await Promise.all(
      Array.from({ length: Number(shards) }, async (_, index) => {
        const env = { PATH: `${folder}:/bin:/usr/bin`, SHARDS: shards, JOB_COMPLETION_INDEX: String(index) };
        return (await runProgram('sh', ['-c', container?.args?.[0] ?? ''], { env })).stdout;
      }),
    );
    expect(said).toEqual(
      [0, 1, 2, 3].map((index) => `test --shard ${index + 1}/4 --report json:/reports/shard-${index}.json\n`),
    );
    expect(job.spec['podFailurePolicy'].rules[0].onExitCodes.values).toEqual([1, 2]);
  });
});

describe('the manifests', () => {
  it('name no image by a tag that moves', () => {
    for (const file of ['base/deployment.yaml', 'base/cron-jobs.yaml', 'jobs/sharded-run/job.yaml'])
      expect(readDeployed(`kubernetes/${file}`)).not.toMatch(/image: \S+:/);
    expect(readDeployed('kubernetes/base/kustomization.yaml')).not.toContain('latest');
  });
});
