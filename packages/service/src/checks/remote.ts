/** What the service talks to. Nothing is sent that anybody would see as a message. */
import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import type { Environment } from '../backup/index.ts';
import { openKeyProvider } from '../secrets/index.ts';
import type { EmailSettings, ServiceSettings } from '../settings/define.ts';
import { failed, passed, skipped, type Check } from './define.ts';
import { endpointsOf, type Endpoint } from './endpoints.ts';
import { below, expectOk } from './http.ts';
import { probe } from './probe.ts';

export function checkRemote(
  settings: ServiceSettings,
  { env, timeoutMs }: { readonly env: Environment; readonly timeoutMs: number },
): readonly Check[] {
  const { distribution, monitoring, security } = settings;
  const { endpoint, pushGateway } = monitoring.prometheus;
  const { encryption } = security;
  const hooks = endpointsOf(settings).filter(({ name }) => name === 'Slack' || name.startsWith('webhook '));
  return [
    {
      name: 'e-mail',
      timeoutMs,
      run: async () =>
        distribution.email === undefined
          ? skipped('no e-mail is configured')
          : await greetMailServer(distribution.email, timeoutMs),
    },
    ...(hooks.some(({ name }) => name === 'Slack')
      ? []
      : [{ name: 'Slack', timeoutMs, run: async () => skipped('no Slack is configured') }]),
    ...hooks.map((hook) => reachable(hook, timeoutMs)),
    {
      name: 'Pushgateway',
      timeoutMs,
      run: async (signal) =>
        pushGateway === undefined
          ? skipped('none is configured')
          : await expectOk(below(pushGateway, '/-/ready'), signal),
    },
    {
      name: 'Prometheus',
      timeoutMs,
      run: async (signal) =>
        endpoint === undefined
          ? skipped('none is configured')
          : await expectOk(below(endpoint, '/-/ready'), signal),
    },
    {
      name: 'encryption',
      timeoutMs,
      run: async () => {
        if (encryption === undefined) return skipped('security.data_protection is off');
        const provider = await openKeyProvider(encryption.provider, encryption.options, { env });
        try {
          const { wrapped } = await provider.createDataKey();
          await provider.unwrap(wrapped);
          return passed(`${encryption.provider} wraps a key and unwraps it again`);
        } finally {
          await provider.close?.();
        }
      },
    },
  ];
}

/** The receiver of a webhook, by its host: its path is its secret, and to ask for it would be a message. */
function reachable(endpoint: Endpoint, timeoutMs: number): Check {
  return {
    name: endpoint.name,
    // The probe has the same limit, and says more than that it was passed.
    timeoutMs: timeoutMs + 500,
    run: async () => {
      const { verdict, target, detail } = await probe(endpoint, timeoutMs);
      return verdict === 'ok' ? passed(`${target}: ${detail}`) : failed(`${target}: ${verdict}, ${detail}`);
    },
  };
}

/** EHLO, STARTTLS and authentication, as a message is sent; then QUIT. */
async function greetMailServer(email: EmailSettings, timeoutMs: number): Promise<ReturnType<typeof passed>> {
  const { createTransport } = await import('nodemailer');
  const { host, port, encryption, caFile, username, password } = email;
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    tls: caFile === undefined ? {} : { ca: [...rootCertificates, await readFile(caFile, 'utf8')] },
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
  });
  try {
    await transport.verify();
    const how = encryption === 'none' ? 'in the clear' : 'over TLS';
    return passed(`${host}:${port} answers ${how}${username === undefined ? '' : ' and takes the password'}`);
  } finally {
    transport.close();
  }
}
