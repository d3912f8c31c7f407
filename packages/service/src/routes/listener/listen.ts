import { HarnessError } from '@mcp-test-harness/core/errors';
import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions, Server as TlsServer } from 'node:tls';

const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  EADDRINUSE: ['the port is taken', 'Stop what listens there, or give another port.'],
  EACCES: ['this process may not', 'Ports below 1024 need CAP_NET_BIND_SERVICE; take a higher one.'],
  EADDRNOTAVAIL: ['this machine has no such address', 'Give an address of this machine.'],
  ENOTFOUND: ['there is no such host', 'Give an address of this machine.'],
};

/**
 * Opens the port of a listener.
 * @param at `key`: what of the configuration says so, e.g. `monitoring.metrics_port`
 * @returns the port, which for 0 is any free one
 * @throws HarnessError CONFIG_INVALID that names the key
 */
export async function startListening(
  listener: FastifyInstance,
  at: { readonly host: string; readonly port: number; readonly key: string },
): Promise<number> {
  const { host, port, key } = at;
  try {
    await listener.listen({ host, port });
  } catch (cause) {
    const code = (cause as { readonly code?: string }).code ?? '';
    const [reason, hint] = reasons[code] ?? [
      cause instanceof Error ? cause.message : String(cause),
      undefined,
    ];
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: `${key}: cannot listen on ${host} port ${port}: ${reason}`,
      hint,
      cause,
    });
  }
  return (listener.server.address() as AddressInfo).port;
}

/** For `createTlsReloader`: new connections get the certificate, those that are open go on. */
export function replaceCertificate(listener: FastifyInstance, context: SecureContextOptions): void {
  (listener.server as unknown as TlsServer).setSecureContext(context);
}
