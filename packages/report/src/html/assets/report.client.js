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
      `${row.element.id} ${row.element.querySelector('summary').textContent} ${row.element.querySelector('.message')?.textContent ?? ''}`.toLowerCase();
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
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
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
    amount.textContent = `${number.format(shown)} of ${number.format(rows.length)} tests`;
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
