import { describe, expect, it } from '@jest/globals';
import { type Spot, travelMinutes } from './travel.rules.js';

const BEIAO = '330305001000';
const LUXI = '330305202000';

const spot = (venueId: string, regionCode: string, accessRoute: Spot['accessRoute'] = 'road'): Spot => ({
  venueId,
  regionCode,
  accessRoute,
});
const hall = spot('hall', '330305001007');
const library = spot('library', '330305001007');
const school = spot('school', '330305001008');
const somewhere = spot('somewhere', BEIAO);
const elsewhere = spot('elsewhere', BEIAO);
const overTheBridge = spot('over the bridge', '330305003001', 'causeway');
const overTheSea = spot('over the sea', '330305202200', 'ferry');
const alsoOverTheSea = spot('also over the sea', '330305202201', 'ferry');

describe('the way', () => {
  it.each<[string, Spot, Spot, number]>([
    ['within a venue', hall, { ...hall }, 0],
    ['within a village', hall, library, 10],
    ['to the next village', hall, school, 20],
    ['to a venue of which only the township is known', hall, somewhere, 20],
    ['between two of which only the township is known', somewhere, elsewhere, 20],
    ['to another township by road', hall, overTheBridge, 45],
    ['to an island by ferry', hall, overTheSea, 90],
    ['between two villages of an island', overTheSea, alsoOverTheSea, 20],
  ])('%s, there and back', (_, a, b, minutes) => {
    const nothingKnown = () => undefined;
    expect([travelMinutes(a, b, nothingKnown), travelMinutes(b, a, nothingKnown)]).toEqual([minutes, minutes]);
  });

  it('takes as long as the bureau says, between townships alone', () => {
    const known = (a: string, b: string) => ([a, b].sort().join() === [BEIAO, LUXI].join() ? 70 : undefined);
    expect([
      travelMinutes(hall, overTheSea, known),
      travelMinutes(overTheSea, hall, known),
      travelMinutes(overTheBridge, overTheSea, known),
      travelMinutes(hall, school, known),
    ]).toEqual([70, 70, 90, 20]);
  });
});
