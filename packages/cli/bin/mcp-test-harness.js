#!/usr/bin/env node
// Plain old syntax on purpose: an old Node must get as far as the sentence below.
import { readFileSync } from 'node:fs';
import process from 'node:process';

var parts = process.versions.node.split('.');
if (Number(parts[0]) < 22 || (Number(parts[0]) === 22 && Number(parts[1]) < 13)) {
  process.stderr.write(
    'mcp-test-harness needs Node.js 22.13 or newer; this is ' +
      process.versions.node +
      '.\n' +
      'Install a newer one (https://nodejs.org) or put it first on PATH.\n',
  );
  process.exitCode = 2;
} else if (process.argv.length === 3 && process.argv[2] === '--version') {
  var manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write('mcp-test-harness ' + manifest.version + '\n');
} else {
  import('node:module')
    .then(function (module) {
      module.enableCompileCache();
      return import('../dist/main.js');
    })
    .then(function (main) {
      return main.main(process.argv.slice(2));
    })
    .catch(function (error) {
      process.stderr.write(String((error && error.stack) || error) + '\n');
      process.exitCode = 1;
    });
}
