/** Queues of the worker, one per lib that has jobs, and one for what takes minutes and must not hold up the recount. */
export const QUEUES = [
  'core',
  'messages',
  'catalogue',
  'enrollment',
  'attendance',
  'participation',
  'imports',
  'targets',
] as const;
export type QueueName = (typeof QUEUES)[number];

/**
 * Outbox topics: what happened, and the queues that follow it. A payload is a list of ids, never personal data; the
 * comment says of what.
 */
export const TOPICS = {
  /** sign_in_codes: someone asked for a code by SMS. */
  'sign-in-code.requested': ['messages'],
  /** messages: a message waits to be delivered. */
  'message.requested': ['messages'],
  /** residents: evidence of theirs changed (a mark, an enrollment, an identity). */
  'evidence.changed': ['participation'],
  /** residents: their records were merged into others of the same person. */
  'resident.merged': ['messages', 'enrollment', 'imports'],
  /** residents: the enrollments of merged records went over to the records that are used. */
  'enrollments.merged': ['attendance'],
  /** course_classes: evidence of everyone in the class changed (a session was cancelled, the class was finished). */
  'class-evidence.changed': ['enrollment', 'participation'],
  /** course_classes: the number of seats was raised or lowered. */
  'class-seats.changed': ['enrollment'],
  /** course_classes: they were stopped, or merged into another. */
  'class.stopped': ['enrollment'],
  /** class_sessions: they were cancelled. */
  'session.cancelled': ['enrollment'],
  /** class_sessions: who sat in them changed, or whether they were held. */
  'sessions.attended': ['attendance', 'targets'],
  /** counting_rules: versions came into force, or will no longer be. */
  'counting-rules.changed': ['participation', 'targets'],
  /** imports: a file waits to be read, written or taken back. */
  'import.due': ['imports'],
  /** organisations: their plates changed. */
  'teaching-points.changed': ['targets'],
  /** venues: they were put into another region, and what was held there with them. */
  'venues.moved': ['participation', 'targets'],
} as const satisfies Record<string, readonly QueueName[]>;

export type Topic = keyof typeof TOPICS;

/**
 * Topics whose follower takes them out of the outbox itself, in the transaction that does what follows: they come with
 * every check-in and enrollment, and a job of a queue costs more than the work. What fails there goes to the queue.
 */
export const TAKEN_DIRECTLY = ['evidence.changed'] as const satisfies readonly Topic[];
export type DirectTopic = (typeof TAKEN_DIRECTLY)[number];

/** Topics for which nobody waits: they go to the queues once a second, all that was told meanwhile in one job. */
export const GATHERED = ['sessions.attended'] as const satisfies readonly Topic[];

/** The most ids one job carries. */
export const IDS_PER_JOB = 500;
