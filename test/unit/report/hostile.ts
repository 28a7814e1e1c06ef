/** Results whose every text tries to become something else: markup, a command, another column, another line. */
import type { CheckResult, Counterexample } from '../../../src/core/result.ts';
import { call, done, failed, ref, returned, rows, serial, state, HistoryBuilder } from './build.ts';
import { violated } from './every-kind.ts';
import { recorded } from '../../support/recorded.ts';

export const attacks: readonly string[] = [
  '</script><img src=x onerror="window.attacked=1">',
  '</style></title></textarea><svg onload=window.attacked=1>',
  `"><script>window.attacked=1</script>`,
  `' onmouseover='window.attacked=1`,
  ']]><x/>&amp;&lt;&#60;script&#62;',
  '<!-- --> <![CDATA[',
  'line\u2028separator\u2029and\nnew\r\nlines\u0000\u0007',
  'right-to-left \u202etxet\u202c \u05e9\u05dc\u05d5\u05dd',
  '| a | b |\n|---|---|\n```\n</pre></details>',
  '`````\n# heading\n[link](https://example.org) @everyone #1',
  '::error file=x::attacked%0A%25',
  '\ud800\udfff\ufffe\uffff',
  'very long '.repeat(400),
];

export const hostileCounterexample: Counterexample = attack();

function attack(): Counterexample {
  const all = attacks.join(' ');
  const [first = ''] = attacks;
  const base = recorded['lost-update'];
  if (base?.explanation === undefined) throw new Error('there is an explained story');
  const built = new HistoryBuilder().begin(1).free(1, `begin -- ${first}`);
  for (const text of attacks) built.step(1, `select '${text}' as "${text}"`, [text], rows([text], [text]));
  const answers = [[returned({ [first]: attacks })], [failed(undefined, undefined, all)]];
  const outcome = { answers, state: state({ [first]: [[first], ...attacks.map((text) => [text])] }) };
  const nearest = serial(
    [ref(0), ref(1)],
    [[returned(all)], [returned(first)]],
    state({ [first]: [[first]] }),
  );
  return {
    ...base,
    setting: { ...base.setting, model: `model${first}`, engine: `postgres ${attacks[2]}` },
    promise: all,
    scenario: {
      rows: { [`table${first}`]: attacks.map((text) => ({ [text]: text })) },
      sessions: [[call(`op${first}`, ...attacks)], [call(attacks[8] ?? '', first)]],
    },
    history: built
      .begin(2)
      .step(2, `update ${first}`, attacks, done('UPDATE', 1))
      .returned(2, failed(undefined)).history,
    answers,
    violation: {
      kind: 'not-serializable',
      observed: outcome,
      serial: [nearest],
      complete: true,
      nearest,
      differences: [{ where: ref(0) }, { where: { table: first } }],
      aborted: [],
    },
    explanation: {
      ...base.explanation,
      anomaly: { code: attacks[2] ?? '', name: first },
      dependencies: base.explanation.dependencies.map((each) => ({
        ...each,
        table: first,
        before: { [first]: all },
        after: { [first]: first },
      })),
      evidence: base.explanation.evidence.map((each) => ({ ...each, predicate: all })),
    },
    locations: [{ step: 0, file: `src/a b,c:${first}.ts`, line: 3 }],
    replay: `v1:${first}`,
  };
}

export const hostile: readonly CheckResult[] = [
  { ...violated(hostileCounterexample), remarks: attacks },
  {
    ...violated(hostileCounterexample),
    verdict: 'inconclusive',
    counterexample: undefined,
    inconclusive: {
      kind: 'limit',
      limit: attacks[0] ?? '',
      detail: attacks.join(' '),
      scenario: undefined,
      schedule: undefined,
    },
  },
];
