import type { Revision } from '../protocol/types.ts';
import { sortDependencies } from './sort-dependencies.ts';
import type { Plan, PlannedServer, PlannedSuite, PlannedTest } from './types.ts';

/**
 * A plan in which every suite on a server of `protocol_version: all` stands once for each revision that its server
 * speaks, `suite [protocol=2025-11-25]`, on a server that is asked for that revision. What such a suite depends on is
 * the same revision of it, or all revisions where there is none of the same. Revisions run one after the other, oldest
 * first, so that they do not get into each other's way on disk or on a port.
 * @param spoken by name of the planned server; a server without an entry, or with an empty one, stays as it is
 */
export function expandRevisions(plan: Plan, spoken: ReadonlyMap<string, readonly Revision[]>): Plan {
  const revisionsOf = (server: string): readonly Revision[] => spoken.get(server) ?? [];
  const instances = new InstanceNames(plan.suites, revisionsOf);
  const expanded = plan.suites.flatMap((suite) => {
    const revisions = revisionsOf(suite.server);
    const wanted = revisions.length === 0 ? [undefined] : revisions;
    return wanted.map((revision) => expandSuite(suite, revision, instances));
  });
  const suites = inTurn(expanded, plan, revisionsOf).map((suite) => Object.freeze(suite));
  return Object.freeze({
    ...plan,
    suites: Object.freeze(suites),
    servers: Object.freeze(plan.servers.flatMap((server) => expandServer(server, revisionsOf(server.name)))),
    testCount: suites.reduce((sum, suite) => sum + suite.tests.length, 0),
  });
}

/** `name [protocol=2025-11-25]`, as the instances of a matrix are named. */
function instanceName(name: string, revision: Revision | undefined): string {
  return revision === undefined ? name : `${name} [protocol=${revision}]`;
}

/** Of all revisions alike. */
const suffixLength = instanceName('', '2025-11-25').length;

function expandServer(server: PlannedServer, revisions: readonly Revision[]): readonly PlannedServer[] {
  if (revisions.length === 0) return [Object.freeze({ ...server, everyRevision: false })];
  return revisions.map((revision) => {
    const name = instanceName(server.name, revision);
    const session = { ...server.session, name, protocolVersion: revision };
    return Object.freeze({
      ...server,
      name,
      session,
      everyRevision: false,
      revision,
      expandedFrom: server.name,
    });
  });
}

function expandSuite(
  suite: PlannedSuite,
  revision: Revision | undefined,
  instances: InstanceNames,
): PlannedSuite {
  const suitesAt = (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => instances.ofSuite(name, revision));
  const name = instanceName(suite.name, revision);
  return {
    ...suite,
    name,
    server: instanceName(suite.server, revision),
    dependsOn: suitesAt(suite.dependsOn),
    after: suitesAt(suite.after),
    tests: Object.freeze(
      suite.tests.map((test): PlannedTest =>
        Object.freeze({
          ...test,
          id: `${name}${test.id.slice(suite.name.length)}`,
          suite: name,
          dependsOn: test.dependsOn.flatMap((target) => instances.ofTarget(target, revision)),
        }),
      ),
    ),
  };
}

/**
 * Lets a server's suites under one revision wait for all that run on it under the one before; where a suite on another
 * server stands between them so that this would go in a circle, only for themselves under the one before.
 */
function inTurn(
  suites: readonly PlannedSuite[],
  plan: Plan,
  revisionsOf: (server: string) => readonly Revision[],
): readonly PlannedSuite[] {
  const serverBefore = new Map(
    plan.servers.flatMap(({ name }) => {
      const names = revisionsOf(name).map((revision) => instanceName(name, revision));
      return names.slice(1).map((later, index) => [later, names[index]] as const);
    }),
  );
  const byServer = Map.groupBy(suites, ({ server }) => server);
  const wait = (isWaitedFor: (other: PlannedSuite, suite: PlannedSuite) => boolean) =>
    suites.map((suite) => {
      const before = byServer.get(serverBefore.get(suite.server) ?? '') ?? [];
      const others = before.filter((other) => isWaitedFor(other, suite)).map(({ name }) => name);
      return { ...suite, after: [...new Set([...suite.after, ...others])] };
    });
  return sorted(wait(() => true)) ?? sorted(wait(isSameSuite)) ?? suites;
}

function isSameSuite(a: PlannedSuite, b: PlannedSuite): boolean {
  return a.name.slice(0, -suffixLength) === b.name.slice(0, -suffixLength);
}

/** In an order that respects what waits for what; undefined when it goes in a circle. */
function sorted(suites: readonly PlannedSuite[]): readonly PlannedSuite[] | undefined {
  const byName = new Map(suites.map((suite) => [suite.name, suite]));
  const result = sortDependencies([...byName.keys()], (name) => byName.get(name)?.after ?? []);
  if ('cycle' in result) return undefined;
  return result.order.map((name) => byName.get(name)).filter((suite) => suite !== undefined);
}

/** What the suites and tests of a plan are called once they are expanded. */
class InstanceNames {
  readonly #revisions: ReadonlyMap<string, readonly Revision[]>;
  /** Full ids → the suite of the test. */
  readonly #suiteOf: ReadonlyMap<string, string>;

  constructor(suites: readonly PlannedSuite[], revisionsOf: (server: string) => readonly Revision[]) {
    this.#revisions = new Map(suites.map(({ name, server }) => [name, revisionsOf(server)]));
    this.#suiteOf = new Map(suites.flatMap(({ name, tests }) => tests.map(({ id }) => [id, name])));
  }

  ofSuite(name: string, from: Revision | undefined): readonly string[] {
    return this.#wanted(name, from).map((revision) => instanceName(name, revision));
  }

  /** Of a test's full id, or of a suite. */
  ofTarget(target: string, from: Revision | undefined): readonly string[] {
    const suite = this.#suiteOf.get(target);
    if (suite === undefined) return this.ofSuite(target, from);
    return this.#wanted(suite, from).map(
      (revision) => `${instanceName(suite, revision)}${target.slice(suite.length)}`,
    );
  }

  #wanted(suite: string, from: Revision | undefined): readonly (Revision | undefined)[] {
    const revisions = this.#revisions.get(suite) ?? [];
    if (revisions.length === 0) return [undefined];
    return from !== undefined && revisions.includes(from) ? [from] : revisions;
  }
}
