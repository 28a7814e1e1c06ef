/**
 * A case of abuse is one way in which somebody, or a machine, treats the tool badly. It drives the shipped command or
 * library on a real engine and asserts what must come of it: the right verdict, or a plain message with the right exit
 * code. What must hold after every case is asserted by the runner, not by the case: nothing is left behind, and the next
 * run is fine.
 */
import type { World } from './world.ts';

/** Where models are checked: a server of the tool's own, or one that it was given, as one of two roles. */
export type Place = 'throw-away' | 'superuser' | 'plain role';

export const places: readonly Place[] = ['throw-away', 'superuser', 'plain role'];

export interface AbuseCase {
  readonly topic: string;
  readonly name: string;
  /** Belongs to the part that runs with the other tests. It takes a few seconds at most. */
  readonly quick: boolean;
  readonly place: Place;
  /** Takes chances (`World.random`): repeated when rounds are asked for. */
  readonly chance: boolean;
  readonly run: (world: World) => Promise<void>;
  /** Why it cannot run on this machine; undefined when it can. */
  readonly unfit: (() => string | undefined) | undefined;
}

export interface CaseDefinition {
  readonly name: string;
  /** Default false. Given places: quick in these. */
  readonly quick?: boolean | readonly Place[];
  /** One case for each. Default: the throw-away server. */
  readonly places?: readonly Place[];
  /** Default false. */
  readonly chance?: boolean;
  readonly unfit?: () => string | undefined;
  readonly run: (world: World) => Promise<void>;
}

/**
 * The cases of one topic.
 *
 * @example
 * export const kill = topic('kill', [
 *   { name: 'kill -9 of the command', places, chance: true, run: async (world) => { ... } },
 * ]);
 */
export function topic(name: string, definitions: readonly CaseDefinition[]): readonly AbuseCase[] {
  return definitions.flatMap(
    ({ name: what, quick = false, places: where = ['throw-away'], chance = false, unfit, run }) =>
      where.map((place) => ({
        topic: name,
        name: where.length === 1 && place === 'throw-away' ? what : `${what}, ${place}`,
        quick: quick === true || (quick !== false && quick.includes(place)),
        place,
        chance,
        unfit,
        run,
      })),
  );
}
