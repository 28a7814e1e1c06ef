/** Where lanes stand in a picture, in pixels: steps at the left, then a lane for each session, each with a gutter. */
import { letter } from './lettering.ts';

export const margin = 20;
const stepWidth = 72;
/** Between a lane's text and the next lane, where arrows run. */
const gutter = 44;

export interface Layout {
  readonly sessions: number;
  /** Of the whole picture. */
  readonly width: number;
  /** Columns of text in a lane. */
  readonly letters: number;
  readonly laneWidth: number;
  /** Where a session's text begins. */
  readonly laneX: (session: number) => number;
  /** Where the gutter at the right of a session's text begins. */
  readonly gutterX: (session: number) => number;
}

export function layoutOf(sessions: number): Layout {
  // Two lanes make a picture as wide as an issue's page.
  const letters = Math.max(18, Math.floor(96 / Math.max(2, sessions)));
  const laneWidth = letters * letter + gutter;
  const laneX = (session: number): number => margin + stepWidth + session * laneWidth;
  return {
    sessions,
    width: Math.ceil(2 * margin + stepWidth + sessions * laneWidth),
    letters,
    laneWidth,
    laneX,
    gutterX: (session) => laneX(session + 1) - gutter,
  };
}
