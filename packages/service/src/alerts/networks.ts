/** Which addresses are of machines that are nobody's business: of this machine, its network, and of cloud metadata. */
import { BlockList, isIP } from 'node:net';
import { HarnessError } from '@mcp-test-harness/core/errors';

/** Not reachable from everywhere, by the registry of special purpose addresses of IANA; metadata services among them. */
const specialV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  // Public by its number, but every machine of Azure finds its host there.
  '168.63.129.16/32',
];

/** Of IPv6 only this is public, without what leads back into IPv4 or is for documents. */
const publicV6 = '2000::/3';
const specialV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/**
 * Makes the question whether an address may be connected to: public ones, and those in the networks that are allowed.
 * @param allowNetworks in CIDR notation
 * @throws HarnessError CONFIG_INVALID for what is no network
 */
export function createNetworkGuard(allowNetworks: readonly string[]): (address: string) => boolean {
  const allowed = listOf(allowNetworks);
  return (address) => {
    // A zone names an interface of this machine.
    const [plain = ''] = address.split('%');
    const family = isIP(plain);
    if (family === 0) return false;
    const type = family === 4 ? 'ipv4' : 'ipv6';
    if (allowed.check(plain, type)) return true;
    return family === 4
      ? !special.check(plain, type)
      : publicNetworks.check(plain, type) && !special.check(plain, type);
  };
}

const special = listOf([...specialV4, ...specialV6]);
const publicNetworks = listOf([publicV6]);

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address);
    const most = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family === 0 || !(prefix <= most)) {
      throw new HarnessError({
        code: 'CONFIG_INVALID',
        message: `${JSON.stringify(network)} is no network`,
        hint: 'Write networks in CIDR notation, such as 10.20.0.0/16 or fd00:1::/32.',
      });
    }
    list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
