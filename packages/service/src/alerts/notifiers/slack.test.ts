/* oxlint-disable no-control-regex -- control characters are what must not get through */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../clock/testing/manual-clock.ts';
import type { SlackSettings } from '../../settings/define.ts';
import type { Message } from '../define.ts';
import { everyOccasion, exampleMessage } from '../testing/examples.ts';
import { startReceiver, type Receiver } from '../testing/receiver.ts';
import { recordingLog } from '../testing/recording-log.ts';
import { renderSlack } from './render-slack.ts';
import openSlack from './slack.ts';

let receiver: Receiver;
let status = 200;
let text = 'ok';
beforeAll(async () => {
  receiver = await startReceiver((response) => response.writeHead(status, { 'retry-after': '30' }).end(text));
});
afterAll(() => receiver.close());

const hostile =
  'a & b <!here> <@U123> @channel <https://evil.example|click> `code` ``` *bold*\u202E\u001B[31m\nnext';
const app = { mode: 'app', channel: '#test-reports' } as const;
const legacy = { mode: 'legacy', channel: '#test-reports' } as const;

async function send(messages: readonly Message[], more: Partial<SlackSettings> = {}) {
  const context = { log: recordingLog(), clock: new ManualClock('2026-11-26T12:00:00Z') };
  const slack = await openSlack(
    {
      ...everyOccasion,
      ...app,
      webhookUrl: `http://127.0.0.1:${receiver.port}/services/T000/B000/canary-token`,
      allowNetworks: ['127.0.0.0/8'],
      ...more,
    },
    context,
  );
  try {
    return await slack.send(messages, AbortSignal.timeout(5000));
  } finally {
    await slack.close();
  }
}

describe('a message for Slack', () => {
  it('has its title, its lines as they are, when it was, and where to read more', () => {
    const message = exampleMessage({ url: 'https://harness.example.org/runs/run-1' });
    expect(renderSlack([message], app)).toEqual({
      text: 'core-protocol: 1 of 100 tests failed',
      blocks: [
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: '🟡 *core-protocol: 1 of 100 tests failed*\n```\nping: got no answer (suite.yaml:12:7)\n```',
            verbatim: true,
          },
        },
        {
          type: 'context',
          elements: [
            {
              type: 'mrkdwn',
              text: '<!date^1795694400^{date_short_pretty} {time}|2026-11-26T12:00:00.000Z>  <https://harness.example.org/runs/run-1|Open the run>',
              verbatim: true,
            },
          ],
        },
      ],
    });
  });

  it('obeys a channel in mode legacy alone, where it is nothing but text', () => {
    expect(renderSlack([exampleMessage()], app)).not.toHaveProperty('channel');
    expect(renderSlack([exampleMessage()], legacy)).toEqual({
      channel: '#test-reports',
      text: '🟡 *core-protocol: 1 of 100 tests failed*\n```\nping: got no answer (suite.yaml:12:7)\n```',
    });
    expect(renderSlack([exampleMessage()], { mode: 'legacy', channel: undefined })).not.toHaveProperty(
      'channel',
    );
  });

  it.each([app, legacy])(
    'mentions nobody, links nowhere and ends no fence, whoever wrote it ($mode)',
    (mode) => {
      const message = exampleMessage({
        title: hostile,
        lines: [hostile],
        url: 'https://harness.example.org/|<!here>',
      });
      const payload = renderSlack([message], mode);
      const [first, ...others] = [
        payload.text,
        ...(payload.blocks ?? []).map((block) => (block.type === 'section' ? block.text.text : '')),
      ];
      for (const shown of [first ?? '', ...others]) {
        expect(shown).not.toMatch(/[<>]|@(?!\u2060)|\u202E|\u001B/u);
        expect(shown.replaceAll(/^```$/gm, '')).not.toContain('`');
      }
      expect(JSON.stringify(payload)).not.toContain('evil.example|click>');
      expect(JSON.stringify(payload)).not.toContain('harness.example.org');
    },
  );

  it('keeps the limits of Slack, however much there is to tell', () => {
    const long = exampleMessage({
      title: '&'.repeat(150),
      lines: Array.from({ length: 40 }, () => '<'.repeat(300)),
    });
    const { blocks = [] } = renderSlack(
      Array.from({ length: 50 }, () => long),
      app,
    );
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks)
      if (block.type === 'section') expect(block.text.text.length).toBeLessThanOrEqual(3000);
    const last = blocks.at(-1);
    expect(last?.type === 'section' && last.text.text).toMatch(/… and \d+ more lines$/);
    expect(
      renderSlack(
        Array.from({ length: 50 }, () => long),
        legacy,
      ).text.length,
    ).toBeLessThan(13_000);
  });
});

describe('Slack', () => {
  it('gets it as JSON', async () => {
    expect(await send([exampleMessage()])).toEqual({ outcome: 'sent' });
    const [received] = receiver.received.slice(-1);
    expect(JSON.parse(received?.body ?? '')).toEqual(renderSlack([exampleMessage()], app));
  });

  it.each([
    [429, 'rate_limited', { outcome: 'retry', error: 'answered 429 rate_limited', retryAfterMs: 30_000 }],
    [400, 'invalid_blocks', { outcome: 'refused', error: 'answered 400 invalid_blocks' }],
    [404, 'no_service', { outcome: 'retry', error: 'answered 404 no_service', retryAfterMs: 30_000 }],
    [500, 'rollup_error', { outcome: 'retry', error: 'answered 500 rollup_error', retryAfterMs: 30_000 }],
  ])('answers %i', async (code, word, expected) => {
    [status, text] = [code, word];
    expect(await send([exampleMessage()])).toEqual(expected);
  });

  it('is somewhere else than in this network, unless that is allowed', async () => {
    const delivery = await send([exampleMessage()], { allowNetworks: [] });
    expect(delivery).toMatchObject({ outcome: 'retry', error: expect.stringMatching(/^its address is of/) });
    expect(JSON.stringify(delivery)).not.toContain('canary');
  });
});
