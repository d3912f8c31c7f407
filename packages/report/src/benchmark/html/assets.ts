/** Generated from ./assets by scripts/generators/html-assets.ts: edit those. */
export const benchmarkStyle = `
/* Benchmark runs: what the report of a test run does not have. */
:root {
  --base: #3a6ea5;
  --head: #b8500f;
  --band: #e6e9ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --base: #6ea8e6;
    --head: #f2a25c;
    --band: #232a33;
  }
}
.verdict.regressed {
  color: var(--failed);
}
.page-header .expectation {
  margin-top: 20px;
}
.fill-regressed {
  fill: var(--failed);
}
.fill-improved {
  fill: var(--passed);
}
.fill-inconclusive {
  fill: var(--flaky);
}
.fill-unchanged {
  fill: var(--line-strong);
}
.legend .regressed::before {
  background: var(--failed);
}
.legend .improved::before {
  background: var(--passed);
}
.legend .inconclusive::before {
  background: var(--flaky);
}
.legend .unchanged::before {
  background: var(--line-strong);
}
.chip.regressed {
  --dot: var(--failed);
}
.chip.improved,
.chip.measured {
  --dot: var(--passed);
}
.chip.inconclusive,
.chip.short {
  --dot: var(--flaky);
}
.chip.unchanged {
  --dot: var(--line-strong);
}

/* Rows: name and sentence, interval, change */
.compared > summary,
.forest-head {
  grid-template-columns: 18px minmax(0, 1fr) minmax(160px, 30%) 72px;
}
.forest-head {
  display: grid;
  gap: 10px;
  margin-top: 12px;
  padding-inline: 15px;
}
.forest-head svg,
.forest,
.ratios svg,
.trend > svg,
.distribution > svg {
  display: block;
  width: 100%;
  overflow: visible;
}
.forest-head + .rows {
  margin-top: 0;
}
.regressed > summary > .sign {
  color: var(--failed);
}
.improved > summary > .sign {
  color: var(--passed);
}
.inconclusive > summary > .sign {
  color: var(--flaky);
}
.unchanged > summary > .sign {
  color: var(--skipped);
}
.test > summary {
  scroll-margin-top: 90px;
}
.sentence {
  display: block;
  color: var(--muted);
  font-size: 13.5px;
  overflow-wrap: anywhere;
}
.compared.regressed .time,
.compared.improved .time {
  color: var(--text);
  font-weight: 600;
}
.badge.bad {
  border-color: var(--failed);
  color: var(--failed);
}

/* Charts */
.band {
  fill: var(--band);
}
.zero {
  stroke: var(--line-strong);
  stroke-dasharray: 2 3;
}
.interval {
  stroke-width: 5;
  stroke-linecap: round;
  stroke: var(--line-strong);
  opacity: 0.6;
}
.interval.regressed {
  stroke: var(--failed);
}
.interval.improved {
  stroke: var(--passed);
}
.interval.inconclusive {
  stroke: var(--flaky);
}
.ink {
  fill: var(--skipped);
}
.ink.regressed {
  fill: var(--failed);
}
.ink.improved {
  fill: var(--passed);
}
.ink.inconclusive {
  fill: var(--flaky);
}
.pair-dot {
  fill: var(--plain);
  fill-opacity: 0.75;
}
.pair-dot.beyond {
  fill: none;
  stroke: var(--plain);
  stroke-width: 1.5;
}
.forest-head text,
.ratios text,
.distribution text,
.trend text {
  fill: var(--muted);
  font: 12px var(--sans);
}
.ratios th .aside,
.ratios .number .aside {
  display: block;
}
.ratios tbody th {
  width: 30%;
}
.ratios .chart {
  width: 40%;
  padding-inline: 6px 22px;
}
.ratios tbody td,
.ratios tbody th {
  padding-block: 4px;
}
.ratios tfoot td {
  padding-block: 0;
  border-bottom: 0;
}
.ratios .regressed strong {
  color: var(--failed);
}
.ratios .improved strong {
  color: var(--passed);
}
.distribution {
  margin-top: 8px;
}
.distribution > svg > svg,
.trend > svg > svg {
  overflow: visible;
}
.area {
  stroke-width: 1.5;
}
.area.base {
  fill: var(--base);
  fill-opacity: 0.28;
  stroke: var(--base);
}
.area.head {
  fill: var(--head);
  fill-opacity: 0.28;
  stroke: var(--head);
}
.mark {
  stroke-width: 1.5;
}
.mark.base {
  stroke: var(--base);
}
.mark.head {
  stroke: var(--head);
}
.mark.p95 {
  stroke-dasharray: 3 3;
}
figcaption > span {
  display: block;
}
.sides {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 28px;
  margin-bottom: 2px;
  list-style: none;
  font-variant-numeric: tabular-nums;
}
.sides li::before {
  content: '';
  display: inline-block;
  width: 14px;
  height: 9px;
  margin-right: 7px;
  border: 1.5px solid var(--side);
  background: color-mix(in srgb, var(--side) 30%, transparent);
}
.sides .base {
  --side: var(--base);
}
.sides .head {
  --side: var(--head);
}
.sides strong {
  color: var(--text);
  font-weight: 600;
}
.grid {
  stroke: var(--line);
}
.spread {
  fill: var(--plain);
  fill-opacity: 0.18;
}
.line {
  fill: none;
  stroke: var(--plain);
  stroke-width: 1.5;
}
.point {
  fill: var(--plain);
}
.level {
  stroke: var(--text);
  stroke-width: 1.5;
}
.change {
  stroke-dasharray: 4 3;
}
line.change.regressed {
  stroke: var(--failed);
}
line.change.improved {
  stroke: var(--passed);
}
.trend text.change {
  font-weight: 600;
}
.trend text.change.regressed {
  fill: var(--failed);
}
.trend text.change.improved {
  fill: var(--passed);
}

/* Tables and facts */
.scroll {
  overflow-x: auto;
}
.scroll table {
  display: table;
}
.metrics tbody th {
  max-width: 260px;
  vertical-align: top;
}
.metrics a,
#load a {
  color: var(--text);
  text-decoration-color: var(--line-strong);
}
.metrics td {
  white-space: nowrap;
}
.verdict-cell.regressed {
  color: var(--failed);
  font-weight: 600;
}
.verdict-cell.improved {
  color: var(--passed);
  font-weight: 600;
}
.verdict-cell.inconclusive {
  color: var(--flaky);
}
#load .expectation,
#load p:first-of-type {
  margin-bottom: 14px;
}
.plain {
  list-style: disc;
}
.plain li + li {
  margin-top: 4px;
}

/* Against the baseline */
.baseline + .baseline {
  margin-top: 40px;
  padding-top: 24px;
  border-top: 1px solid var(--line);
}
.baseline > * + * {
  margin-top: 14px;
}
.baseline > .note,
.baseline > .more {
  margin-top: 6px;
}
.baseline > h4 {
  margin-top: 26px;
}
.baseline > h4 + * {
  margin-top: 0;
}
.baseline > h3,
.baseline .plain {
  overflow-wrap: anywhere;
}
.verdict-line {
  font-size: 16px;
}
.baseline .metrics tbody th {
  min-width: 220px;
  max-width: 380px;
}
.baseline .number .aside {
  display: block;
}
.baseline .more > .plain,
.baseline .more > .trend {
  margin-top: 10px;
}

@media (max-width: 720px) {
  .compared > summary {
    grid-template-columns: 18px minmax(0, 1fr) auto;
  }
  .forest,
  .forest-head {
    display: none;
  }
  .ratios,
  .ratios tbody {
    display: block;
    overflow: visible;
  }
  .ratios thead {
    display: none;
  }
  .ratios tr {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 2px 12px;
    padding-block: 8px;
    border-bottom: 1px solid var(--line);
  }
  .ratios tfoot {
    display: block;
  }
  .ratios tfoot tr {
    padding-block: 0;
    border: 0;
  }
  .ratios tfoot td:not(.chart) {
    display: none;
  }
  .ratios td,
  .ratios tbody th {
    width: auto;
    padding: 0;
    border: 0;
  }
  .ratios .chart {
    grid-column: 1 / -1;
    order: 2;
    width: auto;
    padding: 0;
  }
  .ratios td:last-child {
    grid-column: 1 / -1;
    order: 1;
    text-align: left;
  }
}
@media (forced-colors: active) {
  .distribution,
  .trend,
  .ratios svg,
  .forest {
    forced-color-adjust: none;
  }
}
@media print {
  .compared > summary {
    grid-template-columns: 18px minmax(0, 1fr) 160px 60px;
  }
  .forest,
  .ratios svg,
  .distribution,
  .trend,
  .proportions {
    print-color-adjust: exact;
  }
  .scroll {
    overflow: visible;
  }
  .metrics td {
    white-space: normal;
  }
}
`;

export const benchmarkScript = `
// Filters and links to benchmarks. The page is complete without it.
(() => {
  const find = (id) => document.getElementById(id);
  const filters = find('filters');
  const text = find('filter-text');
  const toggleAll = find('toggle-all');
  const nothing = find('nothing');
  const chips = [...document.querySelectorAll('.chip')];
  const number = new Intl.NumberFormat('en');
  const rows = [...document.querySelectorAll('#benchmarks details.test')].map((element) => ({
    element,
    words: \`\${element.id} \${element.querySelector('summary').textContent}\`.toLowerCase(),
  }));
  const isShown = ({ element }) => !element.hidden;

  function filter() {
    const states = chips.filter((chip) => chip.ariaPressed === 'true').map((chip) => chip.dataset.state);
    const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    for (const row of rows) {
      row.element.hidden = !(
        (states.length === 0 || states.includes(row.element.dataset.state)) &&
        words.every((word) => row.words.includes(word))
      );
    }
    const shown = rows.filter(isShown).length;
    nothing.hidden = shown > 0;
    find('filter-count').textContent = \`\${number.format(shown)} of \${number.format(rows.length)} benchmarks\`;
  }

  function reset() {
    if (!filters) return;
    text.value = '';
    for (const chip of chips) chip.ariaPressed = 'false';
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

  addEventListener('hashchange', openTarget);
  addEventListener('beforeprint', () => {
    for (const { element } of rows)
      if (['regressed', 'failed'].includes(element.dataset.state)) element.open = true;
  });
  if (filters) {
    text.addEventListener('input', filter);
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
      for (const { element } of rows) if (!element.hidden) element.open = open;
      toggleAll.ariaPressed = String(open);
    });
    filters.hidden = false;
  }
  openTarget();
})();
`;
