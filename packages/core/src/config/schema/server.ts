import { z } from 'zod';
import { supportedRevisions } from '../../protocol/types.ts';
import { authSchema } from './auth.ts';
import { clientSchema } from './client.ts';
import { connectionPoolSchema, tlsSchema } from './connection.ts';
import { healthCheckSchema } from './health-check.ts';
import { resourceLimitsSchema } from './limits.ts';
import { seconds } from './values.ts';

export const serverSchema = z
  .strictObject({
    transport: z
      .enum(['stdio', 'http', 'sse', 'websocket'])
      .default('stdio')
      .describe(
        'stdio; http for Streamable HTTP; sse for HTTP with server-sent events, as in revision 2024-11-05; websocket for text frames with the subprotocol `mcp`, which is in no revision.',
      ),
    command: z
      .string()
      .min(1)
      .optional()
      .describe('Program to start. With spaces and no `args` it is split as a shell would, without a shell.'),
    args: z.array(z.string()).optional().describe('Arguments, each as it stands.'),
    env: z.record(z.string(), z.string()).default({}).describe('Added to the inherited environment.'),
    working_dir: z
      .string()
      .optional()
      .describe(
        'Directory the server starts in; relative to this file. Default: the directory of this file.',
      ),
    path_additions: z.array(z.string()).default([]).describe('Put in front of PATH; relative to this file.'),
    url: z
      .url({ protocol: /^(https?|wss?)$/ })
      .optional()
      .describe('Endpoint of a url transport; of sse the one of its event stream. ws or wss for websocket.'),
    headers: z
      .record(z.string(), z.string())
      .default({})
      .describe('Sent with every HTTP request, and with the handshake of a WebSocket.'),
    auth: authSchema.optional(),
    tls: tlsSchema.optional(),
    connection_pool: connectionPoolSchema.optional(),
    ready_when: z
      .strictObject({
        url: z.url().optional().describe('Ready when this URL answers with any status.'),
        port: z
          .number()
          .int()
          .min(1)
          .max(65535)
          .optional()
          .describe('Ready when this local TCP port accepts.'),
        log_pattern: z
          .string()
          .optional()
          .describe('Ready when a line of stdout or stderr matches this regular expression.'),
      })
      .optional()
      .describe(
        'For a url server with a `command`: when it is ready. Default: when its `url` accepts connections.',
      ),
    startup_timeout_seconds: seconds()
      .default(30)
      .describe('From the start of the process to a complete handshake.'),
    shutdown_timeout_seconds: seconds()
      .default(10)
      .describe('How long the server may take to end before it is killed.'),
    shutdown_signal: z
      .enum(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'])
      .default('SIGTERM')
      .describe('Sent when closing stdin was not enough.'),
    connection_timeout_seconds: seconds()
      .default(30)
      .describe('Longest wait for a connection: TCP, TLS, and the handshake of a WebSocket.'),
    request_timeout_seconds: seconds()
      .default(30)
      .describe('Longest wait for an answer, where the test sets none.'),
    auto_restart: z
      .boolean()
      .default(true)
      .describe('Start the server again for the tests that remain after it crashed.'),
    max_restart_attempts: z.number().int().min(0).default(3).describe('How many restarts in one suite.'),
    health_check: healthCheckSchema.optional(),
    resource_limits: resourceLimitsSchema.optional(),
    sandbox: z
      .enum(['auto', 'strict', 'off'])
      .default('auto')
      .describe(
        'auto: limits at the strongest level this machine offers, recorded in the report. strict: do not start a server whose limits cannot be enforced. off: measure only.',
      ),
    protocol_version: z
      .enum(['latest', 'all', ...supportedRevisions])
      .default('latest')
      .describe(
        'A protocol revision; latest: the newest that both sides speak; all: each that the server speaks, its suites running once under every one.',
      ),
    client: clientSchema.optional(),
  })
  .describe('A server under test.');
