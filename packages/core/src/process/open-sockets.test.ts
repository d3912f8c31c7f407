import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countExcessConnections, parseTcpTable } from './open-sockets.ts';

/** As of proc_pid_net(5). */
const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11111 1 0000000000000000 100 0 0 10 0
   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 22222 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:1F90 0100007F:C350 06 00000000:00000000 03:00000BB8 00000000     0        0 0 3 0000000000000000
`;

describe('parseTcpTable', () => {
  it('tells the inodes of established connections alone', () => {
    expect(parseTcpTable(table)).toEqual(['22222']);
  });

  it.each(['', 'sl local', '0: 1 2 01', '\0\n\n'])('makes nothing of %j', (text) => {
    expect(parseTcpTable(text)).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('connections of a process (Linux)', () => {
  const sockets: Socket[] = [];
  const accepted: Socket[] = [];
  const listener = createServer();
  beforeAll(async () => {
    await new Promise<void>((done) => void listener.listen(0, '127.0.0.1', done));
    const { port } = listener.address() as { readonly port: number };
    await new Promise<void>((done) => {
      listener.on('connection', (socket) => {
        if (accepted.push(socket) === 5) done();
      });
      for (let i = 0; i < 5; i += 1) sockets.push(connect(port, '127.0.0.1'));
    });
  });
  afterAll(() => {
    for (const socket of [...sockets, ...accepted]) socket.destroy();
    listener.close();
  });

  it('are counted when there are more than allowed, both ends that it holds', () => {
    // Other sockets of the test runner may be among them.
    expect(countExcessConnections([process.pid], 5)).toBeGreaterThanOrEqual(10);
  });

  it('are counted once, whatever processes hold them', () => {
    expect(countExcessConnections([process.pid, process.pid], 5)).toBe(
      countExcessConnections([process.pid], 5),
    );
  });

  it('are nothing to tell of within the limit', () => {
    expect(countExcessConnections([process.pid], 10_000)).toBeUndefined();
    expect(countExcessConnections([2 ** 22 + 1], 1)).toBeUndefined();
  });
});
