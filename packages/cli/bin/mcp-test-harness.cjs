#!/usr/bin/env node
'use strict';
// Plain old syntax on purpose: an old Node must get as far as the sentence below. CommonJS, since the loader of ES
// modules alone costs a third of bare Node's start-up, which --version would pay.

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
  process.stdout.write('mcp-test-harness ' + require('../package.json').version + '\n');
} else {
  require('node:module').enableCompileCache();
  import('../dist/main.js')
    .then(function (main) {
      return main.main(process.argv.slice(2));
    })
    .catch(function (error) {
      process.stderr.write(String((error && error.stack) || error) + '\n');
      process.exitCode = 1;
    });
}
