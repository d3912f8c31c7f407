import { z } from 'zod';
import { minutesOfDay } from '../times.ts';
import { httpUrl, name, network, path } from './values.ts';

const occasions = {
  on_failure: z
    .boolean()
    .default(true)
    .describe('Tell when runs begin to fail, cannot be carried out, or a server goes down.'),
  on_recovery: z.boolean().default(true).describe('Tell when what was told of is well again.'),
  on_regression: z.boolean().default(true).describe('Tell when something has become slower than its baseline.'),
  daily_summary: z.boolean().default(false).describe('A summary of each day.'),
  weekly_summary: z.boolean().default(false).describe('A summary of each week, on Mondays.'),
};

/** One `@`, and nothing that could begin a header or another address. */
const plainAddress = /^[^\s@<>",;:\\()[\]]+@[^\s@<>",;:\\()[\]]+$/;

function isAddress(text: string): boolean {
  return plainAddress.test(/^[^<>\r\n"]{1,100} <([^<>]+)>$/.exec(text)?.[1] ?? text);
}

const address = () => z.string().refine(isAddress, 'Expected a mail address, such as team@example.com');

const emailSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('false: nothing is sent.'),
    smtp_server: name().optional().describe('Host that takes the mail.'),
    smtp_port: z.number().int().min(1).max(65_535).default(587).describe('Its port.'),
    encryption: z
      .enum(['none', 'starttls', 'tls'])
      .optional()
      .describe(
        'starttls: mail is not sent where the server does not offer it. tls: from the first byte. none: as plain text. Default: tls on port 465, else starttls.',
      ),
    ca_file: path()
      .optional()
      .describe('Certificates of the authorities to trust instead of the well-known ones: a PEM file.'),
    username: name().optional().describe('User at the mail server; with `password`.'),
    password: z.string().min(1).optional().describe('Its password, e.g. ${SMTP_PASSWORD}.'),
    from_address: address()
      .optional()
      .describe('Sender. Default: mcp-test-harness at the domain of the first recipient.'),
    recipients: z.array(address()).default([]).describe('Who gets the mail: one mail to all of them.'),
    ...occasions,
  })
  .describe('Mail.');

const allowNetworks = () =>
  z
    .array(network())
    .default([])
    .describe('Private networks that the target may be in, in CIDR notation; others are refused.');

const slackSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('false: nothing is sent.'),
    webhook_url: httpUrl().optional().describe('Address of an incoming webhook, e.g. ${SLACK_WEBHOOK_URL}.'),
    channel: name()
      .optional()
      .describe('Where to post. Only webhooks of the old kind obey it (`mode: legacy`); others have their channel.'),
    mode: z
      .enum(['app', 'legacy'])
      .default('app')
      .describe('app: the webhook belongs to a Slack app. legacy: to a custom integration of the old kind.'),
    allow_networks: allowNetworks(),
    ...occasions,
  })
  .describe('Slack.');

const webhookSchema = z
  .strictObject({
    name: z
      .string()
      .refine(
        (text) => /^[A-Za-z0-9][\w.-]{0,63}$/.test(text),
        'Expected a name of letters, digits, ".", "_" and "-", at most 64 of them',
      )
      .describe('Unique name, for logs and tests.'),
    enabled: z.boolean().default(true).describe('false: nothing is sent.'),
    url: httpUrl().describe('Where JSON is posted to; a secret. Redirects are not followed.'),
    secret: z
      .string()
      .min(16)
      .optional()
      .describe('Signs the time and the body by HMAC-SHA256, in the header X-MCP-Test-Harness-Signature.'),
    allow_networks: allowNetworks(),
    ...occasions,
  })
  .describe('A webhook.');

export const distributionSchema = z
  .strictObject({
    summary_at: z
      .string()
      .refine((text) => minutesOfDay(text) !== undefined, 'Expected a time of day such as 07:00')
      .default('07:00')
      .describe('When summaries go out, in `service.timezone`.'),
    email: emailSchema.optional(),
    slack: slackSchema.optional(),
    webhooks: z.array(webhookSchema).default([]).describe('Generic webhooks.'),
  })
  .describe('Whom the service tells, and of what.');
