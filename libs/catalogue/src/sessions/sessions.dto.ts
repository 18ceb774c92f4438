import { SESSION_STATES, type SessionState } from '#contracts';
import { Day, Id, Moment, Nested, OneOf, PageQuery, Text, WholeNumber } from '#core';
import { TeacherView, VenueOfClassView } from '../classes/class-parts.dto.js';
import { SubstituteView } from '../classes/class-views.dto.js';
import { SessionTimesRequest } from '../classes/classes.dto.js';

export class AddSessionRequest extends SessionTimesRequest {
  @Id({ optional: true, description: 'A cancelled session of the class that this one makes up for.' })
  makeupOf?: string;
}

export class CancelSessionRequest {
  @Text({ max: 200, description: 'Residents read it.' })
  reason!: string;
}

export class SubstituteRequest {
  @Text({ max: 50, optional: true, description: 'Who has no account here; this or `username`.' })
  name?: string;

  @Text({
    max: 50,
    optional: true,
    description: 'Of a member of staff, of whatever school, who then may take this roll.',
  })
  username?: string;

  @Text({ max: 200, description: 'Residents read it.' })
  reason!: string;
}

export class OrganisationSessionsQuery extends PageQuery {
  @Day({ optional: true, description: "The district's day; without it, today." })
  day?: string;

  @OneOf(['true', 'false'], { optional: true, description: 'Only the sessions that the caller teaches.' })
  mine?: 'true' | 'false';
}

/** A session on a day's list. */
export class SessionOfDayView {
  @Id()
  id!: string;

  @Id()
  classId!: string;

  @Text({ max: 20 })
  classCode!: string;

  @Text({ max: 100 })
  className!: string;

  @Text({ max: 200, nullable: true })
  classNameEn!: string | null;

  @WholeNumber({ min: 1, max: 1_000 })
  number!: number;

  @Moment()
  startsAt!: string;

  @Moment()
  endsAt!: string;

  @OneOf(SESSION_STATES)
  state!: SessionState;

  @Text({ max: 200, nullable: true })
  cancelledReason!: string | null;

  @Nested(() => TeacherView)
  teacher!: TeacherView;

  @Nested(() => SubstituteView, { nullable: true })
  substitute!: SubstituteView | null;

  @Nested(() => VenueOfClassView)
  venue!: VenueOfClassView;

  @WholeNumber({ min: 0, max: 1_000_000_000, description: 'Residents with a seat.' })
  taken!: number;
}
