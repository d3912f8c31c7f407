import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greenRun, hostileRun, mixedRun } from '../testing/example-runs.ts';
import { everyHostileText, hostile } from '../testing/hostile.ts';
import { buildFailure, buildFinding, buildRun, buildSuite, buildTest } from '../testing/results.ts';
import { fencedBlock, inlineCode, specLink } from './escape.ts';
import { renderMarkdown } from './render-markdown.ts';

/** What is left when fenced blocks, code elements and our own links are taken out: the markup that a reader interprets. */
function markupOf(markdown: string): string {
  return markdown
    .replace(/^(`{3,})\w+\n[\s\S]*?\n\1$/gm, '')
    .replace(/<code(?: dir="auto")?>[^<\n]*<\/code>/g, 'CODE')
    .replace(/\[specification\]\(https:\/\/modelcontextprotocol\.io\/[\w./#-]*\)/g, 'LINK');
}

describe('renderMarkdown', () => {
  it('says the verdict first, then what did not pass, the suites, the findings', () => {
    expect(renderMarkdown(mixedRun(), '/project')).toMatchSnapshot();
  });

  it('is short when all is well', () => {
    expect(renderMarkdown(greenRun(3), '/project')).toMatchInlineSnapshot(`
      "## ✅ MCP tests: All 3 tests passed

      3 passed · 1.24 s · <code>mcp-test-harness&#46;yaml</code>

      ### Suites

      | Suite | Passed | Failed | Errored | Skipped | Time |
      | :--- | ---: | ---: | ---: | ---: | ---: |
      | ✅ <code>tools</code> | 1 | 0 | 0 | 0 | 1.5 ms |
      | ✅ <code>resources</code> | 1 | 0 | 0 | 0 | 13 ms |
      | ✅ <code>prompts</code> | 1 | 0 | 0 | 0 | 24 ms |
      "
    `);
  });

  it('lets nothing of a server become a mention, link, image, element, heading or cell', () => {
    const markup = markupOf(renderMarkdown(hostileRun(), '/project'));
    expect(markup).not.toMatch(/evil|octocat|onerror|alert|\[|\]|!|`|@|\$/);
    const elements = new Set(markup.match(/<[^>]*>/g));
    expect(elements).toEqual(new Set(['<details>', '<summary>', '</summary>', '</details>']));
    const rows = markup.split('\n').filter((line) => line.startsWith('|'));
    expect(new Set(rows.map((row) => row.split('|').length))).toEqual(new Set([7, 8]));
  });

  it('stays under 60,000 characters and counts what did not fit', () => {
    const tests = Array.from({ length: 400 }, (_, index) =>
      buildTest(`suite-${index}`, `t${index}`, 'failed', {
        failures: [
          buildFailure({
            message: everyHostileText,
            expected: hostile.long,
            actual: hostile.markdown.repeat(50),
          }),
        ],
        warnings: [buildFailure({ message: hostile.markdown.repeat(10) })],
      }),
    );
    const findings = Array.from({ length: 200 }, (_, index) =>
      buildFinding({ rule: `r${index}`, message: everyHostileText }),
    );
    const markdown = renderMarkdown(
      buildRun(
        tests.map((test) => buildSuite(test.suite, [test])),
        { findings },
      ),
      '/project',
    );
    expect(markdown.length).toBeLessThan(60_000);
    for (const nouns of ['tests', 'suites', 'rules', 'warnings']) {
      expect(markdown).toMatch(new RegExp(`_\\d+ more ${nouns} did not fit here`));
    }
    expect(markupOf(markdown).match(/<details>/g)?.length).toBe(
      markupOf(markdown).match(/<\/details>/g)?.length,
    );
  });
});

describe('many failures', () => {
  it('are named where there is no room for their details', () => {
    const tests = Array.from({ length: 100 }, (_, index) => buildTest('s', `t${index}`, 'failed'));
    const markdown = renderMarkdown(buildRun([buildSuite('s', tests)]), '/project');
    const detailed = markdown.match(/<details>/g)?.length ?? 0;
    const named = markdown.match(/^- ❌ <code>s\/t\d+<\/code> failed/gm)?.length ?? 0;
    expect(detailed).toBeGreaterThan(30);
    expect(detailed + named).toBe(100);
  });
});

describe('escaping', () => {
  it('makes inline code of any text: one element on one line, nothing but entities and plain characters in it', () => {
    const harmless = /^(?:<code(?: dir="auto")?>(?:[\p{L}\p{N}\-/=,;'?% ]|&#\d+;)*<\/code>)?$/u;
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => harmless.test(inlineCode(text))));
    expect(inlineCode(everyHostileText)).toMatch(harmless);
    expect(inlineCode('שלום (1)')).toBe('<code dir="auto">שלום &#40;1&#41;</code>');
  });

  it('fences any text so that it cannot close its own fence', () => {
    const backticks = fc
      .array(fc.constantFrom('`', '``', '```', '````', '\n', 'x'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(backticks, (text) => {
        const lines = fencedBlock(text, 'text').split('\n');
        const fence = lines[0]?.replace('text', '') ?? '';
        return lines.at(-1) === fence && lines.slice(1, -1).every((line) => !line.includes(fence));
      }),
    );
  });

  it.each([
    [
      'https://modelcontextprotocol.io/specification/2025-11-25/basic#responses',
      '[specification](https://modelcontextprotocol.io/specification/2025-11-25/basic#responses)',
    ],
    [
      'https://modelcontextprotocol.io.evil.example/',
      '<code>https&#58;//modelcontextprotocol&#46;io&#46;evil&#46;example/</code>',
    ],
    ['javascript:alert(1)', '<code>javascript&#58;alert&#40;1&#41;</code>'],
  ])('links %s only when it is the specification', (url, markdown) => {
    expect(specLink(url)).toBe(markdown);
  });
});
