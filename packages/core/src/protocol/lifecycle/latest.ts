import { isHarnessError } from '../../errors.ts';
import type { RevisionStrategy } from '../revisions/strategy.ts';
import { agreementOf, discover, noCommonRevision, type Discovery } from './discover.ts';
import type { Agreement, LifecyclePort } from './types.ts';

/**
 * `protocolVersion: latest`: the newest revision that both sides speak, of both eras.
 *
 * `server/discover` goes first, on the channel that will be used. To try `initialize` first would save a server of the
 * handshake era one error answer, and bind a server that speaks both eras to the older one: it takes the era of a
 * conversation from its first message. That answer is lost in the noise of a start: medians of nine starts in turn,
 * pinned against `latest`, were 333 and 315 ms with server-everything, 387 and 394 ms with a server on SDK v1
 * (2 busy cores; trust the ratio). So:
 *
 * - answered as in the stateless era: that era, or the newest revision that the server names;
 * - anything else: `initialize` on the same channel, whatever the error was;
 * - the server ended, or closed the connection: it was the throw-away one, and a new one gets `initialize` alone
 *   ({@link Restart});
 * - silence: after `patienceMs` the `initialize` is sent as well, so that a server that ignores what it does not know
 *   is only that much slower, and one that is merely slow to start loses nothing.
 *
 * Which servers do badly on the probe is remembered by {@link connect}, so that it costs them once in a run.
 */
export async function openLatest(
  port: LifecyclePort,
  stateless: RevisionStrategy,
  handshake: RevisionStrategy,
  options: { readonly patienceMs: number; readonly onSilence: () => void },
): Promise<Agreement> {
  const giveUp = new AbortController();
  const discovery = discover(port, stateless, giveUp.signal);
  port.expects(stateless.revision);
  const initialize = (asked: RevisionStrategy): Promise<Agreement> =>
    asked.lifecycle.open(port, asked, false);
  let found: Discovery;
  try {
    let first = await within(discovery, options.patienceMs);
    // The time that it took to get a token is no silence of the server.
    for (let leftMs = options.patienceMs - port.waitedMs(); first === undefined && leftMs > 0;) {
      first = await within(discovery, leftMs);
      leftMs = options.patienceMs - port.waitedMs();
    }
    if (first === undefined) {
      const opened = await firstOf(initialize(handshake), discovery);
      if ('strategy' in opened) {
        if (await isPending(discovery)) options.onSilence();
        discovery.catch(() => {});
        giveUp.abort();
        return opened;
      }
      // It was slow, not silent; what `initialize` has done to its conversation is not known.
      throw new Restart('stateless');
    }
    found = first;
  } catch (error) {
    throw toRestart(error);
  }
  if (found.era === 'stateless') {
    const { supported, result, exchange } = found;
    if (result !== undefined && supported.includes(stateless.revision)) return agreementOf(stateless, result);
    const older = supported
      .map((version) => port.strategyFor(version))
      .filter((one) => one?.era === 'handshake');
    const [newest] = older
      .filter((one) => one !== undefined)
      .sort((a, b) => (a.revision < b.revision ? 1 : -1));
    if (newest === undefined) throw noCommonRevision(stateless.revision, supported, exchange);
    return initialize(newest);
  }
  try {
    return await initialize(handshake);
  } catch (error) {
    throw toRestart(error);
  }
}

/** The channel cannot be used any more; another one is to be opened, in this way. */
export class Restart extends Error {
  readonly opening: 'handshake' | 'stateless';

  constructor(opening: 'handshake' | 'stateless', cause?: unknown) {
    super(`to be opened again: ${opening}`, { cause });
    this.opening = opening;
  }
}

/** A server that ended, or closed the connection that was open, may have done so because of the probe. */
function toRestart(error: unknown): unknown {
  if (!isHarnessError(error)) return error;
  const isGone = error.code === 'TARGET_EXITED' || error.details?.['closeCode'] !== undefined;
  return isGone ? new Restart('handshake', error) : error;
}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const mark = {};
  return (await Promise.race([promise, Promise.resolve(mark)]).catch(() => undefined)) === mark;
}

/** What comes first: an agreement, or the news that the server is of the stateless era. */
async function firstOf(
  opened: Promise<Agreement>,
  discovery: Promise<Discovery>,
): Promise<Agreement | Discovery> {
  const news = discovery.then<Agreement | Discovery, Agreement>(
    (found) => (found.era === 'stateless' ? found : opened),
    // Whatever keeps the one from being answered is better told of the other.
    () => opened,
  );
  // A server of the stateless era refuses `initialize`, and has answered before, or will.
  const agreed = opened.catch(async (error: unknown) => {
    const found = await discovery.catch(() => undefined);
    if (found?.era === 'stateless') return found;
    throw error;
  });
  return Promise.race([news, agreed]);
}
