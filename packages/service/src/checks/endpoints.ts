import type { ServiceSettings } from '../settings/define.ts';

/** What is spoken at an address, as far as a probe needs to know. */
type EndpointProtocol = 'http' | 'https' | 'smtp' | 'smtps' | 'smtp+starttls' | 'postgres';

/** An address that the configuration names. It holds no path and no credentials: those may be secrets. */
export interface Endpoint {
  readonly name: string;
  readonly protocol: EndpointProtocol;
  readonly host: string;
  readonly port: number;
  /** File with the certificate of an authority that is trusted besides those of the system. */
  readonly caFile?: string | undefined;
  /** The same as PEM, instead of those of the system. */
  readonly ca?: string | undefined;
  /** Any certificate is taken, since the configuration says so. */
  readonly unverified?: boolean | undefined;
}

/** Every address that the service talks to. */
export function endpointsOf(settings: ServiceSettings): readonly Endpoint[] {
  const { monitoring, distribution, security, service, plan } = settings;
  const { email, slack, webhooks } = distribution;
  const vault = security.encryption?.provider === 'vault' ? security.encryption.options : undefined;
  const servers = new Map(
    plan.servers.flatMap(({ configuredName, session }) =>
      'url' in session ? [[configuredName, session] as const] : [],
    ),
  );
  return [
    ...[...servers].flatMap(([name, { url, tls }]) =>
      fromUrl(`server ${name}`, url, { ca: tls?.ca, unverified: tls?.verify === false }),
    ),
    ...(email === undefined
      ? []
      : [
          {
            name: 'e-mail',
            protocol: ({ none: 'smtp', starttls: 'smtp+starttls', tls: 'smtps' } as const)[email.encryption],
            host: email.host,
            port: email.port,
            caFile: email.caFile,
          },
        ]),
    ...fromUrl('Slack', slack?.webhookUrl),
    ...webhooks.flatMap(({ name, url }) => fromUrl(`webhook ${name}`, url)),
    ...fromUrl('Prometheus', monitoring.prometheus.endpoint),
    ...fromUrl('Pushgateway', monitoring.prometheus.pushGateway),
    ...fromUrl('Vault', textOf(vault?.['endpoint']), { caFile: textOf(vault?.['ca_file']) }),
    ...fromUrl('PostgreSQL', service.databaseUrl),
  ];
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443, postgres: 5432 };
const protocols: Readonly<Record<string, EndpointProtocol>> = {
  'http:': 'http',
  'ws:': 'http',
  'https:': 'https',
  'wss:': 'https',
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
};

function fromUrl(
  name: string,
  text: string | undefined,
  trust: Pick<Endpoint, 'caFile' | 'ca' | 'unverified'> = {},
): readonly Endpoint[] {
  if (text === undefined || !URL.canParse(text)) return [];
  const url = new URL(text);
  const protocol = protocols[url.protocol];
  if (protocol === undefined) return [];
  return [
    {
      name,
      protocol,
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? (defaultPorts[protocol] ?? 0) : Number(url.port),
      ...trust,
    },
  ];
}
