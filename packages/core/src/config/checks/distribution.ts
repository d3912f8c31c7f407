import { formatPath, member, textMember } from '../node.ts';
import type { MapNode } from '../node.ts';
import type { Problems } from '../problems.ts';
import type { ConfigPath } from '../types.ts';
import { reportRepeated } from './repeated.ts';
import { isOn } from './values.ts';
import { mapsIn } from './walk.ts';

const at = ['reporting', 'distribution'] as const;

type Channel = 'email' | 'slack';

/** Channels that are on must be able to reach somebody. */
export function checkDistribution(root: MapNode, problems: Problems): void {
  const distribution = member(member(root, 'reporting'), 'distribution');
  const email = member(distribution, 'email');
  if (email?.kind === 'map' && isOn(email, 'enabled')) checkEmail(email, problems);
  const slack = member(distribution, 'slack');
  if (slack?.kind === 'map' && isOn(slack, 'enabled')) checkSlack(slack, problems);
  reportRepeated(mapsIn(distribution, 'webhooks', at), 'name', 'webhook', problems);
}

function checkEmail(email: MapNode, problems: Problems): void {
  requireKey(
    'email',
    email,
    'smtp_server',
    'Name the host that takes the mail, or set enabled: false.',
    problems,
  );
  const recipients = member(email, 'recipients');
  if (recipients === undefined || (recipients.kind === 'list' && recipients.items.length === 0)) {
    problems.add(
      'CONFIG_INVALID',
      recipients ?? email,
      `${path('email', 'recipients')}: nobody gets the mail`,
      {
        hint: 'Write recipients: ["team@example.com"], or set enabled: false.',
      },
    );
  }
  for (const [given, missing] of [
    ['username', 'password'],
    ['password', 'username'],
  ] as const) {
    const node = member(email, given);
    if (node === undefined || member(email, missing) !== undefined) continue;
    problems.add('CONFIG_INVALID', node, `${path('email', given)}: is given without ${missing}`, {
      hint: 'Logging in needs both.',
    });
  }
  checkClearPassword(email, problems);
}

function checkSlack(slack: MapNode, problems: Problems): void {
  requireKey(
    'slack',
    slack,
    'webhook_url',
    'Write webhook_url: "${SLACK_WEBHOOK_URL}", or set enabled: false.',
    problems,
  );
  const channel = member(slack, 'channel');
  if (channel === undefined || textMember(slack, 'mode') === 'legacy') return;
  problems.warn(
    channel,
    `${path('slack', 'channel')}: the webhook of a Slack app posts to its own channel, whatever is written here; only one of the old kind obeys (mode: legacy)`,
  );
}

function checkClearPassword(email: MapNode, problems: Problems): void {
  const encryption = member(email, 'encryption');
  if (encryption === undefined || textMember(email, 'encryption') !== 'none') return;
  if (member(email, 'password') === undefined) return;
  problems.warn(encryption, `${path('email', 'encryption')}: none sends the password in the clear`);
}

function requireKey(channel: Channel, node: MapNode, key: string, hint: string, problems: Problems): void {
  if (member(node, key) !== undefined) return;
  problems.add('CONFIG_INVALID', node, `${path(channel, key)} is missing`, { hint });
}

function path(...rest: ConfigPath): string {
  return formatPath([...at, ...rest]);
}
