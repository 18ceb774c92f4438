import { defineErrors, explainConstraints } from '#core';

export const MessagesErrors = defineErrors('MESSAGES', {
  CALL_UNKNOWN: {
    status: 404,
    title: { zh: '没有找到这个电话任务', en: 'There is no such call' },
    next: { zh: '请回到待拨电话名单重新选择。', en: 'Go back to the list of people to call and choose again.' },
  },
  CALL_ENDED: {
    status: 409,
    title: { zh: '这个电话任务已经结束', en: 'This call is over already' },
    next: { zh: '不用再处理，请看下一个。', en: 'There is nothing left to do; go on with the next.' },
  },
  ATTEMPT_ID_REUSED: {
    status: 409,
    title: { zh: '这条通话记录的编号已用于另一条记录', en: 'The id of this attempt was used for a different one' },
    next: { zh: '请重新打开这个任务，再记一次。', en: 'Open the call again and record it once more.' },
  },
  ANSWER_WITHOUT_REACHING: {
    status: 422,
    title: { zh: '没有联系上，不能记录本人的答复', en: 'Nobody was reached, so there is no answer to record' },
    next: { zh: '请选择“已联系上”，或不填答复。', en: 'Choose "reached", or leave the answer out.' },
  },
});

explainConstraints({ pk_call_attempts: MessagesErrors.ATTEMPT_ID_REUSED });
