import { minutesOfDay, type Config } from '@mcp-test-harness/core/config';
import type {
  DistributionSettings,
  EmailSettings,
  Occasions,
  SlackSettings,
  WebhookSettings,
} from './define.ts';

type DistributionConfig = Config['reporting']['distribution'];
type EmailConfig = NonNullable<DistributionConfig['email']>;
type SlackConfig = NonNullable<DistributionConfig['slack']>;
type WebhookConfig = DistributionConfig['webhooks'][number];

export function readDistribution(distribution: DistributionConfig, timezone: string): DistributionSettings {
  const { email, slack, webhooks, summary_at: summaryAt } = distribution;
  return {
    email: email === undefined ? undefined : readEmail(email),
    slack: slack === undefined ? undefined : readSlack(slack),
    webhooks: webhooks.filter(({ enabled }) => enabled).map(readWebhook),
    summaryAtMinutes: minutesOfDay(summaryAt) ?? 0,
    timezone,
  };
}

/** Undefined for one that is off; that one which is on has a server and recipients, the configuration has seen to. */
function readEmail(email: EmailConfig): EmailSettings | undefined {
  const [first] = email.recipients;
  if (!email.enabled || email.smtp_server === undefined || first === undefined) return undefined;
  return {
    host: email.smtp_server,
    port: email.smtp_port,
    encryption: email.encryption ?? (email.smtp_port === 465 ? 'tls' : 'starttls'),
    caFile: email.ca_file,
    username: email.username,
    password: email.password,
    from: email.from_address ?? `mcp-test-harness@${domainOf(first)}`,
    recipients: email.recipients,
    ...readOccasions(email),
  };
}

function readSlack(slack: SlackConfig): SlackSettings | undefined {
  if (!slack.enabled || slack.webhook_url === undefined) return undefined;
  return {
    webhookUrl: slack.webhook_url,
    channel: slack.channel,
    mode: slack.mode,
    allowNetworks: slack.allow_networks,
    ...readOccasions(slack),
  };
}

function readWebhook(webhook: WebhookConfig): WebhookSettings {
  return {
    name: webhook.name,
    url: webhook.url,
    secret: webhook.secret,
    allowNetworks: webhook.allow_networks,
    ...readOccasions(webhook),
  };
}

function readOccasions(
  channel: Pick<
    SlackConfig,
    'on_failure' | 'on_recovery' | 'on_regression' | 'daily_summary' | 'weekly_summary'
  >,
): Occasions {
  return {
    onFailure: channel.on_failure,
    onRecovery: channel.on_recovery,
    onRegression: channel.on_regression,
    dailySummary: channel.daily_summary,
    weeklySummary: channel.weekly_summary,
  };
}

/** Of `a@example.com`, or `A <a@example.com>`. */
function domainOf(address: string): string {
  return /@([^@>]+)>?$/.exec(address)?.[1] ?? 'localhost';
}
