/** The look of the page of trends: light and dark by the system's setting, plots side by side if there is room. */
export const trendsStyle: string = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1d2125, #dfe3e8); --faint: light-dark(#5c6670, #98a2ad);
  --paper: light-dark(#fff, #16191d); --line: light-dark(#d3d8de, #3a424b);
  --good: light-dark(#1a6b34, #63d088); --bad: light-dark(#b3261e, #ff8f85); --main: light-dark(#0b57b0, #8ab8ff);
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 1rem 3rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; padding: .8rem 0; }
header p { margin: 0; flex: 1; color: var(--faint); }
h1 { font-size: 1.2rem; margin: 0; } h2 { font-size: 1.25rem; margin: 1.5rem 0 0; }
section { border-top: 3px solid var(--line); }
.note { margin: 0; color: var(--faint); font-size: .9rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: .5rem 1.5rem; }
.plot { margin: .8rem 0 0; } .plot svg { display: block; width: 100%; height: auto; }
figcaption { display: flex; flex-wrap: wrap; gap: 0 1rem; font-weight: 600; }
.key { font-weight: 400; color: var(--tone); } .key::before { content: '\\25CF'; margin-inline-end: .3rem; }
.main { --tone: var(--main); } .bad { --tone: var(--bad); } .good { --tone: var(--good); } .faint { --tone: var(--faint); }
.grid { stroke: var(--line); fill: none; }
.line { stroke: var(--tone); stroke-width: 2; fill: none; stroke-linejoin: round; }
.band { fill: var(--tone); opacity: .2; } circle { fill: var(--tone); }
svg text { fill: var(--faint); font: 12px system-ui, sans-serif; } .x { text-anchor: middle; } .y { text-anchor: end; }
.scrolls { overflow-x: auto; margin-top: 1rem; } .scrolls:focus-visible { outline: 3px solid var(--main); }
table { border-collapse: collapse; font-size: .85rem; }
th, td { text-align: start; padding: .2rem .7rem .2rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; font-weight: 400; }
thead th { font-weight: 600; } td { unicode-bidi: isolate; }
`;
