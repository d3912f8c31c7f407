/** Slack's incoming webhooks, and servers that take the same. */
import type { SlackSettings } from '../../settings/define.ts';
import type { OpenNotifier } from '../define.ts';
import { openHttpPoster } from '../http-post.ts';
import { renderSlack } from './render-slack.ts';

const openSlack: OpenNotifier<SlackSettings> = async (settings) => {
  const poster = await openHttpPoster({
    what: 'Slack',
    url: settings.webhookUrl,
    allowNetworks: settings.allowNetworks,
  });
  return {
    send: (messages, signal) => poster.post(JSON.stringify(renderSlack(messages, settings)), {}, signal),
    close: () => poster.close(),
  };
};

export default openSlack;
