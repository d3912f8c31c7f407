import { configOptions, defineCommand } from '../command.ts';
import { renderTable } from '../baseline/table.ts';
import { loadServiceFromArguments } from '../load-service.ts';
import { readSeconds } from '../read-seconds.ts';

export default defineCommand({
  name: 'network-test',
  summary: 'Say whether every address of the configuration can be reached, and what each step took.',
  usage: '[options]',
  details: `Tries servers under test that have a URL, the mail server, Slack, webhooks, Prometheus,
Pushgateway, Vault and PostgreSQL: name, connection, TLS, first answer. No credentials are
sent, and no path of a webhook. Ends with 1 when one is not ok:
  dns-failed    the name is not known
  refused       nothing listens there
  timed-out     no way there: a firewall, or a host that is off
  tls-failed    no handshake, or a certificate that is not trusted
  wrong-answer  something else answers there, or nothing does`,
  options: {
    ...configOptions,
    timeout: { type: 'number', value: 'SECONDS', description: 'Time limit of each address. Default: 5.' },
    json: { type: 'boolean', description: 'As JSON on stdout, for other programs.' },
  },
  examples: [
    { command: 'mcp-test-harness network-test', what: 'Which of them is it?' },
    { command: 'mcp-test-harness network-test --timeout 2 --json', what: 'For another program' },
  ],
  async run({ options }, io) {
    const timeoutMs = readSeconds('timeout', options.timeout, 5);
    const { endpointsOf, probe } = await import('@mcp-test-harness/service/checks');
    const settings = await loadServiceFromArguments(options, io);
    const results = await Promise.all(endpointsOf(settings).map((endpoint) => probe(endpoint, timeoutMs)));
    const code = results.every(({ verdict }) => verdict === 'ok') ? 0 : 1;
    if (options.json === true) {
      io.stdout(`${io.mask(JSON.stringify(results, undefined, 2))}\n`);
      return code;
    }
    if (results.length === 0) {
      io.stderr(
        'the configuration names no address: servers are started as processes, and nothing else is set up\n',
      );
      return 0;
    }
    const say = (ms: number | undefined): string => (ms === undefined ? '' : ms.toFixed(1));
    const rows = results.map((result) => [
      result.name,
      result.target,
      result.verdict,
      say(result.dnsMs),
      say(result.tcpMs),
      say(result.tlsMs),
      say(result.answerMs),
      result.detail,
    ]);
    const lines = renderTable(
      [
        { title: 'name' },
        { title: 'address' },
        { title: 'verdict' },
        { title: 'DNS ms', right: true },
        { title: 'TCP ms', right: true },
        { title: 'TLS ms', right: true },
        { title: 'answer ms', right: true },
        { title: 'detail', flexible: true },
      ],
      rows,
      io,
    );
    io.stdout(io.mask(`${lines.join('\n')}\n`));
    return code;
  },
});
