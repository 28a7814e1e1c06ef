/** The size of a counterexample, the attempts to make it smaller, and how far they went. */
import type { Minimality, NeighbourSearch, OpenNeighbour } from '../core/minimality.ts';
import { callCount, type Scenario } from '../core/scenario.ts';
import { count, oneLine } from './text.ts';

/** Open neighbours that are listed; the JSON has more of them. */
const shown = 3;

export function minimalityTexts(minimality: Minimality, scenario: Scenario): readonly string[] {
  const { preemptions, certified, neighbours } = minimality;
  const size = [
    count(scenario.sessions.length, 'session'),
    count(callCount(scenario), 'operation'),
    count(preemptions, 'preemption'),
  ].join(', ');
  if (certified && neighbours !== undefined)
    return [`${size}: certified minimal`, ...certifiedTexts(minimality, neighbours)];
  return [
    certified ? `${size}: certified minimal` : size,
    ...(preemptions === 0 ? [] : [fewerText(minimality)]),
    ...(neighbours === undefined ? [smallerText(minimality)] : neighbourTexts(neighbours)),
  ];
}

/** The basis of "certified minimal": `nothing smaller fails: 5 scenarios (34 schedules), 2 schedules with fewer preemptions`. */
function certifiedTexts({ preemptions, fewerRun }: Minimality, search: NeighbourSearch): readonly string[] {
  const refusals = search.refused.length + search.moreRefused;
  const smaller = search.neighbours - refusals;
  const passed = [
    ...(smaller === 0 ? [] : [`${count(smaller, 'scenario')} (${count(search.schedules, 'schedule')})`]),
    ...(preemptions === 0 ? [] : [`${count(fewerRun, 'schedule')} with fewer preemptions`]),
  ];
  return [
    passed.length === 0 ? 'nothing is smaller' : `nothing smaller fails: ${passed.join(', ')}`,
    ...(refusals === 0 ? [] : [`the code under test does not take ${count(refusals, 'smaller scenario')}`]),
  ];
}

function fewerText({ fewerPreemptionsPass, fewerFailOtherwise, fewerRun: run }: Minimality): string {
  if (fewerFailOtherwise === true)
    return `schedules with fewer preemptions fail only in another way (${run} run)`;
  if (fewerPreemptionsPass) return `every schedule with fewer preemptions passes (${run} run)`;
  if (run === 0) return 'schedules with fewer preemptions were not tried';
  return `${count(run, 'schedule')} with fewer preemptions ${run === 1 ? 'passes' : 'pass'}, not all of them were tried`;
}

function smallerText({ shrunk, smallerScenariosTried, smallerScenariosExhausted }: Minimality): string {
  if (!shrunk) return 'no smaller scenario was tried';
  if (smallerScenariosTried === 0) return 'the model has no smaller scenario';
  const tried = count(smallerScenariosTried, 'smaller scenario');
  const were = smallerScenariosTried === 1 ? 'was' : 'were';
  if (smallerScenariosExhausted === smallerScenariosTried)
    return `${tried} ${were} searched completely, none fails`;
  const completely = smallerScenariosExhausted === 0 ? 'none' : String(smallerScenariosExhausted);
  return `${tried} ${were} searched (${completely} completely), no failure was found in them`;
}

/** `all 3 scenarios that are one step smaller pass in every schedule (41 run)`, and the neighbours without a verdict. */
function neighbourTexts(search: NeighbourSearch): readonly string[] {
  const { neighbours, passed, otherwise = 0, schedules, open, moreOpen, refused, moreRefused } = search;
  const refusals = refused.length + moreRefused;
  const all = neighbours - refusals;
  const run = `(${count(schedules, 'schedule')} run)`;
  const others =
    otherwise === 0 ? '' : `; ${otherwise} ${otherwise === 1 ? 'fails' : 'fail'}, and only in another way`;
  const taken = `${others}${refusals === 0 ? '' : `; ${count(refusals, 'other')} the code under test does not take`}`;
  const listed = open.slice(0, shown).map(openText);
  const more = open.length + moreOpen - listed.length;
  return [
    all === 0 && listed.length === 0
      ? `there is no scenario that is one step smaller${taken}`
      : passed === all
        ? `${passingText(passed)} in every schedule ${run}${taken}`
        : `${passed} of ${count(all, 'scenario')} that are one step smaller pass in every schedule ${run}${taken}`,
    ...(listed.length === 0
      ? []
      : [`not known to pass: ${listed.join('; ')}${more === 0 ? '' : `; ${more} more`}`]),
  ];
}

function passingText(passed: number): string {
  if (passed === 1) return 'the only scenario that is one step smaller passes';
  return `all ${passed} scenarios that are one step smaller pass`;
}

function openText({ change, reason, schedules }: OpenNeighbour): string {
  return oneLine(`${change} (${reason}${schedules === 0 ? '' : `; ${count(schedules, 'schedule')} run`})`);
}
