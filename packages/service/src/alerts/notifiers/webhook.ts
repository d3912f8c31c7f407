/** Webhooks of any kind: JSON, signed when there is a secret. */
import { createHmac } from 'node:crypto';
import type { WebhookSettings } from '../../settings/define.ts';
import type { Message, OpenNotifier } from '../define.ts';
import { openHttpPoster } from '../http-post.ts';

/** What is sent. Members may be added; those that are there stay as they are. */
interface WebhookBody {
  readonly version: 1;
  readonly notifications: readonly (Omit<Message, 'at' | 'reportPath'> & { readonly at: string })[];
}

const openWebhook: OpenNotifier<WebhookSettings> = async (settings, { clock }) => {
  const poster = await openHttpPoster({
    what: `the webhook ${settings.name}`,
    url: settings.url,
    allowNetworks: settings.allowNetworks,
  });
  return {
    send: (messages, signal) => {
      const body = JSON.stringify(renderWebhook(messages));
      const timestamp = String(Math.floor(clock.now() / 1000));
      const headers = {
        'x-mcp-test-harness-timestamp': timestamp,
        ...(settings.secret === undefined
          ? {}
          : { 'x-mcp-test-harness-signature': sign(settings.secret, timestamp, body) }),
      };
      return poster.post(body, headers, signal);
    },
    close: () => poster.close(),
  };
};

export default openWebhook;

function renderWebhook(messages: readonly Message[]): WebhookBody {
  return {
    version: 1,
    notifications: messages.map(({ id, kind, severity, title, lines, at, runId, url }) => ({
      id,
      kind,
      severity,
      title,
      lines,
      at: new Date(at).toISOString(),
      runId,
      url,
    })),
  };
}

/** The time is signed along, so that what was recorded cannot be sent again later. */
function sign(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}
