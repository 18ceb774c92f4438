import { describe, expect, it } from '@jest/globals';
import { enrollmentView, type ShownEnrollment } from './enrollment.views.js';

const FIRST = new Date('2026-09-07T14:00:00+08:00');
const SEATED: ShownEnrollment = {
  id: 'enrollment',
  classId: 'class',
  residentId: 'resident',
  state: 'enrolled',
  queuedAt: new Date('2026-09-01T09:00:00+08:00'),
  offeredUntil: null,
  undoUntil: null,
  undoTo: null,
  automatic: false,
  unitSize: 1,
  position: null,
  behindList: false,
};
const course = { name: '渔网编织', nameEn: null, firstSessionAt: FIRST, state: 'published' as const };
const told = (shown: ShownEnrollment, at: Date) => enrollmentView(shown, course, 'zh', at).sentence;

describe('what a resident with a seat is told', () => {
  it('is the first session, as long as it is to come', () => {
    expect(told(SEATED, new Date(FIRST.getTime() - 1))).toContain('第一次课：9月7日');
  });

  it('is that the class has begun, and not a first session that is over', () => {
    const sentence = told(SEATED, FIRST);
    expect(sentence).toContain('这个班已经开课');
    expect(sentence).not.toContain('9月7日');
  });

  it('stays what they cancelled as long as it can be taken back', () => {
    const cancelled = { ...SEATED, state: 'cancelled' as const, undoUntil: FIRST, undoTo: 'enrolled' as const };
    expect(told(cancelled, FIRST)).toContain('可以撤回');
  });
});
