/**
 * The page's own script: plain JavaScript for browsers, in a string, so that the page is the same whether this package
 * runs from its sources or compiled. A test type-checks it. It reads numbers from `data-` attributes and never makes
 * markup from text.
 */
export const pageScript: string = String.raw`
'use strict';
(() => {
  const root = document.documentElement;
  const svg = 'http://www.w3.org/2000/svg';
  /** Room beside the statements of a lane, in pixels: as wide as the style leaves it. */
  const gutter = 52;
  /** @template {Element} E @param {string} selector @param {ParentNode} [within] @returns {E[]} */
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

  /** The race that is shown. @type {HTMLElement | undefined} */
  let shown;

  // The theme: the reader's choice, else the system's.
  const dark = matchMedia('(prefers-color-scheme: dark)');
  /** @type {HTMLButtonElement[]} */
  const themes = all('button.theme');
  /** @param {string} [set] */
  const theme = (set) => {
    if (set !== undefined) root.dataset.theme = set;
    const isDark = root.dataset.theme === undefined ? dark.matches : root.dataset.theme === 'dark';
    for (const button of themes) button.textContent = isDark ? 'light' : 'dark';
    return isDark;
  };
  /** Storage may be refused. @template T @param {() => T} use */
  const stored = (use) => {
    try {
      return use();
    } catch {
      return undefined;
    }
  };
  theme(stored(() => localStorage.getItem('lockstep-theme')) ?? undefined);
  dark.addEventListener('change', () => theme());
  for (const button of themes) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const next = theme() ? 'light' : 'dark';
      theme(next);
      stored(() => localStorage.setItem('lockstep-theme', next));
    });
  }

  // Copying: a page that was opened as a file may have no clipboard.
  for (const box of all('.replay')) {
    const code = box.querySelector('code');
    /** @type {HTMLButtonElement | null} */
    const button = box.querySelector('button.copy');
    const status = box.querySelector('[role=status]');
    if (code === null || button === null || status === null) continue;
    button.hidden = false;
    const select = () => {
      const selection = getSelection();
      selection?.removeAllRanges();
      const range = document.createRange();
      range.selectNodeContents(code);
      selection?.addRange(range);
    };
    button.addEventListener('click', async () => {
      let done = false;
      try {
        await navigator.clipboard.writeText(code.textContent ?? '');
        done = true;
      } catch {
        select();
        done = document.execCommand('copy');
      }
      if (!done) select();
      status.textContent = done ? 'copied' : 'selected: press Ctrl-C';
    });
  }

  // Stepping.
  const steppers = new Map(
    all('.stepper').map((box) => {
      const steps = Number(/** @type {HTMLElement} */ (box).dataset.steps);
      /** @type {HTMLTableRowElement[]} */
      const rows = all('tbody tr', box);
      const output = box.querySelector('output');
      const names = all('thead th', box).map((head) => head.textContent ?? '');
      /** @type {number | undefined} */
      let at;
      /** @param {number | undefined} step */
      const show = (step) => {
        at = step;
        const said = [];
        for (const row of rows) {
          const turn = Number(row.dataset.turn);
          const now = step === turn;
          row.classList.toggle('later', step !== undefined && turn > step);
          row.classList.toggle('now', now);
          if (now) row.setAttribute('aria-current', 'step');
          else row.removeAttribute('aria-current');
          if (!now) continue;
          for (const cell of all('td:not(.none)', row)) {
            const session = /** @type {HTMLElement} */ (cell).dataset.session;
            const texts = Array.from(cell.children, (child) => child.textContent);
            said.push([session + ':', ...texts].join(' '));
          }
        }
        box.classList.toggle('stepping', step !== undefined);
        if (output !== null)
          output.textContent =
            step === undefined
              ? 'all ' + steps + ' steps; arrow keys go through them'
              : 'step ' + step + ' of ' + steps + '. ' + said.join('. ');
        const first = rows.find((row) => Number(row.dataset.turn) === step);
        first?.scrollIntoView({ block: 'nearest' });
        draw(box, at);
      };
      /** @type {Record<string, () => void>} */
      const go = {
        first: () => show(1),
        back: () => show(at === undefined ? steps : Math.max(1, at - 1)),
        on: () => show(at === undefined ? 1 : Math.min(steps, at + 1)),
        last: () => show(steps),
        all: () => show(undefined),
      };
      for (const controls of all('.controls', box)) /** @type {HTMLElement} */ (controls).hidden = false;
      /** @type {HTMLButtonElement[]} */
      const buttons = all('button[data-go]', box);
      for (const button of buttons) button.addEventListener('click', () => go[button.dataset.go ?? '']?.());
      show(undefined);
      return /** @type {const} */ ([box, { go, redraw: () => draw(box, at) }]);
    }),
  );

  /** @type {Record<string, string>} */
  const keys = {
    ArrowRight: 'on', ArrowDown: 'on', j: 'on', ArrowLeft: 'back', ArrowUp: 'back', k: 'back',
    Home: 'first', End: 'last', Escape: 'all',
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const name = keys[event.key];
    const target = event.target instanceof Element ? event.target : document.body;
    const inside = target.closest('.stepper');
    // Outside of a schedule the keys that scroll a page go on scrolling it.
    if (name === undefined || (inside === null && /^(ArrowUp|ArrowDown|Home|End)$/.test(event.key))) return;
    if (inside === null && target.closest('.scrolls') !== null) return;
    const box = inside ?? shown?.querySelector('.stepper');
    const stepper = box === null || box === undefined ? undefined : steppers.get(box);
    if (stepper === undefined) return;
    event.preventDefault();
    stepper.go[name]?.();
  });

  // Dependencies as arrows over the lanes.
  /** @param {Element} box @param {number} [step] */
  function draw(box, step) {
    const stage = box.querySelector('.stage');
    if (stage === null) return;
    stage.querySelector('svg')?.remove();
    /** @type {HTMLElement[]} */
    const items = all('.dependencies li', box);
    const frame = stage.getBoundingClientRect();
    if (items.length === 0 || frame.width === 0) return;
    const picture = document.createElementNS(svg, 'svg');
    picture.setAttribute('aria-hidden', 'true');
    picture.setAttribute('width', String(frame.width));
    picture.setAttribute('height', String(frame.height));
    /**
     * What the session did in this step's turn: a statement that waited takes effect in the turn of another session.
     * @param {string | undefined} step @param {string | undefined} session
     */
    const cellOf = (step, session) => {
      /** @type {HTMLElement[]} */
      const cells = all('tr[data-turn="' + Number(step) + '"] td:not(.none)', stage);
      const own = cells.filter((cell) => cell.dataset.session === session);
      return own.find((cell) => cell.dataset.at === step) ?? own[0];
    };
    // Arrows between the same two steps stand beside each other.
    for (const [index, item] of items.entries()) {
      const { from, fromSession, to, toSession, kind } = item.dataset;
      const a = cellOf(from, fromSession);
      const b = cellOf(to, toSession);
      if (a === undefined || b === undefined) continue;
      if (step !== undefined && Math.max(Number(from), Number(to)) > step) continue;
      const one = a.getBoundingClientRect();
      const two = b.getBoundingClientRect();
      const aside = one.left === two.left;
      const right = aside || two.left > one.left;
      const spread = (index % 4) * 9;
      const x1 = (right ? one.right - gutter + spread : one.left + 4) - frame.left;
      const y1 = one.top + Math.min(12 + spread, one.height / 2) - frame.top;
      const x2 = (aside || !right ? two.right - gutter + spread : two.left + 4) - frame.left;
      const y2 = two.top + Math.min(12 + spread, two.height / 2) - frame.top;
      const bend = aside ? x1 + gutter - 6 : (x1 + x2) / 2;
      const group = document.createElementNS(svg, 'g');
      group.setAttribute('class', item.className);
      const path = document.createElementNS(svg, 'path');
      path.setAttribute('d', ['M', x1, y1, 'C', bend, y1, bend, y2, x2, y2].join(' '));
      const tip = aside || x2 < x1 ? 7 : -7;
      const head = document.createElementNS(svg, 'path');
      head.setAttribute('class', 'head');
      head.setAttribute('d', ['M', x2, y2, 'l', tip, -4, 'l', 0, 8, 'Z'].join(' '));
      const label = document.createElementNS(svg, 'text');
      label.setAttribute('x', String(bend));
      label.setAttribute('y', String(Math.min(y1, y2) + (Math.abs(y2 - y1) * (1 + (index % 4))) / 5));
      label.textContent = kind ?? '';
      group.append(path, head, label);
      picture.append(group);
    }
    stage.append(picture);
  }

  // One race at a time; without this script all of them follow each other.
  /** @type {HTMLElement[]} */
  const races = all('section.race');
  /** @param {boolean} [focus] */
  const turnTo = (focus) => {
    shown = races.find((race) => '#' + race.id === location.hash) ?? races[0];
    for (const race of races) race.hidden = race !== shown;
    for (const link of all('.verdicts a')) {
      if (shown !== undefined && link.getAttribute('href') === '#' + shown.id)
        link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
    redraw();
    if (focus !== true) return;
    shown?.scrollIntoView();
    shown?.focus({ preventScroll: true });
  };
  const redraw = () => {
    for (const box of shown === undefined ? [] : all('.stepper', shown)) steppers.get(box)?.redraw();
  };
  addEventListener('hashchange', () => turnTo(true));
  addEventListener('resize', redraw);
  addEventListener('beforeprint', () => {
    for (const race of races) race.hidden = false;
  });
  addEventListener('afterprint', () => turnTo());
  turnTo(location.hash !== '');
})();
`;
