import { randomUUID } from 'node:crypto';

/** Things of another school, and of a resident whom the caller does not act for. */
export interface Resources {
  classId: string;
  organisationId: string;
  termId: string;
  courseId: string;
  sessionId: string;
  venueId: string;
  staffId: string;
  roleId: string;
  enrollmentId: string;
  appealId: string;
  residentId: string;
  lotteryId: string;
  callTaskId: string;
  photoId: string;
  lateSheetId: string;
  mergerProposalId: string;
  rosterSheetCode: string;
  attendanceImportId: string;
}

/**
 * What must be refused, as a request that is right in every other way; or why there is nothing to refuse:
 * - `open`: shows what everyone may see
 * - `own`: concerns the caller alone, or lists what is the caller's
 * - `district`: held for the whole district only, or of nobody in particular
 * - `shared`: residents belong to no school; staff of any school may serve them, and each look is audited
 */
type Decision = 'open' | 'own' | 'district' | 'shared' | ((theirs: Resources) => { at: string; body?: object });

const inAMonth = (hours: number) => new Date(Date.now() + 30 * 86_400_000 + hours * 3_600_000).toISOString();

const CLASS = (theirs: Resources) => ({
  courseId: theirs.courseId,
  termId: theirs.termId,
  organisationId: theirs.organisationId,
  name: '别家的班',
  teacherId: theirs.staffId,
  venueId: theirs.venueId,
  seats: 5,
  enrollmentOpensAt: inAMonth(0),
  enrollmentClosesAt: inAMonth(1),
  feeFen: 0,
});

/** Every route with its decision; a new route without one fails. */
export const OTHERS: Record<string, Decision> = {
  'GET regions': 'open',
  'GET regions/{code}': 'open',
  'PUT regions/{code}/elderly-population': 'district',
  'GET organisations': 'district',
  'POST organisations': 'district',
  'GET organisations/{id}': 'open',
  'PATCH organisations/{id}': 'district',
  'GET teaching-points': 'open',
  'POST teaching-points': 'district',
  'GET teaching-points/{id}': 'open',
  'PATCH teaching-points/{id}': 'district',
  'GET venues': 'district',
  'POST venues': ({ organisationId }) => ({
    at: 'venues',
    body: {
      organisationId,
      regionCode: '330305001007',
      name: '别家的教室',
      address: '1号',
      capacity: 10,
      stepFree: true,
      accessRoute: 'road',
    },
  }),
  'GET venues/{id}': 'district',
  'PATCH venues/{id}': ({ venueId }) => ({ at: `venues/${venueId}`, body: { name: '改名' } }),
  'GET travel-times': 'district',
  'PUT travel-times/{code}/{otherCode}': 'district',
  'POST sign-in/password': 'open',
  'POST sign-in/sms-codes': 'open',
  'POST sign-in/sms': 'open',
  'POST sign-in/renewal': 'own',
  'DELETE sign-in': 'own',
  'GET me': 'own',
  'POST me/password': 'own',
  'GET me/residents': 'own',
  'POST me/residents': 'own',
  'GET me/residents/{id}/personal-code': ({ residentId }) => ({ at: `me/residents/${residentId}/personal-code` }),
  'GET me/preparation': 'own',
  'GET me/residents/{id}/details': ({ residentId }) => ({ at: `me/residents/${residentId}/details` }),
  'PATCH me/residents/{id}/details': ({ residentId }) => ({
    at: `me/residents/${residentId}/details`,
    body: { needs: [] },
  }),
  'PUT me/residents/{id}/safety-declarations/{termId}': ({ residentId, termId }) => ({
    at: `me/residents/${residentId}/safety-declarations/${termId}`,
    body: { fit: true },
  }),
  'GET me/proxies': 'own',
  'POST me/residents/{id}/proxy-invitations': ({ residentId }) => ({
    at: `me/residents/${residentId}/proxy-invitations`,
  }),
  'POST me/proxy-invitations/acceptance': 'own',
  'POST me/residents/{id}/proxy-consents': ({ residentId }) => ({
    at: `me/residents/${residentId}/proxy-consents`,
    body: { accountId: randomUUID() },
  }),
  'POST me/residents/{id}/proxy-consents/{consentId}/revocation': ({ residentId }) => ({
    at: `me/residents/${residentId}/proxy-consents/${randomUUID()}/revocation`,
  }),
  'GET me/companion-groups': 'own',
  'POST me/companion-groups': ({ residentId }) => ({ at: 'me/companion-groups', body: { residentIds: [residentId] } }),
  'POST me/companion-groups/joining': ({ residentId }) => ({
    at: 'me/companion-groups/joining',
    body: { code: 'J-000000', residentIds: [residentId] },
  }),
  'POST me/companion-groups/{id}/members': ({ residentId }) => ({
    at: `me/companion-groups/${randomUUID()}/members`,
    body: { residentIds: [residentId] },
  }),
  'DELETE me/companion-groups/{id}/members/{residentId}': ({ residentId }) => ({
    at: `me/companion-groups/${randomUUID()}/members/${residentId}`,
  }),
  'POST me/registered-already': 'own',
  'POST residents/search': 'shared',
  'POST residents/likely-same': 'shared',
  'GET residents/likely-twice': 'shared',
  'GET residents/{id}/preparation': 'shared',
  'GET residents/{id}/details': 'shared',
  'PATCH residents/{id}/details': 'shared',
  'PUT residents/{id}/safety-declarations/{termId}': 'shared',
  'GET residents/{id}/proxies': 'shared',
  'POST residents/{id}/proxy-consents': 'shared',
  'POST residents/{id}/proxy-consents/{consentId}/revocation': 'shared',
  'GET residents/{id}/companion-groups': 'shared',
  'POST residents/{id}/companion-groups': 'shared',
  'POST residents/{id}/companion-groups/joining': 'shared',
  'DELETE residents/{id}/companion-groups/{groupId}': 'shared',
  'POST residents': 'shared',
  'GET residents/{id}': 'shared',
  'POST residents/{id}/identity-verification': 'shared',
  'POST residents/{id}/merger': 'shared',
  'POST residents/{id}/personal-code': 'shared',
  'GET staff': ({ organisationId }) => ({ at: `staff?organisationId=${organisationId}` }),
  'POST staff': ({ organisationId }) => ({
    at: 'staff',
    body: {
      username: `intruder-${Date.now()}`,
      name: '外人',
      password: 'long-enough-1',
      roles: [{ role: 'teacher', organisationId }],
    },
  }),
  'GET staff/{id}': ({ staffId }) => ({ at: `staff/${staffId}` }),
  'PATCH staff/{id}': ({ staffId }) => ({ at: `staff/${staffId}`, body: { name: '改名' } }),
  'POST staff/{id}/roles': ({ staffId, organisationId }) => ({
    at: `staff/${staffId}/roles`,
    body: { role: 'teacher', organisationId },
  }),
  'DELETE staff/{id}/roles/{roleId}': ({ staffId, roleId }) => ({ at: `staff/${staffId}/roles/${roleId}` }),
  'POST staff/{id}/password': ({ staffId }) => ({
    at: `staff/${staffId}/password`,
    body: { password: 'long-enough-1' },
  }),
  'GET audit-entries': 'district',
  'GET messages': 'district',
  'GET me/residents/{id}/messages': ({ residentId }) => ({ at: `me/residents/${residentId}/messages` }),
  'GET organisations/{organisationId}/call-tasks': ({ organisationId }) => ({
    at: `organisations/${organisationId}/call-tasks`,
  }),
  'GET organisations/{organisationId}/call-counts': ({ organisationId }) => ({
    at: `organisations/${organisationId}/call-counts`,
  }),
  'GET call-tasks/{id}': ({ callTaskId }) => ({ at: `call-tasks/${callTaskId}` }),
  'POST call-tasks/{id}/attempts': ({ callTaskId }) => ({
    at: `call-tasks/${callTaskId}/attempts`,
    body: { id: randomUUID(), outcome: 'reached' },
  }),
  'POST call-tasks/{id}/closing': ({ callTaskId }) => ({
    at: `call-tasks/${callTaskId}/closing`,
    body: { reason: '不用打了' },
  }),
  'POST terms': 'district',
  'GET terms': 'open',
  'GET terms/{id}': 'open',
  'PATCH terms/{id}': 'district',
  'POST courses': 'district',
  'GET courses': 'open',
  'GET courses/{id}': 'open',
  'PATCH courses/{id}': 'district',
  'GET classes': 'open',
  'GET programme-caps': 'open',
  'PUT programme-caps/{kind}': 'district',
  'POST classes': (theirs) => ({ at: 'classes', body: CLASS(theirs) }),
  'GET classes/{id}': 'open',
  'PATCH classes/{id}': ({ classId }) => ({ at: `classes/${classId}`, body: { seats: 9 } }),
  'POST classes/{id}/submission': ({ classId }) => ({ at: `classes/${classId}/submission` }),
  'POST classes/{id}/decision': 'district',
  'POST classes/{id}/publication': ({ classId }) => ({ at: `classes/${classId}/publication` }),
  'POST classes/{id}/completion': ({ classId }) => ({ at: `classes/${classId}/completion` }),
  'POST classes/{id}/stoppage': ({ classId }) => ({ at: `classes/${classId}/stoppage`, body: { reason: '人数不足' } }),
  'POST classes/{id}/merger': 'district',
  'POST classes/{id}/merger-proposals': ({ classId }) => ({
    at: `classes/${classId}/merger-proposals`,
    body: { intoClassId: randomUUID(), reason: '人数不足' },
  }),
  'GET merger-proposals': ({ organisationId }) => ({ at: `merger-proposals?organisationId=${organisationId}` }),
  'POST merger-proposals/{id}/answer': ({ mergerProposalId }) => ({
    at: `merger-proposals/${mergerProposalId}/answer`,
    body: { answer: 'agreed' },
  }),
  'POST merger-proposals/{id}/withdrawal': ({ mergerProposalId }) => ({
    at: `merger-proposals/${mergerProposalId}/withdrawal`,
  }),
  'GET classes/{id}/parallel': 'open',
  'POST classes/{id}/sessions': ({ classId }) => ({
    at: `classes/${classId}/sessions`,
    body: { startsAt: inAMonth(2), endsAt: inAMonth(3) },
  }),
  'POST classes/{id}/sessions/{sessionId}/cancellation': ({ classId, sessionId }) => ({
    at: `classes/${classId}/sessions/${sessionId}/cancellation`,
    body: { reason: '台风' },
  }),
  'GET organisations/{organisationId}/classes': ({ organisationId }) => ({
    at: `organisations/${organisationId}/classes`,
  }),
  'GET organisations/{organisationId}/classes-below-minimum': ({ organisationId }) => ({
    at: `organisations/${organisationId}/classes-below-minimum`,
  }),
  'GET organisations/{organisationId}/sessions': ({ organisationId }) => ({
    at: `organisations/${organisationId}/sessions`,
  }),
  'GET class-reviews': 'district',
  'POST enrollments': ({ classId, residentId }) => ({ at: 'enrollments', body: { classId, residentId } }),
  'POST classes/{id}/counter-enrollments': ({ classId, residentId }) => ({
    at: `classes/${classId}/counter-enrollments`,
    body: { residentId },
  }),
  'POST classes/{id}/list-enrollments': 'shared',
  'GET classes/{id}/counter-eligibility': ({ classId, residentId }) => ({
    at: `classes/${classId}/counter-eligibility?residentId=${residentId}`,
  }),
  'GET classes/{id}/eligibility': ({ classId, residentId }) => ({
    at: `classes/${classId}/eligibility?residentId=${residentId}`,
  }),
  'GET classes/{id}/enrollments': ({ classId }) => ({ at: `classes/${classId}/enrollments` }),
  'GET me/enrollments': 'own',
  'GET me/enrollments/{id}': ({ enrollmentId }) => ({ at: `me/enrollments/${enrollmentId}` }),
  'GET enrollments/{id}': ({ enrollmentId }) => ({ at: `enrollments/${enrollmentId}` }),
  'POST me/enrollments/{id}/acceptance': ({ enrollmentId }) => ({ at: `me/enrollments/${enrollmentId}/acceptance` }),
  'POST me/enrollments/{id}/declination': ({ enrollmentId }) => ({ at: `me/enrollments/${enrollmentId}/declination` }),
  'POST me/enrollments/{id}/cancellation': ({ enrollmentId }) => ({
    at: `me/enrollments/${enrollmentId}/cancellation`,
    body: {},
  }),
  'POST enrollments/{id}/acceptance': ({ enrollmentId }) => ({ at: `enrollments/${enrollmentId}/acceptance` }),
  'POST enrollments/{id}/cancellation': ({ enrollmentId }) => ({
    at: `enrollments/${enrollmentId}/cancellation`,
    body: {},
  }),
  'POST me/enrollments/{id}/undo': ({ enrollmentId }) => ({ at: `me/enrollments/${enrollmentId}/undo` }),
  'POST me/enrollments/{id}/transfer': ({ enrollmentId, classId }) => ({
    at: `me/enrollments/${enrollmentId}/transfer`,
    body: { toClassId: classId },
  }),
  'POST me/enrollments/{id}/appeals': ({ enrollmentId }) => ({
    at: `me/enrollments/${enrollmentId}/appeals`,
    body: { text: '请再看一看' },
  }),
  'GET me/appeals': 'own',
  'GET organisations/{id}/appeals': ({ organisationId }) => ({ at: `organisations/${organisationId}/appeals` }),
  'GET organisations/{id}/to-decide': ({ organisationId }) => ({ at: `organisations/${organisationId}/to-decide` }),
  'GET appeals/{id}': ({ appealId }) => ({ at: `appeals/${appealId}` }),
  'POST appeals/{id}/decision': ({ appealId }) => ({
    at: `appeals/${appealId}/decision`,
    body: { decision: 'rejected', answer: '不予支持' },
  }),
  'POST enrollments/{id}/declination': ({ enrollmentId }) => ({ at: `enrollments/${enrollmentId}/declination` }),
  'POST enrollments/{id}/undo': ({ enrollmentId }) => ({ at: `enrollments/${enrollmentId}/undo` }),
  'POST enrollments/{id}/decision': ({ enrollmentId }) => ({
    at: `enrollments/${enrollmentId}/decision`,
    body: { decision: 'approved' },
  }),
  'POST enrollments/{id}/removal': ({ enrollmentId }) => ({
    at: `enrollments/${enrollmentId}/removal`,
    body: { because: 'mistake', reason: '录错了' },
  }),
  'POST enrollments/{id}/transfer': ({ enrollmentId, classId }) => ({
    at: `enrollments/${enrollmentId}/transfer`,
    body: { toClassId: classId },
  }),
  'GET enrollments/{id}/payments': ({ enrollmentId }) => ({ at: `enrollments/${enrollmentId}/payments` }),
  'POST enrollments/{id}/payments': ({ enrollmentId }) => ({
    at: `enrollments/${enrollmentId}/payments`,
    body: { id: randomUUID(), kind: 'paid', amountFen: 100 },
  }),
  'GET lotteries': 'open',
  'GET lotteries/{id}': 'open',
  'GET lotteries/{id}/file': 'open',
  'GET classes/{id}/lottery': ({ classId }) => ({ at: `classes/${classId}/lottery` }),
  'PATCH lotteries/{id}': ({ lotteryId }) => ({
    at: `lotteries/${lotteryId}`,
    body: { numberName: '别家的号码', numberDueAt: inAMonth(100) },
  }),
  'PUT lotteries/{id}/number': ({ lotteryId }) => ({ at: `lotteries/${lotteryId}/number`, body: { number: '583' } }),
  'POST lotteries/{id}/number-confirmation': ({ lotteryId }) => ({
    at: `lotteries/${lotteryId}/number-confirmation`,
    body: { number: '583' },
  }),
  'GET me/lotteries/{id}/entries': 'own',
  'GET me/enrollments/{id}/lottery-entry': ({ enrollmentId }) => ({
    at: `me/enrollments/${enrollmentId}/lottery-entry`,
  }),
  'GET sessions/{id}/roster': ({ sessionId }) => ({ at: `sessions/${sessionId}/roster` }),
  'GET sessions/{id}/roster/{residentId}/emergency-contact': ({ sessionId, residentId }) => ({
    at: `sessions/${sessionId}/roster/${residentId}/emergency-contact`,
  }),
  'GET sessions/{id}/photos': ({ sessionId }) => ({ at: `sessions/${sessionId}/photos` }),
  'POST sessions/{id}/photos': ({ sessionId }) => ({ at: `sessions/${sessionId}/photos` }),
  'GET session-photos/{id}/content': ({ photoId }) => ({ at: `session-photos/${photoId}/content` }),
  'POST session-photos/{id}/withdrawal': ({ photoId }) => ({
    at: `session-photos/${photoId}/withdrawal`,
    body: { reason: '别家的照片' },
  }),
  'POST sessions/{id}/roster-sheets': ({ sessionId }) => ({ at: `sessions/${sessionId}/roster-sheets` }),
  'GET roster-sheets/{code}': ({ rosterSheetCode }) => ({ at: `roster-sheets/${rosterSheetCode}` }),
  'POST roster-sheets/{code}/photo': ({ rosterSheetCode }) => ({ at: `roster-sheets/${rosterSheetCode}/photo` }),
  'POST roster-sheets/{code}/claim': ({ rosterSheetCode }) => ({
    at: `roster-sheets/${rosterSheetCode}/claim`,
    body: {},
  }),
  'POST roster-sheets/{code}/photo/withdrawal': ({ rosterSheetCode }) => ({
    at: `roster-sheets/${rosterSheetCode}/photo/withdrawal`,
    body: { reason: '拍错了' },
  }),
  'GET roster-sheets/{code}/photos/{id}': ({ rosterSheetCode }) => ({
    at: `roster-sheets/${rosterSheetCode}/photos/${randomUUID()}`,
  }),
  'GET roster-sheets/{code}/photo': ({ rosterSheetCode }) => ({ at: `roster-sheets/${rosterSheetCode}/photo` }),
  'POST roster-sheets/{code}/transcription': ({ rosterSheetCode }) => ({
    at: `roster-sheets/${rosterSheetCode}/transcription`,
    body: { lines: [{ number: 1, status: 'present' }] },
  }),
  'GET classes/{id}/attendance-imports': ({ classId }) => ({ at: `classes/${classId}/attendance-imports` }),
  'GET classes/{id}/attendance-imports/template/{form}': ({ classId }) => ({
    at: `classes/${classId}/attendance-imports/template/csv`,
  }),
  'POST classes/{id}/attendance-imports': ({ classId }) => ({ at: `classes/${classId}/attendance-imports` }),
  'GET attendance-imports/{id}': ({ attendanceImportId }) => ({ at: `attendance-imports/${attendanceImportId}` }),
  'GET attendance-imports/{id}/cells': ({ attendanceImportId }) => ({
    at: `attendance-imports/${attendanceImportId}/cells`,
  }),
  'POST attendance-imports/{id}/confirmation': ({ attendanceImportId }) => ({
    at: `attendance-imports/${attendanceImportId}/confirmation`,
    body: {},
  }),
  'POST attendance-imports/{id}/discard': ({ attendanceImportId }) => ({
    at: `attendance-imports/${attendanceImportId}/discard`,
  }),
  'POST attendance-imports/{id}/undoing': ({ attendanceImportId }) => ({
    at: `attendance-imports/${attendanceImportId}/undoing`,
    body: { reason: '别家的导入' },
  }),
  'GET organisations/{id}/late-sheets': ({ organisationId }) => ({ at: `organisations/${organisationId}/late-sheets` }),
  'GET late-sheets/{id}': ({ lateSheetId }) => ({ at: `late-sheets/${lateSheetId}` }),
  'GET late-sheets/{id}/marks': ({ lateSheetId }) => ({ at: `late-sheets/${lateSheetId}/marks` }),
  'POST late-sheets/{id}/scans': ({ lateSheetId }) => ({ at: `late-sheets/${lateSheetId}/scans` }),
  'GET late-sheets/{id}/scans/{scanId}/content': ({ lateSheetId }) => ({
    at: `late-sheets/${lateSheetId}/scans/${randomUUID()}/content`,
  }),
  'POST late-sheets/{id}/signature': ({ lateSheetId }) => ({ at: `late-sheets/${lateSheetId}/signature` }),
  'POST late-sheets/{id}/return': ({ lateSheetId }) => ({
    at: `late-sheets/${lateSheetId}/return`,
    body: { reason: '别家的补录' },
  }),
  'GET sessions/{id}/headcounts': ({ sessionId }) => ({ at: `sessions/${sessionId}/headcounts` }),
  'POST sessions/{id}/headcounts': ({ sessionId }) => ({
    at: `sessions/${sessionId}/headcounts`,
    body: { headcount: 40 },
  }),
  'POST sessions/{id}/signed-consents': ({ sessionId, residentId }) => ({
    at: `sessions/${sessionId}/signed-consents`,
    body: { residentIds: [residentId] },
  }),
  'GET sessions/{id}/rotating-code': ({ sessionId }) => ({ at: `sessions/${sessionId}/rotating-code` }),
  'GET me/open-sessions': 'own',
  'POST me/open-sessions/{id}/check-in': ({ sessionId, residentId }) => ({
    at: `me/open-sessions/${sessionId}/check-in`,
    body: { code: '12345678', items: [{ id: randomUUID(), residentId }] },
  }),
  'GET classes/{id}/monitors': ({ classId }) => ({ at: `classes/${classId}/monitors` }),
  'POST classes/{id}/monitors': ({ classId, residentId }) => ({
    at: `classes/${classId}/monitors`,
    body: { residentId },
  }),
  'POST classes/{id}/monitors/{monitorId}/end': ({ classId }) => ({
    at: `classes/${classId}/monitors/${randomUUID()}/end`,
  }),
  'GET me/monitored-sessions': 'own',
  'GET me/monitored-sessions/{id}/roster': ({ sessionId }) => ({ at: `me/monitored-sessions/${sessionId}/roster` }),
  'POST me/monitored-sessions/{id}/marks': ({ sessionId, residentId }) => ({
    at: `me/monitored-sessions/${sessionId}/marks`,
    body: { items: [{ id: randomUUID(), residentId, status: 'present' }] },
  }),
  'POST sessions/{id}/walk-ins': ({ sessionId, residentId }) => ({
    at: `sessions/${sessionId}/walk-ins`,
    body: { residentId },
  }),
  'GET sessions/{id}/sit-ins': ({ sessionId }) => ({ at: `sessions/${sessionId}/sit-ins` }),
  'GET sessions/{id}/roster/{residentId}/marks': ({ sessionId, residentId }) => ({
    at: `sessions/${sessionId}/roster/${residentId}/marks`,
  }),
  'PUT classes/{id}/sessions/{sessionId}/substitute': ({ classId, sessionId }) => ({
    at: `classes/${classId}/sessions/${sessionId}/substitute`,
    body: { name: '外人', reason: '代课' },
  }),
  'DELETE classes/{id}/sessions/{sessionId}/substitute': ({ classId, sessionId }) => ({
    at: `classes/${classId}/sessions/${sessionId}/substitute`,
  }),
  'POST sessions/{id}/marks': ({ sessionId, residentId }) => ({
    at: `sessions/${sessionId}/marks`,
    body: {
      deviceId: 'intruder',
      items: [
        { id: randomUUID(), kind: 'teacher_mark', residentId, status: 'present', deviceTime: new Date().toISOString() },
      ],
    },
  }),
  'GET periods': 'district',
  'GET periods/{month}': 'district',
  'POST periods/{month}/submission': 'district',
  'POST periods/{month}/review': 'district',
  'POST periods/{month}/signature': 'district',
  'POST periods/{month}/return': 'district',
  'GET adjustments': 'district',
  'POST adjustments/{id}/request': 'district',
  'POST adjustments/{id}/approval': 'district',
  'POST adjustments/{id}/refusal': 'district',
  'GET counting-settings': 'district',
  'PUT counting-settings': 'district',
  'GET imports': 'district',
  'POST imports': 'district',
  'GET imports/templates/{kind}/{form}': 'district',
  'GET imports/{id}': 'district',
  'PUT imports/{id}/file': 'district',
  'GET imports/{id}/rows': 'district',
  'GET imports/{id}/problems': 'district',
  'POST imports/{id}/confirmation': 'district',
  'POST imports/{id}/discard': 'district',
  'POST imports/{id}/undoing': 'district',
  'GET opening-figures': 'district',
  'GET opening-figures/{id}': 'district',
  'POST opening-figures': 'district',
  'POST opening-figures/{id}/correction': 'district',
  'PUT opening-figures/{id}/scan': 'district',
  'GET opening-figures/{id}/scan': 'district',
  'POST opening-figures/{id}/review': 'district',
  'POST opening-figures/{id}/signature': 'district',
  'POST opening-figures/{id}/withdrawal': 'district',
  'POST opening-figures/{id}/replacement': 'district',
  'POST opening-figures/{id}/reinstatement': 'district',
  'GET sealed-totals': 'district',
  'POST sealed-totals': 'district',
  'PUT sealed-totals/{id}/scan': 'district',
  'GET sealed-totals/{id}/scan': 'district',
  'POST sealed-totals/{id}/withdrawal': 'district',
  'POST sealed-totals/{id}/replacement': 'district',
  'POST sealed-totals/{id}/reinstatement': 'district',
  'GET ledger-entries': ({ organisationId }) => ({ at: `ledger-entries?organisationId=${organisationId}` }),
  'GET ledger-entries/unverified': ({ organisationId }) => ({
    at: `ledger-entries/unverified?organisationId=${organisationId}`,
  }),
  'GET headcounts': ({ organisationId }) => ({ at: `headcounts?organisationId=${organisationId}` }),
  'GET headcounts/sums': ({ organisationId }) => ({ at: `headcounts/sums?organisationId=${organisationId}` }),
  'GET ledger-entries/{id}': () => ({ at: 'ledger-entries/1' }),
  'GET enrollments/{id}/participation': ({ enrollmentId }) => ({ at: `enrollments/${enrollmentId}/participation` }),
  'GET counting-rules': 'district',
  'GET counting-rules/current': 'open',
  'GET counting-rules/{id}': 'district',
  'POST counting-rules': 'district',
  'PUT counting-rules/{id}': 'district',
  'POST counting-rules/{id}/trial': 'district',
  'POST counting-rules/{id}/publication': 'district',
  'POST counting-rules/{id}/repeal': 'district',
  'GET counted-attendances': ({ organisationId }) => ({ at: `counted-attendances?organisationId=${organisationId}` }),
  'GET measures/{code}': 'district',
  'GET regular-elderly': 'district',
  'GET wall-chart': 'district',
  'GET indicators': 'district',
  'GET indicators/{code}': 'district',
  'GET coverage/list': 'district',
  'PUT coverage/list': 'district',
  'GET indicators/{code}/assignments': 'district',
  'PUT indicators/{code}/assignments': 'district',
  'GET indicators/{code}/register-entries': 'district',
  'POST indicators/{code}/register-entries': 'district',
  'POST register-entries/{id}/withdrawal': 'district',
  'POST register-entries/{id}/scans': 'district',
  'GET register-entries/{id}/scans/{scanId}/content': 'district',
  'GET reported-figures': 'district',
  'POST reported-figures/{id}/scans': 'district',
  'GET reported-figures/{id}/scans/{scanId}/content': 'district',
  'POST reported-figures/{id}/review': 'district',
  'POST reported-figures/{id}/return': 'district',
  'POST periods/{month}/scans': 'district',
  'GET periods/{month}/scans/{scanId}/content': 'district',
  'GET indicators/{code}/reported-figures': 'district',
  'POST indicators/{code}/reported-figures': 'district',
  'GET coverage': 'district',
  'GET coverage/next': 'district',
};
