import { z } from 'zod';
import { seconds } from './values.ts';

/** Certificates, for https and wss. */
export const tlsSchema = z
  .strictObject({
    ca: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Certificates of the authorities to trust, instead of the well-known ones: a PEM file, relative to this file, or the PEM text itself.',
      ),
    cert: z
      .string()
      .min(1)
      .optional()
      .describe('Certificate that we show to a server that asks for one, with its chain; file or text as in `ca`.'),
    key: z.string().min(1).optional().describe('Its private key; file or text as in `ca`.'),
    passphrase: z.string().optional().describe('Of an encrypted `key`, e.g. ${TLS_PASSPHRASE}.'),
    verify: z
      .boolean()
      .default(true)
      .describe('false: any certificate is taken, also an expired or foreign one. The run warns of it.'),
  })
  .describe('Certificates for an https or wss url.');

/** How HTTP connections are kept. */
export const connectionPoolSchema = z
  .strictObject({
    max_connections: z
      .number()
      .int()
      .min(2)
      .optional()
      .describe(
        'Most sockets to the server at the same time. One is held by the event stream, and one by each call that waits; what does not fit waits its turn. Default: no limit.',
      ),
    connection_timeout_seconds: seconds()
      .optional()
      .describe('The same as `connection_timeout_seconds` of the server, and stronger.'),
    idle_timeout_seconds: seconds()
      .optional()
      .describe(
        'How long an unused socket is kept; a server may ask for less by its Keep-Alive header. Default: 4.',
      ),
    keepalive_enabled: z.boolean().default(true).describe('false: a new socket for every HTTP request.'),
  })
  .describe('The sockets of the transports http and sse.');
