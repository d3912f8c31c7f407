import{n as e}from"./clean-text.js";import{i as t,r as n}from"./format.js";import{a as r,n as i}from"./location.js";import{n as a,o}from"./outcome.js";import{n as s}from"./layout-json.js";import{createHash as c}from"node:crypto";const l=`
:root {
  color-scheme: light dark;
  --bg: #ffffff;
  --surface: #f6f7f9;
  --raised: #ffffff;
  --line: #dde1e7;
  --line-strong: #848d97;
  --text: #1c2128;
  --muted: #57606a;
  --link: #0a58ca;
  --focus: #0a58ca;
  --passed: #1a7f37;
  --failed: #c8232c;
  --errored: #a34700;
  --skipped: #6a737d;
  --flaky: #7d5700;
  --plain: #5b7fb5;
  --failed-soft: #fdf0f0;
  --errored-soft: #fdf3ea;
  --flaky-soft: #fbf4de;
  --ins: #116329;
  --del: #a5161e;
  --ins-soft: #e3f5e7;
  --del-soft: #fdeaea;
  --json-key: #0b4f9e;
  --json-string: #116329;
  --json-number: #953800;
  --json-word: #8250df;
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif;
  --mono: ui-monospace, SFMono-Regular, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #0e1116;
    --surface: #161b22;
    --raised: #12161c;
    --line: #2a313a;
    --line-strong: #6e7781;
    --text: #e4e8ed;
    --muted: #9ba5b0;
    --link: #79b0ff;
    --focus: #79b0ff;
    --passed: #4ac26b;
    --failed: #ff7b72;
    --errored: #f0a35e;
    --skipped: #98a2ad;
    --flaky: #e3b341;
    --plain: #6f9bd8;
    --failed-soft: #2a1617;
    --errored-soft: #291c11;
    --flaky-soft: #262010;
    --ins: #5fd07f;
    --del: #ff8f87;
    --ins-soft: #12281a;
    --del-soft: #2f1719;
    --json-key: #8cc0ff;
    --json-string: #7ee2a0;
    --json-number: #f0b072;
    --json-word: #c8a6ff;
  }
}
*,
*::before,
*::after {
  box-sizing: border-box;
}
html {
  scroll-padding-top: 12rem;
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
}
body {
  margin: 0;
  background: var(--bg);
  color: var(--text);
  font: 15px/1.55 var(--sans);
}
.page-header,
body > nav,
main,
footer {
  max-width: 1120px;
  margin-inline: auto;
  padding-inline: 32px;
}
[hidden] {
  display: none !important;
}
.sr {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.skip {
  position: absolute;
  left: 16px;
  top: -100px;
  z-index: 3;
  padding: 8px 16px;
  border-radius: 6px;
  background: var(--raised);
}
.skip:focus {
  top: 12px;
}
a {
  color: var(--link);
  text-underline-offset: 3px;
}
:focus-visible {
  outline: 2px solid var(--focus);
  outline-offset: 2px;
  border-radius: 4px;
}
section:focus {
  outline: none;
}
h1,
h2,
h3,
h4,
h5,
p,
ul,
dl,
dd,
figure {
  margin: 0;
  padding: 0;
}
h1,
h2,
h3,
h4,
p,
li,
dd,
code {
  overflow-wrap: anywhere;
}
code,
pre {
  font-family: var(--mono);
  font-size: 0.87em;
}

/* The verdict */
.page-header {
  padding-block: 40px 24px;
}
.product {
  color: var(--muted);
  font-size: 14px;
}
.product code {
  margin-left: 8px;
}
h1 {
  margin-top: 6px;
  font-size: 28px;
  line-height: 1.25;
  font-weight: 600;
  letter-spacing: -0.015em;
  text-wrap: balance;
}
.verdict {
  text-transform: capitalize;
}
.verdict::after {
  content: '.';
}
.verdict.passed {
  color: var(--passed);
}
.verdict.failed {
  color: var(--failed);
}
.verdict.errored {
  color: var(--errored);
}
.verdict.interrupted {
  color: var(--flaky);
}
.proportions {
  display: block;
  width: 100%;
  margin-top: 24px;
  border-radius: 5px;
  background: var(--surface);
}
.fill-passed {
  fill: var(--passed);
}
.fill-failed {
  fill: var(--failed);
}
.fill-errored {
  fill: var(--errored);
}
.fill-skipped {
  fill: var(--line-strong);
}
.fill-plain {
  fill: var(--plain);
}
.legend {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 24px;
  margin-top: 12px;
  list-style: none;
}
.legend li {
  display: flex;
  align-items: baseline;
  gap: 6px;
  color: var(--muted);
}
.legend li::before {
  content: '';
  width: 9px;
  height: 9px;
  border-radius: 50%;
  background: currentColor;
}
.legend strong {
  color: var(--text);
  font-weight: 600;
  font-variant-numeric: tabular-nums;
}
.legend .passed::before {
  background: var(--passed);
}
.legend .failed::before {
  background: var(--failed);
}
.legend .errored::before {
  background: var(--errored);
}
.legend .skipped::before {
  background: var(--line-strong);
}
.legend .flaky::before {
  border: 2px solid var(--flaky);
  background: none;
}
.facts {
  display: flex;
  flex-wrap: wrap;
  gap: 10px 32px;
  font-size: 13.5px;
}
.page-header .facts {
  margin-top: 24px;
}
.facts dt {
  color: var(--muted);
  font-size: 12.5px;
}
.facts dd {
  font-variant-numeric: tabular-nums;
}

/* Sections */
body > nav {
  position: relative;
}
body > nav ul {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 28px;
  padding-block: 10px;
  border-block: 1px solid var(--line);
  list-style: none;
}
body > nav a {
  display: inline-block;
  padding-block: 4px;
  color: var(--text);
  text-decoration: none;
}
body > nav a:hover {
  color: var(--link);
  text-decoration: underline;
}
.amount {
  color: var(--muted);
  font-weight: 400;
  font-variant-numeric: tabular-nums;
}
main section {
  padding-top: 40px;
}
h2 {
  margin-bottom: 16px;
  font-size: 20px;
  font-weight: 600;
  letter-spacing: -0.01em;
}
h3 {
  font-size: 15.5px;
  font-weight: 600;
}
h4 {
  margin-bottom: 6px;
  font-size: 14px;
  font-weight: 600;
}
h5 {
  margin-bottom: 4px;
  color: var(--muted);
  font-size: 12.5px;
  font-weight: 400;
}
.notice {
  margin-top: 24px;
  padding: 12px 16px;
  border: 1px solid var(--flaky);
  border-radius: 8px;
  background: var(--flaky-soft);
}
.absent,
.description,
.hint,
.aside {
  color: var(--muted);
}
.aside {
  font-size: 13px;
  font-weight: 400;
}

/* Filters */
.filters {
  position: sticky;
  top: 0;
  z-index: 2;
  display: flex;
  flex-wrap: wrap;
  align-items: end;
  gap: 12px;
  margin-bottom: 8px;
  padding-block: 12px;
  border-bottom: 1px solid var(--line);
  background: var(--bg);
}
.field {
  display: flex;
  flex-direction: column;
  gap: 3px;
  min-width: 150px;
  max-width: 240px;
}
.field.grow {
  flex: 1 1 220px;
  max-width: none;
}
.field label {
  color: var(--muted);
  font-size: 12.5px;
}
input,
select,
button {
  min-height: 34px;
  padding: 4px 10px;
  border: 1px solid var(--line-strong);
  border-radius: 6px;
  background: var(--raised);
  color: var(--text);
  font: inherit;
  font-size: 14px;
}
input::placeholder {
  color: var(--muted);
  opacity: 1;
}
select {
  max-width: 100%;
}
button {
  cursor: pointer;
}
button:hover {
  border-color: var(--text);
}
.quiet {
  border-color: var(--line);
}
.chips {
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
}
.chip {
  border-radius: 17px;
  padding-inline: 13px;
  text-transform: capitalize;
}
.chip::before {
  content: '';
  display: inline-block;
  width: 8px;
  height: 8px;
  margin-right: 7px;
  border-radius: 50%;
  background: var(--dot);
}
.chip.passed {
  --dot: var(--passed);
}
.chip.failed {
  --dot: var(--failed);
}
.chip.errored {
  --dot: var(--errored);
}
.chip.skipped {
  --dot: var(--line-strong);
}
.chip.flaky {
  --dot: var(--flaky);
}
.chip[aria-pressed='true'] {
  border-color: var(--text);
  background: var(--text);
  color: var(--bg);
}
.chip[aria-pressed='true'] .amount {
  color: inherit;
}
.actions {
  display: flex;
  align-items: center;
  gap: 14px;
  margin-left: auto;
  color: var(--muted);
  font-size: 13.5px;
  font-variant-numeric: tabular-nums;
}

/* Tests */
.suite {
  padding-top: 20px;
}
.suite-head {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  justify-content: space-between;
  gap: 2px 24px;
}
.suite-head p {
  color: var(--muted);
  font-size: 13.5px;
  font-variant-numeric: tabular-nums;
}
.suite-head .time {
  margin-left: 16px;
}
.dot {
  display: inline-block;
  width: 9px;
  height: 9px;
  margin-right: 9px;
  border-radius: 50%;
}
.dot.passed {
  background: var(--passed);
}
.dot.failed {
  background: var(--failed);
}
.dot.errored {
  background: var(--errored);
}
.dot.skipped {
  background: var(--line-strong);
}
.rows {
  margin-top: 8px;
  overflow: clip;
  border: 1px solid var(--line);
  border-radius: 8px;
}
.many .test {
  content-visibility: auto;
  contain-intrinsic-size: auto 40px;
}
.test + .test {
  border-top: 1px solid var(--line);
}
.test > summary {
  display: grid;
  grid-template-columns: 18px minmax(0, 1fr) 96px 76px;
  align-items: center;
  gap: 10px;
  min-height: 40px;
  padding: 7px 14px;
  cursor: pointer;
  list-style: none;
}
.test > summary::-webkit-details-marker {
  display: none;
}
.test > summary:hover {
  background: var(--surface);
}
.test > summary:focus-visible {
  outline-offset: -2px;
}
.test[open] > summary {
  background: var(--surface);
}
.sign {
  font-weight: 700;
  text-align: center;
}
.passed > summary > .sign {
  color: var(--passed);
}
.failed > summary > .sign {
  color: var(--failed);
}
.errored > summary > .sign {
  color: var(--errored);
}
.skipped > summary > .sign {
  color: var(--skipped);
}
.name {
  margin-right: 9px;
  overflow-wrap: anywhere;
}
.skipped > summary .name {
  color: var(--muted);
}
.headline {
  display: block;
  overflow: hidden;
  color: var(--muted);
  font-size: 13.5px;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.test[open] > summary .headline {
  display: none;
}
.badge {
  display: inline-block;
  margin-right: 5px;
  padding: 0 7px;
  border: 1px solid var(--line);
  border-radius: 10px;
  color: var(--muted);
  font-size: 12px;
  line-height: 18px;
  overflow-wrap: anywhere;
}
.badge.flaky,
.badge.warned {
  border-color: var(--flaky);
  color: var(--flaky);
}
.bar {
  width: 100%;
  border-radius: 2px;
  background: var(--line);
  fill: var(--plain);
}
.test .time {
  color: var(--muted);
  font-size: 13.5px;
  font-variant-numeric: tabular-nums;
  text-align: right;
  white-space: nowrap;
}
.body {
  display: flex;
  flex-direction: column;
  gap: 18px;
  padding: 14px 20px 20px 42px;
}
.body > .facts {
  padding-top: 14px;
  border-top: 1px solid var(--line);
}
.expectation {
  padding: 12px 16px 14px;
  border-radius: 8px;
  background: var(--failed-soft);
  list-style: none;
}
.expectation > li + li {
  margin-top: 12px;
  padding-top: 12px;
  border-top: 1px solid var(--line);
}
.errored .expectation.failure {
  background: var(--errored-soft);
}
.expectation.warning {
  background: var(--flaky-soft);
}
.message {
  white-space: pre-wrap;
}
.expectation .message {
  font-weight: 500;
}
.expectation .message code {
  padding: 1px 5px;
  border-radius: 4px;
  background: var(--raised);
  font-size: 0.93em;
}
.where {
  color: var(--muted);
  font-size: 13.5px;
}
.where code,
.facts code {
  font-size: 0.93em;
}
.where span + span {
  margin-left: 10px;
}
.bad-end {
  color: var(--errored);
  font-weight: 600;
}
.exchange > h5 {
  margin-top: 10px;
}
.pair {
  display: grid;
  grid-template-columns: repeat(2, minmax(0, 1fr));
  gap: 12px;
}
.expectation .pair,
.diff-legend {
  margin-top: 10px;
}
.pair > :only-child {
  grid-column: 1 / -1;
}
pre {
  margin: 0;
  padding: 10px 12px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--raised);
  line-height: 1.5;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
  tab-size: 2;
}
pre.tall {
  max-height: 26em;
  overflow: auto;
}
.diff-legend {
  margin-bottom: 4px;
  font: 12.5px var(--mono);
}
ins,
del {
  text-decoration: none;
}
.diff > * {
  display: block;
  min-height: 1lh;
  margin-inline: -12px;
  padding-inline: 12px;
}
.diff em {
  color: var(--muted);
  font-style: normal;
}
ins {
  background: var(--ins-soft);
  color: var(--ins);
}
del {
  background: var(--del-soft);
  color: var(--del);
}
.j-k {
  color: var(--json-key);
}
.j-s {
  color: var(--json-string);
}
.j-n {
  color: var(--json-number);
}
.j-w {
  color: var(--json-word);
}
.command {
  display: flex;
  align-items: start;
  gap: 10px;
  padding: 8px 8px 8px 12px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--raised);
}
.command code {
  flex: 1;
  padding-block: 4px;
}
.copy {
  min-height: 28px;
  padding-block: 1px;
  font-size: 13px;
}

/* Findings, timings, servers */
.findings {
  border: 1px solid var(--line);
  border-radius: 8px;
  list-style: none;
}
.finding {
  padding: 12px 16px;
}
.finding + .finding {
  border-top: 1px solid var(--line);
}
.severity {
  font-size: 13px;
  font-weight: 600;
  text-transform: capitalize;
}
.error .severity {
  color: var(--failed);
}
.warning .severity {
  color: var(--flaky);
}
.rule {
  margin-left: 4px;
  font-weight: 600;
}
.more {
  margin-top: 8px;
}
.more > summary {
  width: fit-content;
  color: var(--muted);
  cursor: pointer;
}
.more > pre {
  margin-top: 6px;
}
.plain {
  padding-left: 20px;
}
main section h3 + table,
main section h3 + figure {
  margin-top: 10px;
}
table + h3,
.note + h3 {
  margin-top: 32px;
}
.note {
  margin-top: 6px;
  color: var(--muted);
  font-size: 13px;
}
table {
  width: 100%;
  border-collapse: collapse;
  font-size: 14px;
}
th,
td {
  padding: 6px 16px 6px 0;
  border-bottom: 1px solid var(--line);
  text-align: left;
  vertical-align: middle;
}
th:last-child,
td:last-child {
  padding-right: 0;
}
thead th {
  color: var(--muted);
  font-size: 12.5px;
  font-weight: 400;
}
tbody th {
  font-weight: 400;
  overflow-wrap: anywhere;
}
.number {
  text-align: right;
  font-variant-numeric: tabular-nums;
  white-space: nowrap;
}
.bars tbody th {
  width: 42%;
}
.bars a {
  color: var(--text);
  text-decoration-color: var(--line-strong);
}
.bars svg {
  display: block;
  width: 100%;
}
.histogram {
  display: block;
  width: 100%;
  margin-top: 10px;
  overflow: visible;
}
.histogram text {
  fill: var(--muted);
  font: 12px var(--sans);
}
.axis,
.tick {
  stroke: var(--line-strong);
}
.median {
  stroke: var(--text);
  stroke-dasharray: 3 3;
}
figcaption {
  margin-block: 4px 20px;
  color: var(--muted);
  font-size: 13px;
}
.server {
  padding: 16px;
  border: 1px solid var(--line);
  border-radius: 8px;
}
.server + .server {
  margin-top: 12px;
}
.server .target {
  margin-bottom: 12px;
  color: var(--muted);
}
.server .expectation {
  margin-bottom: 12px;
}
footer {
  padding-block: 48px 40px;
  color: var(--muted);
  font-size: 13px;
}

@media (max-width: 720px) {
  .page-header,
  body > nav,
  main,
  footer {
    padding-inline: 16px;
  }
  .page-header {
    padding-block: 24px 18px;
  }
  h1 {
    font-size: 23px;
  }
  .product code {
    display: block;
    margin-left: 0;
  }
  .filters {
    position: static;
  }
  .field {
    flex: 1 1 140px;
    max-width: none;
  }
  .actions {
    width: 100%;
    justify-content: space-between;
    margin-left: 0;
  }
  .test > summary {
    grid-template-columns: 18px minmax(0, 1fr) auto;
    padding-inline: 12px;
  }
  .bar {
    display: none;
  }
  .body {
    padding: 12px 14px 18px;
  }
  .pair {
    grid-template-columns: minmax(0, 1fr);
  }
  .command {
    flex-direction: column;
  }
  .bars thead th:nth-child(2),
  .bars .chart {
    display: none;
  }
  .bars tbody th {
    width: auto;
  }
  th,
  td {
    padding-right: 10px;
  }
  table:not(.bars) {
    display: block;
    overflow-x: auto;
  }
}
@media (max-height: 640px) {
  .filters {
    position: static;
  }
}
@media (min-width: 721px) and (min-height: 641px) {
  .test > summary {
    scroll-margin-top: 150px;
  }
}
@media (prefers-reduced-motion: no-preference) {
  html {
    scroll-behavior: smooth;
  }
}
@media (forced-colors: active) {
  .proportions,
  .legend li::before,
  .chip::before,
  .dot,
  .bars svg,
  .bar,
  .histogram {
    forced-color-adjust: none;
  }
}
@media print {
  @page {
    margin: 14mm 12mm;
  }
  :root {
    color-scheme: light;
  }
  .filters,
  body > nav,
  .skip,
  .copy,
  .bar {
    display: none !important;
  }
  body {
    font-size: 11px;
  }
  .page-header,
  main,
  footer {
    max-width: none;
    padding-inline: 0;
  }
  .page-header {
    padding-block: 0 12px;
  }
  main section {
    padding-top: 20px;
  }
  h1 {
    font-size: 20px;
  }
  h2 {
    margin-bottom: 8px;
    font-size: 15px;
  }
  h3 {
    font-size: 12px;
  }
  h4,
  h5,
  .where,
  .aside,
  .facts dt,
  .headline,
  .suite-head p,
  .test .time,
  table {
    font-size: 10px;
  }
  th,
  td {
    padding-block: 2px;
  }
  .body {
    gap: 8px;
    padding: 6px 10px 10px;
  }
  .test > summary {
    grid-template-columns: 18px minmax(0, 1fr) 76px;
    min-height: 0;
    padding-block: 4px;
    break-after: avoid-page;
  }
  .suite-head,
  h2,
  h3,
  h4,
  h5 {
    break-after: avoid-page;
  }
  .expectation > li:not(:has(.diff)),
  .finding,
  .server,
  figure,
  tr,
  .test:not([open]) {
    break-inside: avoid-page;
  }
  .test {
    content-visibility: visible;
  }
  .rows {
    overflow: visible;
  }
  pre,
  .command,
  .facts {
    font-size: 9px;
  }
  pre {
    padding: 6px 8px;
  }
  pre.tall {
    max-height: none;
    overflow: visible;
  }
  .expectation,
  .proportions,
  .legend li::before,
  .dot,
  .diff > *,
  .bars svg,
  .histogram {
    print-color-adjust: exact;
  }
}
`,u=`
// Filters, order, copying and links to tests. The page is complete without it.
(() => {
  const find = (id) => document.getElementById(id);
  const filters = find('filters');
  const flat = find('flat');
  const nothing = find('nothing');
  const text = find('filter-text');
  const suiteChoice = find('filter-suite');
  const tagChoice = find('filter-tag');
  const order = find('sort');
  const amount = find('filter-count');
  const toggleAll = find('toggle-all');
  const chips = [...document.querySelectorAll('.chip')];
  const suites = [...document.querySelectorAll('.suite')];
  const number = new Intl.NumberFormat('en');
  const rank = { failed: 0, errored: 1, skipped: 2, passed: 3 };

  const rows = [...document.querySelectorAll('details.test')].map((element, index) => {
    const { outcome, suite, ms, flaky, tags } = element.dataset;
    return {
      element,
      index,
      home: element.parentElement,
      outcome,
      suite,
      ms: Number(ms),
      flaky: flaky !== undefined,
      tags: tags === undefined ? [] : JSON.parse(tags),
      name: element.querySelector('.name').textContent,
      words: undefined,
      shown: true,
    };
  });
  // Read when first searched for, so that a page of 10,000 tests opens at once.
  const wordsOf = (row) => {
    row.words ??=
      \`\${row.element.id} \${row.element.querySelector('summary').textContent} \${row.element.querySelector('.message')?.textContent ?? ''}\`.toLowerCase();
    return row.words;
  };

  const orders = {
    slowest: (a, b) => b.ms - a.ms,
    outcome: (a, b) => rank[a.outcome] - rank[b.outcome] || a.index - b.index,
    name: (a, b) => a.name.localeCompare(b.name) || a.index - b.index,
  };

  function filter() {
    const states = new Set(
      chips.filter((chip) => chip.ariaPressed === 'true').map((chip) => chip.dataset.state),
    );
    const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const suite = suiteChoice?.value ?? '';
    const tag = tagChoice?.value ?? '';
    const filled = new Set();
    let shown = 0;
    for (const row of rows) {
      row.shown =
        (states.size === 0 || states.has(row.outcome) || (row.flaky && states.has('flaky'))) &&
        (suite === '' || row.suite === suite) &&
        (tag === '' || row.tags.includes(tag)) &&
        words.every((word) => wordsOf(row).includes(word));
      row.element.hidden = !row.shown;
      if (!row.shown) continue;
      shown += 1;
      filled.add(row.suite);
    }
    const inSuites = order.value === '';
    for (const element of suites) element.hidden = !inSuites || !filled.has(element.dataset.suite);
    flat.hidden = inSuites || shown === 0;
    nothing.hidden = shown > 0 || rows.length === 0;
    amount.textContent = \`\${number.format(shown)} of \${number.format(rows.length)} tests\`;
  }

  function sort() {
    const compare = orders[order.value];
    if (compare === undefined) {
      for (const row of rows) row.home.append(row.element);
    } else {
      flat.append(...rows.toSorted(compare).map((row) => row.element));
    }
    filter();
  }

  function openTarget() {
    const target = find(decodeURIComponent(location.hash.slice(1)));
    if (!target?.matches('details.test')) return;
    if (target.hidden) reset();
    target.open = true;
    target.scrollIntoView({ block: 'start' });
    target.querySelector('summary').focus({ preventScroll: true });
  }

  function reset() {
    text.value = '';
    for (const choice of [suiteChoice, tagChoice]) if (choice) choice.value = '';
    for (const chip of chips) chip.ariaPressed = 'false';
    filter();
  }

  async function copy(button) {
    const line = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(line.textContent);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(line);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      document.execCommand('copy');
    }
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 2000);
  }

  let pending;
  text.addEventListener('input', () => {
    clearTimeout(pending);
    pending = setTimeout(filter, 120);
  });
  for (const choice of [suiteChoice, tagChoice]) choice?.addEventListener('change', filter);
  order.addEventListener('change', sort);
  for (const chip of chips) {
    chip.addEventListener('click', () => {
      chip.ariaPressed = chip.ariaPressed === 'true' ? 'false' : 'true';
      filter();
    });
  }
  find('reset').addEventListener('click', () => {
    reset();
    text.focus();
  });
  toggleAll.addEventListener('click', () => {
    const open = toggleAll.ariaPressed !== 'true';
    for (const row of rows) if (row.shown) row.element.open = open;
    toggleAll.ariaPressed = String(open);
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest('.copy');
    if (button) void copy(button);
  });
  addEventListener('hashchange', openTarget);
  addEventListener('beforeprint', () => {
    for (const row of rows)
      if (row.shown && (row.outcome === 'failed' || row.outcome === 'errored')) row.element.open = true;
  });

  for (const button of document.querySelectorAll('.copy')) {
    button.hidden = false;
    button.ariaLive = 'polite';
  }
  filters.hidden = rows.length === 0;
  openTarget();
})();
`;function d(e,t,n){let r=/* @__PURE__ */ new Map,i=/* @__PURE__ */ new Set,a=0;for(let{id:e,durationMs:n}of t){a=Math.max(a,n);let t=`t-${e.toLowerCase().replace(/[^\p{L}\p{N}]+/gu,`-`).replace(/^-|-$/g,``).slice(0,120)}`,o=t;for(let e=2;i.has(o);e+=1)o=`${t}-${e}`;i.add(o),r.set(e,o)}let o=n;return{cwd:e,longestMs:a,anchorOf:e=>r.get(e)??``,takeRoom(e){return e>o?!1:(o-=e,!0)}}}const f={"&":`&amp;`,"<":`&lt;`,">":`&gt;`,'"':`&quot;`,"'":`&#39;`};function p(t){return e(t).replace(/[&<>"']/g,e=>f[e]??e)}function m(e){return p(r(e,4e3))}function h(e,t){return/^https:\/\/[\w.-]+\/[^\s"'<>]*$/.test(e)?`<a href="${p(e)}" rel="noreferrer noopener">${p(t)}</a>`:`<code>${p(e)}</code>`}function g(e,t,n=``,r=e.split(`
`).length){let i=r>24||e.replace(/<[^>]*>/g,``).length>1800,a=`${n}${i?` tall`:``}`.trim();return`<pre${[...a===``?[]:[` class="${a}"`],...i?[` tabindex="0" role="group" aria-label="${p(t)}"`]:[]].join(``)}>${e}</pre>`}function _(e,t){let n=t.filter(([,e])=>e!==void 0&&e!==``);return n.length===0?``:`<dl class="${e}">${n.map(([e,t])=>`<div><dt>${p(e)}</dt><dd>${t??``}</dd></div>`).join(``)}</dl>`}const v={key:`j-k`,string:`j-s`,number:`j-n`,word:`j-w`};function y(e){let t=s(e);return t===void 0?p(e):t.map(({space:e,text:t,kind:n})=>{let r=v[n];return r===void 0?`${e}${t}`:`${e}<span class="${r}">${p(t)}</span>`}).join(``)}function b(e){return`<ul class="findings">${o(e).map(x).join(``)}</ul>`}function x({rule:e,severity:t,message:r,spec:i,count:a,sample:o,server:s}){let c=[a===1?`seen once`:`seen ${n(a)} times`,...s===void 0?[]:[`server <code>${p(s)}</code>`],...i===void 0?[]:[h(i,`Specification on ${e}`)]];return`<li class="finding ${t}"><p><span class="severity">${t}</span> <code class="rule">${p(e)}</code></p>
<p class="message">${m(r)}</p>
<p class="where">${c.join(` · `)}</p>
${o===void 0?``:`<details class="more"><summary>First message that broke the rule</summary>${g(y(o),`Message that broke ${e}`)}</details>`}</li>`}function*S(e){let{style:t,script:n,sections:r,bodyClass:i,notice:a}=e,[o]=r;yield`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${T(t)}; script-src ${T(n)}; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${p(`${e.title} - MCP Test Harness`)}</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%23${e.iconColor}'/%3E%3C/svg%3E">
<style>${t}</style>
</head>
<body${i===void 0?``:` class="${i}"`}>
${o===void 0?``:`<a class="skip" href="#${o.id}">Skip to the ${o.title.toLowerCase()}</a>`}
${e.header}
<nav aria-label="Sections"><ul>${r.map(w).join(``)}</ul></nav>
<main>
${a===void 0?``:`<p class="notice">${p(a)}</p>`}
`;for(let e of r)yield*C(e);yield`</main>
<footer><p>MCP Test Harness ${p(e.harnessVersion)}</p></footer>
<script>${n}<\/script>
</body>
</html>
`}function*C({id:e,title:t,amount:r,parts:i}){yield`<section id="${e}" aria-labelledby="${e}-title" tabindex="-1"><h2 id="${e}-title">${t}${r===void 0?``:` <span class="amount">${n(r)}</span>`}</h2>
`,yield*i,yield`
</section>
`}function w({id:e,title:t,amount:r}){return`<li><a href="#${e}">${t}${r===void 0?``:` <span class="amount">${n(r)}</span>`}</a></li>`}function T(e){return`'sha256-${c(`sha256`).update(e).digest(`base64`)}'`}const E=[`passed`,`failed`,`errored`,`skipped`];function D(e,n){let{config:r,harness:o,shard:s,totals:c,verdict:l}=e;return`<header class="page-header">
<p class="product">MCP Test Harness${r.file===void 0?``:` <code>${p(i(r.file,n))}</code>`}</p>
<h1><span class="verdict ${l}">${l}</span> ${p(a(e))}</h1>
${O(c)}
${k(c)}
${_(`facts`,[[`Started`,`<time datetime="${p(e.startedAt)}">${p(A(e.startedAt))}</time>`],[`Duration`,t(e.durationMs)],[`Exit code`,String(e.exitCode)],[`Environment`,r.environment===void 0?void 0:p(r.environment)],[`Shard`,s===void 0?void 0:`${s.index} of ${s.count}`],[`Version`,p(o.version)],[`Node`,p(`${o.node} ${o.platform}`)]])}
</header>`}function O(e){if(e.tests===0)return``;let t=0;return`<svg class="proportions" height="10" aria-hidden="true" focusable="false">${E.map(n=>{let r=e[n]/e.tests*100,i=r===0?``:`<rect class="fill-${n}" x="${t.toFixed(3)}%" width="${r.toFixed(3)}%" height="10"/>`;return t+=r,i}).join(``)}</svg>`}function k(e){let t=E.filter(t=>t===`passed`||e[t]>0).map(t=>`<li class="${t}"><strong>${n(e[t])}</strong> ${t}</li>`);return e.flaky>0&&t.push(`<li class="flaky"><strong>${n(e.flaky)}</strong> flaky</li>`),`<ul class="legend">${t.join(``)}</ul>`}function A(e){let t=Date.parse(e);return Number.isNaN(t)?e:`${new Date(t).toISOString().slice(0,19).replace(`T`,` `)} UTC`}export{y as a,p as c,u as d,l as f,b as i,m as l,D as n,_ as o,S as r,g as s,A as t,d as u};