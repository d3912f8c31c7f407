import type { LoadedConfig } from '@mcp-test-harness/core';
import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import { suggestName } from '@mcp-test-harness/core/nearest';
import type * as Alerts from '@mcp-test-harness/service/alerts';
import { paint, type Io } from '../io.ts';
import { visible } from '../visible.ts';

export interface SendTestOptions {
  readonly channel: readonly string[];
  readonly json: boolean | undefined;
}

interface Attempt {
  readonly channel: string;
  readonly outcome: 'sent' | 'not sent';
  readonly error?: string | undefined;
}

const timeLimitMs = 30_000;

/** Sends a test message to the channels that are asked for; 0 when every one took it. */
export async function sendTest(loaded: LoadedConfig, options: SendTestOptions, io: Io): Promise<number> {
  const [{ channelsOf }, { readServiceSettings }, { createPlan }, { systemClock }] = await Promise.all([
    import('@mcp-test-harness/service/alerts'),
    import('@mcp-test-harness/service/settings'),
    import('@mcp-test-harness/core/plan'),
    import('@mcp-test-harness/service/clock'),
  ]);
  const { distribution } = readServiceSettings(loaded, createPlan(loaded), io.env);
  const channels = choose(channelsOf(distribution), options.channel);
  const context: Alerts.NotifierContext = { clock: systemClock, log: logTo(io) };
  const message = testMessage(systemClock.now());
  const attempts = await Promise.all(channels.map((channel) => attempt(channel, context, message)));
  if (options.json === true) io.stdout(`${io.mask(JSON.stringify(attempts, undefined, 2))}\n`);
  else for (const one of attempts) io.stdout(`${io.mask(render(one, io))}\n`);
  return attempts.every(({ outcome }) => outcome === 'sent') ? 0 : 1;
}

type Channels = ReturnType<typeof Alerts.channelsOf>;

function choose(channels: Channels, wanted: readonly string[]): Channels {
  if (channels.length === 0) {
    throw new HarnessError({
      code: 'USAGE',
      message: 'no channel is configured',
      hint: 'reporting.distribution has email, slack and webhooks.',
    });
  }
  const names = channels.map(({ name }) => name);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: `no channel ${JSON.stringify(unknown)} is configured`,
      hint: suggestName(unknown, names, { what: 'channels' }),
    });
  }
  return wanted.length === 0 ? channels : channels.filter(({ name }) => wanted.includes(name));
}

async function attempt(
  channel: Channels[number],
  context: Alerts.NotifierContext,
  message: Alerts.Message,
): Promise<Attempt> {
  try {
    const notifier = await channel.open(context);
    try {
      const delivery = await notifier.send([message], AbortSignal.timeout(timeLimitMs));
      return delivery.outcome === 'sent'
        ? { channel: channel.name, outcome: 'sent' }
        : { channel: channel.name, outcome: 'not sent', error: delivery.error };
    } finally {
      await notifier.close();
    }
  } catch (error) {
    // Anything else is a fault of ours.
    if (!isHarnessError(error)) throw error;
    return { channel: channel.name, outcome: 'not sent', error: error.message };
  }
}

function testMessage(now: number): Alerts.Message {
  return {
    id: `test ${now}`,
    kind: 'summary',
    severity: 'info',
    title: 'This is a test',
    lines: ['Sent by `mcp-test-harness notify test`. Whoever reads this is told when something breaks.'],
    at: now,
  };
}

function render({ channel, outcome, error }: Attempt, io: Io): string {
  const said = error === undefined ? '' : `  ${visible(error)}`;
  return `${paint(io, outcome === 'sent' ? 'green' : 'red', outcome.padEnd(8))}  ${visible(channel)}${said}`;
}

function logTo(io: Io): Alerts.NotifierContext['log'] {
  const silent = (): void => undefined;
  const tell = (event: string, details: object = {}): void =>
    io.stderr(`${paint(io, 'yellow', 'warning')}  ${visible(`${event} ${JSON.stringify(details)}`)}\n`);
  return { debug: silent, info: silent, warn: tell, error: tell };
}
