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
    words: `${element.id} ${element.querySelector('summary').textContent}`.toLowerCase(),
  }));
  const isShown = ({ element }) => !element.hidden;

  function filter() {
    const states = chips.filter((chip) => chip.ariaPressed === 'true').map((chip) => chip.dataset.state);
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      row.element.hidden = !(
        (states.length === 0 || states.includes(row.element.dataset.state)) &&
        words.every((word) => row.words.includes(word))
      );
    }
    const shown = rows.filter(isShown).length;
    nothing.hidden = shown > 0;
    find('filter-count').textContent = `${number.format(shown)} of ${number.format(rows.length)} benchmarks`;
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
