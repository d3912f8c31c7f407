import { describe, expect, it } from 'vitest';
import { createNetworkGuard } from './networks.ts';

const guard = createNetworkGuard([]);

describe('without networks that are allowed', () => {
  it.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '100.63.255.255', '2606:4700::1111', '2a00:1450::1'])(
    'the public address %s may be connected to',
    (address) => expect(guard(address)).toBe(true),
  );

  it.each([
    ['this machine', '127.0.0.1'],
    ['this machine', '127.255.255.254'],
    ['this machine', '0.0.0.0'],
    ['this machine', '::1'],
    ['this machine', '::'],
    ['this machine, as IPv6', '::ffff:127.0.0.1'],
    ['this machine, as IPv6', '::ffff:7f00:1'],
    ['a private network', '10.0.0.1'],
    ['a private network', '172.16.0.1'],
    ['a private network', '172.31.255.255'],
    ['a private network', '192.168.1.1'],
    ['a private network', 'fd00::1'],
    ['a private network behind a translator', '64:ff9b::a00:1'],
    ['a private network behind a tunnel', '2002:a00:1::1'],
    ['the network of a provider', '100.64.0.1'],
    ['this link', '169.254.1.1'],
    ['this link', 'fe80::1'],
    ['this link', 'fe80::1%eth0'],
    ['metadata of AWS, Azure, GCP', '169.254.169.254'],
    ['metadata of AWS', 'fd00:ec2::254'],
    ['metadata of Alibaba', '100.100.100.200'],
    ['metadata of Oracle', '192.0.0.192'],
    ['the host of Azure', '168.63.129.16'],
    ['many machines', '224.0.0.1'],
    ['many machines', 'ff02::1'],
    ['every machine', '255.255.255.255'],
    ['documentation', '203.0.113.5'],
    ['documentation', '2001:db8::1'],
    ['what is no address', 'localhost'],
    ['what is no address', ''],
  ])('%s is refused: %s', (_what, address) => expect(guard(address)).toBe(false));
});

describe('a network that is allowed', () => {
  const allowing = createNetworkGuard(['10.20.0.0/16', '127.0.0.1', 'fd00:1::/32']);

  it.each([
    ['10.20.255.1', true],
    ['10.21.0.1', false],
    ['127.0.0.1', true],
    ['127.0.0.2', false],
    ['fd00:1:ffff::1', true],
    ['fd00:2::1', false],
    ['8.8.8.8', true],
  ])('%s: %s', (address, expected) => expect(allowing(address)).toBe(expected));

  it.each(['10.20.0.0/33', '10.20.0.0/-1', '10.20.0.0/', 'example.org', '10.20/16', 'fd00::/129', ''])(
    'is not %j',
    (network) =>
      expect(() => createNetworkGuard([network])).toThrow(`${JSON.stringify(network)} is no network`),
  );
});
