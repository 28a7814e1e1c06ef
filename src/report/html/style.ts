/** The page's look: light and dark by the system's setting or the reader's choice, columns that fold up on a phone. */
export const pageStyle: string = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1d2125, #dfe3e8); --faint: light-dark(#5c6670, #98a2ad);
  --paper: light-dark(#fff, #16191d); --sheet: light-dark(#f5f6f8, #1f2429); --line: light-dark(#d3d8de, #3a424b);
  --good: light-dark(#1a6b34, #63d088); --bad: light-dark(#b3261e, #ff8f85); --doubt: light-dark(#805300, #e8b75c);
  --link: light-dark(#0b57b0, #8ab8ff); --now: light-dark(#fff3c4, #40391a); --wait: light-dark(#f3dfb4, #4d3d17);
  --rw: light-dark(#b3261e, #ff8f85); --other: light-dark(#0b57b0, #8ab8ff);
}
:root[data-theme=light] { color-scheme: light; }
:root[data-theme=dark] { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 1rem 3rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; padding: .8rem 0; }
header p { margin: 0; flex: 1; color: var(--faint); }
h1 { font-size: 1.2rem; margin: 0; } h2 { font-size: 1.25rem; margin: .4rem 0 0; } h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
a { color: var(--link); }
button { font: inherit; font-size: .9rem; color: inherit; background: var(--sheet); border: 1px solid var(--line);
  border-radius: .3rem; padding: .15rem .6rem; min-height: 2rem; cursor: pointer; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
section:focus { outline: none; }
code, .lanes, .mark { font: .86rem/1.45 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
code, dd, li, td, th { unicode-bidi: isolate; }
table { border-collapse: collapse; }
th, td { text-align: start; vertical-align: top; padding: .25rem .6rem; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
.scrolls { overflow-x: auto; }
.verdicts { font-size: .9rem; min-width: 40rem; }
.verdicts td { white-space: nowrap; }
.verdicts tbody th { font-weight: 400; position: sticky; left: 0; background: var(--paper); }
.verdicts a { text-decoration-thickness: 1px; text-underline-offset: 2px; }
.verdicts a[aria-current] { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.holds { color: var(--good); } .violated, .violated a { color: var(--bad); } .inconclusive { color: var(--doubt); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .8rem 0; }
dt { color: var(--faint); grid-column: 1; } dd { margin: 0; grid-column: 2; }
.legend { font-size: .8rem; color: var(--faint); }
.race, .open { border-top: 3px solid var(--line); margin-top: 1.5rem; padding-top: .6rem; }
.race nav { display: flex; flex-wrap: wrap; gap: 0 1rem; color: var(--faint); font-size: .9rem; }
.race h2 { color: var(--bad); } .open h2 { color: var(--doubt); }
.where { margin: 0; color: var(--faint); }
.stepper { margin: 1rem 0; }
.controls { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; position: sticky; top: 0; z-index: 2;
  background: var(--paper); padding: .4rem 0; }
.controls[hidden] { display: none; }
output { flex: 1 1 16rem; font-size: .85rem; color: var(--faint); min-height: 2.6em; max-height: 4.2em; overflow: auto; }
.stage { position: relative; }
.stage svg { position: absolute; inset: 0; pointer-events: none; overflow: visible; }
.stage path { fill: none; stroke: var(--other); stroke-width: 1.5; stroke-dasharray: 4 3; opacity: .8; }
.stage .proves path { stroke: var(--rw); stroke-dasharray: none; stroke-width: 2; opacity: 1; }
.stage path.head { fill: var(--other); stroke: none; } .stage .proves path.head { fill: var(--rw); stroke: none; }
.stage text { fill: var(--ink); font: 600 .75rem system-ui, sans-serif; text-anchor: middle;
  paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.lanes { width: 100%; table-layout: fixed; }
.lanes th { background: var(--sheet); } .lanes thead th { border-bottom: 2px solid var(--line); }
.lanes th.step { width: 4.2rem; text-align: end; font-weight: 400; color: var(--faint); }
.lanes td { border-bottom: 0; border-inline-start: 3px solid var(--line); padding-block: .1rem; }
.stepper:has(.dependencies) .lanes td { padding-inline-end: 56px; }
.lanes tbody th { border-bottom: 0; }
.lanes .begins > * { border-top: 1px solid var(--line); }
.lanes code { display: block; white-space: pre-wrap; }
.mark { display: block; padding-inline-start: 1rem; }
.lanes .waits { background: repeating-linear-gradient(135deg, var(--wait) 0 6px, transparent 6px 12px); }
.bad { color: var(--bad); } .good { color: var(--good); } .doubtful { color: var(--doubt); } .faint { color: var(--faint); }
.heading { font-weight: 600; }
.racing > th.step { color: var(--bad); font-weight: 700; }
.pair { display: block; font-size: .7rem; }
.now > * { background: var(--now); }
.now > .waits { background: repeating-linear-gradient(135deg, var(--wait) 0 6px, var(--now) 6px 12px); }
.later { opacity: .28; }
.dependencies { margin-top: .8rem; font-size: .9rem; } .proves { font-weight: 600; }
.comparison ul, .comparison ol { margin: 0; padding-inline-start: 1.2rem; }
.comparison td { font: .86rem/1.45 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
.comparison th[scope=row] { font-weight: 400; } .comparison .differs { color: var(--bad); }
.comparison tr.differs td { color: var(--ink); background: var(--sheet); }
mark { background: var(--wait); color: inherit; }
.replay { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin: 1.2rem 0; padding: .6rem;
  background: var(--sheet); border-radius: .3rem; }
.replay code { flex: 1 1 20rem; word-break: break-all; user-select: all; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[hidden] { display: none !important; }
@media (max-width: 44rem) {
  body { padding: 0 .6rem 2rem; font-size: 15px; }
  dl { grid-template-columns: 1fr; gap: 0; } dt, dd { grid-column: 1; } dd { padding-inline-start: .8rem; }
  .lanes, .lanes tbody, .lanes tr, .lanes td, .lanes tbody th { display: block; width: auto; }
  .lanes thead th { display: block; border: 0; } .lanes thead th.step { display: none; }
  .lanes tbody th.step { width: auto; text-align: start; padding-block: 0; background: none; }
  .lanes tbody th.step:empty, .lanes td.none { display: none; }
  .lanes td::before { content: attr(data-session); float: inline-start; margin-inline-end: .5rem; color: var(--faint); font-weight: 600; }
  .lanes td:nth-of-type(even) { margin-inline-start: 1.2rem; border-color: var(--other); }
  .lanes .waits.none { display: block; min-height: .5rem; } .lanes .waits.none::before { content: attr(data-session) ' waits'; font-size: .75rem; }
  .lanes .waits.none .unseen { display: none; }
  .stage svg { display: none; } .stepper:has(.dependencies) .lanes td { padding-inline-end: .3rem; }
  .lanes .begins > td { border-top: 0; } .pair { display: inline; margin-inline-start: .5rem; }
  .comparison th, .comparison td { padding: .2rem .3rem; }
}
@media (prefers-reduced-motion: no-preference) { .lanes tr { transition: opacity .15s; } }
@media print { .controls, button, .race nav { display: none; } .race { break-before: page; } }
`;
