import { defineErrors } from './coded-error.js';

export const CoreErrors = defineErrors('CORE', {
  INVALID: {
    status: 400,
    title: { zh: '提交的内容有误', en: 'Something in the request is not right' },
    next: {
      zh: '请按每一项的说明改正后重试，已填内容未丢失。',
      en: 'Correct what is said of each field and send it again; nothing was changed.',
    },
  },
  MALFORMED: {
    status: 400,
    title: { zh: '请求格式无法识别', en: 'The request could not be read' },
    next: { zh: '请以 JSON 格式重新发送。', en: 'Send well-formed JSON.' },
  },
  TOO_LARGE: {
    status: 413,
    title: { zh: '提交的内容过大', en: 'The request is too large' },
    next: { zh: '请分批提交。', en: 'Send it in smaller parts.' },
  },
  UNSUPPORTED_MEDIA: {
    status: 415,
    title: { zh: '不支持这种内容类型', en: 'This content type is not understood' },
    next: { zh: '请使用 application/json。', en: 'Send application/json.' },
  },
  SIGN_IN_REQUIRED: {
    status: 401,
    title: { zh: '请先登录', en: 'Please sign in first' },
    next: { zh: '登录后再试一次，未提交的内容不受影响。', en: 'Sign in and try again; nothing was lost.' },
  },
  FORBIDDEN: {
    status: 403,
    title: { zh: '您没有权限做这件事', en: 'You are not allowed to do this' },
    next: { zh: '如需此权限，请联系本单位管理员。', en: 'Ask the administrator of your organisation if you need it.' },
  },
  NOT_FOUND: {
    status: 404,
    title: { zh: '没有找到', en: 'There is no such thing' },
    next: {
      zh: '请检查链接或编号，或返回列表重新选择。',
      en: 'Check the link or number, or choose again from the list.',
    },
  },
  STALE: {
    status: 412,
    title: { zh: '内容已被他人修改', en: 'Someone else changed this in the meantime' },
    next: { zh: '请刷新后在最新内容上重新修改。', en: 'Load it again and repeat your change on the new version.' },
  },
  VERSION_REQUIRED: {
    status: 428,
    title: { zh: '缺少版本号', en: 'The version is missing' },
    next: { zh: '修改时请在 If-Match 头中带上读取到的 ETag。', en: 'Send the ETag you read in the If-Match header.' },
  },
  IDEMPOTENCY_KEY_REQUIRED: {
    status: 400,
    title: { zh: '缺少幂等键', en: 'The idempotency key is missing' },
    next: {
      zh: '新建时请在 Idempotency-Key 头中带上一个唯一值（1 至 100 个字符）。',
      en: 'Send an Idempotency-Key header (1 to 100 characters) with everything that creates.',
    },
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: { zh: '同一个幂等键用于了不同的内容', en: 'This idempotency key was used for something else' },
    next: { zh: '新的操作请使用新的幂等键。', en: 'Use a new key for a new request.' },
  },
  BAD_CURSOR: {
    status: 400,
    title: { zh: '翻页标记无效', en: 'The page cursor is not valid' },
    next: { zh: '请从第一页重新开始。', en: 'Start again from the first page.' },
  },
  BUSY: {
    status: 503,
    title: { zh: '现在人很多，请稍候', en: 'Many people are asking at once' },
    next: { zh: '请几秒后重试，未提交的内容不受影响。', en: 'Try again in a few seconds; nothing was changed.' },
    retryAfter: 2,
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    title: { zh: '操作太频繁', en: 'Too many requests' },
    next: { zh: '请稍等一分钟再试。', en: 'Wait a minute and try again.' },
    retryAfter: 60,
  },
  CONFLICT: {
    status: 409,
    title: { zh: '与已有的数据冲突', en: 'This conflicts with what is already there' },
    next: { zh: '请刷新后检查，再重试。', en: 'Load it again, check, and retry.' },
  },
  INTERNAL: {
    status: 500,
    title: { zh: '系统出错了', en: 'Something went wrong on our side' },
    next: {
      zh: '请稍后重试；如仍出错，请把 traceId 告诉管理员。',
      en: 'Try again later; if it happens again, tell the administrator the traceId.',
    },
  },
});
