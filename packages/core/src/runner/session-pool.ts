import { coverLists, unionCoverage } from '../coverage/index.ts';
import type { ServerCoverage } from '../coverage/index.ts';
import { HarnessError } from '../errors.ts';
import type { PlannedServer, PlannedSuite } from '../plan/types.ts';
import type { RunContext } from './run-context.ts';
import { openHistory, ServerSlot } from './server-slot.ts';
import type { ServerHistory } from './server-slot.ts';
import type { Stop } from './stop.ts';

/** The servers of a run: one slot per server for `isolation: run`, per suite, or per test. */
export class SessionPool {
  readonly #context: RunContext;
  readonly #servers: ReadonlyMap<string, PlannedServer>;
  readonly #histories = new Map<string, ServerHistory>();
  readonly #shared = new Map<string, ServerSlot>();
  /** How many suites of each server will still want the shared slot. */
  readonly #sharers = new Map<string, number>();
  #suitesLeft: number;

  constructor(context: RunContext) {
    this.#context = context;
    this.#servers = new Map(context.plan.servers.map((server) => [server.name, server]));
    this.#suitesLeft = context.plan.suites.length;
    for (const { isolation, server } of context.plan.suites) {
      if (isolation === 'run') this.#sharers.set(server, (this.#sharers.get(server) ?? 0) + 1);
    }
  }

  server(suite: PlannedSuite): PlannedServer {
    const server = this.#servers.get(suite.server);
    if (server !== undefined) return server;
    throw new HarnessError({
      code: 'INTERNAL',
      message: `suite "${suite.name}" runs on "${suite.server}", which is not among the servers of the plan`,
    });
  }

  /** The slot that all suites with `isolation: run` share. */
  shared(server: PlannedServer): ServerSlot {
    let slot = this.#shared.get(server.name);
    if (slot === undefined) {
      slot = this.fresh(server, this.#context.stop);
      this.#shared.set(server.name, slot);
    }
    return slot;
  }

  /**
   * Says that a suite has ended: a shared server that no other suite wants is ended, unless nothing comes after it, since
   * ending servers is to use up no time of the run.
   */
  async leave({ isolation, server }: PlannedSuite): Promise<void> {
    this.#suitesLeft -= 1;
    if (isolation !== 'run' || this.#suitesLeft === 0) return;
    const left = (this.#sharers.get(server) ?? 0) - 1;
    this.#sharers.set(server, left);
    if (left <= 0) await this.#shared.get(server)?.close();
  }

  /** A slot of its own, which the caller closes. */
  fresh(server: PlannedServer, stop: Stop): ServerSlot {
    let history = this.#histories.get(server.name);
    if (history === undefined) {
      history = openHistory();
      this.#histories.set(server.name, history);
    }
    return new ServerSlot(this.#context, server, history, stop);
  }

  /** What the tests have used of each server; variants of one are one. To be asked once all slots are closed. */
  coverage(): readonly ServerCoverage[] {
    const { plan } = this.#context;
    return unionCoverage(
      plan.servers.map(({ name, configuredName: server }): ServerCoverage => {
        const history = this.#histories.get(name);
        const { features } = history ?? {};
        if (history === undefined || features === undefined) {
          return { server, lists: [], notMeasured: describeUnasked(history) };
        }
        return { server, lists: coverLists(features, history.used) };
      }),
    );
  }

  /** Ends all shared servers. */
  async close(): Promise<void> {
    await Promise.all([...this.#shared.values()].map((slot) => slot.close()));
  }
}

function describeUnasked(history: ServerHistory | undefined): string {
  if (history?.everReady === true)
    return 'it was gone, or the run cut off, before it could be asked what it has';
  return history?.neverStarted === undefined ? 'no test started it' : 'it could not be started';
}
