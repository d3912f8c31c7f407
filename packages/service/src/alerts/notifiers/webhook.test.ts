import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../clock/testing/manual-clock.ts';
import type { WebhookSettings } from '../../settings/define.ts';
import type { Delivery } from '../define.ts';
import { everyOccasion, exampleMessage } from '../testing/examples.ts';
import { startReceiver, type Received, type Receiver } from '../testing/receiver.ts';
import { recordingLog } from '../testing/recording-log.ts';
import openWebhook from './webhook.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver((response) => response.writeHead(204).end());
});
afterAll(() => receiver.close());

const secret = 'canary-secret';

async function send(
  more: Partial<WebhookSettings> = {},
): Promise<{ delivery: Delivery; received: Received }> {
  const webhook = await openWebhook(
    {
      ...everyOccasion,
      name: 'ops',
      url: `http://127.0.0.1:${receiver.port}/hooks/canary-path`,
      secret,
      allowNetworks: ['127.0.0.0/8'],
      ...more,
    },
    { log: recordingLog(), clock: new ManualClock('2026-11-26T12:00:00Z') },
  );
  const message = exampleMessage({
    runId: 'run-1',
    url: 'https://harness.example.org/runs/run-1',
    reportPath: 'runs/2026-11-26/run-1-a1/report.html',
  });
  const delivery = await webhook.send([message], AbortSignal.timeout(5000));
  await webhook.close();
  return { delivery, received: receiver.received.at(-1) as Received };
}

describe('a webhook', () => {
  it('gets what is told as JSON', async () => {
    const { delivery, received } = await send();
    expect(delivery).toEqual({ outcome: 'sent' });
    expect(received.path).toBe('/hooks/canary-path');
    expect(JSON.parse(received.body)).toEqual({
      version: 1,
      notifications: [
        {
          id: 'failure run-1',
          kind: 'failure',
          severity: 'warning',
          title: 'core-protocol: 1 of 100 tests failed',
          lines: ['ping: got no answer (suite.yaml:12:7)'],
          at: '2026-11-26T12:00:00.000Z',
          runId: 'run-1',
          url: 'https://harness.example.org/runs/run-1',
        },
      ],
    });
  });

  it('is signed together with the time', async () => {
    const { headers, body } = (await send()).received;
    expect(headers['x-mcp-test-harness-timestamp']).toBe('1795694400');
    const expected = createHmac('sha256', secret).update(`1795694400.${body}`).digest('hex');
    expect(headers['x-mcp-test-harness-signature']).toBe(`sha256=${expected}`);
    expect(JSON.stringify([headers, body])).not.toContain(secret);
  });

  it('without a secret is not signed', async () => {
    const { headers } = (await send({ secret: undefined })).received;
    expect(headers).not.toHaveProperty('x-mcp-test-harness-signature');
  });

  it('in a private network gets nothing, and no error shows its URL', async () => {
    const before = receiver.received.length;
    const { delivery } = await send({ allowNetworks: [] });
    expect(delivery.outcome).toBe('retry');
    expect(JSON.stringify(delivery)).not.toContain('canary');
    expect(receiver.received).toHaveLength(before);
  });

  it.each([
    ['a URL that is none', { url: 'canary-url' }, /^the URL of the webhook ops does not begin with https/],
    ['a network that is none', { allowNetworks: ['intranet'] }, /^"intranet" is no network$/],
  ])('is not opened with %s', async (_what, settings, message) => {
    const error: unknown = await send(settings).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('canary');
  });
});
