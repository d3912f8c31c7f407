/** Suites that hold for every server: they ask only for what it says that it has. */
export const suiteFiles: Readonly<Record<string, string>> = {
  'test-suites/core/core-protocol.yaml': `test_suites:
  - name: core-protocol
    description: The server answers, and lists what it says that it has
    tags: [core]
    test_cases:
      - id: ping-answers
        only_if: protocol_version < '2026-07-28'
        method: ping

      - id: tools-are-listed
        only_if: server.capabilities.tools != null
        method: tools/list
        expected: { patterns: [{ key: result.tools, validation: { type: array } }] }

      - id: resources-are-listed
        only_if: server.capabilities.resources != null
        method: resources/list
        expected: { patterns: [{ key: result.resources, validation: { type: array } }] }

      - id: prompts-are-listed
        only_if: server.capabilities.prompts != null
        method: prompts/list
        expected: { patterns: [{ key: result.prompts, validation: { type: array } }] }

      - id: an-unknown-method-is-not-found
        method: no/such/method
        expected: { error: { kind: protocol, code: -32601 } }
`,
  'test-suites/security/security-compliance.yaml': `test_suites:
  - name: security-compliance
    description: What is not there, and what is not meant for callers, is refused
    tags: [security]
    test_cases:
      - id: an-unknown-tool-is-refused
        only_if: server.capabilities.tools != null
        tool_name: no-such-tool-of-any-server
        expect_error: true

      - id: an-unknown-prompt-is-refused
        only_if: server.capabilities.prompts != null
        method: prompts/get
        params: { name: no-such-prompt-of-any-server }
        expect_error: true

      - id: an-unknown-resource-is-refused
        only_if: server.capabilities.resources != null
        method: resources/read
        params: { uri: 'no-such-scheme://nothing' }
        expect_error: true

      - id: files-of-the-machine-are-not-served
        only_if: server.capabilities.resources != null
        cases:
          - { uri: 'file:///etc/passwd' }
          - { uri: 'file:///../../../../etc/passwd' }
          - { uri: 'file:///%2e%2e/%2e%2e/%2e%2e/etc/passwd' }
        method: resources/read
        params: { uri: '\${uri}' }
        expect_error: true
`,
  'test-suites/performance/performance-benchmarks.yaml': `test_suites:
  - name: performance-benchmarks
    description: How long the server takes; add the tools that matter to you
    tags: [performance]
    test_cases:
      - id: ping
        only_if: protocol_version < '2026-07-28'
        method: ping
        iterations: 60
        performance: { percentiles: { p95: 5000 } }

      - id: list-tools
        only_if: server.capabilities.tools != null
        method: tools/list
        iterations: 60
        performance: { percentiles: { p95: 5000 } }
`,
};
